"""A finished run -> a Markdown summary and one HTML page that needs nothing beside it.

Knows the form of run.json and what counts as a failure; nothing of how a run is made or a metric computed.
"""

import base64
import functools
import hashlib
import math
import re
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

HEADLINE = (
    "document_recall@10",
    "document_ndcg@10",
    "document_all_evidence@10",
    "sentence_hit@1",
    "contains_answer",
    "citation_precision",
)

# The first pattern that a metric's name begins with decides its heading.
GROUPS = {
    "Retrieval": r"document_|passage_|sentence_|token_|best_evidence",
    "Answers": r"exact_match|f1|contains_answer|yes_no_",
    "Citations": r"citation_|statements_|invented_",
    "Refusal": r"refusal_|risk_coverage_",
    "Cost": r".*_(ms|tokens)(_|$)",
    "Judge": r"judge_",
    "Other": r"",
}
CARDS = (*HEADLINE, "refusal_f1", "total_ms_p50")
ROW_SCORES = ("document_recall@10", "sentence_hit@1", "contains_answer", "yes_no_accuracy", "citation_precision")
CURVE_POINTS = 200
THRESHOLDS = 12
BINS = 24


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value with its 95 % interval; None where a run has no such number."""

    name: str
    mean: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def label(self) -> str:
        """The name in words: `document_ndcg@10` is Document nDCG@10."""
        words = _in_words(self.name)
        for plain, usual in (("ndcg", "nDCG"), ("mrr", "MRR"), ("f1", "F1"), ("ms", "time")):
            words = re.sub(rf"\b{plain}\b", usual, words)
        return words[:1].upper() + words[1:]

    @property
    def unit(self) -> str:
        return next((unit for unit in ("ms", "tokens") if re.search(rf"_{unit}(_|$)", self.name)), "")

    @property
    def value(self) -> str:
        return self._written(self.mean)

    @property
    def interval(self) -> str:
        """Empty where none was computed, as for percentiles of times."""
        ends = (self.low, self.high)
        return "" if None in ends else f"[{', '.join(map(self._written, ends))}]"

    @property
    def is_share(self) -> bool:
        """Whether it can be drawn on a scale from 0 to 1."""
        return not self.unit and self.mean is not None and 0 <= self.mean <= 1

    def _written(self, value: float | None) -> str:
        return "–" if value is None else f"{value:,.0f}" if self.unit else f"{value:.3f}"


@dataclass(frozen=True, slots=True)
class TypePlot:
    """One metric of every question type that has it, and of all questions."""

    overall: Figure
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts over equal bins from 0 to `top`; what lies beyond is counted in the last one."""

    stage: str
    counts: tuple[int, ...]
    top: float
    median: float
    beyond: int


def markdown(run: Mapping[str, Any]) -> str:
    """The facts, every metric by group, and the headline metrics by question type."""
    lines = [f"# {_inline(run['name'])}", "", " · ".join(f"{name}: {_inline(v)}" for name, v in _facts(run).items())]
    for group, figures in _groups(run["metrics"]).items():
        lines += ["", f"## {group}", "", "| metric | value [95 % interval] | n |", "| --- | --- | ---: |"]
        lines += [f"| {_inline(f.name)} | {_with_interval(f)} | {f.n} |" for f in figures]
    plots = _type_plots(run)
    if plots:
        names = [_inline(plot.overall.name) for plot in plots]
        lines += ["", "## By question type", "", f"| type | questions | {' | '.join(names)} |"]
        lines += ["| --- | ---: |" + " --- |" * len(plots)]
        counts = Counter(question["type"] for question in run["questions"])
        for kind in run["by_type"]:
            cells = [_with_interval(plot.figures[kind]) if kind in plot.figures else "–" for plot in plots]
            lines.append(f"| {_inline(kind) or 'no type'} | {counts[kind]} | {' | '.join(cells)} |")
    return _encodable("\n".join(lines) + "\n")


def html(run: Mapping[str, Any]) -> str:
    """One page with plots and the table of questions; it asks no other file and no other host for anything."""
    environment = _environment()
    script = environment.get_template("report.js").render()
    page = environment.get_template("report.html").render(
        run=run,
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        facts=_facts(run),
        cards=[_figure(name, run["metrics"]) for name in CARDS if name in run["metrics"]],
        groups=_groups(run["metrics"]),
        type_plots=_type_plots(run),
        type_table=_type_table(run),
        curve=_thinned(run["risk_coverage"], CURVE_POINTS),
        thresholds=_thinned(run["risk_coverage"], THRESHOLDS),
        curve_top=_round_up(max((point["risk"] for point in run["risk_coverage"]), default=1)),
        area=_figure("risk_coverage_area", run["metrics"]),
        histograms=_histograms(run["questions"]),
        types=sorted({question["type"] for question in run["questions"]}),
    )
    return _encodable(page)


def _facts(run: Mapping[str, Any]) -> dict[str, str]:
    settings = run["settings"]
    return {
        "date": _day(run["created"]),
        "questions": f"{len(run['questions']):,}",
        "failed": f"{run['failed']:,}",
        "model": str(settings.get("llm_model") or settings.get("llm") or "not recorded"),
        "encoder": str(settings.get("encoder") or "not recorded"),
        "fingerprint": run["fingerprint"],
    }


def _day(created: str) -> str:
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() or ''}".strip()


def _figure(name: str, metrics: Mapping[str, Mapping[str, Any]]) -> Figure:
    metric = metrics.get(name, {})
    return Figure(
        name, _finite(metric.get("mean")), _finite(metric.get("low")), _finite(metric.get("high")), metric.get("n", 0)
    )


def _finite(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _groups(metrics: Mapping[str, Any]) -> dict[str, list[Figure]]:
    """The metrics under their headings, in the run's order; empty headings are left out."""
    found: dict[str, list[Figure]] = {group: [] for group in GROUPS}
    for name in metrics:
        group = next(group for group, pattern in GROUPS.items() if re.match(pattern, name))
        found[group].append(_figure(name, metrics))
    return {group: figures for group, figures in found.items() if figures}


def _type_plots(run: Mapping[str, Any]) -> list[TypePlot]:
    plots = []
    for name in HEADLINE:
        figures = {kind: _figure(name, metrics) for kind, metrics in run["by_type"].items() if name in metrics}
        if figures:
            plots.append(TypePlot(_figure(name, run["metrics"]), figures))
    return plots


def _type_table(run: Mapping[str, Any]) -> dict[str, list[Figure]]:
    """Every metric that some type has, with its figure for each type."""
    names = dict.fromkeys([*run["metrics"], *(name for metrics in run["by_type"].values() for name in metrics)])
    types = run["by_type"].values()
    return {name: [_figure(name, m) for m in types] for name in names if any(name in metrics for metrics in types)}


def _thinned(points: Sequence[Mapping[str, float]], most: int) -> list[Mapping[str, float]]:
    """At most so many of them, evenly spaced, the first and the last included."""
    if len(points) <= most:
        return list(points)
    step = (len(points) - 1) / (most - 1)
    return [points[round(i * step)] for i in range(most)]


def _histograms(questions: Sequence[Mapping[str, Any]]) -> list[Histogram]:
    histograms = []
    for stage in ("total", "retrieve"):
        recorded = (_finite(question["timings_ms"].get(stage)) for question in questions)
        if times := sorted(time for time in recorded if time is not None):
            top = _round_up(times[int(0.97 * (len(times) - 1))])  # one slow question must not flatten the rest
            bins = Counter(min(int(time / top * BINS), BINS - 1) for time in times)
            counts = tuple(bins[i] for i in range(BINS))
            histograms.append(Histogram(stage, counts, top, statistics.median(times), sum(t > top for t in times)))
    return histograms


def _round_up(value: float) -> float:
    """The next number that reads well at the end of an axis: 0.37 becomes 0.4, 1,310 becomes 1,500."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 20) if step * power >= value)


def _row_scores(question: Mapping[str, Any]) -> dict[str, str]:
    scores = {_figure(name, {}).label: _finite(question["scores"].get(name)) for name in ROW_SCORES}
    return {label: f"{score:.3g}" for label, score in scores.items() if score is not None}


def _ranks(question: Mapping[str, Any]) -> dict[str, int]:
    """Each retrieved document with the rank of its first passage."""
    ranks: dict[str, int] = {}
    for rank, passage in enumerate(question["retrieved"], start=1):
        ranks.setdefault(passage["doc_id"], rank)
    return ranks


def _failure(question: Mapping[str, Any]) -> str:
    """Why a question counts as a failure; empty where it does not."""
    if question["status"] == "failed":
        return "did not run"
    if not question["answerable"]:
        return "should refuse" if question["mode"] in ("written", "quoted") else ""
    if question["mode"] == "refused":
        return "should answer"
    scores = question["scores"]
    if scores.get("contains_answer") is not None:
        return "wrong answer" if scores["contains_answer"] == 0 else ""
    return "no evidence" if scores.get("sentence_hit@3") == 0 else ""


def _with_interval(figure: Figure) -> str:
    return f"{figure.value} {figure.interval}".strip()


def _inline(text: object) -> str:
    """Text for one line or table cell of Markdown, with nothing in it that Markdown or HTML would act on."""
    return re.sub(r"([\\`*\[\]|#!~$<>&])|(?<!\w)_|_(?!\w)", r"\\\g<0>", " ".join(str(text).split()))


def _encodable(text: str) -> str:
    """Lone surrogates, which a model's JSON may hold, cannot be written to a file."""
    return text.encode("utf-8", "replace").decode()


def _in_words(name: str) -> str:
    return name.replace("_", " ") or "no type"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _link(url: str) -> str:
    """The URL, if following it can only open a page."""
    return url if url.startswith(("/", "http://", "https://")) else ""


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"cut": _cut, "link": _link, "in_words": _in_words}
    environment.filters |= {"failure": _failure, "row_scores": _row_scores, "ranks": _ranks}
    return environment
