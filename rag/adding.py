"""Sources -> what of them is new, renamed, unchanged or gone: one run of `add`.

Files are hashed first, all of them: so a text is known again wherever it lies now, and only then are the rest read and
handed to the pipeline. Knows nothing of how documents are cut and encoded, of Chroma or of questions.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePosixPath

from rag.catalog import Catalog
from rag.dates import date_in_name
from rag.documents import (
    Root,
    SourceFile,
    content_sha256,
    document_id,
    find_files,
    is_missing,
    location_of,
    parse,
    paths_of,
    prepare,
    read_bytes,
    was_given,
)
from rag.encoder import Encoder
from rag.errors import DocumentError
from rag.outcomes import AddReport, Outcome, Progress, Tally
from rag.pipeline import Pipeline
from rag.records import Document
from rag.settings import Settings
from rag.stored import Move

Source = str | Path | Document

_LOOKED_UP = 500  # files of which the catalog is asked at once what it knows


@dataclass(frozen=True, slots=True)
class _Changed:
    """A file of which the library does not hold, where it lies, what it says now: nothing, if it cannot be read."""

    file: SourceFile
    content: str


class Addition:
    """One run of `add`; use it once. `after_commit` is called after every window and at the end."""

    def __init__(
        self,
        catalog: Catalog,
        encoder: Encoder,
        settings: Settings,
        after_commit: Callable[[], None],
        progress: Progress | None = None,
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._after_commit = after_commit
        self._tally = Tally(progress)
        self._pipeline = Pipeline(catalog, encoder, settings, self._tally, after_commit)
        self._roots = catalog.roots()
        self._folders: list[Path] = []

    def run(self, sources: Iterable[Source], sync: bool = False) -> AddReport:
        """Add or update; with `sync`, files that have vanished from a folder that is named are removed too.

        What ends it before its time carries a note of what it had done.
        """
        try:
            found = [one for source in sources for one in self._found(source)]
            self._add(found)
            if sync:
                self._remove_vanished({one.location for one in found if isinstance(one, SourceFile)})
            self._after_commit()
        except BaseException as stopped:
            stopped.add_note(f"done before it stopped: {self._tally.report}; add the same again for the rest")
            raise
        return self._tally.report

    def embed_again(self) -> AddReport:
        """Chunk and encode every stored text anew."""
        listed = self._catalog.documents()
        with self._pipeline:
            self._tally.begin(len(listed))
            for entry in listed:
                document = self._catalog.document(entry.document.id)
                content = self._catalog.content_of(entry.document.id)
                if document and content is not None:
                    self._pipeline.put(document, content, "updated", entry.document.title)
            self._pipeline.finish()
        return self._tally.report

    # Finding

    def _found(self, source: Source) -> Sequence[SourceFile | Document]:
        if isinstance(source, Document):
            return (source,)
        try:
            if not str(source):
                raise DocumentError("it names no file or folder")
            found = find_files(Path(source), self._roots, self._settings.exclude, self._has_moved)
        except DocumentError as error:
            self._tally.note("failed", Outcome(str(source), reason=str(error)))
            return ()
        self._folders.append(Path(os.path.abspath(Path(source).expanduser())))
        for root in {file.root for file in found.files}:
            if root.name in self._roots:
                self._catalog.set_root(root.name, root.path)
            self._roots[root.name] = root.path
        for path, reason in found.passed_over:
            self._tally.note("passed_over", Outcome(path.name, reason=reason))
        for path, reason in found.unreadable:
            self._tally.note("failed", Outcome(str(path), reason=reason))
        return found.files

    def _has_moved(self, name: str, folder: Path) -> bool:
        """Whether a root that is not there any more is this folder now: most files at its locations say the same."""
        same = [
            self._content(path) == held.content_sha256
            for location, held in self._catalog.all_located().items()
            for path in paths_of(location, {name: folder})
            if not is_missing(path)
        ]
        return 2 * sum(same) > len(same)

    def _content(self, path: Path) -> str:
        """The hash of a file's bytes; of none where it cannot be read."""
        try:
            return _sha256(read_bytes(path, self._settings.max_file_mb))
        except DocumentError:
            return ""

    # Reading

    def _add(self, found: Sequence[SourceFile | Document]) -> None:
        with self._pipeline:
            self._tally.begin(len(found))
            for _, sources in groupby(found, type):
                together = list(sources)
                files = [one for one in together if isinstance(one, SourceFile)]
                if files:
                    self._pipeline.finish()
                for one in self._follow(self._changed(files)) if files else together:
                    try:
                        self._prepare_document(one) if isinstance(one, Document) else self._prepare_file(one)
                    except DocumentError as error:
                        self._tally.note("failed", Outcome(_name(one), reason=str(error)))
            self._pipeline.finish()

    def _changed(self, files: Sequence[SourceFile]) -> list[_Changed]:
        """The files that are not as the library knows them; what became of the others is noted."""
        changed = []
        for start in range(0, len(files), _LOOKED_UP):
            part = files[start : start + _LOOKED_UP]
            self._tally.tell(f"looking at {part[0].location}")
            known = self._catalog.at_each([file.location for file in part])
            for file in part:
                content, held = self._content(file.path), known.get(file.location)
                if held and held.content_sha256 == content:
                    self._tally.note("unchanged", Outcome(file.location, held.document_id))
                else:
                    changed.append(_Changed(file, content))
        return changed

    def _follow(self, changed: Sequence[_Changed]) -> list[SourceFile]:
        """Let texts that the library has lie where they lie now, all at once, so that files may have changed places.

        Returns the files whose text it does not have.
        """
        there = self._catalog.at_each([one.file.location for one in changed])
        contents = {one.file.location: one.content for one in changed}
        taken = {location for location, content in contents.items() if content}
        moves: dict[str, Move] = {}
        moved: set[str] = set()
        new = []
        for one in changed:
            location, holder = one.file.location, self._catalog.holder_of(one.content)
            if holder is None or location in moves:
                new.append(one.file)
                continue
            self._catalog.set_root(one.file.root.name, one.file.root.path)
            moves[location] = Move(location, holder, () if holder in moved else self._left(holder, taken))
            moved.add(holder)
        self._catalog.move_locations(list(moves.values()))
        for location, move in moves.items():
            kind = "renamed" if move.instead_of else "updated" if location in there else "added"
            reason = f"it was {', '.join(move.instead_of)}" if move.instead_of else "a copy of a text that is there"
            try:
                if dated := self._dated_anew(move):
                    self._pipeline.put(dated, contents[location], kind, location, reason)
                else:
                    self._tally.note(kind, Outcome(location, move.document_id, reason))
            except DocumentError as error:
                self._tally.note("failed", Outcome(location, move.document_id, str(error)))
        return new

    def _dated_anew(self, move: Move) -> Document | None:
        """A renamed document with the day that its new name has and its old one had not; None of any other.

        What its text says of its day counts more than any name.
        """
        day = date_in_name(PurePosixPath(move.location).name)
        if not (day and move.instead_of) or day in (date_in_name(PurePosixPath(old).name) for old in move.instead_of):
            return None
        held = self._catalog.document(move.document_id)
        by_name = held and held.date_origin in ("", "file name") and held.locations == (move.location,)
        return prepare(replace(held, date=day, date_origin="file name")) if held and by_name else None

    def _left(self, document_id: str, taken: set[str]) -> tuple[str, ...]:
        """Where a document's text is no more; where its folders are gone, with it, they have another name now."""
        before = self._catalog.locations(document_id)
        gone = tuple(old for old in before if old in taken or self._vanished(old))
        return gone or (before if all(self._out_of_reach(old) for old in before) else ())

    def _prepare_file(self, file: SourceFile) -> None:
        """Parse a file and hand it on, unless this run has had its text already."""
        data = read_bytes(file.path, self._settings.max_file_mb)
        content = _sha256(data)
        self._pipeline.settle(lambda it: it.content == content or file.location in it.document.locations)
        there = self._catalog.at(file.location)
        if there and there.content_sha256 == content:
            self._tally.note("unchanged", Outcome(file.location, there.document_id))
            return
        if not self._follow([_Changed(file, content)]):
            return
        document = parse(file.location, data)
        if there and self._catalog.locations(there.document_id) == (file.location,):
            document = replace(document, id=there.document_id)
        elif self._catalog.content_of(document.id) is not None:  # a copy elsewhere goes on under this id
            document = replace(document, id=document_id(f"{file.location}\n{content}"))
        self._catalog.set_root(file.root.name, file.root.path)
        self._pipeline.put(document, content, "updated" if there else "added", file.location)

    def _prepare_document(self, given: Document) -> None:
        document = prepare(given)
        lies = set(document.locations)
        self._pipeline.settle(lambda it: it.document.id == document.id or not lies.isdisjoint(it.document.locations))
        content, known = content_sha256(document), self._catalog.content_of(document.id)
        for location in document.locations:
            there = self._catalog.at(location)
            if there and there.document_id != document.id:
                raise DocumentError(f"its location {location} is that of document {there.document_id}")
        if known == content:
            self._tally.note("unchanged", Outcome(_name(given), document.id))
        else:
            self._pipeline.put(document, content, "updated" if known else "added", _name(given))

    # What has vanished

    def _remove_vanished(self, there: set[str]) -> None:
        """Forget the files below the folders that are no longer there, and documents that lie nowhere else."""
        located = self._catalog.all_located().items()
        files = {location for location, held in located if not was_given(held.content_sha256)}
        for folder in self._folders:
            below = self._below(folder)
            known = sorted(location for location in files if location.startswith(below))
            gone = [location for location in known if location not in there and self._vanished(location)]
            mounted = any(location.startswith(below) for location in there)
            if gone and len(gone) == len(known) and not mounted:
                reason = f"all of its {len(gone)} files have vanished, so none was removed; see that it is mounted"
                self._tally.note("failed", Outcome(str(folder), reason=reason))
                continue
            files.difference_update(gone)
            for location, held in self._catalog.forget_locations(gone).items():
                self._tally.note("removed", Outcome(location, held, "its file has vanished"))

    def _below(self, folder: Path) -> tuple[str, ...]:
        """How the locations below a folder begin."""
        roots = [Root(name, path) for name, path in self._roots.items()]
        whole = (f"{root.name}/" for root in roots if root.path.is_relative_to(folder))
        parts = (f"{location_of(folder, root)}/" for root in roots if folder.is_relative_to(root.path))
        return (*whole, *parts)

    def _vanished(self, location: str) -> bool:
        """Whether a folder is there and the file is not any more; what never was a file's is where it was."""
        paths = paths_of(location, self._roots)
        return bool(paths) and not self._out_of_reach(location) and all(is_missing(path) for path in paths)

    def _out_of_reach(self, location: str) -> bool:
        """Whether its root is not there: that has moved, or is a drive that is not mounted."""
        root = self._roots.get(location.split("/")[0])
        return root is not None and not os.path.isdir(root)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _name(source: SourceFile | Document) -> str:
    return source.location if isinstance(source, SourceFile) else next(iter(source.locations), source.id)
