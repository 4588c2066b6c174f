"""Gathered candidates -> a ranking by any weights, with any part of retrieval left out, and its scores.

Knows how retrieval puts candidates in order; nothing of question sets as a whole or of tables.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evals.gathering import Gathered
from evals.scoring import level_scores, token_scores
from rag.retrieval import NEAREST_BY, NOVELTY, ordered
from rag.scoring import WEIGHTS, Signals, Weights, combined

_SHOWN = 60  # passages whose sentences are ranked, as in a run
_OF_A_PASSAGE, _SENTENCES = 3, 10
_CONSTANT = 60  # of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates and sentences, best first, by their places; no sentences where the ranking has none."""

    passages: Sequence[int]
    sentences: Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Part:
    """What is left out: weights that become 0, what a sentence borrows, clauses, novelty, the place that is kept for
    the passage nearest in meaning, or how candidates are found.

    `borrowing` is a key of `Gathered.without`; `found` keeps the candidates that these ways found.
    """

    name: str
    zero: tuple[str, ...] = ()
    borrowing: str = ""
    clauses: bool = True
    novelty: bool = True
    nearest: bool = True
    found: tuple[str, ...] = ()


_FULL_TEXT = ("full_text", "full_text_rank")
_DENSE = ("sentence_cosine", "clause_cosine", "passage_cosine")

PARTS = (
    Part("nothing: as it is"),
    Part("a sentence's cosine", zero=("sentence_cosine",)),
    Part("its passage's coverage", zero=("passage_coverage",)),
    Part("its passage's cosine", zero=("passage_cosine",)),
    Part("a passage's own coverage", zero=("coverage",)),
    Part("clauses: the nearest one's cosine", zero=("clause_cosine",)),
    Part("clauses: the whole question's cosine in its place", clauses=False),
    Part("what a sentence borrows from the header", borrowing="header"),
    Part("what it borrows from the heading above it", borrowing="section"),
    Part("what it borrows from the sentence before", borrowing="previous"),
    Part("what it borrows from all of these", borrowing="all"),
    Part("the answer's type", zero=("answer_type",)),
    Part("the time that is asked about", zero=("asked_time",)),
    Part("words in their places: the question's words", zero=("interaction",)),
    Part("words in their places: the question word", zero=("asked_for",)),
    Part("words in their places: both", zero=("interaction", "asked_for")),
    Part("novelty", novelty=False),
    Part("the passage nearest in meaning among the first five", nearest=False),
    Part("named outlets: their preference", zero=("named_source",)),
    Part("named outlets: their own candidates", found=("dense", "full_text")),
    Part("named outlets: both", zero=("named_source",), found=("dense", "full_text")),
    Part("named days", zero=("named_day",)),
    Part("windows that shut nothing out", zero=("in_window",)),
    Part("the newest, where they are asked for", zero=("latest",)),
    Part("full text: its share of the best score", zero=("full_text",)),
    Part("full text: its rank", zero=("full_text_rank",)),
    Part("full text: both", zero=_FULL_TEXT),
    Part("full text: both, and its own candidates", zero=_FULL_TEXT, found=("dense", "named")),
    Part("dense: all cosines", zero=_DENSE),
    Part("dense: all cosines, and its own candidates", zero=_DENSE, found=("full_text", "named")),
)


def ranked(question: Gathered, weights: Weights = WEIGHTS, part: Part = PARTS[0]) -> Ranking:
    """The question's candidates as retrieval puts them in order, with these weights and without a part."""
    kept = np.flatnonzero(_found(question, part.found))
    if not len(kept):
        return Ranking((), ())
    sentences = np.flatnonzero(np.isin(_owners(question.signals), kept))
    coverage = question.without[part.borrowing] if part.borrowing else question.signals.coverage
    signals = _only(replace(question.signals, coverage=coverage), kept, sentences)
    if not part.clauses:
        whole = signals.sentences["sentence_cosine"]
        signals = replace(signals, sentences={"sentence_cosine": whole, "clause_cosine": whole})
    held = {name: values[sentences] for name, values in question.held.items()}
    scores = combined(
        signals, replace(weights, **dict.fromkeys(part.zero, 0.0)), _holding(held, signals), _again(question, sentences)
    )
    novelty = NOVELTY if part.novelty else 0.0
    ids, documents = [question.ids[i] for i in kept.tolist()], [question.ranges[i].document for i in kept.tolist()]
    nearest_by = NEAREST_BY if part.nearest else len(kept) + 1
    order = ordered(ids, documents, scores, question.weights, len(kept), novelty, nearest_by)
    best = _best_sentences(scores.sentences - question.discounts[sentences], signals, order)
    return Ranking(kept[order].tolist(), sentences[best].tolist())


def full_text_alone(question: Gathered) -> Ranking:
    """By BM25."""
    found = np.flatnonzero(question.signals.ranks)
    return Ranking(found[np.argsort(question.signals.ranks[found])].tolist(), None)


def dense_alone(question: Gathered) -> Ranking:
    """Passages by the cosine of their vectors, sentences by that of theirs."""
    found = np.flatnonzero(question.dense)
    order = found[np.argsort(question.dense[found])].tolist()
    return Ranking(order, _best_sentences(question.signals.sentences["sentence_cosine"], question.signals, order))


def reciprocal_rank_fusion(question: Gathered) -> Ranking:
    """Of these two."""
    ranks = np.stack([question.dense, question.signals.ranks])
    score = np.where(ranks > 0, 1 / (_CONSTANT + ranks), 0.0).sum(axis=0)
    found = np.flatnonzero(score)
    return Ranking(found[np.argsort(-score[found], kind="stable")].tolist(), None)


BASELINES: Mapping[str, Callable[[Gathered], Ranking]] = {
    "full text alone (BM25)": full_text_alone,
    "dense alone (cosine)": dense_alone,
    "reciprocal rank fusion of both": reciprocal_rank_fusion,
}


def scores_of(question: Gathered, ranking: Ranking) -> dict[str, float | None]:
    """Every figure of retrieval that a run has of one question, under the same names."""
    ranges = [question.ranges[i] for i in ranking.passages]
    passages = [question.in_passages.get(i, set()) for i in ranking.passages]
    sentences = [question.in_sentences.get(i, set()) for i in ranking.sentences or ()]
    levels = level_scores(question.question, [one.document for one in ranges], passages, sentences)
    if ranking.sentences is None:
        levels = {name: None if name.startswith("sentence_") else score for name, score in levels.items()}
    return {**levels, **token_scores(question.question, ranges, question.chunks)}


def _found(question: Gathered, ways: Sequence[str]) -> np.ndarray:
    """Which candidates (n,) any of these ways found: dense, full_text or named; without ways, all."""
    by = {"dense": question.dense > 0, "full_text": question.signals.ranks > 0, "named": question.named}
    return np.any([by[way] for way in ways or by], axis=0)


def _only(signals: Signals, kept: np.ndarray, sentences: np.ndarray) -> Signals:
    """The signals of those candidates and their sentences alone."""
    return replace(
        signals,
        counts=signals.counts[kept],
        covered=signals.covered[:, kept],
        coverage=signals.coverage[sentences],
        sentences={name: values[sentences] for name, values in signals.sentences.items()},
        shared={name: values[kept] for name, values in signals.shared.items()},
        passages={name: values[kept] for name, values in signals.passages.items()},
        ranks=signals.ranks[kept],
        sentences_covered=signals.sentences_covered[:, sentences],
        tokens=signals.tokens[sentences],
        headings=signals.headings[sentences],
    )


def _owners(signals: Signals) -> np.ndarray:
    """The chunk of each sentence (m,)."""
    return np.repeat(np.arange(len(signals.counts)), signals.counts)


def _holding(held: Mapping[str, np.ndarray], signals: Signals) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    owners = _owners(signals)
    return lambda looked_at: {name: values * np.isin(owners, looked_at) for name, values in held.items()}


def _again(question: Gathered, sentences: np.ndarray) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """What was not read when candidates were gathered counts as the least of what was."""

    def read(places: np.ndarray) -> dict[str, np.ndarray]:
        found = {name: values[sentences[places]] for name, values in question.again.items()}
        least = {name: np.nanmin(values, initial=1.0) for name, values in found.items()}
        return {name: np.nan_to_num(values, nan=least[name]) for name, values in found.items()}

    return read


def _best_sentences(scores: np.ndarray, signals: Signals, order: Sequence[int]) -> list[int]:
    """The first sentences as a run ranks them: at most three of a passage, and equal ones in the order of passages."""
    owners, shown = _owners(signals), list(order[:_SHOWN])
    places = np.full(len(signals.counts), len(order))
    places[shown] = np.arange(len(shown))
    taken, best = np.zeros(len(places), int), list[int]()
    for sentence in np.lexsort((places[owners], -scores)).tolist():
        passage = owners[sentence]
        if places[passage] < len(shown) and taken[passage] < _OF_A_PASSAGE:
            taken[passage] += 1
            best.append(sentence)
        if len(best) == _SENTENCES:
            break
    return best
