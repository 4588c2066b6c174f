"""Sources -> documents in the catalog: one run of `add`, as a pipeline.

Files are read and cut here while the window before is being encoded in other threads; what is encoded is committed, a
window in one transaction, and only then acknowledged. What cannot be read or encoded leaves its old version in place.
Knows nothing of Chroma or of questions.
"""

import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rag.catalog import Catalog
from rag.chunking import chunk_document, header
from rag.documents import (
    Root,
    SourceFile,
    content_sha256,
    document_id,
    find_files,
    location_of,
    parse,
    prepare,
    read_bytes,
)
from rag.encoder import ChunkText, EncodedChunk, Encoder
from rag.errors import DocumentError, LibraryError, ModelError
from rag.outcomes import AddReport, Outcome, Progress
from rag.records import Chunk, Document, Span
from rag.settings import Settings
from rag.stored import Located, NewDocument

Source = str | Path | Document

_WINDOW = 128  # chunks that are encoded, and committed, together
_IN_FLIGHT = 2  # windows: while one ends, the next keeps the other core busy
_LOOKED_UP = 500  # sources of which the catalog is asked at once what it knows
_LONGEST_HEADER = 48  # tokens, of the 256 that the packaged encoder reads


@dataclass(frozen=True, slots=True)
class _Pending:
    """A parsed and chunked document that waits to be embedded."""

    document: Document
    content: str
    header: str
    chunks: tuple[Chunk, ...]
    kind: str
    name: str


class Addition:
    """One run of `add`; use it once. `after_commit` is called after every window and at the end."""

    def __init__(
        self,
        catalog: Catalog,
        encoder: Encoder,
        settings: Settings,
        after_commit: Callable[[], None],
        progress: Progress | None = None,
    ) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._settings = settings
        self._roots = catalog.roots()
        self._after_commit = after_commit
        self._progress = progress
        self._outcomes: dict[str, list[Outcome]] = {}
        self._folders: list[Path] = []
        self._known: dict[str, Located] = {}  # what the catalog has said since it was last changed
        self._waiting: list[_Pending] = []
        self._encoding: deque[tuple[list[_Pending], Future[list[EncodedChunk]]]] = deque()
        self._threads = ThreadPoolExecutor(_IN_FLIGHT, thread_name_prefix="adding")
        self._started = time.monotonic()
        self._total = 0
        self._chunks = 0

    def run(self, sources: Iterable[Source], sync: bool = False) -> AddReport:
        """Add or update; with `sync`, files that have vanished from a folder that is named are removed too."""
        found: list[SourceFile | Document] = []
        for source in sources:
            found += [source] if isinstance(source, Document) else self._found(source)
        with self._encoding_threads():
            self._begin(len(found))
            for start in range(0, len(found), _LOOKED_UP):
                self._prepare_all(found[start : start + _LOOKED_UP])
            self._finish()
        if sync:
            there = {one.location for one in found if isinstance(one, SourceFile)}
            for folder in self._folders:
                self._remove_vanished(folder, there)
        self._after_commit()
        return self._report()

    def embed_again(self) -> AddReport:
        """Chunk and encode every stored text anew."""
        listed = self._catalog.documents()
        with self._encoding_threads():
            self._begin(len(listed))
            for entry in listed:
                document = self._catalog.document(entry.document.id)
                content = self._catalog.content_of(entry.document.id)
                if document and content is not None:
                    self._wait(document, content, "updated", entry.document.title)
                if sum(len(pending.chunks) for pending in self._waiting) >= _WINDOW:
                    self._encode()
            self._finish()
        return self._report()

    @contextmanager
    def _encoding_threads(self) -> Iterator[None]:
        """Where the block is left by an error or Ctrl+C, windows that no thread has begun are given up."""
        try:
            yield
        finally:
            self._threads.shutdown(cancel_futures=True)

    def _begin(self, total: int) -> None:
        self._total = total
        if self._progress and total:
            self._progress(0, total, "")

    def _report(self) -> AddReport:
        return AddReport(**{kind: tuple(outcomes) for kind, outcomes in self._outcomes.items()})

    # Finding and reading

    def _found(self, source: str | Path) -> Sequence[SourceFile]:
        try:
            if not str(source):
                raise DocumentError("it names no file or folder")
            found = find_files(Path(source), self._roots, self._settings.exclude)
        except DocumentError as error:
            self._note("failed", Outcome(str(source), reason=str(error)))
            return ()
        self._folders.append(Path(os.path.abspath(Path(source).expanduser())))
        self._roots |= {file.root.name: file.root.path for file in found.files}
        for path in found.passed_over:
            self._note("passed_over", Outcome(path.name, reason="the setting exclude names it"))
        for path, reason in found.unreadable:
            self._note("failed", Outcome(str(path), reason=reason))
        return found.files

    def _prepare_all(self, sources: Sequence[SourceFile | Document]) -> None:
        self._known = self._catalog.at_each([one.location for one in sources if isinstance(one, SourceFile)])
        for one in sources:
            try:
                self._prepare(one)
            except DocumentError as error:
                self._note("failed", Outcome(_name(one), reason=str(error)))
            if sum(len(pending.chunks) for pending in self._waiting) >= _WINDOW:
                self._encode()

    def _prepare(self, source: SourceFile | Document) -> None:
        """Parse and chunk what is new or changed; note what needs no embedding."""
        if isinstance(source, Document):
            self._prepare_document(source)
        else:
            self._prepare_file(source)

    def _prepare_document(self, given: Document) -> None:
        document = prepare(given)
        lies = set(document.locations)
        self._settle(lambda it: it.document.id == document.id or not lies.isdisjoint(it.document.locations))
        content, known = content_sha256(document), self._catalog.content_of(document.id)
        for location in document.locations:
            there = self._catalog.at(location)
            if there and there.document_id != document.id:
                raise DocumentError(f"its location {location} is that of document {there.document_id}")
        if known == content:
            self._note("unchanged", Outcome(_name(given), document.id))
        else:
            self._wait(document, content, "updated" if known else "added", _name(given))

    def _prepare_file(self, file: SourceFile) -> None:
        data = read_bytes(file.path, self._settings.max_file_mb)
        content = hashlib.sha256(data).hexdigest()
        self._settle(lambda it: it.content == content or file.location in it.document.locations)
        known = self._known.get(file.location)
        if known and known.content_sha256 == content:
            self._note("unchanged", Outcome(file.location, known.document_id))
            return
        there = self._catalog.at(file.location)
        if self._already_there(file, content, there):
            return
        document = parse(file.location, data)
        if there and self._catalog.locations(there.document_id) == (file.location,):
            document = replace(document, id=there.document_id)
        elif self._catalog.content_of(document.id) is not None:  # a copy elsewhere goes on under this id
            document = replace(document, id=document_id(f"{file.location}\n{content}"))
        self._catalog.set_root(file.root.name, file.root.path)
        self._wait(document, content, "updated" if there else "added", file.location)

    def _already_there(self, file: SourceFile, content: str, there: Located | None) -> bool:
        """Whether the library holds these bytes: at this location, or at another, and then here from now on."""
        if there and there.content_sha256 == content:
            self._note("unchanged", Outcome(file.location, there.document_id))
            return True
        holder = self._catalog.holder_of(content)
        if holder is None:
            return False
        gone = tuple(location for location in self._catalog.locations(holder) if self._vanished(location))
        self._catalog.set_root(file.root.name, file.root.path)
        self._known = {}
        self._catalog.move_location(file.location, holder, instead_of=gone)
        if gone and not there:
            self._note("renamed", Outcome(file.location, holder, f"it was {', '.join(gone)}"))
        else:
            kind = "updated" if there else "added"
            self._note(kind, Outcome(file.location, holder, "a copy of a text that is there"))
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

    # Encoding and committing

    def _encode(self) -> None:
        """Hand what waits to the encoder's threads; where enough is with them, commit the oldest window."""
        if self._waiting:
            texts = [text for pending in self._waiting for text in _texts(pending)]
            self._encoding.append((self._waiting, self._threads.submit(self._encoder.encode_chunks, texts)))
            self._waiting = []
        while len(self._encoding) > _IN_FLIGHT:
            self._commit_oldest()

    def _finish(self) -> None:
        self._encode()
        while self._encoding:
            self._commit_oldest()

    def _settle(self, concerns: Callable[[_Pending], bool]) -> None:
        """Commit all that is on its way where any of it is another version or copy of what comes next."""
        on_its_way = [*self._waiting, *(pending for window, _ in self._encoding for pending in window)]
        if any(concerns(pending) for pending in on_its_way):
            self._finish()

    def _commit_oldest(self) -> None:
        """Commit a window; where encoding it failed, one by one, so that one text cannot stop the others."""
        window, future = self._encoding.popleft()
        try:
            self._commit(window, future.result())
        except (LibraryError, ModelError):
            raise
        except Exception:  # noqa: BLE001  whatever a model raises
            for pending in window:
                try:
                    encoded = self._encoder.encode_chunks(_texts(pending))
                except ModelError:
                    raise
                except Exception as error:  # noqa: BLE001
                    self._note("failed", Outcome(pending.name, reason=f"it cannot be embedded: {error}"))
                else:
                    self._commit([pending], encoded)

    def _commit(self, window: Sequence[_Pending], encoded: Sequence[EncodedChunk]) -> None:
        vectors = iter(encoded)
        self._known = {}
        self._catalog.put_all(
            NewDocument(pending.document, pending.content, pending.chunks, tuple(next(vectors) for _ in pending.chunks))
            for pending in window
        )
        self._after_commit()
        self._chunks += len(encoded)
        for pending in window[:-1]:  # progress is told of a window at once: its documents are done together
            self._outcomes.setdefault(pending.kind, []).append(Outcome(pending.name, pending.document.id))
        self._note(window[-1].kind, Outcome(window[-1].name, window[-1].document.id))

    def _note(self, kind: str, outcome: Outcome) -> None:
        self._outcomes.setdefault(kind, []).append(outcome)
        if self._progress and self._total:
            done = sum(len(outcomes) for name, outcomes in self._outcomes.items() if name != "passed_over")
            rate = self._chunks / max(time.monotonic() - self._started, 1e-9)
            chunks = f"{rate:.0f} chunks/s, " if self._chunks else ""
            self._progress(min(done, self._total), self._total, f"{chunks}{outcome.location}")

    # What has vanished

    def _remove_vanished(self, folder: Path, there: set[str]) -> None:
        """Forget the files below a folder that are no longer there, and documents that lie nowhere else."""
        whole = tuple(f"{name}/" for name, path in self._roots.items() if path.is_relative_to(folder))
        parts = (Root(name, path) for name, path in self._roots.items() if folder.is_relative_to(path))
        below = (*whole, *(f"{location_of(folder, root)}/" for root in parts))
        known = [location for location in self._catalog.all_locations() if location.startswith(below)]
        gone = [location for location in known if location not in there and self._vanished(location)]
        mounted = any(location.startswith(below) for location in there)
        if gone and len(gone) == len(known) and not mounted:
            reason = f"all of its {len(gone)} files have vanished, so none was removed; see that it is mounted"
            self._note("failed", Outcome(str(folder), reason=reason))
            return
        for location, held in self._catalog.forget_locations(gone).items():
            self._note("removed", Outcome(location, held))

    def _vanished(self, location: str) -> bool:
        """Whether a file is known not to be there any more; what cannot be looked at counts as there."""
        if "\\" in location:  # a name that is not UTF-8 cannot be found by its location
            return False
        try:
            self._path(location).lstat()
        except (FileNotFoundError, NotADirectoryError):
            root = self._roots.get(location.split("/")[0])
            return root is not None and root.is_dir()
        except (OSError, ValueError):
            pass
        return False

    def _path(self, location: str) -> Path:
        name, _, rest = location.partition("/")
        return self._roots.get(name, Path(os.devnull)) / rest


def _texts(pending: _Pending) -> list[ChunkText]:
    return [
        ChunkText(
            text=chunk.text,
            sentences=tuple(Span(s.start - chunk.start, s.end - chunk.start) for s in chunk.sentences),
            header=pending.header,
        )
        for chunk in pending.chunks
    ]


def _name(source: SourceFile | Document) -> str:
    return source.location if isinstance(source, SourceFile) else next(iter(source.locations), source.id)
