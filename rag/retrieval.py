"""Query -> Passages: dense and full-text candidates, fused by score, each with its best evidence sentences.

A candidate's score adds up how much of the question's words it covers, how near its vector is, and how high full text
ranks it. Knows nothing of prompts, models or answers.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.catalog import Catalog
from rag.chunking import header
from rag.encoder import Encoder
from rag.matching import Matcher, matcher_of
from rag.records import Chunk, Passage, Query, Quote
from rag.stored import StoredChunks
from rag.vectors import Hit
from rag.words import stop_words, words_of

# Weights beside coverage, which counts 1. Chosen on five sets together: see ARCHITECTURE.md.
# A passage: coverage + these + the score of its best sentence.
_COSINE = 0.25
_FULL_TEXT_RANK = 0.1
# A sentence: coverage + these. It may borrow words from the header and from the sentence before it, at a discount.
_SENTENCE_COSINE = 0.5
_PASSAGE_COSINE = 0.25
_HEADER = 0.7
_PREVIOUS = 0.5
# Relevance: coverage and both cosines, each counting 1, and these, times a logarithm. One sentence covers less of a
# long question, and among more chunks something always comes near.
_LONG_QUESTION = 0.15
_LARGE_LIBRARY = 0.08
_CANDIDATES = 100
_EVIDENCE = 3
# Rows that full text may have to rank for the common words of a question.
_MOST_MATCHES = 5_000

Nearest = Callable[[np.ndarray, int], Sequence[Hit]]
"""Vector (d,) and limit -> the chunks of highest cosine, within the query's window."""


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The words of a question that carry its meaning, those of them that full text searches for, and word pieces.

    `pieces` and `weights` are one for each piece: rare words weigh more, and all weights add up to 1. `allowance` is
    what relevance is owed for a long question and denied for a large library.
    """

    searched: tuple[str, ...]
    pieces: np.ndarray
    weights: np.ndarray
    allowance: float


def retrieve(query: Query, limit: int, catalog: Catalog, encoder: Encoder, nearest: Nearest) -> tuple[Passage, ...]:
    """The best passages for a query, numbered from 1; those for a smaller limit are the first of a larger one's.

    Where the first candidates are too few, twice as many are looked at, and what is new among them comes after.
    """
    vector = encoder.encode_query(query.text)
    matcher = matcher_of(encoder)
    words = query_words(query.text, catalog, matcher)
    found: list[Passage] = []
    seen: set[str] = set()
    depth = _CANDIDATES
    while len(found) < limit:
        dense = [hit.chunk_id for hit in nearest(vector, depth)]
        full_text = catalog.full_text(words.searched, depth, query.after, query.before)
        ranks = {chunk_id: rank for rank, (chunk_id, _) in enumerate(full_text, start=1)}
        new = catalog.chunks([one for one in dict.fromkeys([*dense, *ranks]) if one not in seen])
        if len(new):
            found += _best(new, vector, words, matcher, ranks, limit - len(found), found)
        if len(dense) < depth and len(full_text) < depth:
            break
        seen |= {*dense, *ranks}
        depth *= 2
    return tuple(replace(passage, number=number) for number, passage in enumerate(found, start=1))


def query_words(text: str, catalog: Catalog, matcher: Matcher) -> QueryWords:
    """The question's words without stop words, weighted by the inverse of how many chunks hold them (BM25's idf)."""
    every = list(dict.fromkeys(words_of(text)))
    words = [word for word in every if word not in stop_words()] or every
    chunks = catalog.counts()[1]
    frequencies = catalog.chunk_frequencies(words)
    weights = np.array([math.log(1 + (chunks - n + 0.5) / (n + 0.5)) for n in frequencies])
    pieces = [matcher.pieces(word) for word in words]
    kept = [i for i, ids in enumerate(pieces) if len(ids)]
    total = float(weights[kept].sum()) or 1.0
    shares = [np.full(len(pieces[i]), weights[i] / total / len(pieces[i]), np.float32) for i in kept]
    return QueryWords(
        _rarest([(frequencies[i], words[i]) for i in kept]),
        np.concatenate([*(pieces[i] for i in kept), np.empty(0, np.int32)]),
        np.concatenate([*shares, np.empty(0, np.float32)]),
        _LONG_QUESTION * math.log(max(len(kept), 1)) - _LARGE_LIBRARY * math.log(max(chunks, 1)),
    )


def _rarest(words: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """The rarest words that together stand in no more chunks than full text ranks quickly; the rarest in any case.

    Common words move BM25 little and cost most of its time (see ARCHITECTURE.md).
    """
    ranked = sorted(words)
    few = sum(total <= _MOST_MATCHES for total in itertools.accumulate(frequency for frequency, _ in ranked))
    return tuple(word for _, word in ranked[: max(few, 1)])


def _best(
    candidates: StoredChunks,
    vector: np.ndarray,
    words: QueryWords,
    matcher: Matcher,
    ranks: Mapping[str, int],
    limit: int,
    before: Sequence[Passage],
) -> list[Passage]:
    """The best of the candidates, best first; after others, all are lowered by as much as the best exceeds these."""
    counts = candidates.sentence_counts
    ends = counts.cumsum()
    starts = ends - counts
    cosines = candidates.vectors @ vector
    sentence_cosines = candidates.sentences @ vector
    coverage, covered = _coverage(candidates, words, matcher)
    sentences = covered + _SENTENCE_COSINE * sentence_cosines + np.repeat(_PASSAGE_COSINE * cosines, counts)
    full_text_ranks = np.array([ranks.get(candidates.id(i), 0) for i in range(len(candidates))])
    full_text = np.divide(1, full_text_ranks, out=np.zeros(len(candidates)), where=full_text_ranks > 0)
    scores = (
        coverage + _COSINE * cosines + _FULL_TEXT_RANK * full_text + np.maximum.reduceat(sentences, starts)
    ).astype(float)
    relevance = np.maximum.reduceat(covered + sentence_cosines, starts) + cosines + words.allowance
    order = sorted(range(len(candidates)), key=lambda i: (-scores[i], candidates.id(i)))
    if before:
        scores = np.minimum(scores - max(0.0, scores[order[0]] - before[-1].score), before[-1].score)
    passages = []
    for i in order[:limit]:
        chunk = candidates.chunk(i)
        own = sentences[starts[i] : ends[i]]
        best = np.argsort(-own, kind="stable")[:_EVIDENCE].tolist()
        passages.append(
            Passage(
                number=0,
                chunk=chunk,
                document=candidates.document(i),
                score=float(scores[i]),
                signals={
                    "coverage": float(coverage[i]),
                    "cosine": float(cosines[i]),
                    "full_text_rank": int(full_text_ranks[i]),
                    "relevance": float(relevance[i]),
                },
                evidence=tuple(_quote(chunk, one) for one in best),
                evidence_scores=tuple(float(own[one]) for one in best),
            )
        )
    return passages


def _coverage(candidates: StoredChunks, words: QueryWords, matcher: Matcher) -> tuple[np.ndarray, np.ndarray]:
    """Coverage of each chunk with its header (n,), and of each sentence with what it may borrow (m,)."""
    counts = candidates.sentence_counts
    starts = counts.cumsum() - counts
    headers = [matcher.pieces(header(document)) for document in candidates.documents.values()]
    place = {document_id: i for i, document_id in enumerate(candidates.documents)}
    of = np.array([place[row[1]] for row in candidates.rows])
    titled = matcher.matches(words.pieces, np.concatenate(headers), np.array([len(one) for one in headers]))[:, of]
    own = matcher.matches(words.pieces, candidates.pieces, candidates.piece_counts)
    previous = np.roll(own, 1, axis=1)
    previous[:, starts] = 0
    borrowed = np.maximum(_HEADER * np.repeat(titled, counts, axis=1), _PREVIOUS * previous)
    whole = np.maximum(np.maximum.reduceat(own, starts, axis=1), titled)
    return words.weights @ whole, words.weights @ np.maximum(own, borrowed)


def _quote(chunk: Chunk, index: int) -> Quote:
    start, end = chunk.sentences[index]
    return Quote(chunk.document_id, start, end, chunk.text[start - chunk.start : end - chunk.start])
