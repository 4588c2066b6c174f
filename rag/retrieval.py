"""Query -> Passages: dense and full-text candidates, scored together, each with its best evidence sentences.

Knows nothing of prompts, models or answers, nor of what to do where too little is found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from rag.alone import tells
from rag.answer_types import repeats, wanted_type
from rag.catalog import Catalog
from rag.clauses import clauses
from rag.encoder import Encoder
from rag.further import is_told
from rag.instructions import about_instructions, instructions
from rag.matching import matcher_of
from rag.parts import part_weights
from rag.records import Chunk, Passage, Query, Quote
from rag.scoring import Asked, Scores, score
from rag.sections import headings
from rag.stored import StoredChunks
from rag.terms import query_words
from rag.vectors import Hit

CANDIDATES = 60
_OF_A_SOURCE = 40  # candidates that each outlet which the question names has besides
_OF_EARLIER = 20  # that are nearest to what was spoken of before
_EVIDENCE = 3
# What a passage gains by the share of the question that it covers and those before it do not; of this many.
NOVELTY = 1.1
_REORDERED = 60
NEAREST_BY = 5  # the place by which the passage of highest cosine comes: an answer draws on so many
# Any text covers some word that no other does: only so large a share of the highest relevance gains by it.
_RELEVANT_ENOUGH = 0.3
# What a caption or a question is worth less as a quote: it has the question's words, and seldom the answer.
_FRAGMENT = 0.15
_LINE = 40  # characters: a longer sentence is some other
_HELD = 0.9  # nearness of all of a word's pieces at which a passage holds the word
# Passages of which none is more relevant than this have nothing to do with the question, so that its window may give
# way. Chosen on questions of one set asked of another's library: of those, 1 to 5 % are more relevant, of a set's own
# 1 to 5 % are not. Whether to answer is decided in rag/answerability.py.
RELEVANT = 0.86


class Nearest(Protocol):
    """The chunks of highest cosine with a vector (d,) that the query allows; of one outlet where it is named."""

    def __call__(self, vector: np.ndarray, limit: int, outlet: str = "") -> Sequence[Hit]: ...


@dataclass(frozen=True, slots=True)
class Candidates:
    """Chunk ids by how they were found, best first; of those that full text found, the rank and the BM25 score."""

    dense: Sequence[str]
    full_text: Mapping[str, tuple[int, float]]
    named: Sequence[str]
    earlier: Sequence[str] = ()

    @property
    def ids(self) -> list[str]:
        """Each once."""
        return list(dict.fromkeys([*self.dense, *self.full_text, *self.named, *self.earlier]))


def retrieve(query: Query, limit: int, catalog: Catalog, encoder: Encoder, nearest: Nearest) -> tuple[Passage, ...]:
    """The best passages for a query, numbered from 1; those for a smaller limit are the first of a larger one's.

    Where the first candidates are too few, twice as many are looked at, and what is new among them comes after.
    """
    asked = read(query, catalog, encoder)
    found: list[Passage] = []
    seen: set[str] = set()
    depth = CANDIDATES
    while len(found) < limit:
        candidates = candidates_of(asked, depth, catalog, nearest)
        new = catalog.chunks([one for one in candidates.ids if one not in seen])
        if len(new):
            scores = score(new, asked, encoder, candidates.full_text, reading=not found)
            found += _passages(new, asked, scores, limit - len(found), found)
        if len(candidates.dense) < depth and len(candidates.full_text) < depth:
            break
        seen.update(candidates.ids)
        depth *= 2
    return tuple(replace(passage, number=number) for number, passage in enumerate(found, start=1))


def read(query: Query, catalog: Catalog, encoder: Encoder) -> Asked:
    """What is computed of a query before anything is looked for."""
    as_asked = [query.original] if query.rewritten else []
    vector, *parts = encoder.encode_queries([query.text, *(clauses(query.text) or as_asked)])
    words = query_words(query, catalog, matcher_of(encoder))
    earlier = query.earlier
    return Asked(
        query=query,
        vector=vector,
        clauses=np.array(parts, np.float32),
        words=words,
        wanted=wanted_type(query.text),
        parts=part_weights(query, words),
        earlier=encoder.encode_query(" ".join([*earlier.asked, earlier.answer])) if earlier else None,
    )


def candidates_of(asked: Asked, depth: int, catalog: Catalog, nearest: Nearest) -> Candidates:
    """So many of the nearest, as many by full text, some of each outlet that is named, and of what was spoken of."""
    query = asked.query
    after, before = (query.after, query.before) if query.strict else (None, None)
    ranked = catalog.full_text(asked.words.searched, depth, after, before, query.documents)
    return Candidates(
        dense=[hit.chunk_id for hit in nearest(asked.vector, depth)],
        full_text={chunk_id: (rank, bm25) for rank, (chunk_id, bm25) in enumerate(ranked, start=1)},
        named=[hit.chunk_id for outlet in query.sources for hit in nearest(asked.vector, _OF_A_SOURCE, outlet)],
        earlier=() if asked.earlier is None else [hit.chunk_id for hit in nearest(asked.earlier, _OF_EARLIER)],
    )


def relevant(passages: Sequence[Passage]) -> bool:
    """Whether any of the passages has to do with the question, and is more than instructions to a machine."""
    meant = [passage for passage in passages if passage.evidence or not passage.instructions]
    return any(passage.signals["relevance"] > RELEVANT for passage in meant)


def discounts(chunk: Chunk, question: str) -> np.ndarray:
    """What each of its sentences (m,) is worth less as a quote: captions, items and questions a little.

    A heading is no evidence, nor is a line that only repeats the question: infinitely much, if there is anything else.
    """
    begun = headings(chunk.text)
    empty = np.array([start - chunk.start in begun for start, _ in chunk.sentences], bool)
    empty |= [len(text) <= _LINE and repeats(question, text) for text in chunk.texts]
    fragments = np.array([not tells(text) for text in chunk.texts], float)
    return np.where(empty & ~empty.all(), np.inf, _FRAGMENT * fragments)


def _passages(
    candidates: StoredChunks, asked: Asked, scores: Scores, limit: int, before: Sequence[Passage]
) -> list[Passage]:
    """The best of the candidates, best first. None has a higher score than one before it: what is new comes first."""
    ids, documents = zip(*((row[0], row[1]) for row in candidates.rows), strict=True)
    order = ordered(ids, documents, scores, asked.words.weights, limit)
    highest = before[-1].score if before else np.inf
    falling = np.minimum.accumulate([highest, *scores.passages[order].astype(float)])[1:]
    ends = candidates.sentence_counts.cumsum()
    starts = ends - candidates.sentence_counts
    passages = []
    for i, falling_score in zip(order, falling.tolist(), strict=True):
        chunk = candidates.chunk(i)
        own = scores.sentences[starts[i] : ends[i]] - discounts(chunk, asked.query.text)
        ordering = _instructions(chunk, asked.query.text)
        told = {place for place, text in enumerate(chunk.texts) if is_told(text, asked.query.told)}
        left_out = ordering | told | set(np.flatnonzero(np.isneginf(own)).tolist())
        best = [one for one in np.argsort(-own, kind="stable").tolist() if one not in left_out][:_EVIDENCE]
        passages.append(
            Passage(
                number=0,
                chunk=chunk,
                document=candidates.document(i),
                score=falling_score,
                signals={name: values[i].item() for name, values in scores.signals.items()},
                evidence=tuple(_quote(chunk, one) for one in best),
                evidence_scores=tuple(float(own[one]) for one in best),
                matched=_held(asked, scores.covered[:, i]),
                instructions=tuple(chunk.sentences[one] for one in sorted(ordering)),
                parts=tuple((asked.parts @ scores.sentences_covered[:, starts[i] : ends[i]]).max(axis=1).tolist()),
            )
        )
    return passages


def ordered(
    ids: Sequence[str],
    documents: Sequence[str],
    scores: Scores,
    weights: np.ndarray,
    limit: int,
    novelty: float = NOVELTY,
    nearest_by: int = NEAREST_BY,
) -> list[int]:
    """The first `limit` candidates, best first, where a passage gains by covering what those before it leave out.

    So several documents answer a question that needs several: maximal marginal relevance (Carbonell and Goldstein
    1998), with what is left of the question in place of the distance to what is chosen. By the place `nearest_by` comes
    the one nearest in meaning, which may answer without a word of the question, where nothing of its document came
    before; but where outlets are named, each of these has its own part to answer.
    """
    order = sorted(range(len(ids)), key=lambda i: (-scores.passages[i], ids[i]))
    left, rest = order[:_REORDERED], order[_REORDERED:]
    gain = novelty * _may_gain(scores.signals)
    nearest = -1 if "named_source" in scores.signals else max(left, key=scores.signals["cosine"].__getitem__)
    chosen, left = left[:1], left[1:]
    covered = scores.covered[:, chosen].max(axis=1, initial=0.0)
    while left and len(chosen) < limit:
        new = np.maximum(scores.covered[:, left] - covered[:, None], 0)
        # Not a matrix product, which now and then warns of an invalid value among these where there is none.
        best = left[int(np.argmax(scores.passages[left] + gain[left] * np.einsum("p,pn->n", weights, new)))]
        kept = len(chosen) == nearest_by - 1 and nearest in left
        if kept and documents[nearest] not in {documents[i] for i in chosen}:
            best = nearest
        left.remove(best)
        covered = np.maximum(covered, scores.covered[:, best])
        chosen.append(best)
    return [*chosen, *left, *rest][:limit]


def _may_gain(signals: Mapping[str, np.ndarray]) -> np.ndarray:
    """Which candidates (n,) may gain by novelty: relevant ones, and of named outlets and days where any are named."""
    relevance = signals["relevance"]
    may = relevance >= _RELEVANT_ENOUGH * relevance.max(initial=0.0)
    named = sum((signals[name] for name in ("named_source", "named_day") if name in signals), np.zeros(len(may)))
    return may & (named > 0) if named.any() else may


def _held(asked: Asked, covered: np.ndarray) -> tuple[str, ...]:
    """The question's words of which every piece is near to one of the passage's."""
    lacking = set(asked.words.owners[covered < _HELD].tolist())
    return tuple(word for place, word in enumerate(asked.words.words) if place not in lacking)


def _instructions(chunk: Chunk, question: str) -> set[int]:
    """Which of its sentences tell a machine what to do; none where the question may be about such sentences."""
    if about_instructions(question):
        return set()
    found = instructions(chunk.texts)
    return {index for index, one in enumerate(found) if one}


def _quote(chunk: Chunk, index: int) -> Quote:
    start, end = chunk.sentences[index]
    return Quote(chunk.document_id, start, end, chunk.text[start - chunk.start : end - chunk.start])
