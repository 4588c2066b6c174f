"""Which process may change a library: a lock on its folder, and a note beside it that says who holds it.

Knows nothing of what is changed.
"""

import contextlib
import json
import os
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
            return f"process {holder['pid']} ({holder['command']}, since {holder['since']})"
        except (OSError, ValueError, KeyError):
            return "another process"

    def take(self, seconds: float) -> bool:
        """Whether it could be had within so many seconds. Raises LibraryError for a folder that cannot be a library."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=seconds)
            since = datetime.now(UTC).isoformat(timespec="seconds")
            holder = {"pid": os.getpid(), "command": Path(sys.argv[0]).name, "since": since}
            self._note.write_text(json.dumps(holder), encoding="utf-8")
        except Timeout:
            return False
        except OSError as error:
            self.release()
            raise LibraryError(
                f"{self._folder} cannot be a library ({error.strerror}); choose another: --library DIR"
            ) from None
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
