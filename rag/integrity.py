"""What of a catalog is not as it was written. Knows its tables and checksums; nothing of how they are used."""

import os
from collections.abc import Iterator

from rag.database import Database
from rag.errors import LibraryError
from rag.fetching import fetch_document
from rag.stored import CHUNK_COLUMNS, is_whole

_NUMBERS = ("revision", "generation")  # what is known of the whole library, and read as a number


def problems(database: Database) -> list[str]:
    """In words, with the next step; empty when all is well. Every row is read."""
    found = [*_told(_file(database)), *_told(_numbers(database))]
    try:
        document_ids = _document_ids(database)
    except LibraryError as error:
        return list(dict.fromkeys([*found, str(error)]))
    damaged = [document_id for document_id in document_ids if not _is_readable(database, document_id)]
    found += [f"{_named(database, one)} is damaged; remove it and add it again" for one in damaged]
    if found:
        found.append(_what_is_left(database, len(document_ids) - len(damaged), len(document_ids)))
    for document_id in sorted(set(document_ids) - set(damaged)):
        if chunks := _damaged_chunks(database, document_id):
            found.append(
                f"{_named(database, document_id)} has damaged chunks ({chunks}), and its text is whole; "
                "footnote check --rebuild encodes it again"
            )
    # Where the file itself is damaged, these may not get through.
    found += [*_told(_unindexed(database)), *_told(_full_text(database))]
    return list(dict.fromkeys(found))


def chunks_are_whole(database: Database) -> bool:
    """Whether every chunk of every document is as it was encoded. Raises LibraryError."""
    return not any(_damaged_chunks(database, document_id) for document_id in _document_ids(database))


def _told(look: Iterator[str]) -> Iterator[str]:
    """What a look finds, and what it cannot read."""
    try:
        yield from look
    except LibraryError as error:
        yield str(error)


def _file(database: Database) -> Iterator[str]:
    for (line,) in database.rows("PRAGMA integrity_check(5)"):
        if line != "ok":
            yield f"{database.path} is damaged: {line}"
    for row in database.rows("PRAGMA foreign_key_check"):
        yield f"{database.path} is damaged: a row of {row[0]} belongs to no document"


def _numbers(database: Database) -> Iterator[str]:
    for key, value in database.rows("SELECT key, value FROM meta"):
        if key in _NUMBERS and not value.isdecimal():
            yield f"{database.path} is damaged: its {key} is {value!r}"


def _document_ids(database: Database) -> list[str]:
    return [document_id for (document_id,) in database.rows("SELECT id FROM documents")]


def _is_readable(database: Database, document_id: str) -> bool:
    """Whether all that is known of a document, its text and its locations are as they were written."""
    try:
        return fetch_document(database, document_id) is not None
    except (LibraryError, ValueError, TypeError):  # a date that is none, or a text that became a number
        return False


def _named(database: Database, document_id: str) -> str:
    try:
        ((title,),) = database.rows("SELECT title FROM documents WHERE id = ?", (document_id,))
    except LibraryError:
        return f"document {document_id}"
    return f"document {document_id} ({title})"


def _what_is_left(database: Database, whole: int, every: int) -> str:
    try:
        paths = [os.fsdecode(path) for (path,) in database.rows("SELECT path FROM roots ORDER BY name")]
    except LibraryError:
        paths = []
    again = " ".join(paths) or "PATH"
    return (
        f"{whole} of {every} documents are whole: `footnote show ID` prints one; the files make a new library: "
        f"footnote add {again} --library DIR"
    )


def _damaged_chunks(database: Database, document_id: str) -> str:
    """How many chunks have a checksum that fails, or a text that is not their document's any more; empty for none."""
    ((text,),) = database.rows("SELECT text FROM documents WHERE id = ?", (document_id,))
    chunks = database.rows("SELECT number FROM chunks WHERE document_id = ?", (document_id,))
    damaged = sum(not _is_whole_chunk(database, number, text) for (number,) in chunks)
    return f"{damaged} of {len(chunks)}" if damaged else ""


def _is_whole_chunk(database: Database, number: int, text: str) -> bool:
    try:
        (row,) = database.rows(f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE number = ?", (number,))
    except LibraryError:
        return False
    return is_whole(row) and text[row[3] : row[4]] == row[6]


def _unindexed(database: Database) -> Iterator[str]:
    ((missing,),) = database.rows("SELECT count(*) FROM chunks WHERE number NOT IN (SELECT rowid FROM words)")
    if missing:
        yield f"{missing} chunks are missing from full text; footnote check --rebuild makes it anew"


def _full_text(database: Database) -> Iterator[str]:
    """FTS5's own comparison of its index with the texts that it holds."""
    try:
        with database.transaction() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    except LibraryError:
        yield "full text is damaged; footnote check --rebuild makes it anew"
