"""Two runs, paired by question: differences with intervals and p-values, and gates that a change must pass."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.aggregation import ratio, ratio_names
from evals.statistics import Difference, compare, plain
from rag.errors import QuestionError

SIGNIFICANT = 0.05
_GATE = re.compile(r"\s*(?P<metric>[\w@]+)\s*(?P<sense>>=|<=)\s*(?P<bound>[+-]?\d*\.?\d+)\s*")
_CHANGED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Gate:
    """A bound on a difference, such as `document_ndcg@10>=-0.01`."""

    metric: str
    at_least: bool
    bound: float

    def broken_by(self, found: Difference) -> str:
        """Why it is broken (beyond the bound, and not by chance, or no score to tell by); empty where it holds."""
        for run, value in (("A", found.a), ("B", found.b)):
            if math.isnan(value):
                return f"{run} has no score of {self.metric}"
        beyond = found.difference < self.bound if self.at_least else found.difference > self.bound
        return f"B - A is {found.difference:+.3f}, p {found.p:.3f}" if beyond and found.p < SIGNIFICANT else ""


@dataclass(frozen=True, slots=True)
class Changed:
    """Questions that one metric scores otherwise in B than in A."""

    better: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """B against A over the questions that both have. `broken` are gates, each with why."""

    differences: Mapping[str, Difference]
    changed: Mapping[str, Changed]
    questions: int
    left_out: int
    broken: Mapping[str, str]


def parse_gate(text: str) -> Gate:
    """Raises QuestionError for what is no gate."""
    found = _GATE.fullmatch(text)
    if not found:
        raise QuestionError(f'{text!r} is no gate; one looks like "document_ndcg@10>=-0.01"')
    return Gate(found["metric"], found["sense"] == ">=", float(found["bound"]))


def compare_runs(a: Mapping[str, Any], b: Mapping[str, Any], gates: Sequence[str] = (), seed: int = 0) -> Comparison:
    """Raises QuestionError where the runs share no question or a gate names a metric that neither has."""
    rows_a = {row["id"]: row for row in a["questions"]}
    rows_b = {row["id"]: row for row in b["questions"]}
    shared = [key for key in rows_a if key in rows_b]
    if not shared:
        raise QuestionError("the two runs have no question in common")
    left, right = [rows_a[key] for key in shared], [rows_b[key] for key in shared]
    names = dict.fromkeys([*ratio_names(left), *ratio_names(right)])
    differences = {name: compare(ratio(left, name), ratio(right, name), seed) for name in names}
    differences = {name: found for name, found in differences.items() if found.n}
    parsed = {text: parse_gate(text) for text in gates}
    for text, gate in parsed.items():
        if gate.metric not in differences:
            raise QuestionError(
                f"gate {text!r}: the runs have no metric {gate.metric}; they have {', '.join(differences)}"
            )
    return Comparison(
        differences=differences,
        changed={name: _changed(left, right, name) for name in differences},
        questions=len(shared),
        left_out=len(rows_a) + len(rows_b) - 2 * len(shared),
        broken={text: why for text, gate in parsed.items() if (why := gate.broken_by(differences[gate.metric]))},
    )


def report_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as `footnote compare --json` prints it; null where there is no score."""
    differences = {name: plain(found) for name, found in comparison.differences.items()}
    return {**asdict(comparison), "differences": differences}


def describe(comparison: Comparison) -> str:
    """A Markdown table of the differences, then the questions that changed most often."""
    lines = [
        f"{comparison.questions} questions compared"
        + (f", {comparison.left_out} left out that only one run has" if comparison.left_out else ""),
        "",
        "| metric | A | B | B - A | 95 % interval | p | better | worse |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, found in comparison.differences.items():
        changed = comparison.changed[name]
        lines.append(
            f"| {name} | {_written(found.a)} | {_written(found.b)} | {_written(found.difference, '+')} | "
            f"[{_written(found.low, '+')}, {_written(found.high, '+')}] | {found.p:.3f} | "
            f"{len(changed.better)} | {len(changed.worse)} |"
        )
    for name, changed in comparison.changed.items():
        if (changed.better or changed.worse) and comparison.differences[name].p < SIGNIFICANT:
            lines += ["", f"{name}: better {_some(changed.better)}; worse {_some(changed.worse)}"]
    lines += [f"BROKEN: {gate} ({why})" for gate, why in comparison.broken.items()]
    return "\n".join(lines)


def _changed(left: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]], name: str) -> Changed:
    better: list[str] = []
    worse: list[str] = []
    for a, b in zip(left, right, strict=True):
        before, after = a["scores"].get(name), b["scores"].get(name)
        if before is None or after is None or before == after:
            continue
        (better if after > before else worse).append(a["id"])
    return Changed(tuple(better), tuple(worse))


def _written(value: float, sign: str = "") -> str:
    return "–" if math.isnan(value) else f"{value:{sign}.3f}"


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _CHANGED_SHOWN} more" if len(ids) > _CHANGED_SHOWN else ""
    return ", ".join(ids[:_CHANGED_SHOWN]) + more if ids else "none"
