"""Sources -> catalog and vectors: add, update, remove, recover, rebuild, verify.

A document is parsed, chunked and embedded first; one transaction replaces its rows; Chroma then follows the catalog's
outbox. Whatever fails before the transaction leaves the old version in place. Knows nothing of questions.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.catalog import Catalog
from rag.chunking import chunk_document, header
from rag.documents import SourceFile, content_sha256, document_id, find_files, parse, prepare, read_bytes
from rag.encoder import ChunkText, Encoder
from rag.errors import DocumentError, LibraryError, ModelError
from rag.records import Chunk, Document, Span
from rag.settings import Settings
from rag.vectors import ChromaVectors

Source = str | Path | Document
Progress = Callable[[int, int, str], None]
"""Called with how many documents are done, how many there are, and the name of the one just done."""

_BATCH_CHUNKS = 128
_LONGEST_HEADER = 48  # tokens, of the 256 that the packaged encoder reads


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source. `reason` says why it failed, or whose copy it is."""

    location: str
    document_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What `add` did, source by source. `passed_over` are files that the setting `exclude` names."""

    added: tuple[Outcome, ...] = ()
    updated: tuple[Outcome, ...] = ()
    unchanged: tuple[Outcome, ...] = ()
    failed: tuple[Outcome, ...] = ()
    passed_over: tuple[Outcome, ...] = ()

    def __str__(self) -> str:
        parts = [f"{len(getattr(self, name))} {name}" for name in ("added", "updated", "unchanged", "failed")]
        return ", ".join(parts) + (f", {len(self.passed_over)} passed over" if self.passed_over else "")


@dataclass(frozen=True, slots=True)
class _Pending:
    """A parsed and chunked document that waits to be embedded."""

    document: Document
    content: str
    header: str
    chunks: tuple[Chunk, ...]
    kind: str
    name: str


class Indexer:
    """Changes one library. For the holder of its lock."""

    def __init__(
        self, catalog: Catalog, vectors_folder: Path, encoder: Encoder, settings: Settings, notices: list[str]
    ) -> None:
        """Nothing is opened before it is needed; `notices` receives what a reader should know of it then."""
        self._catalog = catalog
        self._folder = vectors_folder
        self._encoder = encoder
        self._settings = settings
        self._notices = notices
        self._opened = False
        self.vectors = self._generation(int(catalog.meta("generation") or 1))

    def open(self) -> None:
        """Bring Chroma up to date and verify it; where it is damaged, rebuild it."""
        if self._opened:
            return
        # A damaged index can end the process (Chroma's core is native code), so what is being opened is noted on disk.
        opening = self._folder / "opening"
        try:
            self._folder.mkdir(exist_ok=True)
            survived = not opening.exists()
            opening.touch()
        except OSError as error:
            raise LibraryError(f"{self._folder} cannot be written ({error.strerror}); see that you may") from None
        try:
            trouble = self._trouble() if survived else "the process that opened them last did not survive it"
            if trouble:
                self.rebuild_vectors()
        finally:
            opening.unlink(missing_ok=True)
        self._opened = True
        if trouble:
            self._notices.append(f"the vectors were rebuilt from the catalog: {trouble}")

    def close(self) -> None:
        self.vectors.close()

    def add(self, sources: Iterable[Source], progress: Progress | None = None) -> AddReport:
        """Add or update documents; the report acknowledges each only after it is on disk."""
        index = index_fingerprint(self._encoder, self._settings)
        if self._catalog.meta("index") != index:
            self._catalog.set_meta("index", index)
        return _Addition(self._catalog, self._encoder, self._settings, progress).run(sources, self.settle)

    def remove(self, document_ids: Sequence[str]) -> None:
        """Remove documents from the catalog and from the vectors. Raises DocumentError for an id that is not there."""
        for wanted in document_ids:
            if self._catalog.content_of(wanted) is None:
                raise DocumentError(f"no document has the id {wanted!r}; `footnote list` shows the ids")
        self._catalog.delete(document_ids)
        self.settle()

    def settle(self) -> None:
        """Bring Chroma up to date; it is not even opened where there is nothing to tell it."""
        if self._catalog.outbox():
            self.open()
            self._work_off()

    def _work_off(self) -> None:
        """What the catalog says now of a chunk in the outbox is what Chroma gets."""
        outbox = self._catalog.outbox()
        if not outbox:
            return
        touched = list(dict.fromkeys(entry.chunk_id for entry in outbox))
        present = list(self._catalog.vectors(touched))
        self.vectors.delete(sorted(set(touched) - {row.chunk_id for row in present}))
        self.vectors.upsert(present)
        self._catalog.clear_outbox(outbox[-1].sequence)

    def rebuild_vectors(self) -> None:
        """A new generation of vectors from the catalog; the old one serves until the new one is whole."""
        number = int(self._catalog.meta("generation") or 1) + 1
        new = self._generation(number)
        new.delete_folder()  # what a killed rebuild may have left
        new.open()
        new.upsert(list(self._catalog.vectors()))
        self._catalog.set_meta("generation", str(number))
        old, self.vectors, self._opened = self.vectors, new, True
        self._work_off()
        old.delete_folder()

    def embed_again(self, progress: Progress | None = None) -> None:
        """Chunk and encode every stored text again, as another encoder or chunk size wants it.

        Until all are done the library answers to no encoder. Raises LibraryError where some could not be done.
        """
        self._catalog.set_meta("index", "unfinished")
        report = _Addition(self._catalog, self._encoder, self._settings, progress).embed_again()
        if report.failed:
            first = report.failed[0]
            raise LibraryError(f"{len(report.failed)} documents failed, {first.location} first: {first.reason}")
        self._catalog.set_meta("index", index_fingerprint(self._encoder, self._settings))

    def _trouble(self) -> str:
        try:
            self.vectors.open()
            self._work_off()
            return self.vectors.trouble(self._catalog)
        except LibraryError as error:
            return str(error)

    def _generation(self, number: int) -> ChromaVectors:
        return ChromaVectors(self._folder, self._catalog.uuid, number)


class _Addition:
    """One run of `add`: sources in, a report out, documents stored in batches that keep the encoder busy."""

    def __init__(
        self, catalog: Catalog, encoder: Encoder, settings: Settings, progress: Progress | None = None
    ) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._settings = settings
        self._progress = progress
        self._outcomes: dict[str, list[Outcome]] = {}
        self._waiting: list[_Pending] = []

    def run(self, sources: Iterable[Source], after_each_batch: Callable[[], None]) -> AddReport:
        found = list(self._find(sources))
        for number, source in enumerate(found, start=1):
            try:
                self._prepare(source)
            except DocumentError as error:
                self._note("failed", Outcome(_name(source), reason=str(error)))
            if sum(len(pending.chunks) for pending in self._waiting) >= _BATCH_CHUNKS or number == len(found):
                self._store()
                after_each_batch()
            if self._progress:
                self._progress(number, len(found), _name(source))
        return self._report()

    def embed_again(self) -> AddReport:
        listed = self._catalog.documents()
        for number, entry in enumerate(listed, start=1):
            document = self._catalog.document(entry.document.id)
            content = self._catalog.content_of(entry.document.id)
            if document and content is not None:
                self._wait(document, content, "updated", entry.document.title)
                self._store()
            if self._progress:
                self._progress(number, len(listed), entry.document.title)
        return self._report()

    def _report(self) -> AddReport:
        return AddReport(**{kind: tuple(outcomes) for kind, outcomes in self._outcomes.items()})

    def _find(self, sources: Iterable[Source]) -> Iterator[SourceFile | Document]:
        roots = self._catalog.roots()
        for source in sources:
            if isinstance(source, Document):
                yield source
                continue
            try:
                if not str(source):
                    raise DocumentError("it names no file or folder")
                found = find_files(Path(source), roots, self._settings.exclude)
            except DocumentError as error:
                self._note("failed", Outcome(str(source), reason=str(error)))
                continue
            roots |= {file.root.name: file.root.path for file in found.files}
            for path in found.passed_over:
                self._note("passed_over", Outcome(path.name, reason="the setting exclude names it"))
            for path, reason in found.unreadable:
                self._note("failed", Outcome(str(path), reason=reason))
            yield from found.files

    def _prepare(self, source: SourceFile | Document) -> None:
        """Parse and chunk what is new or changed; note what needs no embedding."""
        if isinstance(source, Document):
            document = prepare(source)
            if any(pending.document.id == document.id for pending in self._waiting):
                self._store()
            content, known = content_sha256(document), self._catalog.content_of(document.id)
            for location in document.locations:
                there = self._catalog.at(location)
                if there and there.document_id != document.id:
                    raise DocumentError(f"its location {location} is that of document {there.document_id}")
            if known == content:
                self._note("unchanged", Outcome(_name(source), document.id))
            else:
                self._wait(document, content, "updated" if known else "added", _name(source))
            return
        data = read_bytes(source.path, self._settings.max_file_mb)
        content = hashlib.sha256(data).hexdigest()
        if any(pending.content == content for pending in self._waiting):
            self._store()
        if not self._already_there(source, content):
            document = parse(source.location, data)
            there = self._catalog.at(source.location)
            if there and self._catalog.locations(there.document_id) == (source.location,):
                document = replace(document, id=there.document_id)
            elif self._catalog.content_of(document.id) is not None:  # a copy elsewhere goes on under this id
                document = replace(document, id=document_id(f"{source.location}\n{content}"))
            self._catalog.set_root(source.root.name, source.root.path)
            self._wait(document, content, "updated" if there else "added", source.location)

    def _already_there(self, file: SourceFile, content: str) -> bool:
        """Whether the library holds these bytes: at this location, or at another, and then at both from now on."""
        there = self._catalog.at(file.location)
        if there and there.content_sha256 == content:
            self._note("unchanged", Outcome(file.location, there.document_id))
            return True
        holder = self._catalog.holder_of(content)
        if holder is None:
            return False
        self._catalog.set_root(file.root.name, file.root.path)
        self._catalog.move_location(file.location, holder)
        self._note("updated" if there else "added", Outcome(file.location, holder, "a copy of a text that is there"))
        return True

    def _wait(self, document: Document, content: str, kind: str, name: str) -> None:
        title = self._header(document)
        budget = self._room - self._encoder.count_tokens([title])[0]
        chunks = chunk_document(document, self._encoder.count_tokens, budget)
        self._waiting.append(_Pending(document, content, title, tuple(chunks), kind, name))

    @property
    def _room(self) -> int:
        """Tokens for a header and its chunk: the encoder's two special ones are taken off."""
        return min(self._settings.chunk_tokens, self._encoder.max_tokens) - 2

    def _header(self, document: Document) -> str:
        """The header, of few enough tokens to leave the chunk its room."""
        title = header(document)
        while self._encoder.count_tokens([title])[0] > min(_LONGEST_HEADER, self._room // 2):
            title = title[: len(title) * 3 // 4]
        return title

    def _store(self) -> None:
        """Embed what waits, all at once; where that fails, one by one, so that one text cannot stop the others."""
        waiting, self._waiting = self._waiting, []
        try:
            self._commit(waiting)
        except (LibraryError, ModelError):
            raise
        except Exception:  # noqa: BLE001  whatever a model raises
            for pending in waiting:
                try:
                    self._commit([pending])
                except LibraryError:
                    raise
                except Exception as error:  # noqa: BLE001
                    self._note("failed", Outcome(pending.name, reason=f"it cannot be embedded: {error}"))

    def _commit(self, waiting: Sequence[_Pending]) -> None:
        texts = [
            ChunkText(
                text=chunk.text,
                sentences=tuple(Span(s.start - chunk.start, s.end - chunk.start) for s in chunk.sentences),
                header=pending.header,
            )
            for pending in waiting
            for chunk in pending.chunks
        ]
        encoded = iter(self._encoder.encode_chunks(texts) if texts else [])
        for pending in waiting:
            self._catalog.put(
                pending.document, pending.content, pending.chunks, [next(encoded) for _ in pending.chunks]
            )
            self._note(pending.kind, Outcome(pending.name, pending.document.id))

    def _note(self, kind: str, outcome: Outcome) -> None:
        self._outcomes.setdefault(kind, []).append(outcome)


def index_fingerprint(encoder: Encoder, settings: Settings) -> str:
    """Of what decides a stored vector: two libraries with the same one can be searched with the same encoder."""
    return f"{encoder.fingerprint}/{settings.chunk_tokens}"


def check_index(catalog: Catalog, encoder: Encoder, settings: Settings) -> None:
    """Raises LibraryError where the library was embedded by another encoder or with other chunks."""
    stored, wanted = catalog.meta("index"), index_fingerprint(encoder, settings)
    if stored not in (None, wanted):
        raise LibraryError(
            f"this library was embedded as {stored} (encoder/chunk size), and the settings say {wanted} "
            f"({encoder.name}); set FOOTNOTE_ENCODER and FOOTNOTE_CHUNK_TOKENS back, or re-embed it: "
            "footnote check --rebuild"
        )


def _name(source: SourceFile | Document) -> str:
    return source.location if isinstance(source, SourceFile) else next(iter(source.locations), source.id)
