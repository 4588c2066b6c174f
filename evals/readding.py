"""What it costs to add a folder of files again, unchanged or with one change, and whether anything is written then.

The library is filled through its files, so that it knows them, but only the first of them are really encoded. Knows
nothing of searching.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evals.filling import Resampler
from evals.invented import SMALL_DOCUMENT_WORDS, Vocabulary, as_file, invented_documents, prepared_documents, take
from rag.encoder import Encoder
from rag.errors import LibraryError
from rag.library import Library
from rag.outcomes import AddReport
from rag.settings import Settings
from rag.weights import resolve_model

_TIMED = 200  # files whose first addition is timed
_REAL_CHUNKS = 200  # whose vectors are resampled
_TIMES = 3  # the unchanged folder is added again; the median counts
_HERE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds that one `add` of the folder took: by an open library, and as a command of its own, imports included."""

    library: float
    command: float


@dataclass(frozen=True, slots=True)
class Readding:
    """`first_seconds` is what the first addition would have taken at the rate of the first `timed_files`.

    `written` are the library's files of which adding the unchanged folder again has changed anything.
    """

    files: int
    characters: int
    timed_files: int
    first_seconds: float
    unchanged: Lap
    changed: Lap
    deleted: Lap
    renamed: Lap
    written: tuple[str, ...]

    @property
    def ratio_to_first(self) -> float:
        """How many times as fast as the first addition the second is."""
        return self.first_seconds / self.unchanged.library

    @property
    def command_ratio_to_first(self) -> float:
        """The same where the second is a command: what a new process imports and loads is counted there alone."""
        return self.first_seconds / self.unchanged.command


def measure_readding(
    settings: Settings, encoder: Encoder, files: int, seed: int, say: Callable[[str], None]
) -> Readding:
    """Add `files` invented files of 1 to 3 kB to a temporary library, and then again."""
    with TemporaryDirectory(prefix="footnote-adding-", ignore_cleanup_errors=True) as folder:
        news = Path(folder, "news")
        news.mkdir()
        say(f"writing {files:,} files")
        paths = _written(news, settings, files, seed)
        characters = sum(path.stat().st_size for path in paths)
        settings = settings.model_copy(update={"library": Path(folder, "library"), "llm": "none", "llm_url": ""})
        with Library(settings=settings) as library:
            first_seconds = _first(library, encoder, news, paths, seed, say) * characters
        say("adding them again")
        written = _written_by_adding_again(settings, news)
        laps = [_lap(settings, news, "unchanged", files) for _ in range(_TIMES)]
        return Readding(
            files=files,
            characters=characters,
            timed_files=min(_TIMED, files),
            first_seconds=first_seconds,
            unchanged=Lap(*(statistics.median(getattr(lap, way) for lap in laps) for way in ("library", "command"))),
            changed=_lap(settings, news, "updated", 1, _change),
            deleted=_lap(settings, news, "removed", 1, Path.unlink),
            renamed=_lap(settings, news, "renamed", 1, _rename),
            written=written,
        )


def _written(news: Path, settings: Settings, files: int, seed: int) -> list[Path]:
    documents = invented_documents(Vocabulary(resolve_model(settings.encoder)), seed, SMALL_DOCUMENT_WORDS)
    paths = [news / f"{number:06}.txt" for number in range(files)]
    for path, document in zip(paths, documents, strict=False):
        path.write_text(as_file(document), encoding="utf-8")
    return paths


def _first(
    library: Library, encoder: Encoder, news: Path, paths: Sequence[Path], seed: int, say: Callable[[str], None]
) -> float:
    """Add all of the files, the first of them in earnest; the seconds that a character of these took."""
    real = take(prepared_documents(library.settings, encoder, seed), _REAL_CHUNKS)
    encoded = encoder.encode_chunks([text for piece in real for text in piece.texts])
    library.check()  # opens Chroma
    say("adding the first of them")
    timed = paths[:_TIMED]
    started = time.perf_counter()
    library.add(timed)
    seconds = time.perf_counter() - started
    say("filling in the others")
    library.encoder = Resampler(encoder, encoded, np.random.default_rng([seed, 2]))
    library.add(news)
    return seconds / sum(path.stat().st_size for path in timed)


def _written_by_adding_again(settings: Settings, news: Path) -> tuple[str, ...]:
    before = _contents(settings.library)
    with Library(settings=settings) as library:
        library.add(news)
        # Opening makes a write-ahead log, which is empty and goes when the library is closed.
        logs = [path.name for path in library.folder.glob("*.db-wal") if path.stat().st_size]
    changed = {name for name, _ in before.items() ^ _contents(settings.library).items()}
    return tuple(sorted({*logs, *changed}))


def _lap(settings: Settings, news: Path, kind: str, expected: int, change: Callable[[Path], None] | None = None) -> Lap:
    """Add the folder twice, each time after a change of one of its files. Raises LibraryError for another outcome."""
    seconds = []
    for add in (_add_in_library, _add_by_command):
        if change:
            change(sorted(news.iterdir())[len(list(news.iterdir())) // 2])
        seconds.append(add(settings, news, kind, expected))
    return Lap(*seconds)


def _add_in_library(settings: Settings, news: Path, kind: str, expected: int) -> float:
    with Library(settings=settings) as library:
        started = time.perf_counter()
        report = library.add(news, sync=kind == "removed")
        seconds = time.perf_counter() - started
    _require({name: len(getattr(report, name)) for name in AddReport.__dataclass_fields__}, kind, expected)
    return seconds


def _add_by_command(settings: Settings, news: Path, kind: str, expected: int) -> float:
    options: list[str | Path] = [
        news,
        "--json",
        "--library",
        settings.library,
        *(["--sync"] if kind == "removed" else []),
    ]
    chosen = {"FOOTNOTE_ENCODER": settings.encoder, "FOOTNOTE_CHUNK_TOKENS": str(settings.chunk_tokens)}
    started = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "ui.cli", "add", *options],
        cwd=_HERE,
        env={**os.environ, **chosen},
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - started
    if ended.returncode:
        raise LibraryError(f"footnote add failed: {ended.stderr.strip()}")
    _require({name: len(outcomes) for name, outcomes in json.loads(ended.stdout).items()}, kind, expected)
    return seconds


def _require(counts: dict[str, int], kind: str, expected: int) -> None:
    if counts.get(kind, 0) != expected or counts.get("failed", 0):
        raise LibraryError(f"{expected} files should have been {kind}, and these were: {counts}")


def _change(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("A sentence has been added since.\n")


def _rename(path: Path) -> None:
    path.rename(path.with_name(f"{path.stem}-renamed.txt"))


def _contents(folder: Path) -> dict[str, tuple[int, int]]:
    """When each file of a library was changed last, and the CRC-32 of what it holds; but for its lock."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, zlib.crc32(path.read_bytes())) for path in files
    }
