"""What a measurement of speed found: a record with the ratios that follow from it, a table, and JSON.

Knows nothing of how it was measured.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from evals.readding import Readding


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
    `peak_memory_mib` the most that process held while it searched and indexed. `vector_recall` is recall@10 of the
    vector search against the exact one, `vector_recall_window` the same within date windows. `first_passages`,
    `first_token` (of a model) and `first_statement` (checked, or a quote) are from the question to what is shown.
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
    first_passages: Latency
    first_token: Latency | None
    first_statement: Latency | None
    peak_memory_mib: float | None
    vector_recall: float
    vector_recall_window: float
    readding: Readding | None

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


_DERIVED = [name for name, value in vars(SpeedReport).items() if isinstance(value, property)]


def describe(report: SpeedReport) -> str:
    """A table for people."""
    rates = (
        ("Footnote", report.characters_per_second, ""),
        ("LlamaIndex quickstart", report.quickstart_characters_per_second, f"{report.ratio_to_quickstart:.2f}"),
        ("encoder alone", report.encoder_characters_per_second, f"{report.ratio_to_encoder:.2f}"),
    )
    searches = (
        ("short and long questions", report.search),
        ("  up to 12 words", report.search_short),
        ("  about 40 words", report.search_long),
        ("  with a date window", report.search_window),
        ("LlamaIndex quickstart", report.quickstart_search),
        ("answers: first passages", report.first_passages),
        *((("  first token", report.first_token),) if report.first_token else ()),
        *((("  first checked statement", report.first_statement),) if report.first_statement else ()),
    )
    memory = "unknown" if report.peak_memory_mib is None else f"{report.peak_memory_mib:,.0f} MiB"
    lines = [
        f"{report.chunks:,} chunks, encoder {report.encoder}, model {report.model or 'none'}, seed {report.seed}",
        "",
        f"{'indexing':<28}{'characters/s':>14}{'Footnote is':>14}",
        *(f"{name:<28}{rate:>14,.0f}{f'{ratio} x' if ratio else '':>14}" for name, rate, ratio in rates),
        "",
        f"{'milliseconds':<28}{'p50':>9}{'p95':>9}{'p99':>9}",
        *(f"{name:<28}{laps.p50:>9.1f}{laps.p95:>9.1f}{laps.p99:>9.1f}" for name, laps in searches),
        "",
        f"search at p50: {report.search_ratio_to_quickstart:.2f} x the quickstart's speed",
        f"opening to first passages: {report.opening_ms:,.0f} ms; in a new process: {report.cold_start_ms:,.0f} ms",
        f"peak memory of that process, searching and indexing: {memory}",
        f"vector search finds {report.vector_recall:.1%} of the nearest 10 chunks, "
        f"{report.vector_recall_window:.1%} within a date window",
        *(_describe_readding(report.readding) if report.readding else ()),
    ]
    if report.chunks > report.indexed_chunks:
        lines.append(
            f"Indexing rates and the quickstart's search are of the first {report.indexed_chunks:,} chunks. The other "
            f"{report.chunks - report.indexed_chunks:,} were filled in: new text, vectors resampled from real ones."
        )
    return "\n".join(lines)


def _describe_readding(readding: Readding) -> list[str]:
    laps = (
        ("all unchanged", readding.unchanged),
        ("one changed", readding.changed),
        ("one deleted (--sync)", readding.deleted),
        ("one renamed", readding.renamed),
    )
    wrote = f"changed {', '.join(readding.written)}" if readding.written else "wrote nothing"
    return [
        "",
        f"{f'adding {readding.files:,} files again':<28}{'seconds':>9}{'as a command':>15}",
        *(f"{name:<28}{lap.library:>9.2f}{lap.command:>15.2f}" for name, lap in laps),
        f"unchanged: {readding.ratio_to_first:,.0f} x as fast as the first time, as a command "
        f"{readding.command_ratio_to_first:,.0f} x (by the first {readding.timed_files:,} files); it {wrote}",
        "",
    ]


def report_json(report: SpeedReport) -> dict[str, Any]:
    """The report as `footnote speed --json` prints it."""
    facts: dict[str, Any] = {}
    for name in (*SpeedReport.__dataclass_fields__, *_DERIVED):
        value = getattr(report, name)
        if isinstance(value, Latency) or name in ("first_token", "first_statement"):
            facts[f"{name}_ms"] = value and {"p50": value.p50, "p95": value.p95, "p99": value.p99}
        elif isinstance(value, Readding):
            ratios = {name: getattr(value, name) for name in ("ratio_to_first", "command_ratio_to_first")}
            facts[name] = {**asdict(value), **ratios}
        else:
            facts[name] = value
    return facts
