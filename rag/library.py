"""Library: what Python callers hold. Opens the parts, hands the work on, and closes them again."""

import contextlib
import functools
import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from rag.adding import Source
from rag.answering import Event, Request, always, stream_answer
from rag.catalog import Catalog
from rag.choosing import Models
from rag.condensing import condensed
from rag.documents import UPLOADS
from rag.encoder import Encoder, load_encoder
from rag.entailment import EntailmentWording
from rag.errors import DocumentError, LibraryError, LibraryLocked
from rag.followups import standalone
from rag.indexing import Indexer, check_index, index_fingerprint
from rag.llm import LanguageModel, ModelChoice
from rag.outcomes import AddReport, Progress, untold
from rag.questions import understand
from rag.records import Answer, Display, Document, Found, Passage, Query, Span
from rag.reranking import RERANKED, load_reranker, reranked
from rag.retrieval import retrieve
from rag.searching import search
from rag.settings import Settings, load_settings
from rag.stored import Listed
from rag.uploads import Uploads
from rag.vectors import ChromaVectors, ExactVectors, Hit
from rag.wording import EncoderWording, Wording
from rag.write_lock import WriteLock

_LOCK_SECONDS = 10


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
        self.folder = self.settings.library
        self.notices: list[str] = []
        self._read_only = read_only
        self._model = model
        self._changing = threading.RLock()
        self._indexer: Indexer | None = None
        self._catalog: Catalog | None = None
        self._fingerprints: dict[int, str] = {}

    def __enter__(self) -> "Library":
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder and end an embedded model. A closed library opens again at its next use."""
        self._models.close()
        if self._indexer:
            self._indexer.close()
        self._lock.release()
        if self._catalog:
            self._catalog.close()
        self._indexer = self._catalog = None
        self.__dict__.pop("_exact", None)

    # Changing

    def add(
        self, *sources: Source | Iterable[Source], progress: Progress | None = None, sync: bool = False
    ) -> AddReport:
        """Add or update paths, folders or Documents. What cannot be read is in the report's `failed`, by name.

        With `sync`, documents whose files have vanished from a folder that is named are removed.
        """
        with self._changing:
            return self._writer().add(_flattened(sources), progress, sync)

    def remove(self, *document_ids: str) -> None:
        """Remove documents; they are in no answer from the next question on. Raises DocumentError.

        Files that were handed over for them go too; files elsewhere stay.
        """
        with self._changing:
            locations = [one for document_id in document_ids for one in self._opened.locations(document_id)]
            self._writer().remove(document_ids)
            self.uploads.forget(locations)

    def check(self, rebuild: bool = False, progress: Progress | None = None) -> list[str]:
        """What is wrong with the library, in words. `rebuild` makes vectors and full text anew first."""
        with self._changing:
            indexer = self._writer(any_encoder=rebuild)
            say = progress or untold
            if rebuild:
                say(0, 1, "full text")
                self._opened.rebuild_full_text()
                say(1, 1, "full text")
                if self._opened.meta("index") not in (None, index_fingerprint(self.encoder, self.settings)):
                    indexer.embed_again(progress)
                indexer.rebuild_vectors(progress)
            say(0, 3, "reading every row")
            problems = self._opened.check()
            say(1, 3, "opening the vectors")
            indexer.open(progress)
            say(2, 3, "comparing the vectors")
            if trouble := indexer.vectors.trouble(self._opened, thorough=True):
                problems.append(f"{trouble}; footnote check --rebuild makes the vectors anew")
            say(3, 3, "")
            return problems

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
        outlets = self._opened.outlets()
        query = understand(question, history, after, before, asked_on, any_time, outlets, documents=documents)
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

        In strict `display` only supported text comes; in annotated display all of the model's, marked in the Answer.

        `passages` are what `search` found for this question, perhaps reordered since; without them it searches.
        `wanted` is asked at each of the model's words: whoever has gone away says no, and the model is free.
        `model` is one of `models`.
        """
        named = self._models.get(model)
        choice = named if self._opened.counts()[1] else ModelChoice(None)
        capable = choice.model if choice.model and not choice.model.embedded_default else None
        rewrite = functools.partial(condensed, model=capable) if capable else standalone
        outlets = self._opened.outlets()
        understood = understand(question, history, after, before, asked_on, any_time, outlets, rewrite, documents)
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
    def writable(self) -> bool:
        """Whether this is the one that may change the library; otherwise `holder` names who is."""
        return bool(self._opened) and not self._read_only and self._lock.is_held

    @property
    def holder(self) -> str:
        """Who may change the library, in words."""
        return self._lock.holder

    @functools.cached_property
    def uploads(self) -> Uploads:
        """The library's own folder of files, from where they can be added under the location `uploads/NAME`."""
        return Uploads(self.folder)

    # Parts

    @functools.cached_property
    def _models(self) -> Models:
        return Models(self.settings, self._model)

    def _fingerprint(self, model: str) -> str:
        settings = self._models.settings(model)
        return f"{settings.fingerprint}-{self._content_fingerprint(self._opened.revision)}"

    @functools.cached_property
    def _wording(self) -> Wording:
        words = EncoderWording(self.encoder)
        return words if self.settings.entailment == "none" else EntailmentWording(self.settings.entailment, words)

    @functools.cached_property
    def _exact(self) -> ExactVectors:
        return ExactVectors(self._opened)

    @functools.cached_property
    def _lock(self) -> WriteLock:
        return WriteLock(self.folder)

    @property
    def _opened(self) -> Catalog:
        if self._catalog is None:
            self._open()
        assert self._catalog is not None
        return self._catalog

    def _open(self) -> None:
        if self._catalog is not None:
            return
        path = self.folder / "catalog.db"
        if self._read_only and not path.is_file():
            raise LibraryError(
                f"there is no library at {self.folder}; make one: footnote add PATH --library {self.folder}"
            )
        try:
            self._catalog = Catalog(path, read_only=self._read_only or not self._lock.take(0))
            if self.writable:
                self._catalog.set_root(UPLOADS, self.uploads.folder.absolute())
        except BaseException:
            self._lock.release()
            raise

    def _writer(self, any_encoder: bool = False) -> Indexer:
        """The indexer of the process that holds the lock. Raises LibraryLocked, and LibraryError where `read_only`."""
        catalog = self._opened
        if self._read_only:
            raise LibraryError(f"{self.folder} was opened read-only; open it without read_only to change it")
        if not self._lock.is_held:
            if not self._lock.take(_LOCK_SECONDS):
                raise LibraryLocked(f"{self.folder} is being changed by {self.holder}; try again when that has ended")
            catalog.close()
            catalog = self._catalog = Catalog(self.folder / "catalog.db")
            self.__dict__.pop("_exact", None)
        if not any_encoder:
            check_index(catalog, self.encoder, self.settings)
        if self._indexer is None:
            self._indexer = Indexer(catalog, self.folder / "vectors", self.encoder, self.settings, self.notices)
        return self._indexer

    def _search(self, query: Query, limit: int) -> Found:
        if not self._opened.counts()[1]:
            return Found(query, ())
        check_index(self._opened, self.encoder, self.settings)
        return search(query, limit, self._retrieve, self._opened.chunk_frequencies)

    def _retrieve(self, query: Query, limit: int) -> tuple[Passage, ...]:
        after, before = (query.after, query.before) if query.strict else (None, None)
        chroma = None if after or before or query.documents else self._chroma()

        def nearest(vector: np.ndarray, limit: int, outlet: str = "") -> Sequence[Hit]:
            if chroma and not outlet:
                with contextlib.suppress(LibraryError):  # just replaced by a rebuild, or damaged: the scan is exact
                    return chroma.nearest(vector, limit)
            return self._exact.nearest(vector, limit, after, before, outlet, query.documents)

        if self.settings.reranker == "none":
            return retrieve(query, limit, self._opened, self.encoder, nearest)
        passages = retrieve(query, max(limit, RERANKED), self._opened, self.encoder, nearest)
        return reranked(query.text, passages, load_reranker(self.settings.reranker))[:limit]

    def _chroma(self) -> ChromaVectors | None:
        """The vectors of the process that holds the lock; None while they are being opened by another thread."""
        if self._lock.is_held and self._changing.acquire(blocking=False):
            try:
                self._writer().open()
            finally:
                self._changing.release()
        return self._indexer.vectors if self._indexer else None

    def _content_fingerprint(self, revision: int) -> str:
        if revision not in self._fingerprints:
            documents = sorted((listed.document for listed in self.listing()), key=lambda document: document.id)
            held = [(d.id, d.sha256, d.title, str(d.date), d.source, d.author) for d in documents]
            self._fingerprints = {revision: hashlib.sha256(json.dumps(held).encode()).hexdigest()[:12]}
        return self._fingerprints[revision]


def _first(passages: Sequence[Passage], query: Query, limit: int) -> Found:
    numbered = (replace(passage, number=number) for number, passage in enumerate(passages[:limit], start=1))
    return Found(query, tuple(numbered))


def _flattened(sources: Iterable[Source | Iterable[Source]]) -> Iterator[Source]:
    for source in sources:
        if isinstance(source, str | Path | Document):
            yield source
        else:
            yield from source
