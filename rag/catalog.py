"""The catalog in SQLite: documents, chunks, embeddings and full text. It is the truth; vectors are derived from it.

Full text's syntax and row ids do not leave what reads and writes its rows (`rag/fetching.py`, `rag/writing.py`). Knows
nothing of encoders, Chroma or questions.
"""

import hashlib
import os
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from sqlite3 import Connection

from rag.database import Database
from rag.errors import LibraryError
from rag.fetching import (
    fetch_beginnings,
    fetch_by_words,
    fetch_chunks,
    fetch_document,
    fetch_frequency,
    fetch_listing,
    fetch_locations,
    fetch_sample,
    fetch_vector_columns,
    fetch_vectors,
    parts,
)
from rag.integrity import chunks_are_whole, problems
from rag.records import Document, Holdings, Span
from rag.schema import CATALOG, make_full_text_anew
from rag.stored import Listed, Located, Move, NewDocument, StoredChunks, StoredVector, VectorColumns
from rag.writing import (
    delete_document,
    forget_locations,
    insert_locations,
    lose_or_cover,
    marks,
    replace_document,
)


@dataclass(slots=True)
class Known:
    """What has been read of one revision, and holds as long as that is the newest."""

    revision: int
    counts: tuple[int, int] | None = None
    holdings: Holdings | None = None
    fingerprint: str = ""
    frequencies: dict[str, int] = field(default_factory=dict)


class Catalog:
    """One SQLite file. Reading is safe from any thread; writing is for the one holder of the library's lock."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._database = Database(path, CATALOG, read_only=read_only)
        self._rows = self._database.rows
        self._row = self._database.row
        self.snapshot = self._database.snapshot
        self.close = self._database.close
        self._known = Known(-1)
        self._one_computes = threading.Lock()
        if not read_only and not self.meta("uuid"):
            self.set_meta("uuid", uuid.uuid4().hex)

    # Facts about the library

    @property
    def uuid(self) -> str:
        return self.meta("uuid") or ""

    @property
    def revision(self) -> int:
        """Grows with every change of documents: what was computed from the catalog holds for one revision."""
        return self.number("revision", 0)

    def number(self, key: str, default: int) -> int:
        """A fact that is a number. Raises LibraryError where it is none any more."""
        written = self.meta(key)
        try:
            return int(written or default)
        except ValueError:
            raise LibraryError(
                f"the catalog's {key} is damaged ({written!r}); `footnote check` says what of it is whole"
            ) from None

    def meta(self, key: str) -> str | None:
        row = self._row("SELECT value FROM meta WHERE key = ?", (key,))
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def roots(self) -> dict[str, Path]:
        rows = self._rows("SELECT name, path FROM roots ORDER BY name")
        return {name: Path(os.fsdecode(path)) for name, path in rows}

    def set_root(self, name: str, path: Path) -> None:
        """Nothing is written where it is known. The path is kept in bytes: not every path is text."""
        if self._row("SELECT path FROM roots WHERE name = ?", (name,)) == (os.fsencode(path),):
            return
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO roots VALUES (?, ?)", (name, os.fsencode(path)))

    def counts(self) -> tuple[int, int]:
        """How many documents and how many chunks there are."""
        known = self._newest()
        if known.counts is None:
            (known.counts,) = self._rows("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)")
        return known.counts

    def holdings(self) -> Holdings:
        """The outlets and days of all documents."""
        known = self._newest()
        if known.holdings is None:
            rows = self._rows("SELECT DISTINCT source, substr(date, 1, 10) FROM documents")
            outlets = sorted({source for source, _ in rows if source})
            days = sorted({date.fromisoformat(day) for _, day in rows if day})
            known.holdings = Holdings(tuple(outlets), tuple(days))
        return known.holdings

    def fingerprint(self) -> str:
        """Of every document's text and of what is known of it; the same in every library that holds the same."""
        with self._one_computes:  # each who asks after a change would read all documents
            known = self._newest()
            if not known.fingerprint:
                facts = "json_array(id, sha256, title, date, source, author)"
                rows = self._rows(f"SELECT {facts} FROM documents ORDER BY id")
                known.fingerprint = hashlib.sha256("\n".join(row for (row,) in rows).encode()).hexdigest()[:12]
            return known.fingerprint

    # Documents

    def documents(self) -> list[Listed]:
        """Every document without its text, newest date first, undated ones last."""
        return fetch_listing(self._database)

    def document(self, document_id: str) -> Document | None:
        """One document with its text."""
        return fetch_document(self._database, document_id)

    def at(self, location: str) -> Located | None:
        """What lies at a location."""
        return self.at_each([location]).get(location)

    def at_each(self, locations: Sequence[str]) -> dict[str, Located]:
        """What lies at each of some locations, where anything does."""
        found: dict[str, Located] = {}
        for part in parts(locations):
            rows = self._rows(
                "SELECT location, id, content_sha256 FROM locations JOIN documents ON id = document_id "
                f"WHERE location IN ({marks(part)})",
                part,
            )
            found |= {location: Located(document_id, content) for location, document_id, content in rows}
        return found

    def all_located(self) -> dict[str, Located]:
        """What lies at every location."""
        rows = self._rows(
            "SELECT location, id, content_sha256 FROM locations JOIN documents ON id = document_id ORDER BY location"
        )
        return {location: Located(document_id, content) for location, document_id, content in rows}

    def locations(self, document_id: str) -> tuple[str, ...]:
        return fetch_locations(self._database, {document_id}).get(document_id, ())

    def content_of(self, document_id: str) -> str | None:
        """The hash of what the document was made from."""
        row = self._row("SELECT content_sha256 FROM documents WHERE id = ?", (document_id,))
        return row[0] if row else None

    def holder_of(self, content_sha256: str) -> str | None:
        """The document that was made from the same bytes, under whichever name."""
        row = self._row("SELECT id FROM documents WHERE content_sha256 = ?", (content_sha256,))
        return row[0] if row else None

    def put_all(self, documents: Iterable[NewDocument]) -> None:
        """Replace documents and all that belongs to them in one transaction; when each was first added stays."""
        with self._change() as connection:
            for new in documents:
                there = [found.document_id for one in new.document.locations if (found := self.at(one))]
                before = {one: self.locations(one) for one in there if one != new.document.id}
                replace_document(connection, new)
                lose_or_cover(connection, before)

    def move_locations(self, moves: Sequence[Move]) -> None:
        """From now on documents lie elsewhere, all at once; what else lay there goes with its last location."""
        if not moves:
            return
        with self._change() as connection:
            there = self.at_each([move.location for move in moves]).values()
            touched = {move.document_id for move in moves} | {one.document_id for one in there}
            before = {document_id: self.locations(document_id) for document_id in touched}
            forget_locations(connection, [old for move in moves for old in move.instead_of])
            for move in moves:
                insert_locations(connection, move.document_id, (move.location,))
            lose_or_cover(connection, before)

    def forget_locations(self, locations: Sequence[str]) -> dict[str, str]:
        """These files are gone, and so are documents that lay nowhere else; returns location -> document id."""
        if not locations:
            return {}
        with self._change() as connection:
            held = {location: there.document_id for location in locations if (there := self.at(location))}
            before = {document_id: self.locations(document_id) for document_id in held.values()}
            forget_locations(connection, locations)
            lose_or_cover(connection, before)
        return held

    def delete(self, document_ids: Iterable[str]) -> None:
        """Remove documents and all that belongs to them in one transaction."""
        with self._change() as connection:
            for document_id in document_ids:
                delete_document(connection, document_id)

    # Chunks

    def chunks(self, chunk_ids: Sequence[str]) -> StoredChunks:
        """Those of the chunks that the catalog holds; what it does not hold is left out."""
        return fetch_chunks(self._database, chunk_ids)

    def beginnings(
        self,
        limit: int,
        after: date | None = None,
        before: date | None = None,
        sources: Sequence[str] = (),
        documents: Sequence[str] = (),
    ) -> tuple[list[str], int]:
        """Ids of the first chunks of the newest documents, undated ones last; and how many documents there are in all.

        Of these days (inclusive), and of these outlets and documents only, where any are given.
        """
        return fetch_beginnings(self._database, limit, after, before, sources, documents)

    def chunk_spans(self, document_id: str) -> list[Span]:
        """Where a document's chunks lie in its text, in order."""
        rows = self._rows('SELECT start, "end" FROM chunks WHERE document_id = ? ORDER BY ordinal', (document_id,))
        return [Span(*row) for row in rows]

    def vectors(self, chunk_ids: Sequence[str] | None = None) -> Iterator[StoredVector]:
        """The stored vectors of these chunks, or of every chunk in order of adding."""
        return fetch_vectors(self._database, chunk_ids)

    def vector_columns(self) -> VectorColumns:
        """Every chunk's vector, by day."""
        return fetch_vector_columns(self._database)

    def chunk_ids(self) -> list[str]:
        """Of every chunk, in order of adding."""
        return [chunk_id for (chunk_id,) in self._rows("SELECT id FROM chunks ORDER BY number")]

    def sample_vectors(self, size: int) -> list[StoredVector]:
        """Some chunks, spread evenly over the order of adding."""
        return fetch_sample(self._database, size)

    def outbox(self) -> list[tuple[int, str]]:
        """What Chroma has not been told yet, in order: a sequence number, and the id of a chunk that has changed."""
        return self._rows("SELECT sequence, chunk_id FROM outbox ORDER BY sequence")

    def outbox_size(self) -> int:
        ((size,),) = self._rows("SELECT count(*) FROM outbox")
        return int(size)

    def clear_outbox(self, up_to: int) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM outbox WHERE sequence <= ?", (up_to,))

    # Full text

    def full_text(
        self,
        words: Sequence[str],
        limit: int,
        after: date | None = None,
        before: date | None = None,
        documents: Sequence[str] = (),
    ) -> list[tuple[str, float]]:
        """Chunk ids that hold any of the words (stemmed), best first, with their BM25 score; days are inclusive.

        Of these documents only, where any are given.
        """
        return fetch_by_words(self._database, words, limit, after, before, documents)

    def rebuild_full_text(self) -> None:
        """Make the index of words anew from the chunks."""
        with self._change() as connection:
            make_full_text_anew(connection)

    def chunk_frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many chunks each word stands (stemmed), titles and sources included."""
        frequencies = self._newest().frequencies
        for word in words:
            if word not in frequencies:
                frequencies[word] = fetch_frequency(self._database, word)
        return [frequencies[word] for word in words]

    def check(self) -> list[str]:
        """What is not as it was written, in words; empty when all is well."""
        return problems(self._database)

    def chunks_are_whole(self) -> bool:
        """Whether every chunk is as it was encoded; where not, encoding the documents again mends that."""
        return chunks_are_whole(self._database)

    @contextmanager
    def _change(self) -> Iterator[Connection]:
        """A transaction that also moves the revision on."""
        with self._database.transaction() as connection:
            yield connection
            connection.execute(
                "INSERT INTO meta VALUES ('revision', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1"
            )

    def _newest(self) -> Known:
        revision = self.revision
        if self._known.revision != revision:
            self._known = Known(revision)
        return self._known
