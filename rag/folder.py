"""A library's folder: its lock, its catalog and its vectors, opened when they are needed and closed again.

Knows nothing of questions or answers.
"""

import contextlib
import functools
import logging
import os
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from rag.catalog import Catalog
from rag.documents import UPLOADS
from rag.encoder import Encoder
from rag.errors import LibraryError, LibraryLocked
from rag.indexing import Indexer, check_index
from rag.settings import Settings
from rag.uploads import Uploads
from rag.vectors import ExactVectors, Hit
from rag.write_lock import WriteLock

_LOCK_SECONDS = 10
_PATIENCE = 10  # seconds that a question waits for Chroma

_log = logging.getLogger("footnote")


class LibraryFolder:
    """The first that opens a folder may change it; others read beside it. `read_only` never takes the lock.

    `changing` is held by the thread that changes it; `notices` is what its reader should know.
    """

    def __init__(
        self, path: Path, settings: Callable[[], Settings], encoder: Callable[[], Encoder], read_only: bool
    ) -> None:
        """Nothing is opened, no setting is read and no encoder is loaded before it is needed."""
        self.path = path
        self.notices: list[str] = []
        self.changing = threading.RLock()
        self.uploads = Uploads(path, self._content_at)
        self._settings = settings
        self._encoder = encoder
        self._read_only = read_only
        self._lock = WriteLock(path)
        self._catalog: Catalog | None = None
        self._indexer: Indexer | None = None
        self._opening: threading.Thread | None = None
        self._one_opens = threading.Lock()
        self._closing = False
        self._without_chroma = False

    def close(self) -> None:
        """Let go of the folder; it opens again at its next use. A thread that still changes it writes no more."""
        if self._opening:
            self._closing = True
            self._opening.join()
            self._opening, self._closing = None, False
        if self._catalog:
            self._catalog.close()
        if self._indexer:
            self._indexer.close()
        self._lock.release()
        self._catalog = self._indexer = None
        self._without_chroma = False
        self.__dict__.pop("_exact", None)

    @property
    def catalog(self) -> Catalog:
        """For reading. Raises LibraryError where there is none, or none that can be read."""
        if self._catalog is None:
            self._catalog = self._open()
            if self.writable:
                with contextlib.suppress(LibraryError, OSError):  # what cannot be settled now is at the next opening
                    self.uploads.recover()
        return self._catalog

    @property
    def writable(self) -> bool:
        """Whether this is the one that may change the library; otherwise `holder` names who is."""
        return bool(self.catalog) and not self._read_only and self._lock.is_held

    @property
    def holder(self) -> str:
        """Who may change the library, in words."""
        return self._lock.holder

    def writing(self) -> Catalog:
        """The catalog, to be changed. Raises LibraryLocked, and LibraryError where `read_only`."""
        catalog = self.catalog
        if self._read_only:
            raise LibraryError(f"{self.path} was opened read-only; open it without read_only to change it")
        if not self._lock.is_held:
            self._wait_for_lock()
            catalog.close()
            catalog = self._catalog = Catalog(self._catalog_file)
            self.__dict__.pop("_exact", None)
        return catalog

    def indexer(self, any_encoder: bool = False) -> Indexer:
        """What changes the library. Raises as `writing` does, and LibraryError where another encoder embedded it."""
        catalog = self.writing()
        if not any_encoder:
            check_index(catalog, self._encoder(), self._settings())
        if self._indexer is None:
            folder = self.path / "vectors"
            self._indexer = Indexer(catalog, folder, self._encoder(), self._settings(), self.notices)
        return self._indexer

    def open_vectors(self) -> None:
        """Open Chroma, where this process may and no other thread does. Making its vectors anew may go on afterwards.

        Where it cannot be opened, as on a full disk, that is said once, and not tried again at every question.
        """
        is_open = self._indexer and self._indexer.is_open
        if is_open or self._without_chroma or not self._lock.is_held:
            return
        with self._one_opens:
            if self._opening and self._opening.is_alive():
                return
            opening = self._opening = threading.Thread(target=self._open_vectors, name="vectors")
            opening.start()
        opening.join(_PATIENCE)

    def _open_vectors(self) -> None:
        if not self.changing.acquire(blocking=False):
            return
        try:
            self.indexer().open(self._go_on)
        except LibraryError as error:
            self._without_chroma = True
            self.notices.append(f"the vectors are compared one by one, which takes longer in a large library: {error}")
        finally:
            self.changing.release()

    def _go_on(self, *_: object) -> None:
        if self._closing:
            raise LibraryError(f"{self.path} was closed before its vectors were made anew")

    def nearest(
        self,
        vector: np.ndarray,
        limit: int,
        outlet: str = "",
        after: date | None = None,
        before: date | None = None,
        documents: Sequence[str] = (),
    ) -> Sequence[Hit]:
        """The chunks of highest cosine: by Chroma where it is verified and can tell, else by the exact scan."""
        if not (after or before or outlet or documents) and self._indexer and self._indexer.is_open:
            with contextlib.suppress(LibraryError):  # just replaced by a rebuild, or damaged: the scan is exact
                return self._indexer.vectors.nearest(vector, limit)
        return self._exact.nearest(vector, limit, after, before, outlet, documents)

    @functools.cached_property
    def _exact(self) -> ExactVectors:
        return ExactVectors(self.catalog)

    def _content_at(self, location: str) -> str | None:
        there = self.catalog.at(location)
        return there.content_sha256 if there else None

    @property
    def _catalog_file(self) -> Path:
        return self.path / "catalog.db"

    def _open(self) -> Catalog:
        try:
            writing = not self._read_only and self._lock.take(0)
            self._refuse_what_is_not_there(writing)
            try:
                catalog = Catalog(self._catalog_file, read_only=not writing)
            except LibraryLocked:
                raise self._being_made() from None
            if writing:
                catalog.set_root(UPLOADS, self.uploads.folder)
        except BaseException:
            self._lock.release()
            raise
        return catalog

    def _refuse_what_is_not_there(self, writing: bool) -> None:
        """A writer makes a new library, but none in the place of one whose catalog is lost."""
        if os.path.isfile(self._catalog_file) and os.path.getsize(self._catalog_file):
            return
        handed_over = any(self.uploads.folder.glob("[!.]*"))
        if handed_over or os.path.isdir(self.path / "vectors"):
            left = f" and {self.uploads.folder}" if handed_over else ""
            raise LibraryError(
                f"{self._catalog_file} is missing or empty, and with it this library's documents; put back a copy, or "
                f"add your folders{left} to a new library: footnote add PATH --library DIR"
            )
        if writing:
            return
        if os.path.exists(self.path / "writer.json"):
            raise self._being_made()
        raise LibraryError(f"there is no library at {self.path}; make one: footnote add PATH --library {self.path}")

    def _being_made(self) -> LibraryLocked:
        return LibraryLocked(f"{self.path} is still being made by {self.holder}; try again when that has ended")

    def _wait_for_lock(self) -> None:
        if self._lock.take(0):
            return
        _log.info("waiting for %s, which may change %s", self.holder, self.path)
        if not self._lock.take(_LOCK_SECONDS):
            raise LibraryLocked(
                f"{self.path} is being changed by {self.holder}; try again when that has ended, or, where that serves "
                "the library, use its page"
            )
