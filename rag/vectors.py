"""Chroma and, beside it, an exact scan over the catalog's stored vectors. The only module that imports chromadb.

Chroma serves the process that holds the library's lock, for questions without a date window. Its range filter is a
hundred times slower than its search, and two processes break its folder: windows and readers scan exactly instead.
"""

import contextlib
import json
import shutil
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rag.catalog import Catalog
from rag.errors import LibraryError
from rag.stored import StoredVector, day_number

# Chroma holds the interpreter's lock while it writes: small batches let a server answer in between.
_WRITE_BATCH = 200
_READ_BATCH = 2000
# With Chroma's own 16 neighbours and 100 some chunks of much-alike texts cannot be reached in its graph at all.
_SEARCHED = {"ef_search": 400}
_GRAPH = {"space": "cosine", "max_neighbors": 64, **_SEARCHED}
_SAMPLE, _LARGE_SAMPLE = 20, 1000
# Share of a sample: a graph of neighbours is approximate, and of several hundred thousand texts that are much alike it
# does not reach a fifth, which making it anew would not mend; a damaged one finds hardly any.
_MISSED = 0.5
_SAME = 0.999  # the cosine of a float16 vector with itself, rounding allowed for


class Hit(NamedTuple):
    """A chunk found by its vector; `cosine` is exact up to the float16 in which vectors are stored."""

    chunk_id: str
    cosine: float


class ChromaVectors:
    """One generation of a library's vectors in a Chroma folder of its own."""

    def __init__(self, folder: Path, library_uuid: str, generation: int) -> None:
        self.generation = generation
        self._folder = folder / str(generation)
        self._name = f"footnote-{library_uuid}-{generation}"
        self._client: Any = None
        self._collection: Any = None

    def open(self) -> None:
        """Raises LibraryError where Chroma cannot open the folder: it is damaged, and can be rebuilt."""
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        self._let_go()
        with contextlib.suppress(OSError):
            self._seal.unlink()
        with _in_words(f"{self._folder} cannot be opened by Chroma"):
            self._client = chromadb.PersistentClient(
                str(self._folder), settings=ChromaSettings(anonymized_telemetry=False)
            )
            self._collection = self._client.get_or_create_collection(
                self._name, embedding_function=None, configuration={"hnsw": _GRAPH}
            )
            if self._collection.configuration["hnsw"]["ef_search"] != _SEARCHED["ef_search"]:
                self._collection.modify(configuration={"hnsw": _SEARCHED})

    def close(self) -> None:
        """Close the folder, and note what its files hold: see `broken_seal`."""
        if self._client is not None:
            self._let_go()
            with contextlib.suppress(OSError):  # without a seal, a sample of vectors is all that is looked at
                self._seal.write_text(json.dumps(self._contents()), encoding="utf-8")

    def _let_go(self) -> None:
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()

    @property
    def is_sealed(self) -> bool:
        """Whether it was closed in good order, or is yet to be made; opening it takes the seal off."""
        return self._sealed() is not None or not self._folder.exists()

    def broken_seal(self) -> str:
        """What has changed in the folder since it was closed, in words.

        A flipped bit in Chroma's graph of neighbours only makes some chunk harder to find, which no sample shows.
        """
        sealed = self._sealed()
        if sealed is None:  # no clean close, or none at all
            return ""
        found = self._contents()
        changed = sorted(name for name in sealed.keys() | found.keys() if sealed.get(name) != found.get(name))
        return f"{self._folder.name}/{changed[0]} is not as it was when it was closed" if changed else ""

    def _sealed(self) -> dict[str, int] | None:
        try:
            return dict(json.loads(self._seal.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    @property
    def _seal(self) -> Path:
        return self._folder.with_name(f"{self._folder.name}.seal")

    def _contents(self) -> dict[str, int]:
        """CRC-32 of every file."""
        files = sorted(path for path in self._folder.rglob("*") if path.is_file())
        return {path.relative_to(self._folder).as_posix(): _crc(path) for path in files}

    def delete_folder(self) -> None:
        """Close this generation and remove it from the disk."""
        with contextlib.suppress(Exception):  # of a folder that is damaged, or has no room
            self._let_go()
        with contextlib.suppress(OSError):
            self._seal.unlink()
        shutil.rmtree(self._folder, ignore_errors=True)

    def upsert(self, rows: Sequence[StoredVector]) -> None:
        """Raises LibraryError where Chroma cannot write: its folder is damaged, and can be rebuilt."""
        for start in range(0, len(rows), _WRITE_BATCH):
            part = rows[start : start + _WRITE_BATCH]
            with self._writing():
                self._collection.upsert(
                    ids=[row.chunk_id for row in part],
                    embeddings=[row.vector.astype(np.float32) for row in part],
                    metadatas=[{"document_id": row.document_id, "day": row.day or 0} for row in part],
                )

    def delete(self, ids: Sequence[str]) -> None:
        """The same."""
        for start in range(0, len(ids), _WRITE_BATCH):
            with self._writing():
                self._collection.delete(ids=list(ids[start : start + _WRITE_BATCH]))

    def _writing(self) -> AbstractContextManager[None]:
        return _in_words(f"{self._folder} cannot be written by Chroma")

    def nearest(self, vector: np.ndarray, limit: int) -> list[Hit]:
        """The chunks of highest cosine, best first; approximate. Raises LibraryError where Chroma cannot search."""
        with _in_words(f"{self._folder} cannot be searched by Chroma"):
            found = self._collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
            return [
                Hit(chunk_id, 1.0 - distance)
                for chunk_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
            ]

    def trouble(self, catalog: Catalog, thorough: bool = False) -> str:
        """What differs from the catalog, in words; empty when the count agrees and nearly all of a sample are found.

        A thorough look compares every vector that Chroma holds, and takes a larger sample.
        """
        try:
            with _in_words("Chroma cannot count"):
                expected, found = catalog.counts()[1], self._collection.count()
            if expected != found:
                return f"Chroma holds {found} chunks and the catalog {expected}"
            if thorough and (differing := self._differing(catalog)):
                return f"Chroma holds another vector for chunk {differing}"
            sample = catalog.sample_vectors(_LARGE_SAMPLE if thorough else _SAMPLE)
            missed = [row.chunk_id for row in sample if not self._finds(row.vector.astype(np.float32))]
            if len(missed) > _MISSED * len(sample):
                return f"Chroma does not find chunk {missed[0]} by its own vector"
        except LibraryError as error:
            return str(error)
        return ""

    def _finds(self, vector: np.ndarray) -> bool:
        """Of chunks with equal text any may come first, so the distance is asked for, not the id."""
        nearest = self.nearest(vector, 1)
        return bool(nearest) and nearest[0].cosine >= _SAME

    def _differing(self, catalog: Catalog) -> str:
        """The first chunk whose vector is not the catalog's, but for Chroma's normalising; empty where all are."""
        rows = list(catalog.vectors())
        with _in_words("Chroma cannot read its vectors"):
            for start in range(0, len(rows), _READ_BATCH):
                part = rows[start : start + _READ_BATCH]
                held = self._collection.get(ids=[row.chunk_id for row in part], include=["embeddings"])
                of = dict(zip(held["ids"], held["embeddings"], strict=True))
                for row in part:
                    vector = row.vector.astype(np.float32)
                    if row.chunk_id not in of or not np.allclose(of[row.chunk_id], vector, atol=1e-3):
                        return row.chunk_id
        return ""


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            crc = zlib.crc32(part, crc)
    return crc


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    """Chroma's errors as LibraryError, those of its Rust core too, which are no Exception."""
    try:
        yield
    except (LibraryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise LibraryError(f"{what}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Scanned:
    """What is scanned: a revision's vectors (n, d) in float32, in order of their day, so that a window is a slice."""

    revision: int
    ids: Sequence[str]
    days: np.ndarray
    sources: np.ndarray
    documents: np.ndarray
    vectors: np.ndarray


class ExactVectors:
    """Every stored vector in memory (d x 4 bytes a chunk), read again when the catalog has changed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._scanned: _Scanned | None = None

    def nearest(
        self,
        vector: np.ndarray,
        limit: int,
        after: date | None = None,
        before: date | None = None,
        outlet: str = "",
        documents: Sequence[str] = (),
    ) -> list[Hit]:
        """The chunks of highest cosine whose document is dated within the inclusive window, best first.

        Of an outlet's documents, or of some documents by id, only, where these are given.
        """
        held = self._newest()
        first = np.searchsorted(held.days, day_number(after) or 1) if after or before else 0
        last = np.searchsorted(held.days, day_number(before) or 0, side="right") if before else len(held.days)
        rows = np.arange(first, last)
        if outlet:
            rows = rows[held.sources[first:last] == outlet]
        if documents:
            rows = rows[np.isin(held.documents[rows], list(documents))]
        if not len(rows):
            return []
        cosines = (held.vectors[rows] if outlet or documents else held.vectors[first:last]) @ vector
        kept = np.arange(len(rows))
        if limit < len(rows):  # all that are as near as the last one that counts, so that ties end in order of adding
            kept = np.flatnonzero(cosines >= np.partition(cosines, -limit)[-limit])
        best = kept[np.argsort(-cosines[kept], kind="stable")[:limit]]
        return [Hit(held.ids[rows[i]], float(cosines[i])) for i in best]

    def _newest(self) -> _Scanned:
        with self._lock:
            revision = self._catalog.revision
            if self._scanned is None or self._scanned.revision != revision:
                columns = self._catalog.vector_columns()
                self._scanned = _Scanned(
                    revision,
                    columns.ids,
                    columns.days,
                    columns.sources,
                    columns.documents,
                    columns.vectors.astype(np.float32),
                )
            return self._scanned
