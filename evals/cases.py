"""Question sets -> cases of questions that a library answers or does not, each with the signs to tell it by.

A set's questions are asked of its own corpus, of that without the documents that answer them, and of the corpora of
other sets. Knows libraries and searches; nothing of how signs are weighed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from evals.gathering import filled
from evals.libraries import resolved
from evals.questions import Question, QuestionSet, load_questions
from rag.catalog import Catalog
from rag.library import Library
from rag.questions import understand
from rag.records import Found, Passage, Query
from rag.retrieval import retrieve
from rag.searching import search
from rag.settings import Settings
from rag.signs import LOOKED_AT, signs_of
from rag.vectors import ExactVectors, Hit
from rag.words import words_of

Say = Callable[[str], None]
Kind = Literal["answerable", "unanswerable", "gold taken out", "asked elsewhere"]


@dataclass(frozen=True, slots=True)
class Case:
    """A question of a set, asked of a corpus; no `signs` where nothing that may answer was found.

    `told` says whether an answer of the set's still stands in the first passages; None where that cannot be told: of
    questions without one, and of those that want a yes or a no.
    """

    name: str
    corpus: str
    kind: Kind
    question: str
    signs: Mapping[str, float] | None
    told: bool | None = None

    @property
    def answerable(self) -> bool:
        return self.kind == "answerable"


@dataclass(frozen=True, slots=True)
class _Opened:
    """A set by its name with a library of its corpus, and the ids of each document's chunks."""

    name: str
    asked: QuestionSet
    library: Library
    catalog: Catalog
    vectors: ExactVectors
    chunks: Mapping[str, Sequence[str]]


def cases(sets: Sequence[tuple[Path, Path]], settings: Settings, say: Say) -> Iterator[Case]:
    """Of sets' questions, each a path with its corpus; elsewhere are the largest and the smallest of the others'.

    A follow-up is asked of its own corpus alone.
    """
    with ExitStack() as stack:
        opened = [_opened(questions, corpus, settings, say, stack) for questions, corpus in sets]
        for one in opened:
            known = resolved(one.asked.questions, one.library)
            say(f"{one.name}: {len(known)} questions of its own corpus")
            yield from (_own(question, one) for question in known)
            yield from (_without_gold(question, one) for question in known if question.answerable and question.evidence)
            alone = [question for question in one.asked.questions if not question.history]
            others = sorted(
                (other for other in opened if other is not one), key=lambda other: other.catalog.counts()[1]
            )
            for elsewhere in {other.name: other for other in [*others[:1], *others[-1:]]}.values():
                say(f"{one.name}: the same of {elsewhere.name}'s corpus")
                yield from (_case(question, one, elsewhere, "asked elsewhere") for question in alone)


def _opened(questions: Path, corpus: Path, settings: Settings, say: Say, stack: ExitStack) -> _Opened:
    asked = load_questions(questions, None if corpus.is_dir() else corpus)
    folder = stack.enter_context(filled(asked, corpus, settings, say))
    library = stack.enter_context(Library(folder, settings=settings, read_only=True))
    catalog = stack.enter_context(closing(Catalog(folder / "catalog.db", read_only=True)))
    chunks: dict[str, list[str]] = {}
    for one in catalog.vectors():
        chunks.setdefault(one.document_id, []).append(one.chunk_id)
    name = questions.parent.name if questions.stem == "questions" else questions.stem
    return _Opened(name, asked, library, catalog, ExactVectors(catalog), chunks)


def _own(question: Question, of: _Opened) -> Case:
    return _case(question, of, of, "answerable" if question.answerable else "unanswerable")


def _without_gold(question: Question, of: _Opened) -> Case:
    return _case(question, of, of, "gold taken out", {gold.doc_id for gold in question.evidence})


def _case(question: Question, of: _Opened, asked_of: _Opened, kind: Kind, without: set[str] | None = None) -> Case:
    known = asked_of.catalog.holdings()
    query = understand(question.question, question.history, asked_on=question.asked_on, holdings=known)
    found = _found(query, asked_of, without or set())
    told = _told(question, found.passages[: asked_of.library.settings.passages])
    return Case(of.name, asked_of.name, kind, question.id, signs_of(found.query, found.passages), told)


def _told(question: Question, passages: Sequence[Passage]) -> bool | None:
    answers = [words for answer in question.answers if (words := words_of(answer)) and words not in (["yes"], ["no"])]
    texts = [f" {' '.join(words_of(passage.chunk.text))} " for passage in passages]
    return any(f" {' '.join(words)} " in text for words in answers for text in texts) if answers else None


def _found(query: Query, asked_of: _Opened, without: set[str]) -> Found:
    """What a search finds, as if the library did not hold the documents `without`."""
    catalog, vectors = asked_of.catalog, asked_of.vectors
    hidden = {chunk_id for document_id in without for chunk_id in asked_of.chunks[document_id]}
    partial = cast(Catalog, _Partial(catalog, hidden)) if hidden else catalog

    def retrieved(query: Query, limit: int) -> Any:
        after, before = (query.after, query.before) if query.strict else (None, None)

        def nearest(vector: np.ndarray, limit: int, outlet: str = "") -> Sequence[Hit]:
            hits = vectors.nearest(vector, limit + len(hidden), after, before, outlet)
            return [hit for hit in hits if hit.chunk_id not in hidden][:limit]

        return retrieve(query, limit, partial, asked_of.library.encoder, nearest)

    return search(query, LOOKED_AT, retrieved, catalog)


class _Partial:
    """A catalog whose full text finds none of some chunks."""

    def __init__(self, catalog: Catalog, hidden: set[str]) -> None:
        self._catalog = catalog
        self._hidden = hidden

    def __getattr__(self, name: str) -> Any:
        return getattr(self._catalog, name)

    def full_text(self, words: Sequence[str], limit: int, *window: Any) -> list[tuple[str, float]]:
        found = self._catalog.full_text(words, limit + len(self._hidden), *window)
        return [hit for hit in found if hit[0] not in self._hidden][:limit]
