"""Which process may change a library: a lock on its folder, and a note beside it that says who holds it.

Knows nothing of what is changed.
"""

import contextlib
import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import LibraryError


class WriteLock:
    """Of one folder, which is made when the lock is taken for the first time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "write.lock", thread_local=False)

    @property
    def is_held(self) -> bool:
        """By this object."""
        return self._lock.is_locked

    @property
    def holder(self) -> str:
        """Who holds it, in words."""
        try:
            holder = json.loads(self._note.read_text(encoding="utf-8"))
            where = "" if holder["host"] == socket.gethostname() else f" on {holder['host']}"
            return f"process {holder['pid']}{where} ({holder['command']}, since {holder['since']})"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"

    def take(self, seconds: float) -> bool:
        """Whether it could be had within so many seconds. Raises LibraryError for a folder that cannot be a library."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=seconds)
        except Timeout:
            return False
        except OSError as error:
            raise LibraryError(
                f"{self._folder} cannot be a library ({error.strerror}); choose another: --library DIR"
            ) from None
        with contextlib.suppress(OSError):  # on a full disk nobody may be named, but what makes room must go on
            self._write_note()
        return True

    def release(self) -> None:
        """Nothing happens where it is not held."""
        if self.is_held:
            with contextlib.suppress(OSError):
                self._note.unlink(missing_ok=True)
            self._lock.release()

    @property
    def _note(self) -> Path:
        return self._folder / "writer.json"

    def _write_note(self) -> None:
        """Written beside its place and moved there, so that nobody reads half of it."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "command": _command(), "since": since}
        part = self._note.with_suffix(".part")
        try:
            part.write_text(json.dumps(holder), encoding="utf-8")
            part.replace(self._note)
        finally:
            part.unlink(missing_ok=True)


def _command() -> str:
    """What this process was called as; of its arguments only which of our commands it is, for others may be secret."""
    name = Path(sys.argv[0]).name
    if name in ("", "-c"):
        return "python"
    return " ".join([name, *sys.argv[1:2]]) if name == "footnote" else name
