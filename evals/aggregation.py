"""Rows of questions -> figures with intervals, overall and by type. Knows what each figure counts."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evals.metrics import risk_coverage, risk_coverage_area
from evals.statistics import RESAMPLES, Figure, Ratio, figure, plain

Row = Mapping[str, Any]

_AREA_RESAMPLES = 200
_COSTS = (("first_passage_ms", "retrieve"), ("first_token_ms", "first_token"), ("total_ms", "total"))


def aggregate(rows: Sequence[Row], seed: int) -> dict[str, Any]:
    """What run.json says of all questions: `metrics`, `by_type`, `risk_coverage`, `failed`."""
    types = sorted({row["type"] for row in rows if row["type"]})
    return {
        "failed": sum(row["status"] == "failed" for row in rows),
        "metrics": figures(rows, seed),
        "by_type": {kind: figures([row for row in rows if row["type"] == kind], seed) for kind in types},
        "risk_coverage": [
            {"threshold": threshold, "coverage": coverage, "risk": risk}
            for threshold, coverage, risk in risk_coverage(*_confidence(rows))
            if math.isfinite(threshold)
        ],
    }


def figures(rows: Sequence[Row], seed: int) -> dict[str, dict[str, float | int | None]]:
    """Every figure that these rows can give, by name."""
    found = {name: figure(ratio(rows, name), seed) for name in ratio_names(rows)}
    if rows:
        found["risk_coverage_area"] = _area(rows, seed)
        found |= _costs(rows, seed)
    return {name: plain(value) for name, value in found.items() if value.n}


def ratio_names(rows: Sequence[Row]) -> list[str]:
    """The figures that are ratios of sums, which `footnote compare` can compare."""
    scores = list(dict.fromkeys(name for row in rows for name in row["scores"]))
    decided = {row["answerable"] for row in rows}
    return [*scores, "yes_no_majority", *(("refusal_precision", "refusal_recall", "refusal_f1") if decided else ())]


def ratio(rows: Sequence[Row], name: str) -> Ratio:
    """A figure's sums over the questions."""
    if name == "yes_no_majority":
        return _majority(rows)
    if name.startswith("refusal_"):
        return _refusal(rows, name)
    return Ratio.mean([row["scores"].get(name) for row in rows])


def _refusal(rows: Sequence[Row], name: str) -> Ratio:
    """Unanswerable questions are what is to be refused; F1 = 2 TP / (predicted + actual).

    A question whose answer failed has no mode and was handled wrongly: it counts as refused where it is answerable.
    """
    predicted = np.array([row["mode"] == "refused" or (not row["mode"] and row["answerable"]) for row in rows], float)
    actual = np.array([not row["answerable"] for row in rows], dtype=float)
    both = predicted * actual
    if name == "refusal_precision":
        return Ratio(both, predicted)
    return Ratio(both, actual) if name == "refusal_recall" else Ratio(2 * both, predicted + actual)


def _majority(rows: Sequence[Row]) -> Ratio:
    """What always saying the commoner of yes and no would score."""
    gold = [str(row["answers"][0]).strip().lower() if row["answers"] else "" for row in rows]
    decisions = [answer for answer in gold if answer in ("yes", "no")]
    commoner = "yes" if decisions.count("yes") * 2 >= len(decisions) else "no"
    return Ratio.mean([float(answer == commoner) if answer in ("yes", "no") else None for answer in gold])


def _confidence(rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    """How sure, and whether the best evidence is right; showing any for an unanswerable question is wrong.

    Where nothing was found, no threshold is low enough to answer. Left out are questions that give nothing to tell by.
    """
    told = [row for row in rows if not row["answerable"] or row["scores"].get("best_evidence") is not None]
    sure = [-math.inf if row["confidence"] is None else row["confidence"] for row in told]
    return sure, [row["scores"].get("best_evidence") or 0.0 for row in told]


def _area(rows: Sequence[Row], seed: int) -> Figure:
    confidence, correct = (np.array(values) for values in _confidence(rows))
    count = len(confidence)
    if not count:
        return Figure(math.nan, math.nan, math.nan, 0)
    drawn = np.random.default_rng(seed).integers(0, count, (min(_AREA_RESAMPLES, RESAMPLES), count))
    areas = [risk_coverage_area(confidence[one].tolist(), correct[one].tolist()) for one in drawn]
    low, high = np.percentile(areas, [2.5, 97.5])
    return Figure(risk_coverage_area(confidence.tolist(), correct.tolist()), float(low), float(high), count)


def _costs(rows: Sequence[Row], seed: int) -> dict[str, Figure]:
    """Percentiles of times, without an interval: they depend on the machine's other work."""
    found = {}
    for name, key in _COSTS:
        times = [row["timings_ms"][key] for row in rows if row["timings_ms"].get(key) is not None]
        for percent in (50, 95):
            if times:
                value = float(np.percentile(times, percent))
                found[f"{name}_p{percent}"] = Figure(value, math.nan, math.nan, len(times))
    for name in ("prompt_tokens", "completion_tokens"):
        found[name] = figure(Ratio.mean([row["usage"].get(name) for row in rows]), seed)
    return found
