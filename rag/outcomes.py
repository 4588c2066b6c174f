"""What became of each source of an `add`, and how far it has come. Knows nothing of how sources are added."""

import time
from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int, str], None]
"""Called with how many sources are done, how many there are, and what is being done, in a few words."""


def untold(*_: object) -> None:
    """A Progress that nobody follows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source. `reason` says why it failed, whose copy it is, or what it was called before."""

    location: str
    document_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What `add` did, source by source. `passed_over` are files that `exclude` names, and links to folders."""

    added: tuple[Outcome, ...] = ()
    updated: tuple[Outcome, ...] = ()
    unchanged: tuple[Outcome, ...] = ()
    failed: tuple[Outcome, ...] = ()
    renamed: tuple[Outcome, ...] = ()
    removed: tuple[Outcome, ...] = ()
    passed_over: tuple[Outcome, ...] = ()

    def __str__(self) -> str:
        always = [f"{len(getattr(self, name))} {name}" for name in ("added", "updated", "unchanged", "failed")]
        found = {"renamed": self.renamed, "removed": self.removed, "passed over": self.passed_over}
        return ", ".join([*always, *(f"{len(outcomes)} {name}" for name, outcomes in found.items() if outcomes)])


class Tally:
    """Outcomes as they come, and the progress that is told of them. `chunks` have been encoded and committed."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.chunks = 0
        self._progress = progress
        self._outcomes: dict[str, list[Outcome]] = {}
        self._started = time.monotonic()
        self._total = 0

    def begin(self, total: int) -> None:
        """From now on progress is told, of so many sources."""
        self._total = total
        self.tell("")

    def note(self, kind: str, outcome: Outcome) -> None:
        self._outcomes.setdefault(kind, []).append(outcome)
        self.tell(outcome.location)

    def note_together(self, outcomes: list[tuple[str, Outcome]]) -> None:
        """Sources that were done at one moment, of which progress is told once."""
        for kind, outcome in outcomes[:-1]:
            self._outcomes.setdefault(kind, []).append(outcome)
        self.note(*outcomes[-1])

    def tell(self, what: str) -> None:
        if self._progress and self._total:
            done = sum(len(outcomes) for kind, outcomes in self._outcomes.items() if kind != "passed_over")
            rate = self.chunks / max(time.monotonic() - self._started, 1e-9)
            chunks = f"{rate:.0f} chunks/s, " if self.chunks else ""
            self._progress(min(done, self._total), self._total, f"{chunks}{what}")

    @property
    def report(self) -> AddReport:
        return AddReport(**{kind: tuple(outcomes) for kind, outcomes in self._outcomes.items()})
