"""One SQLite file: its connections, transactions and format version. Knows nothing of what the tables hold.

Reading is safe from any thread (a connection each); writes take turns within the process.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import LibraryError

_BUSY_SECONDS = 30


class Database:
    """The file is made with `schema` where it does not exist; a newer `version` than ours is refused."""

    def __init__(self, path: Path, schema: str, version: int, *, read_only: bool = False) -> None:
        self.path = path
        self._read_only = read_only
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._connections_lock = threading.Lock()
        self._write_lock = threading.RLock()
        ((written,),) = self.rows("PRAGMA user_version")
        if written == 0 and not read_only:
            with self.transaction() as connection:
                for statement in schema.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version}")
        elif written != version:
            self.close()
            raise LibraryError(
                f"{path} has format {written}, and this Footnote reads format {version}; "
                "open it with the version of Footnote that wrote it"
            )

    def close(self) -> None:
        """Close every thread's connection; the next read opens a new one."""
        with self._connections_lock:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Every row that a query gives. Raises LibraryError, also for damage that shows in a later row only."""
        try:
            return self._connection().execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._trouble(error) from None

    def row(self, statement: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row, where there is one."""
        return next(iter(self.rows(statement, values)), None)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block's changes, on disk when it ends, or none of them."""
        with self._write_lock:
            connection = self._connection()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise self._trouble(error) from None
                raise

    def _connection(self) -> sqlite3.Connection:
        own = threading.current_thread()
        with self._connections_lock:
            if own not in self._connections:
                for ended in [thread for thread in self._connections if not thread.is_alive()]:
                    self._connections.pop(ended).close()
                self._connections[own] = self._connect()
            return self._connections[own]

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode={'ro' if self._read_only else 'rwc'}",
                uri=True,
                timeout=_BUSY_SECONDS,
                isolation_level=None,  # transactions are begun and ended here, not by the sqlite3 module
                check_same_thread=False,
            )
            connection.execute("PRAGMA foreign_keys = ON")
            if not self._read_only:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error as error:
            raise self._trouble(error) from None
        return connection

    def _trouble(self, error: sqlite3.Error) -> LibraryError:
        return LibraryError(
            f"{self.path} cannot be used: {error}. See that the disk has space and that you may write there; "
            "`footnote check` looks for damage."
        )
