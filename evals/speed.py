"""How fast Footnote is and how much memory it takes, beside two yardsticks in the same process.

The yardsticks are the LlamaIndex quickstart on the same model and texts, and the encoder alone on the same chunks in
memory. Ratios travel between machines, seconds do not. Knows nothing of how good answers are.
"""

import statistics
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evals.yardsticks import Quickstart, invented_questions
from rag.encoder import ChunkText, EncodedChunk, _resolve, load_encoder
from rag.library import Library
from rag.records import Chunk, Document
from rag.settings import Settings

_INDEX_ALL, _INDEX_SOME = 5000, 2000  # beyond the first, indexing every chunk three times would take many minutes
_ENCODE_TOGETHER = 500  # bounds the memory of token outputs
_QUESTIONS = 120  # of each kind
_SHORT, _LONG = (4, 12), (36, 44)  # words
_WRITTEN = 5  # answers of the language model
_OPENINGS = 3
_FILL_TOGETHER = 1000
_JITTER = 0.3  # length of what is added to a unit vector: the new one has a cosine of about .96 with it


@dataclass(frozen=True, slots=True)
class Latency:
    """What each of some calls took, in milliseconds."""

    milliseconds: tuple[float, ...]

    @property
    def p50(self) -> float:
        return float(np.percentile(self.milliseconds, 50))

    @property
    def p95(self) -> float:
        return float(np.percentile(self.milliseconds, 95))

    @property
    def p99(self) -> float:
        return float(np.percentile(self.milliseconds, 99))


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """What was measured. Seconds are those of indexing `indexed_characters`; searches are among `chunks` chunks.

    `opening_ms` is from a closed library to its first passages; `cold_start_ms` the same from a new process on, and
    `peak_memory_mib` the most that process held while it searched and indexed.
    """

    encoder: str
    seed: int
    fingerprint: str
    chunks: int
    indexed_chunks: int
    indexed_characters: int
    footnote_seconds: float
    quickstart_seconds: float
    encoder_seconds: float
    search_short: Latency
    search_long: Latency
    search_window: Latency
    quickstart_search: Latency
    opening_ms: float
    cold_start_ms: float
    model: str
    first_token: Latency | None
    peak_memory_mib: float | None

    @property
    def search(self) -> Latency:
        """Of short and long questions together, without a window."""
        return Latency(self.search_short.milliseconds + self.search_long.milliseconds)

    @property
    def characters_per_second(self) -> float:
        return self.indexed_characters / self.footnote_seconds

    @property
    def quickstart_characters_per_second(self) -> float:
        return self.indexed_characters / self.quickstart_seconds

    @property
    def encoder_characters_per_second(self) -> float:
        return self.indexed_characters / self.encoder_seconds

    @property
    def ratio_to_quickstart(self) -> float:
        """How many times as fast as the quickstart Footnote indexes."""
        return self.quickstart_seconds / self.footnote_seconds

    @property
    def ratio_to_encoder(self) -> float:
        """The share of the encoder's own rate that is left when everything else has been done too."""
        return self.encoder_seconds / self.footnote_seconds

    @property
    def search_ratio_to_quickstart(self) -> float:
        """The quickstart's median search against Footnote's: above 1 Footnote is the faster one."""
        return self.quickstart_search.p50 / self.search.p50


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with the chunks that the library makes of it, and these as the encoder gets them."""

    document: Document
    chunks: tuple[Chunk, ...]
    texts: tuple[ChunkText, ...]


def measure(
    settings: Settings,
    chunks: int = 2000,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
    indexed: int | None = None,
) -> SpeedReport:
    """Measure in a temporary library of at least `chunks` chunks, less than one document more.

    `indexed` says how many of them are really indexed, and the rest filled in (see `fill`); by default all up to
    5,000, and 2,000 of more. Raises ModelError.
    """
    say = progress or (lambda _: None)
    encoder, model_folder = load_encoder(settings.encoder), _resolve(settings.encoder)
    random = np.random.default_rng([seed, 1])
    corpus = prepared_documents(settings, encoder, seed)
    say("generating texts")
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
            fill(library.folder, settings, encoder, corpus, encoded, chunks, random)
        laps = _search_laps(library, quickstart, documents, random, say)
        say("opening")
        questions = invented_questions(documents, _OPENINGS + _WRITTEN + 1, *_SHORT, random)
        opening_ms = statistics.median(_opening_ms(library, question) for question in questions[:_OPENINGS])
        say("waiting for first tokens")
        model, first_token = _first_tokens(library, questions[_OPENINGS:])
        count = _count(library)
        library.close()
        say("measuring memory in a process of its own")
        footprint = _in_new_process(library.settings, documents[:50], questions)
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
        model=model,
        first_token=first_token,
        peak_memory_mib=footprint.peak_memory_mib,
    )
