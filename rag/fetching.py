"""A catalog's rows, read back as records: documents by id, chunks by id and by word, vectors.

The counterpart of `rag/writing.py`. Knows tables; nothing of when or why they are read.
"""

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from rag.database import Database
from rag.records import Document
from rag.stored import (
    CHUNK_COLUMNS,
    DOCUMENT_COLUMNS,
    Listed,
    StoredChunks,
    StoredVector,
    VectorColumns,
    day_number,
    document_of,
    stored_chunks,
    vector_columns,
    vector_of,
)
from rag.writing import marks

_NUMBERS_OF = "SELECT number FROM chunks WHERE document_id IN (SELECT value FROM json_each(?))"
_FETCH = 500  # SQLite binds at most 32,766 values in a statement; rows of long texts make fewer better


def parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many of the values as one statement should bind."""
    return (values[start : start + _FETCH] for start in range(0, len(values), _FETCH))


def fetch_locations(database: Database, document_ids: set[str] | None = None) -> dict[str, tuple[str, ...]]:
    """Where each of some documents lies, or each of all."""
    statement = "SELECT document_id, location FROM locations"
    if document_ids is not None:
        statement += f" WHERE document_id IN ({marks(document_ids)})"
    found: dict[str, tuple[str, ...]] = {}
    for document_id, location in database.rows(f"{statement} ORDER BY location", sorted(document_ids or ())):
        found[document_id] = (*found.get(document_id, ()), location)
    return found


def fetch_listing(database: Database) -> list[Listed]:
    """Every document without its text, newest date first, undated ones last."""
    with database.snapshot():
        rows = database.rows(
            f"SELECT (SELECT count(*) FROM chunks WHERE document_id = documents.id), {DOCUMENT_COLUMNS} "
            "FROM documents ORDER BY date IS NULL, date DESC, title, id"
        )
        where = fetch_locations(database)
    return [
        Listed(document_of(row, where.get(row[0], ())), datetime.fromisoformat(row[9]), chunks) for chunks, *row in rows
    ]


def fetch_document(database: Database, document_id: str) -> Document | None:
    """One document with its text."""
    with database.snapshot():
        row = database.row(f"SELECT text, {DOCUMENT_COLUMNS} FROM documents WHERE id = ?", (document_id,))
        locations = fetch_locations(database, {document_id}).get(document_id, ())
    return document_of(row[1:], locations, row[0]) if row else None


def fetch_chunks(database: Database, chunk_ids: Sequence[str]) -> StoredChunks:
    """Those of the chunks that there are, with their documents."""
    rows: list[tuple] = []
    with database.snapshot():
        for part in parts(chunk_ids):
            rows += database.rows(f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE id IN ({marks(part)})", part)
        documents = _without_texts(database, {row[1] for row in rows})
    return stored_chunks(rows, documents)


def _without_texts(database: Database, document_ids: set[str]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    where = fetch_locations(database, document_ids)
    for part in parts(sorted(document_ids)):
        rows = database.rows(f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE id IN ({marks(part)})", part)
        found |= {row[0]: document_of(row, where.get(row[0], ())) for row in rows}
    return found


def fetch_vectors(database: Database, chunk_ids: Sequence[str] | None = None) -> Iterator[StoredVector]:
    """The stored vectors of these chunks, or of every chunk in order of adding."""
    statement = "SELECT id, document_id, day, vector FROM chunks"
    if chunk_ids is None:
        rows: Iterable = database.rows(f"{statement} ORDER BY number")
    else:
        found = (database.rows(f"{statement} WHERE id IN ({marks(part)})", part) for part in parts(chunk_ids))
        rows = itertools.chain.from_iterable(found)
    return (StoredVector(chunk_id, document_id, day, vector_of(blob)) for chunk_id, document_id, day, blob in rows)


def fetch_vector_columns(database: Database) -> VectorColumns:
    """Every chunk's vector, by day."""
    return vector_columns(
        database.rows(
            "SELECT c.id, coalesce(c.day, 0), d.source, d.id, c.vector "
            "FROM chunks c JOIN documents d ON d.id = c.document_id ORDER BY coalesce(c.day, 0), c.number"
        )
    )


def fetch_sample(database: Database, size: int) -> list[StoredVector]:
    """Some chunks' vectors, spread evenly over the order of adding."""
    ((first, last),) = database.rows("SELECT min(number), max(number) FROM chunks")
    if first is None:
        return []
    picked: list[str] = []
    for number in np.linspace(first, last, size).astype(int).tolist():
        rows = database.rows("SELECT id FROM chunks WHERE number >= ? ORDER BY number LIMIT 1", (number,))
        picked += [chunk_id for (chunk_id,) in rows]
    return list(fetch_vectors(database, sorted(set(picked))))


def fetch_by_words(
    database: Database,
    words: Sequence[str],
    limit: int,
    after: date | None,
    before: date | None,
    documents: Sequence[str],
) -> list[tuple[str, float]]:
    """Chunk ids with their BM25 score, best first: see `Catalog.full_text`."""
    if not words:
        return []
    conditions, values = _window(after, before)
    # The index holds all that a window needs: a chunk's row is long, and is read only for what is returned.
    within = f"JOIN chunks d INDEXED BY chunks_day ON d.number = words.rowid {conditions}" if conditions else ""
    of = f"AND words.rowid IN ({_NUMBERS_OF})" if documents else ""
    return database.rows(
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


def fetch_beginnings(
    database: Database,
    limit: int,
    after: date | None,
    before: date | None,
    sources: Sequence[str],
    documents: Sequence[str],
) -> tuple[list[str], int]:
    """Ids of the first chunks of the newest documents, and how many documents: see `Catalog.beginnings`."""
    window, values = _window(after, before)
    of = "".join(
        f" AND d.{column} IN (SELECT value FROM json_each(?))"
        for column, given in (("source", sources), ("id", documents))
        if given
    )
    values += [json.dumps(given) for given in (sources, documents) if given]
    chosen = f"FROM documents d WHERE true {window} {of}"
    # Only of what is returned is a chunk looked for: whole rows of chunks are long.
    newest = f"SELECT d.id AS of {chosen} ORDER BY d.date IS NULL, d.date DESC, d.id LIMIT ?"
    first = "SELECT id FROM chunks WHERE document_id = of ORDER BY ordinal LIMIT 1"
    with database.snapshot():
        rows = database.rows(f"SELECT ({first}) FROM ({newest})", (*values, limit))
        ((count,),) = database.rows(f"SELECT count(*) {chosen}", values)
    return [chunk_id for (chunk_id,) in rows if chunk_id], int(count)


def fetch_frequency(database: Database, word: str) -> int:
    """In how many chunks a word stands (stemmed)."""
    ((count,),) = database.rows("SELECT count(*) FROM words WHERE words MATCH ?", (_term(word),))
    return int(count)


def _window(after: date | None, before: date | None) -> tuple[str, list[Any]]:
    bounds = [("d.day >= ?", day_number(after)), ("d.day <= ?", day_number(before))]
    given = [(condition, value) for condition, value in bounds if value is not None]
    return "".join(f" AND {condition}" for condition, _ in given), [value for _, value in given]


def _term(word: str) -> str:
    """A quoted full-text string, in which no operator has a meaning."""
    escaped = word.replace('"', '""').replace("\0", "")
    return f'"{escaped}"'
