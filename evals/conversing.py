"""How well whole conversations are followed, with the library's own answers, which quote at length, as their history.

`python -m evals.conversing` indexes each set's documents into a temporary library, holds its conversations and prints,
for each split, in how many answers the gold one stands: to the follow-up questions alone, to what they were rewritten
as, in the conversation, and as a person wrote them out. One set is about twelve lives; three of other hands are about
careers, the news of a town, and what a household keeps. `--failures` lists what the conversation misses and the
question written out does not, of the split for which rules were made.
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
    (FOLDER / "conversations-town.jsonl", FOLDER / "town.jsonl", FOLDER / "town-corpus.jsonl"),
    (FOLDER / "conversations-household.jsonl", FOLDER / "household.jsonl", FOLDER / "household"),
)
"""Conversations, and a question set with the corpus that they are about."""
WORDINGS = ("alone", "rewritten", "in conversation", "written out")
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
    """A question with what it was rewritten as, and whether its answer was told in each wording."""

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
            asked = [library.ask(text) for text in (one.question, answer.query.text, one.written_out)]
            answers = (*asked[:2], answer, asked[2])
            told = {wording: _tells(given, one) for wording, given in zip(WORDINGS, answers, strict=True)}
            yield Heard(one, answer.query.text, told)
            history.append({"question": one.question, "answer": answer.text})


def _tells(answer: Answer, spoken: Spoken) -> bool:
    return any(gold in answer.text for gold in spoken.answers)


def main(arguments: Sequence[str], say: Callable[[str], None], held: Sequence[tuple[Path, Path, Path]] = SETS) -> None:
    """Say the figures of the conversations that are held, and with `--failures` the cases behind them."""
    for conversations, questions, corpus in held:
        with tempfile.TemporaryDirectory() as folder, Library(folder, settings=load_settings(llm="none")) as library:
            library.add(corpus if corpus.is_dir() else load_questions(questions, corpus).corpus)
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
