"""Query -> Passages: dense and full-text candidates, fused by score, each with its best evidence sentences.

A candidate's score adds up how much of the question's words it covers, how near its vector is, and how high full text
ranks it. Knows nothing of prompts, models or answers.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.catalog import Catalog
from rag.chunking import header
from rag.encoder import Encoder
from rag.records import Passage, Query, Quote
from rag.stored import StoredChunk
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
# Below this, two input embeddings are as near as unrelated words of English are: no coverage at all.
_UNRELATED = 0.35

Nearest = Callable[[np.ndarray, int], Sequence[Hit]]
"""Vector (d,) and limit -> the chunks of highest cosine, within the query's window."""


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The words of a question that carry its meaning, and their word pieces.

    `pieces` and `weights` are one for each piece: rare words weigh more, and all weights add up to 1. `allowance` is
    what relevance is owed for a long question and denied for a large library.
    """

    words: tuple[str, ...]
    pieces: np.ndarray
    weights: np.ndarray
    allowance: float


def retrieve(query: Query, limit: int, catalog: Catalog, encoder: Encoder, nearest: Nearest) -> tuple[Passage, ...]:
    """The best passages for a query, numbered from 1; those for a smaller limit are the first of a larger one's.

    Where the first candidates are too few, twice as many are looked at, and what is new among them comes after.
    """
    vector = encoder.encode_query(query.text)
    words = query_words(query.text, catalog, encoder)
    found: list[Passage] = []
    seen: set[str] = set()
    depth = _CANDIDATES
    while len(found) < limit:
        dense = [hit.chunk_id for hit in nearest(vector, depth)]
        full_text = catalog.full_text(words.words, depth, query.after, query.before)
        ranks = {chunk_id: rank for rank, (chunk_id, _) in enumerate(full_text, start=1)}
        new = list(catalog.chunks([one for one in dict.fromkeys([*dense, *ranks]) if one not in seen]).values())
        if new:
            best = sorted(
                _score(new, vector, words, encoder, ranks), key=lambda passage: (-passage.score, passage.chunk.id)
            )
            found += _below(found[-1].score, best) if found else best
        if len(dense) < depth and len(full_text) < depth:
            break
        seen |= {*dense, *ranks}
        depth *= 2
    return tuple(replace(passage, number=number) for number, passage in enumerate(found[:limit], start=1))


def _below(score: float, passages: Sequence[Passage]) -> list[Passage]:
    """The same, all lowered by as much as the best of them exceeds a score, so that order and scores agree."""
    excess = max(0.0, passages[0].score - score)
    return [replace(passage, score=min(score, passage.score - excess)) for passage in passages]


def query_words(text: str, catalog: Catalog, encoder: Encoder) -> QueryWords:
    """The question's words without stop words, weighted by the inverse of how many chunks hold them (BM25's idf)."""
    every = list(dict.fromkeys(words_of(text)))
    words = [word for word in every if word not in stop_words()] or every
    chunks = catalog.counts()[1]
    frequencies = catalog.chunk_frequencies(words)
    weights = np.array([math.log(1 + (chunks - n + 0.5) / (n + 0.5)) for n in frequencies])
    pieces = encoder.pieces(words)
    kept = [i for i, ids in enumerate(pieces) if len(ids)]
    total = float(weights[kept].sum()) or 1.0
    return QueryWords(
        tuple(words[i] for i in kept),
        np.concatenate([*(pieces[i] for i in kept), np.empty(0, np.int32)]),
        np.concatenate([*(np.full(len(pieces[i]), weights[i] / total / len(pieces[i])) for i in kept), np.empty(0)]),
        _LONG_QUESTION * math.log(max(len(kept), 1)) - _LARGE_LIBRARY * math.log(max(chunks, 1)),
    )


def _score(
    candidates: Sequence[StoredChunk], vector: np.ndarray, words: QueryWords, encoder: Encoder, ranks: dict[str, int]
) -> list[Passage]:
    headers = {stored.document.id: header(stored.document) for stored in candidates}
    titles = dict(zip(headers, encoder.pieces(list(headers.values())), strict=True))
    matches, counts = _matches(candidates, titles, words, encoder)
    # The columns of a candidate are its sentences and, last, its header.
    ends = np.cumsum(counts)
    starts = ends - counts
    coverages = words.weights @ np.maximum.reduceat(matches, starts, axis=1)
    previous = np.roll(matches, 1, axis=1)
    previous[:, starts] = 0
    titled = np.repeat(matches[:, ends - 1], counts, axis=1)
    covered = words.weights @ np.maximum(matches, np.maximum(_HEADER * titled, _PREVIOUS * previous))
    passages = []
    for stored, coverage, start, end in zip(candidates, coverages.tolist(), starts, ends, strict=True):
        chunk, encoded = stored.chunk, stored.encoded
        cosine = float(encoded.vector @ vector)
        cosines, own = encoded.sentences @ vector, covered[start : end - 1]
        sentences = own + _SENTENCE_COSINE * cosines + _PASSAGE_COSINE * cosine
        order = np.argsort(-sentences, kind="stable")[:_EVIDENCE]
        full_text = 1 / ranks[chunk.id] if chunk.id in ranks else 0.0
        relevance = float((own + cosines).max()) + cosine + words.allowance
        passages.append(
            Passage(
                number=0,
                chunk=chunk,
                document=stored.document,
                score=coverage + _COSINE * cosine + _FULL_TEXT_RANK * full_text + float(sentences[order[0]]),
                signals={
                    "coverage": coverage,
                    "cosine": cosine,
                    "full_text_rank": ranks.get(chunk.id, 0),
                    "relevance": relevance,
                },
                evidence=tuple(_quote(stored, int(i)) for i in order),
                evidence_scores=tuple(float(sentences[i]) for i in order),
            )
        )
    return passages


def _matches(
    candidates: Sequence[StoredChunk], titles: Mapping[str, np.ndarray], words: QueryWords, encoder: Encoder
) -> tuple[np.ndarray, np.ndarray]:
    """(question pieces, sentences and headers): how near the nearest piece of each is, 0 to 1; and columns a candidate.

    This is ColBERT's MaxSim (Khattab and Zaharia 2020) over the model's input embeddings instead of its outputs.
    """
    runs: list[np.ndarray] = []
    lengths: list[int] = []
    for stored in candidates:
        pieces, title = stored.encoded.pieces, titles[stored.document.id]
        runs += [pieces, title]
        lengths += [*np.diff(stored.encoded.piece_starts, append=len(pieces)).tolist(), len(title)]
    held, sizes = np.concatenate(runs), np.array(lengths)
    distinct, place = np.unique(held, return_inverse=True)
    rows = encoder.piece_vectors
    nearness = np.clip((rows[words.pieces] @ rows[distinct].T - _UNRELATED) / (1 - _UNRELATED), 0, 1)
    padded = np.concatenate([nearness[:, place], np.zeros((len(nearness), 1), nearness.dtype)], axis=1)
    best = np.maximum.reduceat(padded, np.cumsum(sizes) - sizes, axis=1)
    best[:, sizes == 0] = 0
    return best, np.array([len(stored.encoded.sentences) + 1 for stored in candidates])


def _quote(stored: StoredChunk, index: int) -> Quote:
    chunk = stored.chunk
    start, end = chunk.sentences[index]
    return Quote(chunk.document_id, start, end, chunk.text[start - chunk.start : end - chunk.start])
