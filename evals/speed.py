"""How fast Footnote is and how much memory it takes, beside two yardsticks in the same process.

The yardsticks are the LlamaIndex quickstart on the same model and texts, and the encoder alone on the same chunks in
memory. Ratios travel between machines, seconds do not. Knows nothing of how good answers are.
"""

import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.random import Generator

from evals.filling import fill
from evals.invented import Prepared, invented_questions, invented_window, prepared_documents, take
from evals.readding import measure_readding
from evals.recall import VectorRecall, vector_recall
from evals.speed_report import Latency, SpeedReport, describe, report_json
from evals.yardsticks import Quickstart
from rag.encoder import EncodedChunk, Encoder, load_encoder
from rag.library import Library
from rag.records import Document
from rag.settings import Settings
from rag.weights import resolve_model

__all__ = ["SpeedReport", "describe", "measure", "report_json"]

_INDEX_ALL, _INDEX_SOME = 5000, 2000  # beyond the first, indexing every chunk three times would take many minutes
_ENCODE_TOGETHER = 500  # bounds the memory of token outputs
_QUESTIONS = 120  # of each kind
_SHORT, _LONG = (4, 12), (36, 44)  # words
_WRITTEN = 5  # answers of the language model
_OPENINGS = 3


def measure(
    settings: Settings,
    chunks: int = 2000,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
    indexed: int | None = None,
    files: int = 10_000,
) -> SpeedReport:
    """Measure in a temporary library of at least `chunks` chunks, less than one document more.

    `indexed` says how many of them are really indexed, and the rest filled in (see `fill`); by default all up to
    5,000, and 2,000 of more. Adding again is measured in a library of that many `files`; with 0 it is not. Raises
    ModelError.
    """
    say = progress or (lambda _: None)
    encoder, model_folder = load_encoder(settings.encoder), resolve_model(settings.encoder)
    random = np.random.default_rng([seed, 1])
    say("generating texts")
    corpus = prepared_documents(settings, encoder, seed)
    pieces = take(corpus, indexed or (chunks if chunks <= _INDEX_ALL else _INDEX_SOME))
    documents = [piece.document for piece in pieces]
    with (
        TemporaryDirectory(prefix="footnote-speed-", ignore_cleanup_errors=True) as folder,
        Library(Path(folder, "library"), settings=settings) as library,
        closing(Quickstart(Path(folder, "quickstart"), model_folder)) as quickstart,
    ):
        encoded: list[EncodedChunk] = []
        seconds = _indexing_seconds(library, quickstart, encoder, pieces, encoded, say)
        indexed_chunks = _count(library)
        if indexed_chunks < chunks:
            say(f"filling up to {chunks:,} chunks")
            library.close()
            fill(library.folder, settings, encoder, seed, len(pieces), encoded, chunks, random)
        laps = _search_laps(library, quickstart, documents, random, say)
        say("opening")
        # Of one sentence's words each: what no sentence covers is refused before the model is asked.
        sentences = [replace(document, text=document.text.partition(".")[0]) for document in documents]
        questions = invented_questions(sentences, _OPENINGS + _WRITTEN + 1, *_SHORT, random)
        opening_ms = statistics.median(_opening_ms(library, question) for question in questions[:_OPENINGS])
        say("waiting for answers")
        answering = _answering(library, questions[_OPENINGS:])
        count = _count(library)
        library.close()
        say("measuring memory in a process of its own")
        footprint = _in_new_process(library.settings, documents[:50], questions)
        say("comparing the nearest chunks with exact search")
        recall = _recall(library.folder, settings, encoder, documents, random)
    readding = measure_readding(settings, encoder, files, seed, say) if files else None
    return SpeedReport(
        encoder=encoder.name,
        seed=seed,
        fingerprint=settings.fingerprint,
        chunks=count,
        indexed_chunks=indexed_chunks,
        indexed_characters=sum(len(document.text) for document in documents),
        footnote_seconds=seconds["Footnote"],
        quickstart_seconds=seconds["the quickstart"],
        encoder_seconds=seconds["the encoder alone"],
        search_short=laps["short questions"],
        search_long=laps["long questions"],
        search_window=laps["questions with a window"],
        quickstart_search=laps["the quickstart"],
        opening_ms=opening_ms,
        cold_start_ms=footprint.cold_start_ms,
        model=answering.model,
        first_passages=answering.first_passages,
        first_token=answering.first_token,
        first_statement=answering.first_statement,
        peak_memory_mib=footprint.peak_memory_mib,
        vector_recall=recall.any_time,
        vector_recall_window=recall.within_window,
        readding=readding,
    )


def _alternating(
    runs: Mapping[str, tuple[Callable[[Any], object], Sequence]], say: Callable[[str], None], doing: str
) -> dict[str, Latency]:
    """Each run's calls, one an item: every other item in the order A B C, then the rest as C B A.

    So what else the machine does in the meantime hits all alike.
    """
    laps: dict[str, list[float]] = {name: [] for name in runs}
    for turn, names in enumerate((list(runs), list(runs)[::-1])):
        for name in names:
            say(f"{doing} {turn + 1}/2: {name}")
            call, items = runs[name]
            laps[name] += [_milliseconds(call, item) for item in items[turn::2]]
    return {name: Latency(tuple(values)) for name, values in laps.items()}


def _milliseconds(call: Callable[[Any], object], item: object) -> float:
    started = time.perf_counter()
    call(item)
    return (time.perf_counter() - started) * 1000


def _indexing_seconds(
    library: Library,
    quickstart: Quickstart,
    encoder: Encoder,
    pieces: Sequence[Prepared],
    encoded: list[EncodedChunk],
    say: Callable[[str], None],
) -> dict[str, float]:
    """Seconds for all of the texts; `encoded` receives what the encoder made of them."""

    def encode(half: Sequence[Prepared]) -> None:
        texts = [text for piece in half for text in piece.texts]
        for start in range(0, len(texts), _ENCODE_TOGETHER):
            encoded.extend(encoder.encode_chunks(texts[start : start + _ENCODE_TOGETHER]))

    say("loading models")
    library.check()  # opens Chroma
    encoder.encode_chunks(pieces[0].texts)
    quickstart.warm_up()
    halves = (pieces[::2], pieces[1::2])
    laps = _alternating(
        {
            "Footnote": (lambda half: library.add(piece.document for piece in half), halves),
            "the quickstart": (lambda half: quickstart.add([piece.document for piece in half]), halves),
            "the encoder alone": (encode, halves),
        },
        say,
        "indexing",
    )
    return {name: sum(lap.milliseconds) / 1000 for name, lap in laps.items()}


def _search_laps(
    library: Library, quickstart: Quickstart, documents: Sequence[Document], random: Generator, say: Callable
) -> dict[str, Latency]:
    short = invented_questions(documents, _QUESTIONS, *_SHORT, random)
    long = invented_questions(documents, _QUESTIONS, *_LONG, random)
    windowed = [(question, *invented_window(random)) for question in (*short[::2], *long[::2])]
    limit = library.settings.passages

    def search_within(question: tuple[str, date, date]) -> None:
        library.search(question[0], limit, after=question[1], before=question[2])

    for question in invented_questions(documents, 10, *_SHORT, random):
        library.search(question, limit)
        quickstart.retrieve(question)
    search_within(windowed[0])
    return _alternating(
        {
            "short questions": (lambda question: library.search(question, limit), short),
            "long questions": (lambda question: library.search(question, limit), long),
            "questions with a window": (search_within, windowed),
            "the quickstart": (quickstart.retrieve, [*short, *long]),
        },
        say,
        "searching",
    )


def _recall(
    folder: Path, settings: Settings, encoder: Encoder, documents: Sequence[Document], random: Generator
) -> VectorRecall:
    questions = [
        *invented_questions(documents, _QUESTIONS, *_SHORT, random),
        *invented_questions(documents, _QUESTIONS, *_LONG, random),
    ]
    return vector_recall(folder, settings, encoder, questions, [invented_window(random) for _ in questions])


def _opening_ms(library: Library, question: str) -> float:
    library.close()
    return _milliseconds(library.search, question)


@dataclass(frozen=True, slots=True)
class _Answering:
    """Who wrote, if a model did, and when of each question its passages, a token and checked words were there."""

    model: str
    first_passages: Latency
    first_token: Latency | None
    first_statement: Latency | None


def _answering(library: Library, questions: Sequence[str]) -> _Answering:
    """The first question warms up. A refusal has no words of the sources, and quotes have no token."""
    library.warm_up()
    answers = [library.ask(question) for question in questions]

    def laps(name: str) -> tuple[float, ...]:
        return tuple(lap for answer in answers[1:] if (lap := answer.timings_ms[name]) is not None)

    tokens, statements = laps("first_token"), laps("first_statement")
    return _Answering(
        answers[0].model,
        Latency(laps("retrieve")),
        Latency(tokens) if tokens else None,
        Latency(statements) if statements else None,
    )


@dataclass(frozen=True, slots=True)
class _Footprint:
    """What a process that does nothing else took."""

    cold_start_ms: float
    peak_memory_mib: float | None


def _in_new_process(settings: Settings, documents: Sequence[Document], questions: Sequence[str]) -> _Footprint:
    """Open, search and add in a process in which the yardsticks have not been, so that the memory is Footnote's own."""
    settings = settings.model_copy(update={"llm": "none", "llm_url": ""})
    copies = [replace(document, id=f"{document.id}-copy", locations=()) for document in documents]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(_footprint, settings, copies, questions, time.time()).result()


def _footprint(
    settings: Settings, documents: Sequence[Document], questions: Sequence[str], started: float
) -> _Footprint:
    with Library(settings=settings) as library:
        library.search(questions[0])
        cold_start_ms = (time.time() - started) * 1000
        for question in questions:
            library.search(question)
            library.search(question, after=documents[0].day)
        library.add(documents)
    return _Footprint(cold_start_ms, _peak_memory_mib())


def _peak_memory_mib() -> float | None:
    """This process's high-water mark; None where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux the mark of getrusage is inherited from the parent, however large that one is
        marks = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        if marks:
            return int(marks[0]) / 2**10
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _count(library: Library) -> int:
    return sum(listed.chunks for listed in library.listing())
