"""How well each candidate answers a question: chunks and their sentences, by sums of named and weighted signals.

Knows what was stored of a chunk and what was computed of a question; nothing of how candidates were found or of what
becomes of the best.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rag.answer_types import AnswerType, holds_type
from rag.asked_time import asks_of_a_time, asks_of_now, is_within, told_of
from rag.chunking import header
from rag.encoder import Encoder
from rag.matching import Matcher, matcher_of
from rag.records import Query
from rag.rereading import likeliest, of_best, read_again, tokens_read
from rag.sections import MARKDOWN, headings
from rag.stored import StoredChunks
from rag.terms import QueryWords

_LOOKED_AT = 40  # passages whose sentences are read; that cannot lift one from further below
_PREFERRED = ("named_source", "named_day", "in_window", "latest")
_OF_SENTENCES = ("asked_time",)  # shown of a passage as its best sentence has it

Read = Callable[[np.ndarray], Mapping[str, np.ndarray]]
"""What is read of the chunks or sentences at some places."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts, near what cross-validation over seven sets gives: see ARCHITECTURE.md.

    A sentence: how much of the question it covers, which counts 1, and those up to `asked_time`. It may borrow words
    of its document's header, of the heading above it and of the sentence before it, at a discount. What is read word by
    word orders quotes alone, the likeliest among each other. A passage: its best sentence and the others.
    """

    header: float = 0.7
    section: float = 0.5
    previous: float = 0.5
    sentence_cosine: float = 0.9
    clause_cosine: float = 0.9
    passage_coverage: float = 1.3
    earlier: float = 2.0  # what tells of what was spoken of before, where the question names nothing
    passage_cosine: float = -0.4  # what makes the sentence near tells more than what makes all its neighbours near
    interaction: float = 1.5
    asked_for: float = 1.7
    answer_type: float = 0.2
    asked_time: float = 0.6
    coverage: float = -0.5  # of what its best sentence has of it already
    full_text: float = 0.15
    full_text_rank: float = 0.05
    named_source: float = 0.45
    named_day: float = 0.45
    in_window: float = 0.2  # of one that shuts nothing out
    latest: float = 0.4


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is computed of a question once: its vector (d,), its clauses' (k, d), its words, and what it asks for.

    A follow-up that was rewritten, and has no clauses, has how it was asked for one: what answers it need not repeat
    what was put in.
    `parts` (k, pieces) are the weights of the words of each of its parts, as in `rag/parts.py`; `earlier` (d,) is the
    vector of the questions that it leans on, with the last answer.
    """

    query: Query
    vector: np.ndarray
    clauses: np.ndarray
    words: QueryWords
    wanted: AnswerType | None
    parts: np.ndarray
    earlier: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Signals:
    """What the weights multiply, by their names: of n chunks (`passages`) and of their m sentences (`sentences`, and
    `shared` by all of a chunk). What has no weight: a sentence's `coverage`, a chunk's `covered` and a sentence's
    `sentences_covered` as in Scores, how many sentences a chunk has, its rank in full text (0 where that did not find
    it), how many tokens a sentence and the one before it have, whether it is a heading, and what is added to a chunk's
    relevance.
    """

    counts: np.ndarray
    covered: np.ndarray
    sentences_covered: np.ndarray
    coverage: np.ndarray
    sentences: Mapping[str, np.ndarray]
    shared: Mapping[str, np.ndarray]
    passages: Mapping[str, np.ndarray]
    ranks: np.ndarray
    tokens: np.ndarray
    headings: np.ndarray
    allowance: float

    @property
    def starts(self) -> np.ndarray:
        """The first sentence of each chunk."""
        return self.counts.cumsum() - self.counts


@dataclass(frozen=True, slots=True)
class Scores:
    """Of n chunks and their m sentences. `signals` are what `passages` (n,) was added up from, by name.

    `covered` (pieces, n) is how near each piece of the question is to the nearest of a chunk and its header,
    `sentences_covered` (pieces, m) to the nearest of a sentence and what it may borrow.
    """

    passages: np.ndarray
    sentences: np.ndarray
    covered: np.ndarray
    sentences_covered: np.ndarray
    signals: Mapping[str, np.ndarray]


def score(
    candidates: StoredChunks,
    asked: Asked,
    encoder: Encoder,
    full_text: Mapping[str, tuple[int, float]],
    reading: bool = True,
) -> Scores:
    """`full_text` has the rank and BM25 score of the candidates that it found, by chunk id.

    Without `reading` none of their sentences is read again, so that none comes before those of candidates before them.
    """
    signals = measured(candidates, asked, matcher_of(encoder), full_text, WEIGHTS)
    held = functools.partial(holding, candidates, asked)
    again: Read = functools.partial(read_again, candidates, asked.query, encoder) if reading else lambda _: {}
    return combined(signals, WEIGHTS, held, again)


def measured(
    candidates: StoredChunks,
    asked: Asked,
    matcher: Matcher,
    full_text: Mapping[str, tuple[int, float]],
    weights: Weights,
) -> Signals:
    """What the weights multiply. Of the weights themselves, only those of what a sentence may borrow matter here."""
    words = asked.words
    above, are_headings = _headings(candidates)
    covered, sentences_covered = _covered(candidates, words, matcher, weights, above)
    coverage = words.weights @ covered
    sentence_cosines = candidates.sentences @ asked.vector
    clause_cosines = (candidates.sentences @ asked.clauses.T).max(axis=1) if len(asked.clauses) else sentence_cosines
    ranks, shares = _full_text_signals(candidates, full_text)
    return Signals(
        counts=candidates.sentence_counts,
        covered=covered,
        sentences_covered=sentences_covered,
        coverage=words.weights @ sentences_covered,
        sentences={"sentence_cosine": sentence_cosines, "clause_cosine": clause_cosines},
        shared={
            "passage_coverage": coverage,
            "passage_cosine": candidates.vectors @ asked.vector,
            **({} if asked.earlier is None else {"earlier": np.maximum(candidates.vectors @ asked.earlier, 0)}),
        },
        passages={
            "coverage": coverage,
            "full_text": shares,
            "full_text_rank": np.divide(1, ranks, out=np.zeros(len(ranks)), where=ranks > 0),
            **_preferred(candidates, asked.query),
        },
        ranks=ranks,
        tokens=tokens_read(candidates),
        headings=are_headings,
        allowance=words.allowance,
    )


def combined(signals: Signals, weights: Weights, held: Read, again: Read, times: int = 1) -> Scores:
    """`held` has what is read of the sentences of some chunks (see `holding`), `again` of some sentences, best first.

    That is of `times` as many as a search reads again.
    """
    starts, counts, passages = signals.starts, signals.counts, signals.passages
    sentences = signals.coverage + _weighted(signals.sentences, weights)
    sentences = sentences + np.repeat(_weighted(signals.shared, weights), counts)
    rest = _weighted(passages, weights)
    best = np.argsort(-(np.maximum.reduceat(sentences, starts) + rest), kind="stable")[:_LOOKED_AT]
    read = held(best)
    sentences = sentences + _weighted(read, weights)
    best_sentences = np.maximum.reduceat(sentences, starts)
    quoted = np.where(signals.headings, -np.inf, sentences + np.repeat(rest, counts))
    places = likeliest(quoted, signals.tokens, times)
    answering = again(places)
    for name, values in answering.items():
        sentences[places] += getattr(weights, name) * (values - values.min())
    cosines = signals.shared["passage_cosine"]
    relevance = np.maximum.reduceat(signals.coverage + signals.sentences["sentence_cosine"], starts) + cosines
    return Scores(
        passages=best_sentences + rest,
        sentences=sentences,
        covered=signals.covered,
        sentences_covered=signals.sentences_covered,
        signals={
            "coverage": passages["coverage"],
            "cosine": cosines,
            "best_sentence": best_sentences,
            "full_text_rank": signals.ranks,
            "full_text": passages["full_text"],
            **{name: getattr(weights, name) * passages[name] for name in _PREFERRED if name in passages},
            **({"earlier": weights.earlier * signals.shared["earlier"]} if "earlier" in signals.shared else {}),
            **{name: np.maximum.reduceat(read[name], starts) for name in _OF_SENTENCES if name in read},
            **of_best(answering, places, sentences, counts),
            "relevance": relevance + signals.allowance,
        },
    )


def holding(candidates: StoredChunks, asked: Asked, looked_at: np.ndarray) -> dict[str, np.ndarray]:
    """What takes reading, (m,) of the sentences of some chunks and 0 of others; as far as the question asks for it.

    `answer_type` is whether a sentence holds the kind of thing that is wanted, `asked_time` how much of the time that
    is asked about it tells of, where its document is not of that time itself.
    """
    counts = candidates.sentence_counts
    timed = asks_of_a_time(asked.query) or asks_of_now(asked.query)
    wanted = {"answer_type": asked.wanted is not None, "asked_time": timed}
    found = {name: np.zeros(int(counts.sum())) for name, is_wanted in wanted.items() if is_wanted}
    starts = counts.cumsum() - counts
    for i in looked_at.tolist() if found else ():
        chunk = candidates.chunk(i)
        texts = chunk.texts
        own = slice(starts[i], starts[i] + len(texts))
        if "answer_type" in found:
            found["answer_type"][own] = holds_type(asked.wanted, asked.query.text, texts)
        if timed:
            found["asked_time"][own] = told_of(asked.query, texts, candidates.document(i).day)
    return found


def _weighted(signals: Mapping[str, np.ndarray], weights: Weights) -> np.ndarray:
    return sum((getattr(weights, name) * values for name, values in signals.items()), np.zeros(()))


def _covered(
    candidates: StoredChunks, words: QueryWords, matcher: Matcher, weights: Weights, above: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Piece by piece: each chunk with its header (pieces, n), each sentence with what it may borrow (pieces, m).

    `above` (m,) are the places of the headings above the sentences.
    """
    counts = candidates.sentence_counts
    starts = counts.cumsum() - counts
    headers = [matcher.pieces(header(document)) for document in candidates.documents.values()]
    place = {document_id: i for i, document_id in enumerate(candidates.documents)}
    of = np.array([place[row[1]] for row in candidates.rows])
    titled = matcher.matches(words.pieces, np.concatenate(headers), np.array([len(one) for one in headers]))[:, of]
    own = matcher.matches(words.pieces, candidates.pieces, candidates.piece_counts)
    previous = np.roll(own, 1, axis=1)
    previous[:, starts] = 0
    headed = weights.section * own[:, above]
    borrowed = np.maximum(headed, weights.header * np.repeat(titled, counts, axis=1))
    borrowed = np.maximum(borrowed, weights.previous * previous)
    whole = np.maximum(np.maximum.reduceat(own, starts, axis=1), titled)
    return whole, np.maximum(own, borrowed)


def _headings(candidates: StoredChunks) -> tuple[np.ndarray, np.ndarray]:
    """The place of the heading above each sentence in its chunk, its own where there is none, and which are headings.

    Both (m,).
    """
    ends = candidates.sentence_counts.cumsum()
    places = np.arange(int(ends[-1]))
    found = np.zeros(len(places), bool)
    for i, (end, count) in enumerate(zip(ends.tolist(), candidates.sentence_counts.tolist(), strict=True)):
        if candidates.document(i).media_type == MARKDOWN:
            own = places[end - count : end]
            chunk = candidates.chunk(i)
            begun = headings(chunk.text)
            heads = found[end - count : end]
            heads[:] = [start - chunk.start in begun for start, _ in chunk.sentences]
            last = np.maximum.accumulate(np.where(heads, own, -1))
            places[end - count : end] = np.where(last >= 0, last, own)
    return places, found


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
        preferred["named_source"] = np.array([d.source in query.sources for d in documents], float)
    if query.days:
        preferred["named_day"] = np.array([d.day in query.days for d in documents], float)
    if query.window and not query.strict:
        preferred["in_window"] = np.array([is_within(d.day, query) for d in documents], float)
    if query.latest:
        days = np.array([d.day.toordinal() if d.day else 0 for d in documents])
        newness = np.unique(days, return_inverse=True)[1]
        preferred["latest"] = newness / max(int(newness.max(initial=0)), 1)
    return preferred
