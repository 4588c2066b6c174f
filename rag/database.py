"""One SQLite file: its connections, transactions and format version. Knows nothing of what the tables hold.

Reading is safe from any thread (a connection each); writes take turns within the process.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import LibraryError

_BUSY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Schema:
    """What a new file holds, its format version, and for each older version what makes the next one of it."""

    statements: str
    version: int
    migrations: Mapping[int, Callable[[sqlite3.Connection], None]] = field(default_factory=dict)


class Database:
    """The file is made where it does not exist, and brought to our format where it has an older one."""

    def __init__(self, path: Path, schema: Schema, *, read_only: bool = False) -> None:
        """Raises LibraryError for a newer format than ours, and for an older one where the file may only be read."""
        self.path = path
        self._read_only = read_only
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._connections_lock = threading.Lock()
        self._write_lock = threading.RLock()
        try:
            self._bring_to(schema)
        except BaseException:
            self.close()
            raise

    def _bring_to(self, schema: Schema) -> None:
        ((written,),) = self.rows("PRAGMA user_version")
        if written == schema.version:
            return
        formats = f"{self.path} has format {written}, and this Footnote reads format {schema.version}"
        if written > schema.version:
            raise LibraryError(f"{formats}; open it with the version of Footnote that wrote it")
        if self._read_only:
            raise LibraryError(f"{formats}; `footnote check` brings it to that")
        with self.transaction() as connection:
            if written == 0:
                for statement in schema.statements.split(";\n"):
                    connection.execute(statement)
            else:
                for version in range(written, schema.version):
                    schema.migrations[version](connection)
            connection.execute(f"PRAGMA user_version = {schema.version}")

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
    def snapshot(self) -> Iterator[None]:
        """What is read in the block is of one moment, whatever is written meanwhile."""
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        self.rows("BEGIN")
        try:
            yield
        finally:
            self.rows("COMMIT")

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
