"""The catalog in SQLite: documents, chunks, embeddings and full text. It is the truth; vectors are derived from it.

The only module that speaks SQL for the library: row ids and full-text syntax do not leave it. Knows nothing of
encoders, Chroma or questions.
"""

import itertools
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from sqlite3 import Connection

import numpy as np

from rag.database import Database
from rag.integrity import problems
from rag.records import Document, Span
from rag.schema import CATALOG, cover_document, make_full_text_anew
from rag.stored import (
    CHUNK_COLUMNS,
    DOCUMENT_COLUMNS,
    Listed,
    Located,
    Move,
    NewDocument,
    StoredChunks,
    StoredVector,
    VectorColumns,
    day_number,
    document_of,
    stored_chunks,
)
from rag.writing import delete_document, forget_locations, insert_locations, marks, replace_document

_NUMBERS_OF = "SELECT number FROM chunks WHERE document_id IN (SELECT value FROM json_each(?))"
_FETCH = 500  # SQLite binds at most 32,766 values in a statement; rows of long texts make fewer better


@dataclass(slots=True)
class Known:
    """What has been read of one revision, and holds as long as that is the newest."""

    revision: int
    counts: tuple[int, int] | None = None
    outlets: tuple[str, ...] | None = None
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
        if not read_only and not self.meta("uuid"):
            self.set_meta("uuid", uuid.uuid4().hex)

    # Facts about the library

    @property
    def uuid(self) -> str:
        return self.meta("uuid") or ""

    @property
    def revision(self) -> int:
        """Grows with every change of documents: what was computed from the catalog holds for one revision."""
        return int(self.meta("revision") or 0)

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

    def outlets(self) -> tuple[str, ...]:
        """The sources of all documents, each once."""
        known = self._newest()
        if known.outlets is None:
            rows = self._rows("SELECT DISTINCT source FROM documents WHERE source != '' ORDER BY source")
            known.outlets = tuple(source for (source,) in rows)
        return known.outlets

    # Documents

    def documents(self) -> list[Listed]:
        """Every document without its text, newest date first, undated ones last."""
        with self._database.snapshot():
            rows = self._rows(
                f"SELECT (SELECT count(*) FROM chunks WHERE document_id = documents.id), {DOCUMENT_COLUMNS} "
                "FROM documents ORDER BY date IS NULL, date DESC, title, id"
            )
            where = self._locations_of()
        return [
            Listed(document_of(row, where.get(row[0], ())), datetime.fromisoformat(row[9]), chunks)
            for chunks, *row in rows
        ]

    def document(self, document_id: str) -> Document | None:
        """One document with its text."""
        with self._database.snapshot():
            row = self._row(f"SELECT text, {DOCUMENT_COLUMNS} FROM documents WHERE id = ?", (document_id,))
            locations = self.locations(document_id)
        return document_of(row[1:], locations, row[0]) if row else None

    def at(self, location: str) -> Located | None:
        """What lies at a location."""
        return self.at_each([location]).get(location)

    def at_each(self, locations: Sequence[str]) -> dict[str, Located]:
        """What lies at each of some locations, where anything does."""
        found: dict[str, Located] = {}
        for part in _parts(locations):
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
        return self._locations_of({document_id}).get(document_id, ())

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
                self._lose_or_cover(connection, before)

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
            self._lose_or_cover(connection, before)

    def forget_locations(self, locations: Sequence[str]) -> dict[str, str]:
        """These files are gone, and so are documents that lay nowhere else; returns location -> document id."""
        if not locations:
            return {}
        with self._change() as connection:
            held = {location: there.document_id for location in locations if (there := self.at(location))}
            before = {document_id: self.locations(document_id) for document_id in held.values()}
            forget_locations(connection, locations)
            self._lose_or_cover(connection, before)
        return held

    def delete(self, document_ids: Iterable[str]) -> None:
        """Remove documents and all that belongs to them in one transaction."""
        with self._change() as connection:
            for document_id in document_ids:
                delete_document(connection, document_id)

    # Chunks

    def chunks(self, chunk_ids: Sequence[str]) -> StoredChunks:
        """Those of the chunks that the catalog holds; what it does not hold is left out."""
        rows: list[tuple] = []
        with self._database.snapshot():
            for part in _parts(chunk_ids):
                rows += self._rows(f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE id IN ({marks(part)})", part)
            documents = self._described({row[1] for row in rows})
        return stored_chunks(rows, documents)

    def chunk_spans(self, document_id: str) -> list[Span]:
        """Where a document's chunks lie in its text, in order."""
        rows = self._rows('SELECT start, "end" FROM chunks WHERE document_id = ? ORDER BY ordinal', (document_id,))
        return [Span(*row) for row in rows]

    def vectors(self, chunk_ids: Sequence[str] | None = None) -> Iterator[StoredVector]:
        """The stored vectors of these chunks, or of every chunk in order of adding."""
        statement = "SELECT id, document_id, day, vector FROM chunks"
        if chunk_ids is None:
            rows: Iterable = self._rows(f"{statement} ORDER BY number")
        else:
            found = (self._rows(f"{statement} WHERE id IN ({marks(part)})", part) for part in _parts(chunk_ids))
            rows = itertools.chain.from_iterable(found)
        return (
            StoredVector(chunk_id, document_id, day, np.frombuffer(blob, np.float16))
            for chunk_id, document_id, day, blob in rows
        )

    def vector_columns(self) -> VectorColumns:
        """Every chunk's vector, by day."""
        with self._database.snapshot():
            rows = self._rows(
                "SELECT c.id, coalesce(c.day, 0), d.source, d.id, c.vector "
                "FROM chunks c JOIN documents d ON d.id = c.document_id ORDER BY coalesce(c.day, 0), c.number"
            )
        ids, days, sources, documents, blobs = zip(*rows, strict=True) if rows else ((), (), (), (), ())
        matrix = np.frombuffer(b"".join(blobs), np.float16)
        return VectorColumns(
            ids=ids,
            days=np.array(days, np.int64),
            sources=np.array(sources, object),
            documents=np.array(documents, object),
            vectors=matrix.reshape(len(rows), -1),
        )

    def chunk_ids(self) -> list[str]:
        """Of every chunk, in order of adding."""
        return [chunk_id for (chunk_id,) in self._rows("SELECT id FROM chunks ORDER BY number")]

    def sample_vectors(self, size: int) -> list[StoredVector]:
        """Some chunks, spread evenly over the order of adding."""
        ((first, last),) = self._rows("SELECT min(number), max(number) FROM chunks")
        if first is None:
            return []
        picked: list[str] = []
        for number in np.linspace(first, last, size).astype(int).tolist():
            rows = self._rows("SELECT id FROM chunks WHERE number >= ? ORDER BY number LIMIT 1", (number,))
            picked += [chunk_id for (chunk_id,) in rows]
        return list(self.vectors(sorted(set(picked))))

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
        if not words:
            return []
        conditions, values = _window(after, before)
        # The index holds all that a window needs: a chunk's row is long, and is read only for what is returned.
        within = f"JOIN chunks d INDEXED BY chunks_day ON d.number = words.rowid {conditions}" if conditions else ""
        of = f"AND words.rowid IN ({_NUMBERS_OF})" if documents else ""
        return self._rows(
            "SELECT c.id, score FROM (SELECT words.rowid AS found, -bm25(words, 2.0, 2.0, 1.0) AS score FROM words "
            f"{within} WHERE words MATCH ? {of} ORDER BY score DESC, found LIMIT ?) JOIN chunks c ON c.number = found "
            "ORDER BY score DESC, found",
            (
                *values,
                " OR ".join(_term(word) for word in words),
                *([json.dumps(documents)] if documents else ()),
                limit,
            ),
        )

    def rebuild_full_text(self) -> None:
        """Make the index of words anew from the chunks."""
        with self._database.transaction() as connection:
            make_full_text_anew(connection)

    def chunk_frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many chunks each word stands (stemmed), titles and sources included."""
        frequencies = self._newest().frequencies
        for word in words:
            if word not in frequencies:
                ((frequencies[word],),) = self._rows("SELECT count(*) FROM words WHERE words MATCH ?", (_term(word),))
        return [frequencies[word] for word in words]

    def check(self) -> list[str]:
        """What is not as it was written, in words; empty when all is well."""
        return problems(self._database)

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

    def _lose_or_cover(self, connection: Connection, before: Mapping[str, tuple[str, ...]]) -> None:
        """Documents with the locations that they had: without any now they go, the others get a new checksum."""
        for document_id, locations in sorted(before.items()):
            if self.locations(document_id):
                cover_document(connection, document_id, locations)
            else:
                delete_document(connection, document_id)

    def _described(self, document_ids: set[str]) -> dict[str, Document]:
        """Documents without their texts."""
        found: dict[str, Document] = {}
        where = self._locations_of(document_ids)
        for part in _parts(sorted(document_ids)):
            rows = self._rows(f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE id IN ({marks(part)})", part)
            found |= {row[0]: document_of(row, where.get(row[0], ())) for row in rows}
        return found

    def _locations_of(self, document_ids: set[str] | None = None) -> dict[str, tuple[str, ...]]:
        statement = "SELECT document_id, location FROM locations"
        if document_ids is not None:
            statement += f" WHERE document_id IN ({marks(document_ids)})"
        found: dict[str, tuple[str, ...]] = {}
        for document_id, location in self._rows(f"{statement} ORDER BY location", sorted(document_ids or ())):
            found[document_id] = (*found.get(document_id, ()), location)
        return found


def _window(after: date | None, before: date | None) -> tuple[str, list[int]]:
    bounds = [("d.day >= ?", day_number(after)), ("d.day <= ?", day_number(before))]
    given = [(condition, value) for condition, value in bounds if value is not None]
    return "".join(f" AND {condition}" for condition, _ in given), [value for _, value in given]


def _term(word: str) -> str:
    """A quoted full-text string, in which no operator has a meaning."""
    escaped = word.replace('"', '""').replace("\0", "")
    return f'"{escaped}"'


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _FETCH] for start in range(0, len(values), _FETCH))
