"""Many people at once: how long each waits for passages from a served library, at rest and while documents are added.

`python -m evals.crowd` fills a temporary library, serves it with `footnote serve` in a process of its own, and asks as
many people would: over HTTP, all at the same moment. Times are the client's. Knows nothing of how a page is served.
"""

import argparse
import contextlib
import functools
import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evals.environment import machine
from evals.filling import fill
from evals.invented import as_file, invented_questions, prepared_documents, take
from evals.speed_report import Latency
from rag.encoder import load_encoder
from rag.library import Library
from rag.records import Document
from rag.settings import Settings, load_settings

_INDEXED = 500  # chunks that are really encoded; the others get vectors like theirs
_HANDED_OVER = 500  # chunks' worth of files to be added while people ask
_WORDS = (4, 12)
_GLANCE = 0.25  # seconds between two looks at the page while people ask


@dataclass(frozen=True, slots=True)
class Crowd:
    """What everyone waited, in milliseconds: for passages and for the whole answer; and each look at the page."""

    passages: Latency
    answers: Latency
    page: Latency
    added: int = 0


def measure(
    settings: Settings, chunks: int, people: int, rounds: int, seed: int, say: Callable[[str], None]
) -> dict[str, Crowd]:
    """The crowd at rest and the crowd while files are added, as `{"at rest": Crowd, "while adding": Crowd}`."""
    random = np.random.default_rng([seed, 2])
    with TemporaryDirectory(prefix="footnote-crowd-", ignore_cleanup_errors=True) as folder:
        library = Path(folder, "library")
        documents, further = _filled(settings, library, chunks, seed, random, say)
        questions = invented_questions(documents, 2 * people * rounds + 1, *_WORDS, random)
        with _serving(library) as address:
            say("waiting for the model")
            _ask(address, questions.pop(), [], [])
            half = len(questions) // 2
            say(f"{people} people ask at once, {rounds} times")
            quiet = _crowd(address, questions[:half], people)
            say("the same while files are added")
            with _adding(address, further) as added:
                busy = _crowd(address, questions[half:], people, added)
    return {"at rest": quiet, "while adding": busy}


def _filled(
    settings: Settings, folder: Path, chunks: int, seed: int, random: np.random.Generator, say: Callable[[str], None]
) -> tuple[list[Document], list[Document]]:
    """Fill a library; returns documents that it holds, and others to be handed over later."""
    say(f"filling a library of {chunks:,} chunks")
    encoder = load_encoder(settings.encoder)
    corpus = prepared_documents(settings, encoder, seed)
    pieces, further = take(corpus, _INDEXED), take(corpus, _HANDED_OVER)
    with Library(folder, settings=settings) as library:
        library.add(piece.document for piece in pieces)
    encoded = [one for piece in pieces for one in encoder.encode_chunks(piece.texts)]
    fill(folder, settings, encoder, seed, len(pieces) + len(further), encoded, chunks, random)
    return [piece.document for piece in pieces], [piece.document for piece in further]


@contextmanager
def _serving(library: Path) -> Iterator[str]:
    """The address of `footnote serve`, as host and port; the settings are those of the environment."""
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", "0", "--library", str(library)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := re.search(r"listens on http://(\S+)", line):
                threading.Thread(target=process.stderr.read, daemon=True).start()
                yield found[1]
                break
        else:
            raise RuntimeError("the server did not start")
    finally:
        process.terminate()
        process.wait(timeout=30)


def _crowd(address: str, questions: Sequence[str], people: int, added: Sequence[object] = ()) -> Crowd:
    """Everyone asks at the same moment, and again when all have been answered."""
    passages: list[float] = []
    answers: list[float] = []
    before, glances, over = len(added), list[float](), threading.Event()
    looking = threading.Thread(target=_look, args=(address, glances, over))
    looking.start()
    for start in range(0, len(questions), people):
        everyone = questions[start : start + people]
        ready = threading.Barrier(len(everyone))
        asking = [threading.Thread(target=_ask, args=(address, one, passages, answers, ready)) for one in everyone]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
    over.set()
    looking.join()
    return Crowd(Latency(tuple(passages)), Latency(tuple(answers)), Latency(tuple(glances)), len(added) - before)


def _ask(
    address: str, question: str, passages: list[float], answers: list[float], ready: threading.Barrier | None = None
) -> None:
    """Ask one question, and note when its passages and its answer came."""
    body = json.dumps({"question": question})
    with contextlib.closing(http.client.HTTPConnection(address, timeout=600)) as client:
        client.connect()
        if ready:
            ready.wait()
        started = time.perf_counter()
        client.request("POST", "/api/stream", body, {"Content-Type": "application/json"})
        for line in client.getresponse():
            event, milliseconds = json.loads(line), (time.perf_counter() - started) * 1000
            if "passages" in event:
                passages.append(milliseconds)
            elif "answer" in event:
                answers.append(milliseconds)
            elif "error" in event:
                raise RuntimeError(event["error"])


def _look(address: str, glances: list[float], over: threading.Event) -> None:
    """Load the page every now and then."""
    while not over.wait(_GLANCE):
        started = time.perf_counter()
        with contextlib.closing(http.client.HTTPConnection(address, timeout=600)) as client:
            client.request("GET", "/")
            client.getresponse().read()
        glances.append((time.perf_counter() - started) * 1000)


@contextmanager
def _adding(address: str, documents: Sequence[Document]) -> Iterator[list[str]]:
    """Hand files over for as long as the block lasts, again and again changed; the list grows with what was added."""
    added: list[str] = []
    over = threading.Event()

    def hand_over() -> None:
        for version in range(1_000_000):
            for number, document in enumerate(documents):
                if over.is_set():
                    return
                _wait_for_room(address, over, added)
                text = f"{as_file(document)}\nVersion {version}.".encode()
                with contextlib.closing(http.client.HTTPConnection(address, timeout=600)) as client:
                    client.request("PUT", f"/api/uploads/{number}.txt", text)
                    client.getresponse().read()

    thread = threading.Thread(target=hand_over)
    thread.start()
    time.sleep(1)  # until adding is under way
    yield added
    over.set()
    thread.join()


def _wait_for_room(address: str, over: threading.Event, added: list[str]) -> None:
    """Until few files wait; tells of those that have been added."""
    while not over.is_set():
        with contextlib.closing(http.client.HTTPConnection(address, timeout=600)) as client:
            client.request("GET", "/api/uploads")
            uploads = json.loads(client.getresponse().read())["uploads"]
        done = [one["id"] for one in uploads if one["state"] in ("added", "updated")]
        added += [one for one in done if one not in added]
        if sum(one["state"] == "waiting" for one in uploads) < 25:
            return
        over.wait(0.1)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m evals.crowd", description=__doc__)
    options.add_argument("--chunks", type=int, default=10_000)
    options.add_argument("--people", type=int, default=10)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    settings, say = load_settings(), functools.partial(print, file=sys.stderr)
    found = measure(settings, given.chunks, given.people, given.rounds, given.seed, say)
    where = "{cores} cores, {cpu}".format(**machine())
    title = f"{given.people} people at once, {given.chunks:,} chunks, {where}"
    sys.stdout.write(f"{describe(found, title)}\n")


def describe(found: Mapping[str, Crowd], title: str) -> str:
    """The table, in Markdown."""
    lines = [title, "", "| | passages p50 / p95 / most | answers p50 / p95 | page p50 / p95 | files added |"]
    lines.append("|---|---|---|---|---|")
    for name, crowd in found.items():
        passages, answers, page = crowd.passages, crowd.answers, crowd.page
        lines.append(
            f"| {name} | {passages.p50:.0f} / {passages.p95:.0f} / {max(passages.milliseconds):.0f} ms "
            f"| {answers.p50:.0f} / {answers.p95:.0f} ms | {page.p50:.0f} / {page.p95:.0f} ms | {crowd.added} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
