"""A document and all that belongs to it as rows of a catalog, written and deleted within a transaction of the caller's.

Knows tables; nothing of when or why they change.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from sqlite3 import Connection

from rag.encoder import EncodedChunk
from rag.records import Chunk, Document
from rag.schema import cover_document
from rag.stored import CHUNK_COLUMNS, DOCUMENT_COLUMNS, NewDocument, chunk_row, document_row


def replace_document(connection: Connection, new: NewDocument) -> None:
    """Write a document with its chunks in place of what stood under its id; when it was first added stays."""
    document = new.document
    before = connection.execute("SELECT added FROM documents WHERE id = ?", (document.id,)).fetchone()
    added = before[0] if before else datetime.now(UTC).isoformat(timespec="seconds")
    delete_document(connection, document.id)
    row = document_row(new, added)
    connection.execute(
        f"INSERT INTO documents (text, {DOCUMENT_COLUMNS}) VALUES (?, {marks(row)})", (document.text, *row)
    )
    insert_locations(connection, document.id, document.locations)
    for chunk, vectors in zip(new.chunks, new.encoded, strict=True):
        _insert_chunk(connection, document, chunk, vectors)


def _insert_chunk(connection: Connection, document: Document, chunk: Chunk, encoded: EncodedChunk) -> None:
    row = chunk_row(document, chunk, encoded)
    cursor = connection.execute(f"INSERT INTO chunks ({CHUNK_COLUMNS}) VALUES ({marks(row)})", row)
    connection.execute(
        "INSERT INTO words (rowid, title, source, text) VALUES (?, ?, ?, ?)",
        (cursor.lastrowid, document.title, document.origin, chunk.text),
    )
    connection.execute("INSERT INTO outbox (chunk_id) VALUES (?)", (chunk.id,))


def delete_document(connection: Connection, document_id: str) -> None:
    """With all that belongs to it."""
    _delete_chunks(connection, document_id)
    connection.execute("DELETE FROM locations WHERE document_id = ?", (document_id,))
    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))


def _delete_chunks(connection: Connection, document_id: str) -> None:
    old = "SELECT number FROM chunks WHERE document_id = ?"
    connection.execute(f"DELETE FROM words WHERE rowid IN ({old})", (document_id,))
    connection.execute("INSERT INTO outbox (chunk_id) SELECT id FROM chunks WHERE document_id = ?", (document_id,))
    connection.execute("DELETE FROM chunks WHERE document_id = ?", (document_id,))


def insert_locations(connection: Connection, document_id: str, locations: Sequence[str]) -> None:
    """From now on the document lies there, whatever did before."""
    connection.executemany(
        "INSERT OR REPLACE INTO locations VALUES (?, ?)", [(location, document_id) for location in locations]
    )


def forget_locations(connection: Connection, locations: Sequence[str]) -> None:
    connection.executemany("DELETE FROM locations WHERE location = ?", [(location,) for location in locations])


def lose_or_cover(connection: Connection, before: Mapping[str, Sequence[str]]) -> None:
    """Documents with the locations that they had: without any now they go, the others get a new checksum."""
    for document_id, locations in sorted(before.items()):
        if connection.execute("SELECT 1 FROM locations WHERE document_id = ?", (document_id,)).fetchone():
            cover_document(connection, document_id, locations)
        else:
            delete_document(connection, document_id)


def marks(values: Iterable[object]) -> str:
    """A question mark for each value."""
    return ", ".join("?" for _ in values)
