"""Files that were handed over in the page, on their way into the library: a line of them, and one thread that adds.

Knows the library and its folder of files; nothing of HTTP. An upload counts as added only once it is on disk.
"""

import contextlib
import os
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from rag.documents import UPLOADS
from rag.errors import Busy, FootnoteError
from rag.library import Library
from rag.outcomes import AddReport
from rag.prompting import describe
from rag.records import Document
from rag.uploads import Place, upload_name

State = Literal["waiting", "adding", "added", "updated", "unchanged", "failed"]

_TOGETHER = 25  # files of one `add`: whoever removes a document waits for no more than these
_PATIENCE = 10  # seconds; what is cut short is as if the process had been killed, which a library stands
_POLITENESS = 10  # steps of niceness: an asking thread gets nine times the time of one that adds
_REMEMBERED = 1000  # uploads, the oldest of which are forgotten
_DONE: tuple[State, ...] = ("added", "updated", "unchanged", "failed")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file and what has become of it; `reason` says why it failed, what it is a copy of, or what it replaced."""

    id: str
    name: str
    state: State = "waiting"
    reason: str = ""
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """How far the adding has come: files of those that are known of, what is being done, and seconds left."""

    done: int = 0
    total: int = 0
    doing: str = ""
    seconds_left: float | None = None


class UploadDesk:
    """Takes files in and adds them one batch after the other. Use it in a `with` block; safe from any thread."""

    def __init__(self, library: Library, longest: int = 500) -> None:
        """At most `longest` files wait at a time."""
        self._library = library
        self._longest = longest
        self._uploads: dict[str, Upload] = {}
        self._waiting: deque[str] = deque()
        self._pace = Pace()
        self._began = 0.0  # when the present run of batches did
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="uploads", daemon=True)

    def __enter__(self) -> "UploadDesk":
        self._library.uploads.empty_incoming()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Files that still wait are given up; a batch that is being added is waited for, a little."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(_PATIENCE)

    def place(self, name: str) -> tuple[str, Path]:
        """A name fit for a file, and where its bytes go until `take`. Raises DocumentError, and Busy."""
        with self._changed:
            if len(self._waiting) >= self._longest:
                raise Busy(f"{len(self._waiting)} files wait to be added; hand over more when these are done")
        return upload_name(name), self._library.uploads.incoming / uuid.uuid4().hex

    def take(self, name: str, arrived: Path) -> Upload:
        """From now on the file waits to be added."""
        upload = Upload(arrived.name, name)
        with self._changed:
            self._uploads[upload.id] = upload
            for old in [one.id for one in self._uploads.values() if one.state in _DONE][:-_REMEMBERED]:
                del self._uploads[old]
            self._waiting.append(upload.id)
            self._pace = replace(self._pace, total=self._pace.total + 1)
            self._changed.notify_all()
        return upload

    def status(self) -> tuple[list[Upload], Pace]:
        """Every upload that is remembered, oldest first, and how far the adding has come."""
        with self._changed:
            return list(self._uploads.values()), self._pace

    def settled(self) -> bool:
        """Whether nothing is being added, and nothing waits to be."""
        with self._changed:
            return not self._waiting and self._pace == Pace()

    # The thread that adds

    def _work(self) -> None:
        _give_way()
        while batch := self._next_batch():
            self._add(batch)
            with self._changed:
                if not self._waiting:
                    self._pace = Pace()

    def _next_batch(self) -> list[Upload]:
        """The files that wait, each name once, marked as being added; empty when the desk is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return []
            if self._pace.done == 0:
                self._began = time.monotonic()
            batch: dict[str, Upload] = {}
            while self._waiting and len(batch) < _TOGETHER and self._uploads[self._waiting[0]].name not in batch:
                upload = replace(self._uploads[self._waiting.popleft()], state="adding")
                self._uploads[upload.id] = batch[upload.name] = upload
            return list(batch.values())

    def _add(self, batch: Sequence[Upload]) -> None:
        before = self._pace.done

        def progress(done: int, total: int, doing: str) -> None:
            if total == len(batch):  # what else is told of is work on the vectors
                self._say(before + done, doing)

        uploads = self._library.uploads
        places: list[Place] = []
        former: dict[str, Document | None] = {}
        report, stopped = AddReport(), "the library does not say what became of it"
        try:
            former = {upload.id: self._library.document_at(f"{UPLOADS}/{upload.name}") for upload in batch}
            for upload in batch:
                places.append(uploads.put(uploads.incoming / upload.id, upload.name))
            report = self._library.add(*(place.path for place in places), progress=progress)
        except Exception as error:  # noqa: BLE001  whatever it is, the files after these are still to be added
            stopped = str(error)
        kept: list[Place] = []
        with contextlib.suppress(FootnoteError, OSError):  # what cannot be settled now is when the library opens again
            kept = uploads.settle(places)
        there = {place.path.name for place in kept}
        with self._changed:
            for one in batch:
                self._uploads[one.id] = _became(one, report, "" if one.name in there else stopped, former.get(one.id))
        self._say(before + len(batch), "")

    def _say(self, done: int, doing: str) -> None:
        with self._changed:
            seconds, total = time.monotonic() - self._began, self._pace.total
            left = seconds / done * (total - done) if done else None
            self._pace = Pace(done, total, doing, left)


def _became(upload: Upload, report: AddReport, stopped: str, before: Document | None) -> Upload:
    """What the report says of an upload: a rename is an addition to whoever hands the file over.

    Where there is no report it was added before the others failed, unless `stopped` says why it was not. People may
    give two files one name without knowing it, so a new version says what there was `before`.
    """
    kinds: dict[str, State] = {
        "failed": "failed", "added": "added", "renamed": "added", "updated": "updated", "unchanged": "unchanged",
    }  # fmt: skip
    for kind, state in kinds.items():
        for outcome in getattr(report, kind):
            if outcome.location.rsplit("/", 1)[-1] == upload.name:
                instead = f"in place of {describe(before)}" if before and state == "updated" else ""
                reason = outcome.reason or instead
                return replace(upload, state=state, reason=reason, document_id=outcome.document_id)
    return replace(upload, state="failed" if stopped else "added", reason=stopped)


def _give_way() -> None:
    """Adding is in no hurry: on Linux this thread, and those that it starts, leave the processor to whoever asks."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(19, os.nice(0) + _POLITENESS))
