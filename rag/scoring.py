"""How well each candidate answers a question: chunks and their sentences, by sums of named and weighted signals.

Knows what was stored of a chunk and what was computed of a question; nothing of how candidates were found or of what
becomes of the best.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from rag.answer_types import AnswerType, holds_type
from rag.chunking import header
from rag.matching import Matcher
from rag.records import Query
from rag.stored import StoredChunks
from rag.terms import QueryWords

# Chosen by cross-validation over six sets: see ARCHITECTURE.md and `python -m evals.fusion`.
# A sentence: how much of the question it covers, which counts 1, and these. It may borrow words from the header of its
# document and from the sentence before it, at a discount.
_HEADER = 0.7
_PREVIOUS = 0.5
_SENTENCE_COSINE = 0.9
_CLAUSE_COSINE = 0.9
_PASSAGE_COVERAGE = 1.3
_PASSAGE_COSINE = -0.2  # what makes the sentence near is more telling than what makes all its neighbours near
_ANSWER_TYPE = 0.2
# A passage: its best sentence and these.
_COVERAGE = -0.5  # of what its best sentence has of it already
_FULL_TEXT = 0.15
_FULL_TEXT_RANK = 0.1
_NAMED_SOURCE = 0.45
_NAMED_DAY = 0.45
_IN_WINDOW = 0.2  # of one that shuts nothing out
_LATEST = 0.4
_LOOKED_AT = 40  # passages whose sentences are read for the answer's type; it cannot lift one from further below


@dataclass(frozen=True, slots=True)
class Asked:
    """What is computed of a question once: its vector (d,), its clauses' (k, d), its words, and what it asks for."""

    query: Query
    vector: np.ndarray
    clauses: np.ndarray
    words: QueryWords
    wanted: AnswerType | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Of n chunks and their m sentences. `signals` are what `passages` (n,) was added up from, by name.

    `covered` (pieces, n) is how near each piece of the question is to the nearest of a chunk and its header.
    """

    passages: np.ndarray
    sentences: np.ndarray
    covered: np.ndarray
    signals: Mapping[str, np.ndarray]


def score(
    candidates: StoredChunks, asked: Asked, matcher: Matcher, full_text: Mapping[str, tuple[int, float]]
) -> Scores:
    """`full_text` has the rank and BM25 score of the candidates that it found, by chunk id."""
    counts = candidates.sentence_counts
    starts = counts.cumsum() - counts
    words = asked.words
    covered, sentence_covered = _coverage(candidates, words, matcher)
    coverage = words.weights @ covered
    cosines = candidates.vectors @ asked.vector
    sentence_cosines = candidates.sentences @ asked.vector
    clause_cosines = (candidates.sentences @ asked.clauses.T).max(axis=1) if len(asked.clauses) else sentence_cosines
    sentences = (
        sentence_covered
        + _SENTENCE_COSINE * sentence_cosines
        + _CLAUSE_COSINE * clause_cosines
        + np.repeat(_PASSAGE_COVERAGE * coverage + _PASSAGE_COSINE * cosines, counts)
    )
    ranks, shares = _full_text_signals(candidates, full_text)
    preferred = _preferred(candidates, asked.query)
    rest = (
        _COVERAGE * coverage
        + _FULL_TEXT * shares
        + _FULL_TEXT_RANK * np.divide(1, ranks, out=np.zeros(len(ranks)), where=ranks > 0)
        + sum(preferred.values())
    )
    if asked.wanted:
        best = np.argsort(-(np.maximum.reduceat(sentences, starts) + rest), kind="stable")[:_LOOKED_AT]
        sentences += _ANSWER_TYPE * _of_type(candidates, asked, starts, best)
    return Scores(
        passages=np.maximum.reduceat(sentences, starts) + rest,
        sentences=sentences,
        covered=covered,
        signals={
            "coverage": coverage,
            "cosine": cosines,
            "best_sentence": np.maximum.reduceat(sentences, starts),
            "full_text_rank": ranks,
            "full_text": shares,
            **preferred,
            "relevance": np.maximum.reduceat(sentence_covered + sentence_cosines, starts) + cosines + words.allowance,
        },
    )


def _coverage(candidates: StoredChunks, words: QueryWords, matcher: Matcher) -> tuple[np.ndarray, np.ndarray]:
    """Of each chunk with its header, piece by piece (pieces, n); of each sentence with what it may borrow (m,)."""
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
    return whole, words.weights @ np.maximum(own, borrowed)


def _full_text_signals(
    candidates: StoredChunks, full_text: Mapping[str, tuple[int, float]]
) -> tuple[np.ndarray, np.ndarray]:
    """Ranks from 1, 0 where full text did not find it, and BM25 as a share of the best (n,)."""
    found = [full_text.get(candidates.id(i), (0, 0.0)) for i in range(len(candidates))]
    scores = np.array([score for _, score in found])
    return np.array([rank for rank, _ in found]), scores / max(float(scores.max(initial=0.0)), 1e-9)


def _preferred(candidates: StoredChunks, query: Query) -> dict[str, np.ndarray]:
    """What the question's own words prefer: outlets, days and times that it names, and the newest."""
    documents = [candidates.document(i) for i in range(len(candidates))]
    preferred = {}
    if query.sources:
        preferred["named_source"] = _NAMED_SOURCE * np.array([d.source in query.sources for d in documents], float)
    if query.days:
        preferred["named_day"] = _NAMED_DAY * np.array([d.day in query.days for d in documents], float)
    if query.window and not query.strict:
        preferred["in_window"] = _IN_WINDOW * np.array([_is_within(d.day, query) for d in documents], float)
    if query.latest:
        days = np.array([d.day.toordinal() if d.day else 0 for d in documents])
        newness = np.unique(days, return_inverse=True)[1]
        preferred["latest"] = _LATEST * newness / max(int(newness.max(initial=0)), 1)
    return preferred


def _is_within(day: date | None, query: Query) -> bool:
    return bool(day and (not query.after or day >= query.after) and (not query.before or day <= query.before))


def _of_type(candidates: StoredChunks, asked: Asked, starts: np.ndarray, looked_at: np.ndarray) -> np.ndarray:
    """1 for each sentence (m,) of some chunks that holds what the question asks for, else 0."""
    held = np.zeros(int(candidates.sentence_counts.sum()))
    for i in looked_at.tolist():
        chunk = candidates.chunk(i)
        texts = [chunk.text[start - chunk.start : end - chunk.start] for start, end in chunk.sentences]
        held[starts[i] : starts[i] + len(texts)] = holds_type(asked.wanted, asked.query.text, texts)
    return held
