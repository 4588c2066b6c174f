"""Paths, folders and texts -> Documents, by way of readers. Knows files and names; nothing of chunks or storage.

A location is a file's path below a named root, such as `news/2022/votes.txt`: the library can move to another machine,
and shows no private paths.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

from rag.dates import parse_date
from rag.errors import DocumentError
from rag.instructions import instructs
from rag.readers import read
from rag.readers.decoding import normalise
from rag.records import Document
from rag.sentences import sentence_spans

UPLOADS = "uploads"
_LONGEST_TITLE = 100
_LOOKED_AT = 10  # sentences, for one that may be a title


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
    """What lies at a path: files to be read, files that `exclude` names, and folders that cannot be read, with why."""

    files: tuple[SourceFile, ...] = ()
    passed_over: tuple[Path, ...] = ()
    unreadable: tuple[tuple[Path, str], ...] = ()


def find_files(path: Path, roots: Mapping[str, Path], exclude: Sequence[str]) -> Found:
    """The files at a path, in order of name.

    A file below a root that the library knows keeps its location there, however it is named now. Hidden files and
    folders are passed over without a word, and so is a library; a file that is named itself is never passed over.
    Raises DocumentError for what cannot be a path.
    """
    try:
        path = Path(os.path.abspath(path.expanduser()))
        is_folder = path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise DocumentError(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if not is_folder:
        root = _root_of(path, path.parent, roots)
        return Found((SourceFile(path, root, location_of(path, root)),))
    files, passed_over = [], []
    errors: list[OSError] = []
    for folder, names in _walk(path, errors.append):
        root = _root_of(folder, path, roots)
        start = location_of(folder, root)
        for name in names:
            if any(fnmatch(name, pattern) for pattern in exclude):
                passed_over.append(folder / name)
            else:
                files.append(SourceFile(folder / name, root, f"{start}/{_readable(name)}"))
    unreadable = [(Path(error.filename or path), f"it cannot be read: {error.strerror or error}") for error in errors]
    return Found(tuple(files), tuple(passed_over), tuple(unreadable))


def location_of(path: Path, root: Root) -> str:
    """What a path that is or lies below a root is called in the library."""
    below = path.relative_to(root.path).parts
    return "/".join([root.name, *map(_readable, below)])


def _readable(name: str) -> str:
    """A name that is not UTF-8 keeps its odd bytes apart as \\xNN: two such files stay two."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


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
    return prepare(
        Document(
            id=document_id(location),
            text=content.text,
            title=content.title,
            date=content.date,
            date_origin=content.date_origin,
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
    """Of all that a document given in memory says, as the hash of a file's bytes is for a file."""
    return hashlib.sha256(repr(replace(document, locations=())).encode("utf-8", "surrogatepass")).hexdigest()


def _first_sentence(text: str) -> str:
    """The first that is meant for a reader, as a title."""
    spans = sentence_spans(text)
    first = next((span for span in spans[:_LOOKED_AT] if not instructs(text[span.start : span.end])), spans[0])
    sentence = " ".join(text[first.start : first.end].lstrip("#-*• ").split())
    if len(sentence) <= _LONGEST_TITLE:
        return sentence.rstrip(".") or "Untitled"
    return sentence[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;: ") + " …"


def _walk(folder: Path, failed: Callable[[OSError], None]) -> Iterator[tuple[Path, list[str]]]:
    """Each folder with the names of its files, both in order."""
    for parent, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not is_library(Path(parent, name)))
        yield Path(parent), sorted(name for name in names if not name.startswith("."))


def is_library(folder: Path) -> bool:
    return (folder / "catalog.db").is_file()


def _root_of(file: Path, folder: Path, roots: Mapping[str, Path]) -> Root:
    holding = [Root(name, path) for name, path in roots.items() if file.is_relative_to(path)]
    if holding:
        return max(holding, key=lambda root: len(root.path.parts))
    return Root(_free_name(folder, roots), folder)


def _free_name(folder: Path, roots: Mapping[str, Path]) -> str:
    """The folder's own name; with a number where another folder that still exists has it."""
    plain = folder.name or "root"
    name, number = plain, 1
    while name == UPLOADS or (name in roots and roots[name].is_dir()):
        number += 1
        name = f"{plain}-{number}"
    return name
