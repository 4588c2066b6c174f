"""Paths, folders and texts -> Documents, by way of readers. Knows files and names; nothing of chunks or storage.

A location is a file's path below a named root, such as `news/2022/votes.txt`: the library can move to another machine,
and shows no private paths.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

from rag.dates import date_alone, date_in_name, parse_date
from rag.errors import DocumentError
from rag.instructions import instructs
from rag.readers import read
from rag.readers.decoding import normalise
from rag.records import Document
from rag.sentences import sentence_spans

UPLOADS = "uploads"
_LONGEST_TITLE = 100
_LOOKED_AT = 10  # sentences, for one that may be a title
_GIVEN = "given "


@dataclass(frozen=True, slots=True)
class Root:
    """A folder under the name by which locations speak of it."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read, where it lies and what it is called in the library."""

    path: Path
    root: Root
    location: str


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at a path: files to be read; with why, what is passed over, and folders that cannot be read."""

    files: tuple[SourceFile, ...] = ()
    passed_over: tuple[tuple[Path, str], ...] = ()
    unreadable: tuple[tuple[Path, str], ...] = ()


def find_files(
    path: Path, roots: Mapping[str, Path], exclude: Sequence[str], has_moved: Callable[[str, Path], bool]
) -> Found:
    """The files at a path, in order of name.

    A file below a root that the library knows keeps its location there, however it is named now; a folder that is below
    none becomes one, under the name of one that `has_moved` there or under a name that is free. Files that `exclude`
    names and links to folders are passed over, and without a word what is hidden or a library; a path that is named
    itself is never passed over. Raises DocumentError for what cannot be a path, and for a library.
    """
    try:
        path = Path(os.path.abspath(path.expanduser()))
        is_folder = path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise DocumentError(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if is_folder and is_library(path):
        raise DocumentError("it is a library itself; name the files and folders that are to be read")
    top = _new_root(path if is_folder else path.parent, roots, has_moved)
    roots = {**roots, **({top.name: top.path} if top else {})}
    if not is_folder:
        root = _root_of(path, roots)
        return Found((SourceFile(path, root, location_of(path, root)),))
    files: list[SourceFile] = []
    passed_over: list[tuple[Path, str]] = []
    errors: list[OSError] = []
    for folder, links, names in _walk(path, errors.append):
        passed_over += [(folder / name, "it is a link to a folder; name it to have it read") for name in links]
        root = _root_of(folder, roots)
        start = location_of(folder, root)
        for name in names:
            if any(fnmatch(name, pattern) for pattern in exclude):
                passed_over.append((folder / name, "the setting exclude names it"))
            else:
                files.append(SourceFile(folder / name, root, f"{start}/{_readable(name)}"))
    unreadable = [(Path(error.filename or path), f"it cannot be read: {error.strerror or error}") for error in errors]
    return Found(tuple(files), tuple(passed_over), tuple(unreadable))


def location_of(path: Path, root: Root) -> str:
    """What a path that is or lies below a root is called in the library."""
    below = path.relative_to(root.path).parts
    return "/".join([root.name, *map(_readable, below)])


def _readable(name: str) -> str:
    """Bytes that no text keeps, of names that are not UTF-8 or hold a carriage return, become \\xNN each."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\r", r"\x0d")


def paths_of(location: str, roots: Mapping[str, Path]) -> tuple[Path, ...]:
    """Where the file of a location may lie, below one of these roots: \\xNN is a byte, or stands so in its name."""
    name, _, rest = location.partition("/")
    if name not in roots:
        return ()
    odd = re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), os.fsencode(rest))
    return tuple(roots[name] / one for one in dict.fromkeys((rest, os.fsdecode(odd))))


def is_missing(path: Path) -> bool:
    """Whether nothing lies there; what cannot be looked at counts as there."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        pass
    return False


def read_bytes(path: Path, largest: float) -> bytes:
    """A file's bytes, at most `largest` MB of them. Raises DocumentError."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError("it is not a regular file")
        size = status.st_size / 1e6
        if size > largest:
            raise DocumentError(f"it has {size:.1f} MB, more than the {largest:g} of the setting max_file_mb")
        return path.read_bytes()
    except FileNotFoundError:
        raise DocumentError("there is no such file or folder") from None
    except (OSError, ValueError) as error:
        raise DocumentError(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None


def document_id(location: str) -> str:
    """The id of the document first read at a location."""
    return hashlib.sha256(location.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def parse(location: str, data: bytes) -> Document:
    """The document that a file's bytes hold; its id is that of its location. Raises DocumentError."""
    content = read(location, data)
    titled = None if content.date else date_alone(content.title)
    named = None if content.date or titled else date_in_name(location.rpartition("/")[2])
    return prepare(
        Document(
            id=document_id(location),
            text=content.text,
            title=content.title,
            date=content.date or titled or named,
            date_origin="title" if titled else "file name" if named else content.date_origin,
            source=content.source,
            author=content.author,
            media_type=content.media_type,
            locations=(normalise(location),),
        )
    )


def prepare(document: Document) -> Document:
    """A document fit to be stored: text normalised, a title found where it has none, a written date read.

    Raises DocumentError.
    """
    if not document.id or not document.text.strip() or normalise(document.id) != document.id:
        raise DocumentError(f"document {document.id!r} needs an id and a text")
    text = normalise(document.text)
    origin = document.date_origin or ("given" if document.date else "")
    title = " ".join(normalise(document.title).split()) or _first_sentence(text)
    return replace(
        document,
        text=text,
        title=title,
        source=normalise(document.source),
        author=normalise(document.author),
        locations=tuple(normalise(location) for location in document.locations),
        date=_date(document),
        date_origin=origin,
        sha256="",
    )


def _date(document: Document) -> date | None:
    try:
        return parse_date(document.date) if document.date else None
    except ValueError as error:
        raise DocumentError(str(error)) from None


def content_sha256(document: Document) -> str:
    """Of all that a document given in memory says, as the hash of a file's bytes is for a file; marked as such."""
    return _GIVEN + hashlib.sha256(repr(document).encode("utf-8", "surrogatepass")).hexdigest()


def was_given(content: str) -> bool:
    """Whether such a hash is that of a document given in memory: its locations are words, not files."""
    return content.startswith(_GIVEN)


def _first_sentence(text: str) -> str:
    """The first that is meant for a reader, as a title."""
    spans = sentence_spans(text)
    first = next((span for span in spans[:_LOOKED_AT] if not instructs(text[span.start : span.end])), spans[0])
    sentence = " ".join(text[first.start : first.end].lstrip("#-*• ").split())
    if len(sentence) <= _LONGEST_TITLE:
        return sentence.rstrip(".") or "Untitled"
    return sentence[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;: ") + " …"


def _walk(folder: Path, failed: Callable[[OSError], None]) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Each folder with the names of its links to folders and of its files, in order."""
    for parent, folders, names in os.walk(folder, onerror=failed):
        shown = sorted(name for name in folders if not name.startswith(".") and not is_library(Path(parent, name)))
        links = [name for name in shown if os.path.islink(os.path.join(parent, name))]
        folders[:] = [name for name in shown if name not in links]
        yield Path(parent), links, sorted(name for name in names if not name.startswith("."))


def is_library(folder: Path) -> bool:
    return os.path.isfile(folder / "catalog.db")  # where Path.is_file raises, for a closed folder, it says no


def _root_of(path: Path, roots: Mapping[str, Path]) -> Root:
    """The nearest of the roots that it lies below."""
    holding = [Root(name, root) for name, root in roots.items() if path.is_relative_to(root)]
    return max(holding, key=lambda root: len(root.path.parts))


def _new_root(folder: Path, roots: Mapping[str, Path], has_moved: Callable[[str, Path], bool]) -> Root | None:
    """The root that a folder which is below none becomes: under its own name, with a number where another has that."""
    if any(folder.is_relative_to(root) for root in roots.values()):
        return None
    plain = _readable(folder.name) or "root"
    name, number = plain, 1
    while name == UPLOADS or (name in roots and (os.path.isdir(roots[name]) or not has_moved(name, folder))):
        number += 1
        name = f"{plain}-{number}"
    return Root(name, folder)
