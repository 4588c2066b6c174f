"""Processes that change a library until they are killed, and what must hold of the library afterwards.

`python -m tests.crashes kill ROUNDS [SEED]` kills processes that make random changes, over one library that goes on
from kill to kill; what such a process has said is done is acknowledged. `python -m tests.crashes writes [STEP]` ends
one, as if it were killed, at each (or each STEP-th) write to SQLite or Chroma of some changes. `make stress` runs both.
"""

import functools
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TextIO

from rag import Document, Library, indexing, load_settings
from rag.database import Database
from rag.errors import LibraryError
from rag.matching import matcher_of
from rag.sentences import sentence_spans
from rag.vectors import ChromaVectors
from rag.words import stop_words

KILLED = 137
_DOCUMENTS = 6
_FILES = [f"files/{name}.txt" for name in "abcde"]
_WORDS = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "jetty", "kelp", "lagoon"]

Model = dict[str, str]
"""What a library must hold: the id of a document in memory, or a file's location -> text."""
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Change:
    """One call: documents to add or update, ids to remove, all that the folder of files holds, or a rebuild."""

    add: Model = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    files: Model = field(default_factory=dict)
    rebuild: bool = False

    def applied_to(self, model: Model) -> Model:
        gone = {*self.remove, *(_FILES if self.files else ())}
        return {**{name: text for name, text in model.items() if name not in gone}, **self.add, **self.files}


def changes(seed: int) -> Iterator[Change]:
    """The same for the same seed, without end. Each text holds a word that no other text ever holds.

    Files get new texts, or those of others: they are renamed, exchanged, copied and deleted.
    """
    chosen = random.Random(seed)
    held: set[str] = set()
    files: Model = {}
    for number in count():
        kind = chosen.choice(["add", "add", "files", "files", "remove", "rebuild"]) if held else "add"
        if kind == "files":
            new = [_text(chosen, f"unique{seed}x{number}f{i}") for i in range(2)]
            names = chosen.sample(_FILES, chosen.randint(1, len(_FILES)))
            files = {name: chosen.choice([*files.values(), *new]) for name in names}
            yield Change(files=files)
        elif kind == "add":
            names = chosen.sample([f"d{i}" for i in range(_DOCUMENTS)], chosen.randint(1, 3))
            held |= set(names)
            yield Change({name: _text(chosen, f"unique{seed}x{number}{name}") for name in names})
        elif kind == "remove":
            gone = tuple(chosen.sample(sorted(held), chosen.randint(1, min(2, len(held)))))
            held -= set(gone)
            yield Change(remove=gone)
        else:
            yield Change(rebuild=True)


def _text(chosen: random.Random, word: str) -> str:
    sentences = [" ".join(chosen.choices(_WORDS, k=9)).capitalize() + f" {word}." for _ in range(chosen.randint(2, 12))]
    return " ".join(sentences)


def _word(text: str) -> str:
    """The one that no other text holds."""
    return text.split()[-1].strip(".")


def opened(folder: Path, read_only: bool = False) -> Library:
    return Library(folder, settings=load_settings(llm="none", chunk_tokens=64), read_only=read_only)


def apply(library: Library, change: Change) -> None:
    if change.rebuild:
        library.check(rebuild=True)
    elif change.remove:
        library.remove(*change.remove)
    elif change.files:
        folder = library.folder.with_name("files")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, text in change.files.items():
            (folder.parent / name).write_text(text)
        report = library.add(folder, sync=True)
        assert not report.failed, report
    else:
        report = library.add(Document(name, text) for name, text in change.add.items())
        assert not report.failed, report


def verify(folder: Path, before: Model, after: Model) -> None:
    """The library holds each document as in `before` or as in `after`; raises AssertionError otherwise.

    The invariants: every document is there once, whole, and in one of its two versions, but for names that a text has
    left for another; no text is away that stays; full text, vectors and the catalog hold the same chunks; the library
    finds nothing wrong with itself. A reader that never opens Chroma comes first, then the first questions of a writer.
    Nothing is repaired but what opening repairs.
    """
    try:
        with opened(folder, read_only=True) as reader:
            _verify_answers(reader, before, after)
    except LibraryError:
        if before:  # else it was killed before there was a library
            raise
    with opened(folder) as library:
        _verify_answers(library, before, after)
        with library._held.changing:  # where vectors are still being made anew
            indexer = library._held.indexer()
            indexer.open()
            assert indexer.vectors.trouble(library._opened, thorough=True) == ""
            in_chroma = set(indexer.vectors._collection.get(include=[])["ids"])
        assert in_chroma == {row.chunk_id for row in library._opened.vectors()}
        assert library._opened.outbox() == []
        assert library._opened.check() == []


def _verify_answers(library: Library, before: Model, after: Model) -> None:
    documents = {document.id: document for document in library.documents()}
    texts = {document_id: library.document(document_id).text for document_id in documents}
    held = {name: texts[one] for one, document in documents.items() for name in document.locations or (one,)}
    kept = set(held.values())
    for name in before.keys() | after.keys() | held.keys():
        moved = name not in held and before.get(name) in kept
        assert moved or held.get(name) in (before.get(name), after.get(name)), f"{name} is in neither version"
    assert set(before.values()) & set(after.values()) <= kept
    for one, text in texts.items():
        word = _word(text)
        in_full_text = {chunk_id.split(":")[0] for chunk_id, _ in library._opened.full_text([word], 100)}
        assert in_full_text == {one}, f"full text has {word} in {in_full_text}"
        passages = library.search(word, limit=100)
        assert one in {passage.document.id for passage in passages}, f"{word} is not found"
        for passage in passages:
            assert passage.chunk.text in texts[passage.document.id]
    for text in {*before.values(), *after.values()} - kept:
        assert not library._opened.full_text([_word(text)], 10), f"{_word(text)} was replaced or removed"


def kill_at_random(folder: Path, seed: int) -> int:
    """Kill a process that changes the library at a random moment, verify; how many changes it acknowledged."""
    chosen = random.Random(seed)
    child, heard = _fork(lambda say: _change_without_end(folder, seed, say))
    lines = [heard.readline() for _ in range(chosen.randint(1, 9))]
    time.sleep(chosen.random() * 0.25)
    os.kill(child, signal.SIGKILL)
    lines += heard.readlines()
    assert _status(child) == -signal.SIGKILL, "it ended by itself"
    acknowledged = sum(line == "done\n" for line in lines)
    before: Model = json.loads(lines[0]) if lines[0] else {}
    script = changes(seed)
    for _ in range(acknowledged):
        before = next(script).applied_to(before)
    after = next(script).applied_to(before)
    assert _status(_fork(lambda _: verify(folder, before, after))[0]) == 0, f"seed {seed}: not whole"
    return acknowledged


def every_write(folder: Path, step: int = 1) -> int:
    """End a process at each write of a few changes, each time over a new library, and verify; how many writes."""
    one, two, three = "Amber birch one. Cedar delta one.", ("Ember fjord two. " * 20).strip(), "Grove haven three."
    a, b, c, d, _ = _FILES
    script = [
        Change({"d0": one}),
        Change(files={a: two, b: three}),
        Change(files={a: three, b: two, c: "Inlet jetty four.", d: two}),
        Change(files={b: ("Kelp lagoon five. " * 20).strip(), d: three}),
        Change(remove=("d0",)),
        Change(rebuild=True),
    ]
    for write in count(step=step):
        shutil.rmtree(folder, ignore_errors=True)
        child, heard = _fork(functools.partial(_end_at, folder, script, write))
        acknowledged, status = len(heard.readlines()), _status(child)
        assert status in (0, KILLED)
        before: Model = {}
        for change in script[:acknowledged]:
            before = change.applied_to(before)
        after = script[acknowledged].applied_to(before) if status else before
        checking, _ = _fork(lambda _, states=(before, after): verify(folder, *states))  # type: ignore[misc]
        assert _status(checking) == 0, f"not whole after an end at write {write}, {acknowledged} changes acknowledged"
        if status == 0:
            return write // step
    raise AssertionError


def _end_at(folder: Path, script: Sequence[Change], at: int, say: Say) -> None:
    _tell_chroma_at_once()
    left = iter(range(at))
    _count_writes(lambda: None if next(left, None) is not None else os._exit(KILLED))
    with opened(folder) as library:
        for change in script:
            apply(library, change)
            say("done")


def load() -> None:
    """Import and load all that a change takes, and open nothing: forks of this process begin at once."""
    import chromadb.api.rust  # noqa: F401

    encoder = opened(Path("nowhere")).encoder
    encoder.encode_query("warm up")
    matcher_of(encoder)
    sentence_spans("Warm up. Again.")
    stop_words()


def _fork(call: Callable[[Say], object]) -> tuple[int, TextIO]:
    """A process of its own for a call, which may say lines; its id, and what it says."""
    heard, said = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            call(lambda line: os.write(said, f"{line}\n".encode()))
            status = 0
        except BaseException:  # noqa: BLE001  whatever it is, it is the exit status
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(said)
    return child, os.fdopen(heard, encoding="utf-8")


def _status(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _tell_chroma_at_once() -> None:
    """What would wait for Chroma's next opening is written there with every change."""
    indexing._LEFT_WAITING = 0  # type: ignore[misc]


def _count_writes(tick: Callable[[], None]) -> None:
    """Call `tick` before every statement of SQLite that writes, and before and after every write of Chroma's."""
    connect = Database._connect

    def counted(self: Database) -> Any:
        connection = connect(self)
        connection.set_trace_callback(lambda statement: None if statement.startswith(("SELECT", "PRAGMA")) else tick())
        return connection

    Database._connect = counted  # type: ignore[method-assign]
    for name in ("open", "upsert", "delete", "delete_folder"):
        setattr(ChromaVectors, name, _between(getattr(ChromaVectors, name), tick))


def _between(call: Callable, tick: Callable[[], None]) -> Callable:
    def ticking(*given: Any) -> Any:
        tick()
        result = call(*given)
        tick()
        return result

    return ticking


def _change_without_end(folder: Path, seed: int, say: Say) -> None:
    if seed % 2:
        _tell_chroma_at_once()
    with opened(folder) as library:
        documents = [library.document(document.id) for document in library.documents()]
        say(json.dumps({name: one.text for one in documents for name in one.locations or (one.id,)}))
        for change in changes(seed):
            apply(library, change)
            say("done")


def main(what: str, *given: str) -> None:
    load()
    with tempfile.TemporaryDirectory() as folder:
        if what == "writes":
            ends = every_write(Path(folder, "library"), *map(int, given))
            print(f"whole after an end at each of {ends} writes", flush=True)
            return
        rounds, seed = int(given[0]), int(given[1]) if len(given) > 1 else random.SystemRandom().randrange(10**6)
        for number in range(rounds):
            acknowledged = kill_at_random(Path(folder, "library"), seed + number)
            print(f"kill {number + 1}/{rounds}, seed {seed + number}: whole after {acknowledged} changes", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
