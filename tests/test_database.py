"""One SQLite file under many threads."""

import threading
from pathlib import Path

import pytest

from rag.database import Database, Schema
from rag.errors import LibraryError

SCHEMA = Schema("CREATE TABLE words (word TEXT)", 1)


def test_connections_of_threads_that_have_ended_are_closed(tmp_path: Path) -> None:
    database = Database(tmp_path / "file.db", SCHEMA)
    for _ in range(5):
        thread = threading.Thread(target=database.rows, args=("SELECT word FROM words",))
        thread.start()
        thread.join()
    assert len(database._connections) <= 2, "this thread's and the last one's"
    database.close()
    assert database.rows("SELECT word FROM words") == [], "it opens again"
    database.close()


def test_a_file_of_another_format_is_closed_again(tmp_path: Path) -> None:
    Database(tmp_path / "file.db", Schema("", 2)).close()
    with pytest.raises(
        LibraryError,
        match="format 2, and this Footnote reads format 1; open it with the version",
    ):
        Database(tmp_path / "file.db", SCHEMA)
    (tmp_path / "file.db").rename(tmp_path / "moved.db")
    Database(tmp_path / "moved.db", Schema("", 2)).close()


def test_a_change_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    database = Database(tmp_path / "file.db", SCHEMA)

    def change() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO words VALUES ('lost')")
            connection.execute("INSERT INTO letters VALUES ('a')")

    with pytest.raises(LibraryError, match="no such table"):
        change()
    assert database.rows("SELECT word FROM words") == []
    database.close()
