"""How well refusal tells what a library answers from what it does not; with `--choose`, which coefficients fit.

`python -m evals.answerability QUESTIONS:CORPUS ...` asks each set's questions of its own corpus, of that without the
documents that answer them, and of the other sets' corpora. It prints a row for each set and kind, and points of the
risk-coverage curve. With `--choose` each question is judged by coefficients that were fitted without it, then each set
by those fitted without the set; then each sign is left out.
"""

import argparse
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np

from evals.calibration import Model, auroc, fitted, threshold_at
from evals.cases import Case, Kind, cases
from evals.metrics import risk_coverage
from evals.statistics import Ratio, figure
from rag.answerability import ANSWERED, SIGNS, probability_of
from rag.settings import load_settings

Say = Callable[[str], None]
Emphasis = Mapping[tuple[str, str], float]

_SEED = 0
_KINDS: tuple[Kind, ...] = ("answerable", "unanswerable", "gold taken out", "asked elsewhere")
_SHARES = (0.01, 0.02, 0.05, 0.1)  # of answerable questions refused, at which the curve is printed


def matrix(found: Sequence[Case], names: Sequence[str] = SIGNS) -> np.ndarray:
    """(n, k) of the named signs; those of a case without any are 0."""
    return np.array([[case.signs[name] if case.signs else 0.0 for name in names] for case in found])


def of_all(found: Sequence[Case], emphasis: Emphasis, names: Sequence[str] = SIGNS) -> Model:
    """The coefficients that fit these cases, where a set's cases of one kind count as the square root of how many.

    `emphasis` is what that is multiplied with, of a set and kind where it is not 1.
    """
    given = [case for case in found if case.signs]
    counts = Counter((case.name, case.kind) for case in given)
    weights = np.array([emphasis.get((c.name, c.kind), 1.0) * counts[c.name, c.kind] ** -0.5 for c in given])
    return fitted(matrix(given, names), np.array([float(case.answerable) for case in given]), weights)


def held_out(
    found: Sequence[Case], groups: Sequence[object], emphasis: Emphasis, names: Sequence[str] = SIGNS
) -> np.ndarray:
    """Each case's probability (n,) by coefficients that were fitted without its group."""
    probabilities = np.zeros(len(found))
    belongs = np.array([str(group) for group in groups])
    for group in sorted(set(belongs)):
        model = of_all([case for case, own in zip(found, belongs, strict=True) if own != group], emphasis, names)
        inside = belongs == group
        probabilities[inside] = model.probabilities(matrix(found, names)[inside])
    return np.where([bool(case.signs) for case in found], probabilities, 0)


def report(found: Sequence[Case], probabilities: np.ndarray, threshold: float, say: Say) -> None:
    """Of each set and kind the share that is refused with its 95 % interval, and AUROC beside the set's answerable.

    "Told" is the share of which an answer stands in the first passages all the same, of those that want more than yes.
    """
    say(f"| set | kind | questions | refused below {threshold:.3f} | AUROC | told |\n|---|---|---|---|---|---|")
    for name in dict.fromkeys(case.name for case in found):
        own = np.array([case.name == name for case in found])
        answerable = own & np.array([case.answerable for case in found])
        for kind in _KINDS:
            of_kind = own & np.array([case.kind == kind for case in found])
            if of_kind.any():
                refused = figure(Ratio.mean((probabilities[of_kind] < threshold).astype(float).tolist()), _SEED)
                area = "" if kind == "answerable" else f"{_area(probabilities, answerable, of_kind):.3f}"
                share = f"{refused.mean:.3f} [{refused.low:.3f}, {refused.high:.3f}]"
                say(f"| {name} | {kind} | {of_kind.sum()} | {share} | {area} | {_told(found, of_kind)} |")
    say(f"| all | all but answerable | {len(found)} | | {_overall(found, probabilities):.3f} | |")


def curve(found: Sequence[Case], probabilities: np.ndarray, say: Say) -> None:
    """Points of the risk-coverage curve, where every answer to a question that is not answerable is wrong."""
    answerable = np.array([case.answerable for case in found])
    points = risk_coverage(probabilities.tolist(), answerable.astype(float).tolist())
    say("\n| answerable ones refused | threshold | coverage | risk | others refused |\n|---|---|---|---|---|")
    for share in _SHARES:
        threshold = threshold_at(probabilities[answerable], share)
        _, coverage, risk = [point for point in points if point[0] >= threshold][-1]
        others = np.mean(probabilities[~answerable] < threshold)
        say(f"| {share:.0%} | {threshold:.3f} | {coverage:.3f} | {risk:.3f} | {others:.3f} |")


def choice(found: Sequence[Case], folds: int, refused: float, emphasis: Emphasis, say: Say) -> None:
    """The coefficients that fit, the threshold for them, and how they do on what they did not see."""
    model = of_all(found, emphasis)
    by_question = [zlib.crc32(case.question.encode()) % folds for case in found]
    probabilities = held_out(found, by_question, emphasis)
    answerable = np.array([case.answerable for case in found])
    threshold = threshold_at(probabilities[answerable], refused)
    spread = matrix(found).std(axis=0)
    say("| sign | coefficient | times its deviation |\n|---|---|---|")
    say(f"| constant | {model.constant:.3f} | |")
    for name, value, deviation in zip(SIGNS, model.coefficients, spread, strict=True):
        say(f"| {name} | {value:.3f} | {value * deviation:.2f} |")
    say(f"\nThreshold at which {refused:.1%} of all answerable ones are refused: {threshold:.3f}")
    say(f"\nEach question by coefficients fitted without it ({folds} folds):\n")
    report(found, probabilities, threshold, say)
    curve(found, probabilities, say)
    say("\nEach set by coefficients fitted without it:\n")
    report(found, held_out(found, [case.name for case in found], emphasis), threshold, say)
    ablation(found, by_question, emphasis, say)


def ablation(found: Sequence[Case], folds: Sequence[object], emphasis: Emphasis, say: Say) -> None:
    """AUROC of each set's kinds without each sign, held out by question."""
    groups = [(name, kind) for name in dict.fromkeys(case.name for case in found) for kind in _KINDS[1:3]]
    groups = [group for group in groups if any((case.name, case.kind) == group for case in found)]
    say(f"\n| left out | {' | '.join(f'{name}: {kind}' for name, kind in groups)} | all |")
    say("|---|" + "---|" * (len(groups) + 1))
    for left_out in ("nothing", *SIGNS):
        probabilities = held_out(found, folds, emphasis, [name for name in SIGNS if name != left_out])
        areas = []
        for name, kind in groups:
            answerable = np.array([case.name == name and case.answerable for case in found])
            areas.append(_area(probabilities, answerable, np.array([(c.name, c.kind) == (name, kind) for c in found])))
        say(f"| {left_out} | {' | '.join(f'{area:.3f}' for area in [*areas, _overall(found, probabilities)])} |")


def _told(found: Sequence[Case], of_kind: np.ndarray) -> str:
    told = [case.told for case, own in zip(found, of_kind, strict=True) if own and case.told is not None]
    return f"{np.mean(told):.3f}" if told else ""


def _overall(found: Sequence[Case], probabilities: np.ndarray) -> float:
    answerable = np.array([case.answerable for case in found])
    return _area(probabilities, answerable, ~answerable)


def _area(probabilities: np.ndarray, answerable: np.ndarray, others: np.ndarray) -> float:
    return auroc(probabilities[answerable].tolist(), probabilities[others].tolist())


def main(arguments: Sequence[str] | None = None, say: Say = print) -> None:
    parser = argparse.ArgumentParser(description="How well refusal tells what is answered from what is not.")
    parser.add_argument("sets", metavar="QUESTIONS:CORPUS", nargs="+")
    parser.add_argument("--choose", action="store_true", help="fit the coefficients instead, by cross-validation")
    parser.add_argument("--folds", metavar="N", type=int, default=5, help="of the questions (default: 5)")
    parser.add_argument(
        "--refused", metavar="SHARE", type=float, default=0.02, help="of answerable ones (default: .02)"
    )
    parser.add_argument("--emphasis", metavar="SET:KIND=TIMES", nargs="*", default=[], help="what counts more to fit")
    options = parser.parse_args(arguments)
    for written in options.sets:
        if written.count(":") != 1:
            parser.error(f"{written!r} is not QUESTIONS:CORPUS")
    if options.folds < 2 or not 0 < options.refused < 1:
        parser.error("name 2 folds or more, and a share between 0 and 1")
    paths = [(Path(questions), Path(corpus)) for questions, corpus in (one.split(":") for one in options.sets)]
    found = list(cases(paths, load_settings(llm="none"), _to_standard_error))
    if options.choose:
        choice(found, options.folds, options.refused, _emphasis(options.emphasis, parser.error), say)
        return
    probabilities = np.array([probability_of(case.signs) for case in found])
    report(found, probabilities, ANSWERED, say)
    curve(found, probabilities, say)


def _emphasis(written: Sequence[str], refuse: Callable[[str], NoReturn]) -> Emphasis:
    found: dict[tuple[str, str], float] = {}
    for one in written:
        group, _, times = one.partition("=")
        name, _, kind = group.partition(":")
        if kind not in _KINDS or not times.replace(".", "", 1).isdigit():
            refuse(f"{one!r} is not SET:KIND=TIMES, of a kind among {', '.join(_KINDS)}")
        found[name, kind] = float(times)
    return found


def _to_standard_error(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
