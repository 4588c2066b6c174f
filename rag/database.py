"""One SQLite file: its connections, transactions and format version. Knows nothing of what the tables hold.

Reading is safe from any thread (a connection each); writes take turns within the process.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import LibraryError, LibraryLocked

_BUSY_SECONDS = 30
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class Schema:
    """What a new file holds, its format version, and for each older version what makes the next one of it.

    `when_damaged` is the next step for whoever has a file that cannot be read.
    """

    statements: str
    version: int
    migrations: Mapping[int, Callable[[sqlite3.Connection], None]] = field(default_factory=dict)
    when_damaged: str = "Put back a copy of it."


class Database:
    """The file is made where it does not exist, and brought to our format where it has an older one."""

    def __init__(self, path: Path, schema: Schema, *, read_only: bool = False) -> None:
        """Raises LibraryError for a newer format than ours, and for an older one where the file may only be read.

        Raises LibraryLocked where it may only be read, and another process is about to write its tables.
        """
        self.path = path.absolute()
        self._read_only = read_only
        self._when_damaged = schema.when_damaged
        self._closed = False
        self._frozen: tuple[int, int, int] | None = None
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
        if self._read_only and written == 0:
            raise LibraryLocked(f"{self.path} is still being made; try again when that has ended")
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
        """Close every thread's connection; the next read opens a new one, and nothing is written any more."""
        with self._write_lock:
            self._closed = True
            self._disconnect()

    def _disconnect(self) -> None:
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
            if self._closed:  # a thread that has not ended must not write beside the next holder of the lock
                raise LibraryError(f"{self.path} was closed before this was written; open the library again")
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
        if self._frozen and self._frozen != self._state():
            self._frozen = None
            self._disconnect()
        own = threading.current_thread()
        with self._connections_lock:
            if own not in self._connections:
                for ended in [thread for thread in self._connections if not thread.is_alive()]:
                    self._connections.pop(ended).close()
                self._connections[own] = self._connect()
            return self._connections[own]

    def _connect(self) -> sqlite3.Connection:
        try:
            if self._read_only:
                return self._connect_to_read()
            connection = self._connect_as("mode=rwc")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error as error:
            raise self._trouble(error) from None
        return connection

    def _connect_to_read(self) -> sqlite3.Connection:
        """Reading takes a file beside ours, `-shm`, that a full disk or a read-only one has no room for.

        Where no `-wal` holds anything, the file alone is the whole truth, as long as nobody changes it.
        """
        state = self._state()
        connection = self._connect_as("mode=ro")
        try:
            connection.execute("PRAGMA user_version")
        except sqlite3.OperationalError:
            connection.close()
            if not state or state[-1]:
                raise
            connection = self._connect_as("mode=ro&immutable=1")
            self._frozen = state
        return connection

    def _connect_as(self, options: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?{options}",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,  # transactions are begun and ended here, not by the sqlite3 module
            check_same_thread=False,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _state(self) -> tuple[int, int, int] | None:
        """When the file was changed, its size, and that of its `-wal`; None where there is no such file."""
        try:
            status = os.stat(self.path)
        except OSError:
            return None
        try:
            waiting = os.stat(f"{self.path}-wal").st_size
        except OSError:
            waiting = 0
        return status.st_mtime_ns, status.st_size, waiting

    def _trouble(self, error: sqlite3.Error) -> LibraryError:
        code = getattr(error, "sqlite_errorcode", None)  # a text that is no UTF-8 has none
        if "UTF-8" in str(error) if code is None else code & 0xFF in _DAMAGE:
            return LibraryError(f"{self.path} is damaged: {error}. {self._when_damaged}")
        return LibraryError(
            f"{self.path} cannot be used: {error}. See that the disk has space and that you may write there; "
            "`footnote check` looks for damage."
        )
