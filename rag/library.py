"""Library: what Python callers hold. Hands each call to the part that it is for."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from rag.adding import Source
from rag.answering import Event, Request, stream_answer
from rag.catalog import Catalog
from rag.choosing import Models
from rag.condensing import condensed
from rag.connections import always
from rag.encoder import Encoder, load_encoder
from rag.entailment import EntailmentWording
from rag.errors import DocumentError
from rag.folder import LibraryFolder
from rag.followups import standalone
from rag.indexing import check_index, index_fingerprint
from rag.llm import LanguageModel, ModelChoice
from rag.outcomes import AddReport, Progress, untold
from rag.questions import understand
from rag.records import Answer, Display, Document, Found, Passage, Query, Span
from rag.reranking import RERANKED, load_reranker, reranked
from rag.retrieval import retrieve
from rag.searching import search
from rag.sections import sectioned
from rag.settings import Settings, load_settings
from rag.stored import Listed
from rag.uploads import Uploads
from rag.wording import EncoderWording, Wording


class Library:
    """A folder of documents that can be asked questions. Use it in a `with` block; nothing is opened before.

    The first that opens a library may change it; others read beside it. `read_only` never takes the lock.
    `model` writes in place of the one that the settings name.
    """

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        settings: Settings | None = None,
        read_only: bool = False,
        model: LanguageModel | None = None,
    ) -> None:
        settings = settings or load_settings()
        self.settings = settings if path is None else settings.model_copy(update={"library": Path(path)})
        self.folder = self.settings.library.absolute()  # the process may go on in another working folder
        self._held = LibraryFolder(self.folder, lambda: self.settings, lambda: self.encoder, read_only)
        self._model = model

    def __enter__(self) -> "Library":
        _ = self._opened
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder and end an embedded model. A closed library opens again at its next use."""
        self._models.close()
        self._held.close()

    # Changing

    def add(
        self, *sources: Source | Iterable[Source], progress: Progress | None = None, sync: bool = False
    ) -> AddReport:
        """Add or update paths, folders or Documents. What cannot be read is in the report's `failed`, by name.

        With `sync`, documents whose files have vanished from a folder that is named are removed.
        """
        with self._held.changing:
            return self._held.indexer().add(_flattened(sources), progress, sync)

    def remove(self, *document_ids: str) -> None:
        """Remove documents; they are in no answer from the next question on. Raises DocumentError.

        Files that were handed over for them go too; files elsewhere stay.
        """
        with self._held.changing:
            indexer = self._held.indexer()
            locations = [one for document_id in document_ids for one in self._opened.locations(document_id)]
            places = self.uploads.set_aside(locations)
            try:
                indexer.remove(document_ids)
            finally:
                self.uploads.settle(places)

    def check(self, rebuild: bool = False, progress: Progress | None = None) -> list[str]:
        """What is wrong with the library, in words. `rebuild` makes vectors and full text anew first."""
        with self._held.changing:
            catalog, say = self._held.writing(), progress or untold
            if rebuild:
                self._rebuild(say)
            say(0, 3, "reading every row")
            if problems := catalog.check():
                return problems
            say(1, 3, "comparing the vectors")
            trouble = self._held.indexer().trouble(progress)
            say(3, 3, "")
            return [f"{trouble}; footnote check --rebuild makes the vectors anew"] if trouble else []

    def _rebuild(self, say: Progress) -> None:
        indexer = self._held.indexer(any_encoder=True)
        say(0, 1, "full text")
        self._opened.rebuild_full_text()
        say(1, 1, "full text")
        known = self._opened.meta("index") in (None, index_fingerprint(self.encoder, self.settings))
        if not (known and self._opened.chunks_are_whole()):
            indexer.embed_again(say)
        indexer.rebuild_vectors(say)

    # Reading

    def documents(self) -> list[Document]:
        """Every document without its text, newest first."""
        return [listed.document for listed in self.listing()]

    def listing(self) -> list[Listed]:
        """Every document with when it was added and how many chunks it has."""
        return self._opened.documents()

    def document(self, document_id: str) -> Document:
        """One document with its text. Raises DocumentError."""
        document = self._opened.document(document_id)
        if document is None:
            raise DocumentError(f"no document has the id {document_id!r}; `footnote list` shows the ids")
        return document

    def document_at(self, location: str) -> Document | None:
        """What a file at a location (`uploads/storm.txt`) has become, if anything."""
        there = self._opened.at(location)
        return self._opened.document(there.document_id) if there else None

    def chunk_spans(self, document_id: str) -> list[Span]:
        """Where a document's chunks lie in its text, in order; none of a document that is not there."""
        return self._opened.chunk_spans(document_id)

    def search(self, question: str, limit: int = 10, **options: Any) -> tuple[Passage, ...]:
        """Passages for a question, best first. Options as for `find`."""
        return self.find(question, limit, **options).passages

    def find(
        self,
        question: str,
        limit: int = 10,
        history: Sequence[Mapping[str, str]] = (),
        after: str | date | None = None,
        before: str | date | None = None,
        asked_on: str | date | None = None,
        any_time: bool = False,
        documents: Sequence[str] = (),
    ) -> Found:
        """The question as it was searched for, with its passages, best first; days are inclusive.

        Dates in the question count, relative to `asked_on` (today), but for `any_time` or a given day. Only `documents`
        are searched, where ids are given. A smaller limit gives the first passages of a larger one.
        """
        known = self._opened.holdings()
        query = understand(question, history, after, before, asked_on, any_time, known, documents=documents)
        return self._search(query, limit)

    def ask(self, question: str, **options: Any) -> Answer:
        """An answer whose every sentence is a quote or is checked against its quotes. Options as for `stream`."""
        *_, answer = self.stream(question, **options)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        after: str | date | None = None,
        before: str | date | None = None,
        asked_on: str | date | None = None,
        any_time: bool = False,
        limit: int | None = None,
        passages: Sequence[Passage] | None = None,
        display: Display | None = None,
        wanted: Callable[[], bool] = always,
        documents: Sequence[str] = (),
        model: str = "",
    ) -> Iterator[Event]:
        """The Query, the Passages as a tuple, pieces of text, then the Answer. Days and documents as for `find`.

        In strict `display` only supported sentences come; in annotated display all of the model's, the others struck.

        `passages` are what `search` found for this question, perhaps reordered since; without them it searches.
        `wanted` is asked ten times a second while a model is waited for: whoever has gone says no, and it is free.
        `model` is one of `models`.
        """
        named = self._models.get(model)
        choice = named if self._opened.counts()[1] else ModelChoice(None)
        capable = choice.model if choice.model and not choice.model.small else None  # a small one does worse than rules
        rewrite = functools.partial(condensed, model=capable, wanted=wanted) if capable else standalone
        known = self._opened.holdings()
        understood = understand(question, history, after, before, asked_on, any_time, known, rewrite, documents)
        request = Request(question, understood, limit or self.settings.passages, display or self.settings.display)
        search = self._search if passages is None else functools.partial(_first, passages)
        for event in stream_answer(request, search, choice, self._fingerprint(model), self._wording, wanted):
            if isinstance(event, Answer) and self.notices:  # each is said once
                event = replace(event, notices=(*self.notices, *event.notices))
                self.notices.clear()
            yield event

    @property
    def fingerprint(self) -> str:
        """Of the settings and of what the library holds: equal fingerprints give equal answers."""
        return self._fingerprint("")

    @property
    def models(self) -> tuple[str, ...]:
        """What `stream` takes as its `model`: the configured one first; `none`, quotes only, is always among them."""
        return self._models.names

    @functools.cached_property
    def encoder(self) -> Encoder:
        return load_encoder(self.settings.encoder)

    def warm_up(self) -> None:
        """Load the encoder and an embedded model now rather than at the first question."""
        self.encoder.encode_query("warm up")
        if model := self._models.get().model:
            model.start()

    @property
    def notices(self) -> list[str]:
        """What has been noticed of the library since it was opened; answers say each once, and take it off."""
        return self._held.notices

    @property
    def writable(self) -> bool:
        """Whether this is the one that may change the library; otherwise `holder` names who is."""
        return self._held.writable

    @property
    def holder(self) -> str:
        """Who may change the library, in words."""
        return self._held.holder

    @property
    def uploads(self) -> Uploads:
        """The library's own folder of files, from where they can be added under the location `uploads/NAME`."""
        return self._held.uploads

    # Parts

    @functools.cached_property
    def _models(self) -> Models:
        return Models(self.settings, self._model)

    def _fingerprint(self, model: str) -> str:
        settings = self._models.settings(model)
        return f"{settings.fingerprint}-{self._opened.fingerprint()}"

    @functools.cached_property
    def _wording(self) -> Wording:
        words = EncoderWording(self.encoder)
        return words if self.settings.entailment == "none" else EntailmentWording(self.settings.entailment, words)

    @property
    def _opened(self) -> Catalog:
        return self._held.catalog

    def _search(self, query: Query, limit: int) -> Found:
        if not self._opened.counts()[1]:
            return Found(query, ())
        check_index(self._opened, self.encoder, self.settings)
        if not (query.documents or (query.strict and (query.after or query.before))):
            self._held.open_vectors()
        with self._opened.snapshot():  # a document that is changed meanwhile is found as it was, or as it is
            found = search(query, limit, self._retrieve, self._opened)
            return replace(found, passages=sectioned(found.passages, self._opened.document))

    def _retrieve(self, query: Query, limit: int) -> tuple[Passage, ...]:
        after, before = (query.after, query.before) if query.strict else (None, None)
        nearest = functools.partial(self._held.nearest, after=after, before=before, documents=query.documents)
        if self.settings.reranker == "none":
            return retrieve(query, limit, self._opened, self.encoder, nearest)
        passages = retrieve(query, max(limit, RERANKED), self._opened, self.encoder, nearest)
        return reranked(query.text, passages, load_reranker(self.settings.reranker))[:limit]


def _first(passages: Sequence[Passage], query: Query, limit: int) -> Found:
    numbered = (replace(passage, number=number) for number, passage in enumerate(passages[:limit], start=1))
    return Found(query, tuple(numbered))


def _flattened(sources: Iterable[Source | Iterable[Source]]) -> Iterator[Source]:
    for source in sources:
        if isinstance(source, str | Path | Document):
            yield source
        else:
            yield from source
