"""The tables of a catalog, and how those of an older format become these. Knows columns; nothing of what is asked."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from rag.database import Schema
from rag.stored import CHUNK_COLUMNS, DOCUMENT_COLUMNS, checksum, is_whole

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE roots (name TEXT PRIMARY KEY, path TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, text TEXT NOT NULL, title TEXT NOT NULL, date TEXT, date_origin TEXT NOT NULL,
    source TEXT NOT NULL, author TEXT NOT NULL, media_type TEXT NOT NULL, sha256 TEXT NOT NULL, day INTEGER,
    added TEXT NOT NULL, content_sha256 TEXT NOT NULL, checksum INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX documents_content ON documents (content_sha256);
CREATE TABLE locations (
    location TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX locations_document ON locations (document_id);
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL,
    spans BLOB NOT NULL, vector BLOB NOT NULL, sentences BLOB NOT NULL, pieces BLOB NOT NULL,
    piece_starts BLOB NOT NULL, checksum INTEGER NOT NULL, day INTEGER
);
CREATE INDEX chunks_document ON chunks (document_id);
CREATE INDEX chunks_day ON chunks (number, day);
CREATE TABLE outbox (sequence INTEGER PRIMARY KEY AUTOINCREMENT, chunk_id TEXT NOT NULL);
"""
_WORDS = """
CREATE VIRTUAL TABLE words USING fts5 (title, source, text, tokenize = "porter unicode61 remove_diacritics 2")
"""


def _cover_every_column(connection: Connection) -> None:
    """Format 1 had no checksum of documents, and that of a chunk left out where it stands."""
    connection.execute("ALTER TABLE documents ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
    connection.execute("ALTER TABLE outbox DROP COLUMN operation")
    old = "text, spans, vector, sentences, pieces, piece_starts, checksum"
    for (number,) in connection.execute("SELECT number FROM chunks").fetchall():
        (text, *blobs, written) = connection.execute(f"SELECT {old} FROM chunks WHERE number = ?", (number,)).fetchone()
        row = connection.execute(f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE number = ?", (number,)).fetchone()
        whole = checksum(text.encode("utf-8", "surrogatepass"), *blobs) == written
        # What was damaged before stays known to be.
        covering = checksum(*row[:-1]) if whole else ~checksum(*row[:-1])
        connection.execute("UPDATE chunks SET checksum = ? WHERE number = ?", (covering, number))
    for row in connection.execute(f"SELECT {DOCUMENT_COLUMNS} FROM documents").fetchall():
        _write_checksum(connection, row)


def _index_days(connection: Connection) -> None:
    """In format 2 full text read a whole chunk to see whether it lies in a window."""
    connection.execute("CREATE INDEX chunks_day ON chunks (number, day)")


def cover_document(connection: Connection, document_id: str, before: Sequence[str]) -> None:
    """Write the checksum of a document whose locations were others before; what was damaged stays known to be."""
    row = connection.execute(f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE id = ?", (document_id,)).fetchone()
    if is_whole(row, before):
        _write_checksum(connection, row)


def _write_checksum(connection: Connection, row: Sequence[Any]) -> None:
    found = connection.execute("SELECT location FROM locations WHERE document_id = ?", (row[0],))
    covering = checksum(*row[:-1], *sorted(location for (location,) in found))
    connection.execute("UPDATE documents SET checksum = ? WHERE id = ?", (covering, row[0]))


def make_full_text_anew(connection: Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS words")
    connection.execute(_WORDS)
    connection.execute(
        "INSERT INTO words (rowid, title, source, text) "
        "SELECT c.number, d.title, coalesce(nullif(d.source, ''), d.author), c.text "
        "FROM chunks c JOIN documents d ON d.id = c.document_id"
    )


CATALOG = Schema(
    f"{_TABLES};\n{_WORDS}",
    version=3,
    migrations={1: _cover_every_column, 2: _index_days},
    when_damaged=(
        "`footnote check` says what of it is whole; if that cannot open it either, put back a copy, or add your "
        "folders, and `uploads` beside it, to a new library: footnote add PATH --library DIR"
    ),
)
