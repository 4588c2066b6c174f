"""Any sequence of changes, restarts and deaths leaves what a plain dictionary says that a library must hold."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rag import Document, Library, load_settings

NAMES = st.sampled_from(["a.txt", "b.txt", "c/d.txt"])
TEXTS = st.sampled_from(
    [f"The {animal} slept in the {place}." for animal in ("seal", "gull") for place in ("bay", "sun")]
)
IDS = st.sampled_from(["memo 1", "memo 2"])
FOLDERS = st.sampled_from([0, 1])
PLACES = st.sampled_from(["files", "moved/files", "archive"])


class LibraryMachine(RuleBasedStateMachine):
    """`lies` is what the library has been told of files, by name below the folder; `memos` are documents in memory.

    Invariants: each text lies in the library once, under all of its names and no other; nothing else does; every
    document is found by its words; the library finds nothing wrong with itself.
    """

    @initialize()
    def begin(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.files = self.home / "files"
        self.files.mkdir()
        self.lives = 0
        self.library = self.opened()
        self.lies: dict[str, str] = {}
        self.memos: dict[str, str] = {}
        self.changed = True

    def opened(self) -> Library:
        return Library(self.home / f"library {self.lives}", settings=load_settings(llm="none"))

    def on_disk(self) -> dict[str, str]:
        files = sorted(path for path in self.files.rglob("*.txt"))
        return {path.relative_to(self.files).as_posix(): path.read_text() for path in files}

    # What happens to files: the library is not told

    @rule(name=NAMES, text=TEXTS)
    def write(self, name: str, text: str) -> None:
        (self.files / name).parent.mkdir(exist_ok=True)
        (self.files / name).write_text(text)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.files / name).unlink(missing_ok=True)

    @rule(old=NAMES, new=NAMES)
    def rename(self, old: str, new: str) -> None:
        if (self.files / old).exists() and old != new:
            (self.files / new).parent.mkdir(exist_ok=True)
            (self.files / old).rename(self.files / new)

    # What the library is told

    @rule(sync=st.booleans())
    def add(self, sync: bool) -> None:
        report = self.library.add(self.files, sync=sync)
        disk = self.on_disk()
        for name, text in disk.items():
            if self.lies.get(name) != text:
                moved = [old for old, held in self.lies.items() if held == text and old not in disk]
                self.lies = {old: held for old, held in self.lies.items() if old not in moved} | {name: text}
        if sync and disk:
            self.lies = disk
        assert bool(report.failed) == (sync and not disk and bool(self.lies)), "a folder that is empty all at once"
        self.changed = True

    @rule(name=IDS, text=TEXTS)
    def put(self, name: str, text: str) -> None:
        self.library.add(Document(name, text))
        self.memos[name] = text
        self.changed = True

    @precondition(lambda self: self.lies or self.memos)
    @rule(which=st.integers(min_value=0, max_value=5))
    def remove(self, which: int) -> None:
        documents = self.library.documents()
        chosen = documents[which % len(documents)]
        self.library.remove(chosen.id)
        self.memos.pop(chosen.id, None)
        for location in chosen.locations:
            del self.lies[location.removeprefix("files/")]
        self.changed = True

    @rule()
    def restart(self) -> None:
        self.library.close()
        self.library = self.opened()
        self.changed = True

    @rule()
    def die(self) -> None:
        """Go on from what is on the disk of a library that nobody closes."""
        before = self.library
        self.lives += 1
        shutil.copytree(before.folder, self.home / f"library {self.lives}", dirs_exist_ok=True)
        before.close()
        self.library = self.opened()
        self.changed = True

    @rule()
    def rebuild(self) -> None:
        assert self.library.check(rebuild=True) == []
        self.changed = True

    @precondition(lambda self: self.changed)
    @invariant()
    def holds_what_it_was_told(self) -> None:
        texts: dict[str, set[str]] = {}
        for name, text in self.lies.items():
            texts.setdefault(text, set()).add(f"files/{name}")
        expected = [(text, tuple(sorted(names))) for text, names in texts.items()]
        expected += [(text, ()) for text in self.memos.values()]
        documents = self.library.documents()
        held = [(self.library.document(document.id).text, document.locations) for document in documents]
        assert sorted(held) == sorted(expected)
        for document, (text, _) in zip(documents, held, strict=True):
            found = self.library.search(text, limit=50)
            assert {passage.document.id for passage in found} == {one.id for one in documents}
            assert document.id in {passage.document.id for passage in found if passage.chunk.text == text}
        assert self.library.check() == []
        self.changed = False

    def teardown(self) -> None:
        if hasattr(self, "library"):
            self.library.close()
            shutil.rmtree(self.home)


class FoldersMachine(RuleBasedStateMachine):
    """Two folders of one name, each of which moves, gets another name and is away for a while.

    `told` is what the library has been told of each, by name below it, but for files that had gone when it looked.

    Invariants: what was told of a folder is held, whatever becomes of the other or is not told; what has just been told
    is held under its name.
    """

    @initialize()
    def begin(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.folders = [self.home / "0" / "files", self.home / "1" / "files"]
        self.mounted = [True, True]
        self.told: list[dict[str, str]] = [{}, {}]
        self.library = Library(self.home / "library", settings=load_settings(llm="none"))
        for which in (0, 1):
            self.write(which, "a.txt", "The seal slept in the bay.")

    # What happens to folders: the library is not told

    @rule(which=FOLDERS, name=NAMES, text=TEXTS)
    def write(self, which: int, name: str, text: str) -> None:
        if self.mounted[which]:
            (self.folders[which] / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folders[which] / name).write_text(f"{text} So folder {which} says.")

    @rule(which=FOLDERS, name=NAMES)
    def delete(self, which: int, name: str) -> None:
        (self.folders[which] / name).unlink(missing_ok=True)

    @rule(which=FOLDERS, place=PLACES)
    def move(self, which: int, place: str) -> None:
        """Each stays out of places where the other ever was: a path says which folder it is."""
        to = self.home / str(which) / place
        if self.folders[which].exists() and not to.exists():
            to.parent.mkdir(parents=True, exist_ok=True)
            self.folders[which] = self.folders[which].rename(to)

    @rule(which=FOLDERS)
    def mount_or_unmount(self, which: int) -> None:
        """What goes away has just been added."""
        if self.mounted[which]:
            self.add(which, sync=False, part="")
        here, away = self.folders[which], self.home / f"away {which}"
        if (here if self.mounted[which] else away).exists():
            here.rename(away) if self.mounted[which] else away.rename(here)
            self.mounted[which] = not self.mounted[which]

    # What the library is told

    @rule(which=FOLDERS, sync=st.booleans(), part=st.sampled_from(["", "", "c"]))
    def add(self, which: int, sync: bool, part: str) -> None:
        folder = self.folders[which]
        if not (folder / part).is_dir():
            return
        report = self.library.add(folder / part, sync=sync)
        assert all(one.reason.startswith("all of its") for one in report.failed)
        files = {path.relative_to(folder).as_posix(): path for path in (folder / part).rglob("*.txt")}
        now = {name: path.read_text() for name, path in files.items()}
        others = {name: text for name, text in self.told[which].items() if part and not name.startswith(f"{part}/")}
        self.told[which] = {name: text for name, text in others.items() if (folder / name).exists()} | now
        held = [(f"/{name}", text) for name, text in self.held().items()]
        for name, text in now.items():
            assert any(where.endswith(f"/{name}") and one == text for where, one in held)

    def held(self) -> dict[str, str]:
        documents = [self.library.document(document.id) for document in self.library.documents()]
        return {location: document.text for document in documents for location in document.locations}

    @invariant()
    def holds_what_it_was_told(self) -> None:
        held = set(self.held().values())
        assert all(text in held for told in self.told for text in told.values())

    def teardown(self) -> None:
        if hasattr(self, "library"):
            assert self.library.check() == []
            self.library.close()
            shutil.rmtree(self.home)


TestLibraryMachine = LibraryMachine.TestCase
TestLibraryMachine.settings = settings(
    max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestFoldersMachine = FoldersMachine.TestCase
TestFoldersMachine.settings = settings(
    max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
