"""What became of each source of an `add`. Knows nothing of how sources are added."""

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
    """What `add` did, source by source. `passed_over` are files that the setting `exclude` names."""

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
