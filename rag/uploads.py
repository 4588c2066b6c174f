"""Files that people hand over by name: kept in the library's own folder `uploads`, from where they are added as any
other file is.

A file's place there is also its location in the library, `uploads/storm.txt`: the same name again is a new version.
Knows files and names; nothing of catalogs.
"""

import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from rag.documents import UPLOADS
from rag.errors import DocumentError

_LONGEST_NAME = 200  # bytes of UTF-8; file systems take 255, and a name gets a prefix while it waits
_NOT_IN_A_NAME = re.compile(
    r"[\x00-\x1f\x7f\ud800-\udfff]" if os.name == "posix" else r'[\x00-\x1f\x7f\ud800-\udfff<>:"|?*]'
)


def upload_name(given: str) -> str:
    """The name under which a file is kept: its last part, composed (NFC). Raises DocumentError."""
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1].strip().rstrip(".")
    if not name or name.startswith(".") or _NOT_IN_A_NAME.search(name):
        raise DocumentError(f"{given[:80]!r} is no name for a document's file")
    if len(name.encode()) > _LONGEST_NAME:
        raise DocumentError(f"the name {name[:40]!r} … has more than {_LONGEST_NAME} bytes")
    return name


class Uploads:
    """The folder. `incoming` holds what has arrived but is not yet a document."""

    def __init__(self, library: Path) -> None:
        self.folder = library / UPLOADS
        self.incoming = self.folder / ".incoming"

    def empty_incoming(self) -> None:
        """Make the folders; what a killed server left half received goes."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        for left in self.incoming.iterdir():
            left.unlink()

    def put(self, arrived: Path, name: str) -> "Replaced":
        """Move a file that has arrived into its place; the version before is kept until it is known to be good."""
        path = self.folder / name
        before = arrived.with_suffix(".before")
        if path.exists():
            os.replace(path, before)
        os.replace(arrived, path)
        return Replaced(path, before)

    def path_of(self, location: str) -> Path | None:
        """Where the file of a location lies; None where it was not handed over, or is gone."""
        root, _, name = location.partition("/")
        path = self.folder / name
        return path if root == UPLOADS and "/" not in name and path.is_file() else None

    def forget(self, locations: Iterable[str]) -> None:
        """A document that is removed takes its file with it."""
        for location in locations:
            if path := self.path_of(location):
                path.unlink(missing_ok=True)


class Replaced:
    """A file in its place, and the version that it takes the place of."""

    def __init__(self, path: Path, before: Path) -> None:
        self.path = path
        self._before = before

    def keep(self) -> None:
        self._before.unlink(missing_ok=True)

    def undo(self) -> None:
        """The new version is not readable: the old one, if any, is what the library still holds."""
        if self._before.exists():
            os.replace(self._before, self.path)
        else:
            self.path.unlink(missing_ok=True)
