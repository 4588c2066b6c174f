"""How well disagreement between sources is seen. `python -m evals.disagreements [--failures]` prints, for each split of
evals/questions/disagreements.jsonl, the precision and recall of conflicts over its pairs of passages, of which some
disagree and some are only similar, with 95 % intervals, and of the conflicts found the share that tells rightly whether
a later report supersedes an earlier one. Every sentence of a passage is its evidence. Rules are fitted to no held-out
failure, and `--failures` shows those of the development split alone.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.fields import field, items, json_lines
from evals.statistics import Ratio, figure
from rag.copies import grouped
from rag.dates import parse_date
from rag.disagreements import conflicts_of
from rag.records import Chunk, Document, Passage, Quote
from rag.sentences import sentence_spans

SET = Path(__file__).parent / "questions" / "disagreements.jsonl"
SPLITS = ("development", "heldout")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two passages and a question that they answer differently, or seem to."""

    id: str
    split: str
    question: str
    passages: tuple[Passage, ...]
    disagrees: bool
    supersedes: bool
    found: tuple[Any, ...]


def load_pairs(path: Path = SET) -> list[Pair]:
    """One pair a line, with the conflicts that are found in it."""
    pairs = []
    for where, row in json_lines(path):
        passages = tuple(
            passage_of(f"{where}: {n}", one) for n, (_, one) in enumerate(items(where, row, "passages", dict))
        )
        question = field(where, row, "question", str)
        pairs.append(
            Pair(
                field(where, row, "id", str),
                field(where, row, "split", str),
                question,
                passages,
                field(where, row, "disagrees", bool),
                field(where, row, "supersedes", bool),
                conflicts_of(question, grouped(passages, len(passages))),
            )
        )
    return pairs


def passage_of(name: str, row: dict[str, Any]) -> Passage:
    """A whole text as one passage, each of its sentences evidence."""
    text = field(name, row, "text", str)
    document = Document(
        name,
        text,
        field(name, row, "title", str),
        parse_date(field(name, row, "date", str)),
        source=field(name, row, "source", str),
    )
    spans = tuple(sentence_spans(text))
    evidence = tuple(Quote(name, span.start, span.end, text[span.start : span.end]) for span in spans)
    chunk = Chunk(f"{name}:0", name, 0, 0, len(text), text, spans)
    return Passage(1, chunk, document.without_text, 1.0, evidence=evidence, evidence_scores=(1.0,) * len(evidence))


def precision(pairs: Sequence[Pair]) -> Ratio:
    found = np.array([bool(pair.found) for pair in pairs], float)
    return Ratio(found * [pair.disagrees for pair in pairs], found)


def recall(pairs: Sequence[Pair]) -> Ratio:
    disagree = np.array([pair.disagrees for pair in pairs], float)
    return Ratio(disagree * [bool(pair.found) for pair in pairs], disagree)


def superseding(pairs: Sequence[Pair]) -> Ratio:
    """Of the disagreements found, those that say rightly whether one report supersedes another."""
    return Ratio.mean(
        [
            float(pair.found[0]["superseded"] == pair.supersedes) if pair.found and pair.disagrees else None
            for pair in pairs
        ]
    )


def _report(failures: bool, say: Callable[[str], None]) -> None:
    pairs = load_pairs()
    for split in SPLITS:
        chosen = [pair for pair in pairs if pair.split == split]
        say(f"{split}: {sum(pair.disagrees for pair in chosen)} pairs that disagree, "
            f"{sum(not pair.disagrees for pair in chosen)} that are similar")  # fmt: skip
        for name, ratio in (("precision", precision), ("recall", recall), ("superseding", superseding)):
            found = figure(ratio(chosen), seed=0)
            say(f"  {name:<11} {found.mean:.3f} [{found.low:.3f}, {found.high:.3f}] of {found.n}")
        for pair in chosen if failures and split == "development" else ():
            wrong = bool(pair.found) != pair.disagrees or (
                pair.found and pair.found[0]["superseded"] != pair.supersedes
            )
            if wrong:
                say(f"  {pair.id} {'disagree' if pair.disagrees else 'similar'}: {pair.question}")
                for passage in pair.passages:
                    say(f"    {passage.document.day} {passage.chunk.text}")
                say(f"    found {[(v['value'], v['newer']) for one in pair.found for v in one['values']]}")


if __name__ == "__main__":
    _report("--failures" in sys.argv[1:], print)
