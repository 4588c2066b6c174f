"""How exactly the time window of a question is read. `python -m evals.windows [--failures]` prints, for each split of
evals/questions/time.jsonl, the share of questions with a window whose two ends are both right, and the share of the
others that got none. The held-out questions were written before the grammar, in other wordings, the fresh and second
ones before what it then did wrong was mended; the development ones are what it did wrong.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.windows import Window, read_window

SET = Path(__file__).parent / "questions" / "time.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the window that it names; both ends are None where it names none."""

    question: str
    asked_on: date
    after: date | None
    before: date | None
    split: str

    @property
    def windowed(self) -> bool:
        return bool(self.after or self.before)

    @property
    def read(self) -> Window | None:
        return read_window(self.question, self.asked_on)

    @property
    def right(self) -> bool:
        return (self.read.after, self.read.before) == (self.after, self.before) if self.read else not self.windowed


def load_cases(path: Path = SET) -> list[Case]:
    """One question a line."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Case(
            row["question"], date.fromisoformat(row["asked_on"]), _day(row["after"]), _day(row["before"]), row["split"]
        )
        for row in rows
    ]


def shares(cases: list[Case]) -> tuple[float, float]:
    """Exact windows among the questions with one, and none among those without."""
    with_one, without = (
        [case.right for case in cases if case.windowed],
        [case.right for case in cases if not case.windowed],
    )
    return sum(with_one) / len(with_one), sum(without) / len(without)


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _report(failures: bool, say: Callable[[str], None]) -> None:
    cases = load_cases()
    for split in dict.fromkeys(case.split for case in cases):
        chosen = [case for case in cases if case.split == split]
        exact, none = shares(chosen)
        say(f"{split}: exact window {exact:.1%} of {sum(case.windowed for case in chosen)}, "
            f"no false window {none:.1%} of {sum(not case.windowed for case in chosen)}")  # fmt: skip
        for case in chosen if failures else ():
            if not case.right:
                say(f"  {case.question} ({case.asked_on}): {case.after} to {case.before}, read as {case.read}")


if __name__ == "__main__":
    _report("--failures" in sys.argv[1:], print)
