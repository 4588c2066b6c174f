"""How well whole conversations are followed, with the library's own answers, which quote at length, as their history.

`python -m evals.conversing` indexes evals/questions/lives-corpus.jsonl into a temporary library, holds each
conversation of evals/questions/conversations.jsonl and prints, for each split, in how many answers the gold one stands:
to the follow-up questions alone, in the conversation, and as a person wrote them out; then the same of
conversations-careers.jsonl, which are about careers-corpus.jsonl and were written by another hand. `--failures` lists
what the conversation misses and the question written out does not, of the split for which rules were made.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from evals.fields import field, items, json_lines
from evals.questions import load_questions
from evals.statistics import Ratio, figure
from rag.library import Library
from rag.records import Answer
from rag.settings import load_settings

FOLDER = Path(__file__).parent / "questions"
QUESTIONS = FOLDER / "conversations.jsonl"
LIVES = FOLDER / "lives.jsonl"
CORPUS = FOLDER / "lives-corpus.jsonl"
SETS = (
    (QUESTIONS, LIVES, CORPUS),
    (FOLDER / "conversations-careers.jsonl", FOLDER / "careers.jsonl", FOLDER / "careers-corpus.jsonl"),
)
"""Conversations, and a question set with the corpus that they are about."""
WORDINGS = ("alone", "in conversation", "written out")
SPLITS = ("tuned", "heldout")
_SEED = 0


@dataclass(frozen=True, slots=True)
class Spoken:
    """One question of a conversation; `written_out` reads without the others, and is the same where it is the first."""

    conversation: int
    split: str
    question: str
    written_out: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A question with what was searched for in the conversation, and whether its answer was told in each wording."""

    spoken: Spoken
    searched: str
    told: dict[str, bool]


def load_conversations(path: Path = QUESTIONS) -> list[Spoken]:
    """Raises QuestionError that names the line and the field."""
    return [
        Spoken(
            conversation=field(where, row, "conversation", int),
            split=field(where, row, "split", str),
            question=field(where, row, "question", str),
            written_out=field(where, row, "standalone", str),
            answers=tuple(answer for _, answer in items(where, row, "answers", str)),
        )
        for where, row in json_lines(path)
    ]


def heard(spoken: Sequence[Spoken], library: Library) -> Iterator[Heard]:
    """Each question in its turn."""
    for _, turns in groupby(spoken, key=lambda one: one.conversation):
        history: list[dict[str, str]] = []
        for one in turns:
            answer = library.ask(one.question, history=history)
            answers = (library.ask(one.question), answer, library.ask(one.written_out))
            told = {wording: _tells(given, one) for wording, given in zip(WORDINGS, answers, strict=True)}
            yield Heard(one, answer.query.text, told)
            history.append({"question": one.question, "answer": answer.text})


def _tells(answer: Answer, spoken: Spoken) -> bool:
    return any(gold in answer.text for gold in spoken.answers)


def main(arguments: Sequence[str], say: Callable[[str], None]) -> None:
    """Say the figures, and with `--failures` the cases behind them."""
    for conversations, questions, corpus in SETS:
        with tempfile.TemporaryDirectory() as folder, Library(folder, settings=load_settings(llm="none")) as library:
            library.add(load_questions(questions, corpus).corpus)
            found = list(heard(load_conversations(conversations), library))
        say(f"{conversations.stem}:")
        for line in _report(found, failures="--failures" in arguments):
            say(line)


def _report(found: Sequence[Heard], failures: bool) -> Iterator[str]:
    for split in SPLITS:
        following = [
            one for one in found if one.spoken.split == split and one.spoken.question != one.spoken.written_out
        ]
        if not following:
            continue
        yield f"{split}: {len(following)} follow-ups"
        for wording in WORDINGS:
            share = figure(Ratio.mean([float(one.told[wording]) for one in following]), _SEED)
            yield f"  {wording:<16} told {share.mean:.3f} [{share.low:.3f}, {share.high:.3f}]"
        for one in following if failures and split == "tuned" else ():
            if one.told["written out"] and not one.told["in conversation"]:
                yield f"  {one.spoken.question} | {one.searched} | {one.spoken.written_out}"


if __name__ == "__main__":
    main(sys.argv[1:], print)
