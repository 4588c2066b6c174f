"""Files that people hand over by name: kept in the library's own folder `uploads`, from where they are added as any
other file is.

A file's place there is also its location in the library, `uploads/storm.txt`: the same name again is a new version.
Knows files and names; nothing of catalogs.
"""

import hashlib
import os
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file belongs, and where what lay there before waits to be settled: empty, where nothing did."""

    path: Path
    aside: Path


class Uploads:
    """The folder. `incoming` holds what has arrived but is no document yet, and what is set aside.

    `held` says of which bytes the text at a location was made, by their SHA-256; None where no text is.
    """

    def __init__(self, library: Path, held: Callable[[str], str | None]) -> None:
        self.folder = library / UPLOADS
        self.incoming = self.folder / ".incoming"
        self._held = held

    def empty_incoming(self) -> None:
        """Make the folders; what a killed server left half received goes."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        for left in self.incoming.iterdir():
            if "." not in left.name:
                left.unlink()

    def put(self, arrived: Path, name: str) -> Place:
        """Move a file that has arrived into its place, which is then to be settled."""
        place = self._set_aside(name)
        os.replace(arrived, place.path)
        return place

    def set_aside(self, locations: Iterable[str]) -> list[Place]:
        """Take the files of documents that are about to be removed from their places, which are then to be settled."""
        return [self._set_aside(path.name) for location in locations if (path := self.path_of(location))]

    def settle(self, places: Iterable[Place]) -> list[Place]:
        """At each place the file stays, or returns, of which the library's text was made; where it has none, none does.

        Returns the places whose new file stays.
        """
        new = []
        for place in places:
            held = self._held(f"{UPLOADS}/{place.path.name}")
            if held is not None and held == _sha256(place.path):
                new.append(place)
                place.aside.unlink()
            elif held is not None and place.aside.stat().st_size:
                os.replace(place.aside, place.path)
            else:
                place.path.unlink(missing_ok=True)
                place.aside.unlink()
        return new

    def recover(self) -> None:
        """Settle what a killed process has left."""
        left = self.incoming.glob("*.*") if self.incoming.is_dir() else ()
        self.settle([Place(self.folder / aside.name.partition(".")[2], aside) for aside in left])

    def path_of(self, location: str) -> Path | None:
        """Where the file of a location lies; None where it was not handed over, or is gone."""
        root, _, name = location.partition("/")
        path = self.folder / name
        return path if root == UPLOADS and "/" not in name and path.is_file() else None

    def _set_aside(self, name: str) -> Place:
        """What waits keeps its name, so that its place is known after the process has been killed."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        place = Place(self.folder / name, self.incoming / f"{uuid.uuid4().hex}.{name}")
        try:
            os.replace(place.path, place.aside)
        except FileNotFoundError:
            place.aside.touch()
        return place


def _sha256(path: Path) -> str:
    """Of a file's bytes; of none where there is no file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
