"""How well a model writes: what of its sentences can be shown, and whether that is right.

`python -m evals.written QUESTIONS:CORPUS [--limit 200] [--skip N]` asks answerable questions, in an order that the seed
decides, of the model that the settings name. `--save FILE` keeps the texts that it wrote, `--texts FILE` judges such
texts again without the model, so that ways of checking can be compared on equal ones.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from evals.fields import json_lines
from evals.libraries import library_folder
from evals.metrics import contains_answer, token_f1
from evals.overhearing import Draft, Overheard
from evals.questions import Question, load_questions
from evals.statistics import Ratio, figure
from rag.errors import FootnoteError
from rag.library import Library
from rag.llm import choose_model
from rag.records import Answer
from rag.settings import load_settings

Say = Callable[[str], None]

_REASON_WORDS = 4  # of a reason's first words, which say of what kind it is


@dataclass(frozen=True, slots=True)
class Written:
    """One question's answer, with what the model wrote before anything was checked."""

    question: Question
    draft: Draft
    answer: Answer

    @property
    def written(self) -> bool:
        return self.answer.mode == "written"

    @property
    def scores(self) -> dict[str, float | None]:
        """A share is 0 or 1 of a question, and None of one that does not count in it."""
        gold = self.question.answers
        shown = " ".join(statement.text for statement in self.answer.statements)
        quotes = [citation.quote.text for citation in self.answer.citations]
        used = {citation.passage for citation in self.answer.citations}
        return {
            **{f"mode {mode}": float(self.answer.mode == mode) for mode in ("written", "quoted", "refused")},
            "raw text contains the gold answer": contains_answer(self.draft.text, gold),
            "raw text cites a passage that the answer rests on": float(any(f"[{n}]" in self.draft.text for n in used))
            if self.written
            else None,
            "written: contains the gold answer": contains_answer(shown, gold) if self.written else None,
            "written: a cited quote contains it": float(any(contains_answer(quote, gold) for quote in quotes))
            if self.written
            else None,
            "written: F1": token_f1(shown, gold) if self.written else None,
            "written: words": float(len(shown.split())) if self.written else None,
            "shown, whatever the mode: contains it": contains_answer(shown, gold),
        }


def asked(
    questions: Sequence[Question], library: Library, model: Overheard, kept: dict[str, Draft]
) -> Iterator[Written]:
    """Each question with its answer; the model is asked only for texts that are not kept."""
    for question in questions:
        model.repeats, model.heard = kept.get(question.id), Draft("")
        answer = library.ask(question.question, asked_on=question.asked_on)
        draft = replace(model.heard, id=question.id)
        if not model.repeats:
            took = answer.timings_ms
            shown = took["first_statement"] if answer.mode == "written" else None
            draft = replace(draft, first_token=took["first_token"], first_statement=shown, total=took["total"])
        yield Written(question, draft, answer)


def report(answers: Sequence[Written], seed: int, say: Say) -> None:
    """A Markdown table of means with their 95 % intervals, the times, and why statements were dropped."""
    say("| figure | mean [95 % interval] | n |\n| --- | --- | --- |")
    rows = [one.scores for one in answers]
    for name in rows[0]:
        found = figure(Ratio.mean([row[name] for row in rows]), seed)
        say(f"| {name} | {found.mean:.3f} [{found.low:.3f}, {found.high:.3f}] | {found.n} |")
    for name in ("first_token", "first_statement", "total"):
        times = [ms for one in answers if (ms := getattr(one.draft, name)) is not None]
        if times:
            p50, p95 = np.percentile(times, [50, 95]) / 1000
            say(f"| {name.replace('_', ' ')}, p50 / p95 | {p50:.2f} / {p95:.2f} s | {len(times)} |")
    reasons = Counter(
        " ".join(reason.split()[:_REASON_WORDS])
        for one in answers
        for statement in one.answer.dropped
        for reason in statement.reasons
    )
    for reason, count in reasons.most_common():
        say(f"| dropped: {reason} ... | {count} | |")


def chosen(
    questions: Sequence[Question], limit: int, skip: int, seed: int, *, answerable: bool = True
) -> list[Question]:
    """The answerable ones, or the others, without a history, in an order that the seed decides, from `skip` on."""
    fitting = [one for one in questions if one.answerable == answerable == bool(one.answers) and not one.history]
    random.Random(seed).shuffle(fitting)
    return fitting[skip : skip + limit]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.written", description="How well a model writes.")
    parser.add_argument("set", metavar="QUESTIONS:CORPUS")
    parser.add_argument("--limit", type=int, default=200, help="questions (default: 200)")
    parser.add_argument("--skip", type=int, default=0, help="questions that are left out before them")
    parser.add_argument("--seed", type=int, default=0, help="of their order")
    parser.add_argument("--library", type=Path, help="where the corpus is kept (default: the user's cache folder)")
    parser.add_argument("--save", metavar="FILE", type=Path, help="keep the texts; goes on where it stopped")
    parser.add_argument("--texts", metavar="FILE", type=Path, help="judge these texts; the model is not asked")
    parser.add_argument("--verbose", action="store_true", help="print every text with what became of it")
    options = parser.parse_args(arguments)
    if options.set.count(":") != 1:
        parser.error(f"{options.set!r} is not QUESTIONS:CORPUS")
    return options


def main(arguments: Sequence[str] | None = None, say: Say = print) -> None:
    """What `python -m evals.written` does."""
    options = _options(arguments)
    settings = load_settings()
    model = choose_model(settings).model
    if model is None:
        raise SystemExit("no model writes: set FOOTNOTE_LLM or FOOTNOTE_LLM_URL, or FOOTNOTE_LLM_SIZE=small")
    questions, corpus = map(Path, options.set.split(":"))
    held = load_questions(questions, corpus)
    file = options.texts or options.save
    kept = {row["id"]: Draft(**row) for _, row in json_lines(file)} if file and file.exists() else {}
    wanted = chosen(held.questions, options.limit, options.skip, options.seed)
    if options.texts:
        wanted = [question for question in wanted if question.id in kept]
    overheard = Overheard(settings, model)
    folder = options.library or library_folder(held, settings)
    answers = []
    with Library(folder, settings=settings, model=overheard) as library:
        library.add(list(held.corpus))
        for one in asked(wanted, library, overheard, kept):
            answers.append(one)
            if options.save and one.question.id not in kept:
                with options.save.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(one.draft), ensure_ascii=False) + "\n")
            if options.verbose:
                _tell(one, say)
            sys.stderr.write(f"\r{len(answers)} of {len(wanted)}")
    sys.stderr.write("\n")
    say(f"{model.name}, prompted as a {'small' if model.small else 'large'} model: {len(answers)} questions\n")
    if answers:
        report(answers, options.seed, say)


def _tell(one: Written, say: Say) -> None:
    say(f"{one.question.id} {one.answer.mode} | {one.question.question} | {one.question.answers[0]}")
    say(f"    wrote: {' '.join(one.draft.text.split())}")
    for statement in one.answer.dropped:
        say(f"    dropped: {statement.text} ({'; '.join(statement.reasons)})")


if __name__ == "__main__":
    try:
        main()
    except FootnoteError as error:
        sys.exit(str(error))
