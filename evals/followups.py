"""How well follow-up questions become questions that stand alone: what each wording of a question finds.

`python -m evals.followups` indexes evals/questions/followups-corpus.jsonl into a temporary library and prints, for each
split, passage hit@1 and hit@3 of the questions alone, as they are rewritten in a conversation, and as a person wrote
them out, and the share of questions that stand alone already and are left so. `--failures` lists what the rewritten
questions of the tuned and development splits miss; rules are not fitted to the held-out one. The development questions
are some that were once rewritten wrongly.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.fields import field, json_lines
from evals.questions import Question, load_questions
from evals.scoring import retrieval_scores
from rag.followups import standalone
from rag.library import Library
from rag.settings import load_settings

QUESTIONS = Path(__file__).parent / "questions" / "followups.jsonl"
CORPUS = QUESTIONS.with_name("followups-corpus.jsonl")
WORDINGS = ("alone", "rewritten", "written out")
SPLITS = ("tuned", "held-out", "development")
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Followed:
    """One question: how it reads in each wording, and the rank of the first passage with the gold quote, if any."""

    question: Question
    split: str
    texts: dict[str, str]
    ranks: dict[str, int | None]

    @property
    def stands_alone(self) -> bool:
        return self.texts["alone"] == self.texts["written out"]

    @property
    def kept(self) -> bool:
        return self.texts["alone"] == self.texts["rewritten"]


def followed(
    questions: Path = QUESTIONS, corpus: Path = CORPUS, searched: Sequence[str] = WORDINGS
) -> Iterator[Followed]:
    """Every question of a set whose lines have the fields `standalone` and `split` besides."""
    asked = load_questions(questions, corpus)
    rows = list(json_lines(questions))
    with tempfile.TemporaryDirectory() as folder, Library(folder, settings=load_settings(llm="none")) as library:
        library.add(asked.corpus)
        for question, (where, row) in zip(asked.questions, rows, strict=True):
            rewritten = standalone(question.question, question.history) or question.question
            written_out = field(where, row, "standalone", str)
            texts = dict(zip(WORDINGS, (question.question, rewritten, written_out), strict=True))
            split = field(where, row, "split", str)
            yield Followed(question, split, texts, {one: _rank(library, question, one, texts) for one in searched})


def hit(cases: Sequence[Followed], wording: str, depth: int) -> float:
    """Share of the questions whose gold quote stands in one of the first `depth` passages."""
    return sum((case.ranks[wording] or depth + 1) <= depth for case in cases) / len(cases)


def left_alone(cases: Sequence[Followed]) -> float:
    """Share of the questions that stand alone that are not rewritten."""
    alone = [case for case in cases if case.stands_alone]
    return sum(case.kept for case in alone) / len(alone)


def _rank(library: Library, question: Question, wording: str, texts: Mapping[str, str]) -> int | None:
    """A follow-up is rewritten by the library itself, which also knows what was spoken of before."""
    asked = (question.question, question.history) if wording == "rewritten" else (texts[wording], ())
    for rank, passage in enumerate(library.search(asked[0], limit=_DEPTH, history=asked[1]), start=1):
        if retrieval_scores(question, [passage], ())["passage_hit@1"]:
            return rank
    return None


def main(arguments: Sequence[str], say: Callable[[str], None]) -> None:
    """Say the figures, and with `--failures` the cases behind them."""
    cases = list(followed())
    for split in SPLITS:
        of_split = [case for case in cases if case.split == split]
        follow_ups = [case for case in of_split if not case.stands_alone]
        say(f"{split}: {len(follow_ups)} follow-ups, {len(of_split) - len(follow_ups)} that stand alone")
        for wording in WORDINGS:
            say(f"  {wording:<12} hit@1 {hit(follow_ups, wording, 1):.3f}  hit@3 {hit(follow_ups, wording, 3):.3f}")
        say(f"  left alone   {left_alone(of_split):.3f}")
        if "--failures" in arguments and split != "held-out":
            for case in of_split:
                if (case.stands_alone and not case.kept) or (case.ranks["rewritten"] or 4) > (
                    case.ranks["written out"] or 4
                ):
                    say(f"  {case.question.id} {case.question.type} {case.ranks}")
                    for wording, text in case.texts.items():
                        say(f"    {wording:<12} {text}")


if __name__ == "__main__":
    main(sys.argv[1:], print)
