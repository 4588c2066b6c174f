"""How well refusal tells follow-ups that lean on the turns before from what is asked out of the blue after them.

`python -m evals.leaning` holds the conversations of `evals.conversing` and asks after each turn what comes next, and
follow-ups of other sets, which the documents seldom answer; of these it keeps those that lean. It prints, for each
split, how many are refused and AUROC, by their own signs and by those of other questions. With `--choose` it fits the
coefficients to the tuned split, with a constant at which so large a share of what is answered there is refused, and
shows AUROC of each set by those fitted without it.
"""

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from evals.calibration import Model, auroc, fitted, threshold_at
from evals.conversing import SETS, SPLITS, Spoken, load_conversations
from evals.questions import load_questions
from evals.statistics import Ratio, figure
from rag.answerability import ANSWERED, LEANING_COEFFICIENTS, probability_of
from rag.library import Library
from rag.settings import load_settings
from rag.signs import LOOKED_AT, signs_of

Say = Callable[[str], None]
Turns = Sequence[Mapping[str, str]]

_OTHERS = 3  # questions of other sets after each turn
_QUOTED = 3  # passages among whose quotes the answer must stand
_SEED = 0


@dataclass(frozen=True, slots=True)
class Leaning:
    """A question that leans on a turn of a set's conversation, with its signs, and whether quotes answer it."""

    name: str
    split: str
    signs: Mapping[str, float] | None
    answered: bool


def leaning(held: Sequence[tuple[Path, Path, Path]] = SETS) -> Iterator[Leaning]:
    """Of the conversations that are held, with questions of all. What no quote that was found answers is left out."""
    spoken = {conversations: load_conversations(conversations) for conversations, _, _ in SETS}
    choices = random.Random(_SEED)
    for conversations, questions, corpus in held:
        others = [one for other, said in spoken.items() if other != conversations for one in said if _follows(one)]
        with tempfile.TemporaryDirectory() as folder, Library(folder, settings=load_settings(llm="none")) as library:
            library.add(corpus if corpus.is_dir() else load_questions(questions, corpus).corpus)
            for _, turns in groupby(spoken[conversations], key=lambda one: one.conversation):
                yield from _of_conversation(conversations.stem, list(turns), others, library, choices)


def _of_conversation(
    name: str, turns: Sequence[Spoken], others: Sequence[Spoken], library: Library, choices: random.Random
) -> Iterator[Leaning]:
    history: list[Mapping[str, str]] = []
    for one in turns:
        alike = [other for other in others if other.split == one.split]
        elsewhere = choices.sample(alike, _OTHERS) if history else []
        for asked in ([one] if _follows(one) else []) + elsewhere:
            found = _leaning(name, asked, one.split, asked is one, history, library)
            yield from [found] if found else []
        history.append({"question": one.question, "answer": library.ask(one.question, history=history).text})


def _leaning(name: str, asked: Spoken, split: str, is_next: bool, history: Turns, library: Library) -> Leaning | None:
    found = library.find(asked.question, limit=LOOKED_AT, history=history)
    quotes = [quote.text for one in found.passages[:_QUOTED] for quote in one.evidence]
    told = any(answer in quote for quote in quotes for answer in asked.answers)
    if found.query.earlier is None or told != is_next:
        return None
    return Leaning(name, split, signs_of(found.query, found.passages), is_next)


def _follows(spoken: Spoken) -> bool:
    return spoken.question != spoken.written_out


def report(found: Sequence[Leaning], probabilities: np.ndarray, threshold: float, say: Say) -> None:
    """Of each split, how many are refused with their 95 % interval, and AUROC."""
    say("| split | follow-ups | refused | of other sets | refused | AUROC |\n|---|---|---|---|---|---|")
    for split in SPLITS:
        of_split = np.array([one.split == split for one in found])
        answered = np.array([one.answered for one in found])
        kinds = (of_split & answered, of_split & ~answered)
        cells = [f"{kind.sum()} | {_refused(probabilities[kind], threshold)}" for kind in kinds]
        say(f"| {split} | {' | '.join(cells)} | {_area(probabilities, answered, of_split):.3f} |")


def choice(found: Sequence[Leaning], refused: float, say: Say) -> None:
    """What fits the tuned split, how that does on both, and on each set what fits the tuned split of the others."""
    tuned = np.array([one.split == "tuned" for one in found])
    answered = np.array([one.answered for one in found])
    model = _fitted(found, tuned)
    probabilities = model.probabilities(_matrix(found))
    threshold = threshold_at(probabilities[tuned & answered], refused)
    shift = float(np.log(ANSWERED / (1 - ANSWERED)) - np.log(threshold / (1 - threshold)))
    say(f"constant {model.constant + shift:.3f}, at which {refused:.0%} of the tuned ones are refused")
    for name, coefficient in zip(LEANING_COEFFICIENTS, model.coefficients, strict=True):
        say(f"{name} {coefficient:.3f}")
    report(found, probabilities, threshold, say)
    for name in dict.fromkeys(one.name for one in found):
        own = np.array([one.name == name for one in found])
        others = _fitted(found, tuned & ~own).probabilities(_matrix(found))
        if len(set(answered[own])) > 1:
            say(f"{name} by what fits the others: AUROC {_area(others, answered, own):.3f}")


def _fitted(found: Sequence[Leaning], to: np.ndarray) -> Model:
    """To some of them, where those that are answered and the others count as much."""
    answered = np.array([one.answered for one in found])[to]
    weights = np.where(answered, 1 / max(answered.sum(), 1), 1 / max((~answered).sum(), 1))
    return fitted(_matrix(found)[to], answered.astype(float), weights)


def _matrix(found: Sequence[Leaning]) -> np.ndarray:
    return np.array([[one.signs[name] if one.signs else 0.0 for name in LEANING_COEFFICIENTS] for one in found])


def _refused(probabilities: np.ndarray, threshold: float) -> str:
    share = figure(Ratio.mean((probabilities < threshold).astype(float).tolist()), _SEED)
    return f"{share.mean:.3f} [{share.low:.3f}, {share.high:.3f}]"


def _area(probabilities: np.ndarray, answered: np.ndarray, among: np.ndarray) -> float:
    return auroc(probabilities[among & answered].tolist(), probabilities[among & ~answered].tolist())


def main(arguments: Sequence[str] | None = None, say: Say = print) -> None:
    """What `python -m evals.leaning` does."""
    parser = argparse.ArgumentParser(prog="python -m evals.leaning", description="How well leaning questions are told.")
    parser.add_argument("--choose", action="store_true", help="fit the coefficients instead")
    parser.add_argument(
        "--refused", metavar="SHARE", type=float, default=0.03, help="of tuned follow-ups (default: .03)"
    )
    options = parser.parse_args(arguments)
    if not 0 < options.refused < 1:
        parser.error(f"--refused {options.refused:g}: name a share between 0 and 1")
    found = list(leaning())
    if options.choose:
        choice(found, options.refused, say)
        return
    for signs, own in (("of their own", True), ("of other questions", False)):
        say(f"\nBy the signs {signs}:\n")
        report(found, np.array([probability_of(one.signs, leaning=own) for one in found]), ANSWERED, say)


if __name__ == "__main__":
    main()
