"""One library's catalog and vectors, kept in step: add, remove, recover, rebuild, verify.

The catalog changes first; Chroma then follows the catalog's outbox, and can always be made anew from the catalog.
Knows nothing of files or questions.
"""

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path

from rag.adding import Addition, Source
from rag.catalog import Catalog
from rag.encoder import Encoder
from rag.errors import DocumentError, LibraryError
from rag.outcomes import AddReport, Progress, untold
from rag.settings import Settings
from rag.vectors import ChromaVectors

_REBUILT_TOGETHER = 1000  # chunks, read and written before progress is told
_LEFT_WAITING = 500  # chunks that Chroma takes in within a second of its opening


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
        self._trusted = False
        self._number = catalog.number("generation", 1)
        self.vectors = self._generation(self._number)
        self.is_open = False

    def open(self, progress: Progress | None = None) -> None:
        """Bring Chroma up to date and verify it; where it is damaged, rebuild it, of which `progress` is told."""
        if self.is_open:
            return
        trouble = "an earlier opening of them did not end" if self._begin_opening() else ""
        try:
            self._trusted = self.vectors.is_sealed
            trouble = trouble or self.vectors.broken_seal() or self._trouble()
            if trouble:
                self._rebuild(progress, trouble)
        finally:
            if self.is_open or not trouble:  # damage that was found is remembered until it is mended
                self._opening.unlink(missing_ok=True)
        self._clear_away()
        self.is_open = True

    @property
    def _opening(self) -> Path:
        """A file that is there while vectors are opened: damage may end the process, for Chroma is native code."""
        return self._folder / "opening"

    def _begin_opening(self) -> bool:
        """Whether an earlier opening has not ended, or has found damage that is not mended yet."""
        try:
            self._folder.mkdir(exist_ok=True)
            left = self._opening.exists()
            self._opening.touch()
        except OSError as error:
            raise LibraryError(f"{self._folder} cannot be written ({error.strerror}); see that you may") from None
        return left

    def close(self) -> None:
        self.vectors.close()

    def add(self, sources: Iterable[Source], progress: Progress | None = None, sync: bool = False) -> AddReport:
        """Add or update documents; the report acknowledges each only after it is on disk."""
        index = index_fingerprint(self._encoder, self._settings)
        if self._catalog.meta("index") != index:
            self._catalog.set_meta("index", index)
        settle = functools.partial(self.settle, progress)
        return Addition(self._catalog, self._encoder, self._settings, settle, progress).run(sources, sync)

    def remove(self, document_ids: Sequence[str]) -> None:
        """Remove documents from the catalog and from the vectors. Raises DocumentError for an id that is not there."""
        for wanted in document_ids:
            if self._catalog.content_of(wanted) is None:
                raise DocumentError(f"no document has the id {wanted!r}; `footnote list` shows the ids")
        self._catalog.delete(document_ids)
        self.settle()

    def settle(self, progress: Progress | None = None) -> None:
        """Bring Chroma up to date where it is open, or where much has changed; a little waits for its next opening.

        What adds one file to a large library would otherwise spend most of its time on opening Chroma.
        """
        if self.is_open or self._catalog.outbox_size() > _LEFT_WAITING:
            self.open(progress)
            self._work_off()

    def _work_off(self) -> None:
        """What the catalog says now of a chunk in the outbox is what Chroma gets."""
        outbox = self._catalog.outbox()
        if not outbox:
            return
        touched = list(dict.fromkeys(chunk_id for _, chunk_id in outbox))
        present = list(self._catalog.vectors(touched))
        self.vectors.delete(sorted(set(touched) - {row.chunk_id for row in present}))
        self.vectors.upsert(present)
        self._catalog.clear_outbox(outbox[-1][0])

    def trouble(self, progress: Progress | None = None) -> str:
        """What differs between vectors and catalog, in words; empty where nothing does.

        Nothing tells a flipped bit in a graph of neighbours that nobody has sealed, so that is made anew here.
        """
        self.open(progress)
        if not self._trusted:
            self._rebuild(progress, "the process that used them last did not close them")
        return self.vectors.trouble(self._catalog, thorough=True)

    def rebuild_vectors(self, progress: Progress | None = None) -> None:
        """A new generation of vectors from the catalog; the old one serves until the new one is whole."""
        self._number += 1  # Chroma keeps in mind, within a process, what it has opened under a path
        new = self._generation(self._number)
        new.delete_folder()  # what a killed rebuild may have left
        try:
            told = self._fill(new, progress or untold)
            self._catalog.set_meta("generation", str(new.generation))
        except BaseException:
            new.delete_folder()
            raise
        old, self.vectors = self.vectors, new
        self.is_open = self._trusted = True
        self._opening.unlink(missing_ok=True)
        self._catalog.clear_outbox(told)
        old.delete_folder()

    def _fill(self, new: ChromaVectors, say: Progress) -> int:
        """With every chunk; the number up to which the outbox has nothing else to tell it."""
        new.open()
        outbox, chunk_ids = self._catalog.outbox(), self._catalog.chunk_ids()
        for start in range(0, len(chunk_ids), _REBUILT_TOGETHER):
            say(start, len(chunk_ids), "chunks into a new index of vectors")
            new.upsert(list(self._catalog.vectors(chunk_ids[start : start + _REBUILT_TOGETHER])))
        say(len(chunk_ids), len(chunk_ids), "chunks into a new index of vectors")
        return outbox[-1][0] if outbox else 0

    def _rebuild(self, progress: Progress | None, why: str) -> None:
        self.rebuild_vectors(progress)
        self._notices.append(f"the vectors were rebuilt from the catalog: {why}")

    def _clear_away(self) -> None:
        """Other generations than the one in use, which a process that was killed has left."""
        for path in self._folder.iterdir():
            name = path.name.removesuffix(".seal")
            if name.isdecimal() and int(name) != self.vectors.generation:
                self._generation(int(name)).delete_folder()

    def embed_again(self, progress: Progress | None = None) -> None:
        """Chunk and encode every stored text again, as another encoder or chunk size wants it.

        Until all are done the library answers to no encoder. Raises LibraryError where some could not be done.
        """
        before, revision = self._catalog.meta("index"), self._catalog.revision
        self._catalog.set_meta("index", "unfinished")
        try:
            report = Addition(self._catalog, self._encoder, self._settings, lambda: None, progress).embed_again()
        except BaseException:
            if before and self._catalog.revision == revision:  # nothing has been done
                self._catalog.set_meta("index", before)
            raise
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
