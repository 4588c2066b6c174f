"""How well statements that their passages do not support are told from those that they do.

`python -m evals.statements [FILE ...]` checks every statement of labelled files (by default all of
evals/questions/statements-*.jsonl) against its passages, as an answer's are checked, and prints what is caught of what
was changed, per kind of change and per form, with 95 % intervals. `--mistakes` lists what is got wrong.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.fields import date_field, field, items, json_lines
from evals.statistics import Figure, Ratio, figure
from rag.encoder import load_encoder
from rag.errors import FootnoteError
from rag.grounding import ground
from rag.records import Chunk, Document, Passage
from rag.sentences import sentence_spans
from rag.settings import PACKAGED_ENCODER
from rag.wording import EncoderWording, Wording

FOLDER = Path(__file__).parent / "questions"
CHANGES = ("number", "date", "name", "negation", "speaker", "direction", "other")
FORMS = ("verbatim", "paraphrase", "joined")
_SEED = 0


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement with the passages that it is held against, and whether they support it; if not, what was changed."""

    id: str
    split: str
    passages: tuple[Passage, ...]
    statement: str
    supported: bool
    change: str
    form: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a statement, with the reasons where it is rejected."""

    labelled: Labelled
    rejected: bool
    reasons: tuple[str, ...]

    @property
    def right(self) -> bool:
        return self.rejected != self.labelled.supported


def load_statements(path: Path) -> Iterator[Labelled]:
    """The rows of a file. Raises QuestionError that names the line and the field."""
    for where, row in json_lines(path):
        supported = field(where, row, "supported", bool)
        passages = tuple(
            _passage(number, place, passage)
            for number, (place, passage) in enumerate(items(where, row, "passages", dict), start=1)
        )
        yield Labelled(
            id=field(where, row, "id", str),
            split=field(where, row, "split", str, ""),
            passages=passages,
            statement=field(where, row, "statement", str),
            supported=supported,
            change=field(where, row, "change", str, ""),
            form=field(where, row, "form", str, ""),
        )


def check(rows: Sequence[Labelled], wording: Wording) -> list[Checked]:
    """Each statement as an answer's would be checked; one is rejected where any sentence of it is not shown."""
    checked = []
    for row in rows:
        grounded = ground(row.statement, row.passages, wording)
        reasons = tuple(reason for dropped in grounded.dropped for reason in dropped.reasons)
        checked.append(Checked(row, bool(grounded.dropped) or not grounded.statements, reasons))
    return checked


def caught(checked: Sequence[Checked]) -> Figure:
    """Recall of "unsupported": the share of unsupported statements that are rejected."""
    return figure(Ratio.mean([_share(one.rejected, not one.labelled.supported) for one in checked]), _SEED)


def wrongly_rejected(checked: Sequence[Checked]) -> Figure:
    """The share of supported statements that are rejected."""
    return figure(Ratio.mean([_share(one.rejected, one.labelled.supported) for one in checked]), _SEED)


def precision(checked: Sequence[Checked]) -> Figure:
    """The share of rejected statements that are unsupported."""
    return figure(Ratio.mean([_share(not one.labelled.supported, one.rejected) for one in checked]), _SEED)


def report(checked: Sequence[Checked]) -> Iterator[str]:
    """Lines: all together, then what is caught of each kind of change, then what is wrongly rejected of each form."""
    yield _line("unsupported: precision", precision(checked))
    yield _line("unsupported: recall", caught(checked))
    for change in CHANGES:
        if some := [one for one in checked if one.labelled.change == change]:
            yield _line(f"  {change} changed, caught", caught(some))
    for form in FORMS:
        if some := [one for one in checked if one.labelled.form == form and not one.labelled.supported]:
            yield _line(f"  {form}, caught", caught(some))
    yield _line("supported: rejected", wrongly_rejected(checked))
    for form in FORMS:
        if some := [one for one in checked if one.labelled.form == form and one.labelled.supported]:
            yield _line(f"  {form}, rejected", wrongly_rejected(some))


def main(arguments: Sequence[str], say: Callable[[str], None]) -> None:
    """Say the figures of each split of the files. Raises FootnoteError."""
    files = [Path(name) for name in arguments if not name.startswith("-")] or sorted(FOLDER.glob("statements-*.jsonl"))
    rows = [row for path in files for row in load_statements(path)]
    wording = EncoderWording(load_encoder(PACKAGED_ENCODER))
    for split in dict.fromkeys(row.split for row in rows):
        of_split = [row for row in rows if row.split == split]
        start = time.perf_counter()
        checked = check(of_split, wording)
        took = 1000 * (time.perf_counter() - start) / len(of_split)
        say(f"{split or 'all'}: {len(of_split)} statements, {took:.1f} ms each")
        for line in report(checked):
            say(f"  {line}")
        for one in checked if "--mistakes" in arguments else ():
            if not one.right:
                say(f"  {one.labelled.id} [{one.labelled.change or 'supported'}] {one.labelled.statement}")
                say(f"      {'; '.join(one.reasons) or 'let through'}")


def _passage(number: int, where: str, row: dict[str, object]) -> Passage:
    text = field(where, row, "text", str)
    document = Document(
        id=f"passage-{number}",
        text=text,
        title=field(where, row, "title", str, ""),
        date=date_field(where, row, "date"),
        source=field(where, row, "source", str, ""),
    )
    chunk = Chunk(f"chunk-{number}", document.id, 0, 0, len(text), text, tuple(sentence_spans(text)))
    return Passage(number, chunk, document.without_text, 1.0)


def _share(counted: bool, belongs: bool) -> float | None:
    return float(counted) if belongs else None


def _line(name: str, found: Figure) -> str:
    return f"{name:<32} {found.mean:.3f} [{found.low:.3f}, {found.high:.3f}]  n={found.n}"


if __name__ == "__main__":
    try:
        main(sys.argv[1:], print)
    except FootnoteError as error:
        sys.exit(f"Error: {error}")
