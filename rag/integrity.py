"""What of a catalog is not as it was written. Knows its tables and checksums; nothing of how they are used."""

from collections.abc import Iterator

from rag.database import Database
from rag.errors import LibraryError
from rag.stored import CHUNK_COLUMNS, DOCUMENT_COLUMNS, document_of, is_whole


def problems(database: Database) -> list[str]:
    """In words, with the next step; empty when all is well. Every row is read."""
    found = []
    # Each looks further than the one before; where the file itself is damaged, the later ones may not get through.
    for look in (_file, _documents, _chunks, _unindexed, _full_text):
        try:
            found += list(look(database))
        except LibraryError as error:
            found.append(str(error))
    return list(dict.fromkeys(found))


def _file(database: Database) -> Iterator[str]:
    for (line,) in database.rows("PRAGMA integrity_check(5)"):
        if line != "ok":
            yield f"{database.path} is damaged: {line}"
    for row in database.rows("PRAGMA foreign_key_check"):
        yield f"{database.path} is damaged: a row of {row[0]} belongs to no document"


def _documents(database: Database) -> Iterator[str]:
    for (document_id,) in database.rows("SELECT id FROM documents"):
        ((text, *row),) = database.rows(f"SELECT text, {DOCUMENT_COLUMNS} FROM documents WHERE id = ?", (document_id,))
        lies = database.rows("SELECT location FROM locations WHERE document_id = ?", (document_id,))
        try:
            document_of(row, tuple(sorted(location for (location,) in lies)), text)
        except LibraryError as error:
            yield f"{str(error).split(';')[0]}; remove it and add it again"
        except ValueError as error:
            yield f"document {document_id} is damaged ({error}); remove it and add it again"


def _chunks(database: Database) -> Iterator[str]:
    """Chunks whose checksum fails, or whose text is not their document's any more."""
    for document_id, text in database.rows("SELECT id, text FROM documents"):
        for row in database.rows(f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE document_id = ?", (document_id,)):
            if not is_whole(row) or text[row[3] : row[4]] != row[6]:
                yield f"chunk {row[0]} is damaged; remove its document and add it again"


def _unindexed(database: Database) -> Iterator[str]:
    for (chunk_id,) in database.rows("SELECT id FROM chunks WHERE number NOT IN (SELECT rowid FROM words)"):
        yield f"chunk {chunk_id} is missing from full text; remove its document and add it again"


def _full_text(database: Database) -> Iterator[str]:
    """FTS5's own comparison of its index with the texts that it holds."""
    try:
        with database.transaction() as connection:
            connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    except LibraryError:
        yield "full text is damaged; footnote check --rebuild makes it anew"
