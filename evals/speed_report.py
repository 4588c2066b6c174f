"""What a measurement of speed found: a record with the ratios that follow from it, a table, and JSON.

Knows nothing of how it was measured.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np


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
        *((("first token", report.first_token),) if report.first_token else ()),
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
    ]
    if report.chunks > report.indexed_chunks:
        lines.append(
            f"Indexing rates and the quickstart's search are of the first {report.indexed_chunks:,} chunks. The other "
            f"{report.chunks - report.indexed_chunks:,} were filled in: new text, vectors resampled from real ones."
        )
    return "\n".join(lines)


def report_json(report: SpeedReport) -> dict[str, Any]:
    """The report as `footnote speed --json` prints it."""
    facts: dict[str, Any] = {}
    for name in (*SpeedReport.__dataclass_fields__, *_DERIVED):
        value = getattr(report, name)
        if isinstance(value, Latency) or name == "first_token":
            facts[f"{name}_ms"] = value and {"p50": value.p50, "p95": value.p95, "p99": value.p99}
        else:
            facts[name] = value
    return facts
