"""What each part of retrieval adds, measured by leaving it out; with `--choose`, which weights fit and how well.

`python -m evals.fusion QUESTIONS:CORPUS[:FIGURE,...] ...` prints a Markdown table: a row for each part that is left
out, and for what retrieval is compared with. A corpus is JSON Lines or a folder of files; without figures a set is
given those that fit its evidence. The first candidates alone are ranked: a run looks for more where documents are few.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from evals.choosing import choose
from evals.gathering import Gathered, gather
from evals.questions import Question, load_questions
from evals.ranking import BASELINES, PARTS, Ranking, ranked, scores_of
from rag.scoring import WEIGHTS, Weights
from rag.settings import Settings, load_settings

Say = Callable[[str], None]

SEVERAL_DOCUMENTS = (
    "document_recall@10", "document_ndcg@10", "document_all_evidence@10", "passage_hit@4", "passage_mrr@10"
)  # fmt: skip
ONE_DOCUMENT = ("document_hit@1", "document_hit@5", "sentence_hit@1", "sentence_hit@3")
EXACT_SPANS = ("token_recall@5", "token_recall@gold", "token_iou@gold")


@dataclass(frozen=True, slots=True)
class GatheredSet:
    """A question set as it was gathered, with the figures that are wanted of it."""

    name: str
    gathered: Sequence[Gathered]
    figures: tuple[str, ...]


def means(one: GatheredSet, rankings: Iterable[Ranking]) -> list[float | None]:
    """The set's figures, each the mean over the questions that give a score, of a ranking for each question."""
    rows = [scores_of(question, ranking) for question, ranking in zip(one.gathered, rankings, strict=True)]
    given = [[score for scores in rows if (score := scores[name]) is not None] for name in one.figures]
    return [float(np.mean(scores)) if scores else None for scores in given]


def ablation(sets: Sequence[GatheredSet], say: Say) -> None:
    """A row for each part that is left out, then for each baseline."""
    say(header("left out", sets))
    for part in PARTS:
        say(row(part.name, [means(one, (ranked(q, WEIGHTS, part) for q in one.gathered)) for one in sets]))
    for name, ranking in BASELINES.items():
        say(row(f"instead: {name}", [means(one, map(ranking, one.gathered)) for one in sets]))


def choice(sets: Sequence[GatheredSet], folds: int, say: Say) -> None:
    """The weights in use beside those that fit all questions and all but a fold's, then the figures of each."""
    chosen = choose([one.gathered for one in sets], folds)
    names = [f"without fold {number}" for number in range(1, folds + 1)]
    say(f"| {' | '.join(['weight', 'in use', 'of all', *names])} |\n|{' --- |' * (folds + 3)}")
    for name in (one.name for one in fields(Weights)):
        say(row(name, [[getattr(weights, name) for weights in (WEIGHTS, chosen.of_all, *chosen.without_fold)]]))
    say(f"\n{header('weights', sets)}")
    say(row("in use", [means(one, (ranked(q) for q in one.gathered)) for one in sets]))
    say(row("held out", [means(one, map(ranked, one.gathered, chosen.held_out(one.gathered))) for one in sets]))
    say(row("of all", [means(one, (ranked(q, chosen.of_all) for q in one.gathered)) for one in sets]))


def header(first: str, sets: Sequence[GatheredSet]) -> str:
    """The first two lines of a table of figures."""
    names = [f"{one.name} {name.replace('_', ' ')}" for one in sets for name in one.figures]
    return f"| {' | '.join([first, *names])} |\n|{' --- |' * (len(names) + 1)}"


def row(name: str, figures: Sequence[Sequence[float | None]]) -> str:
    """A line of a table: of each set its figures."""
    cells = ["–" if value is None else f"{value:.3f}" for values in figures for value in values]
    return f"| {' | '.join([name, *cells])} |"


def fitting_figures(questions: Sequence[Question]) -> tuple[str, ...]:
    """Those of exact spans where the evidence has offsets, else by how many documents most questions need."""
    if all(gold.start is not None for question in questions for gold in question.evidence):
        return EXACT_SPANS
    several = [len({gold.doc_id for gold in question.evidence}) > 1 for question in questions if question.evidence]
    return SEVERAL_DOCUMENTS if np.mean(several) > 0.5 else ONE_DOCUMENT


def gathered_set(written: str, settings: Settings, say: Say, kept: bool = True) -> GatheredSet:
    """A set as it is named on the command line; its library may be kept for the next run. Raises FootnoteError."""
    path, corpus, *figures = written.split(":")
    questions = Path(path)
    gathered = gather(questions, Path(corpus), settings, say, kept)
    name = questions.parent.name if questions.stem == "questions" else questions.stem
    fitting = fitting_figures(load_questions(questions).questions)
    return GatheredSet(name, gathered, tuple(figures[0].split(",")) if figures else fitting)


def require_sets(parser: argparse.ArgumentParser, sets: Sequence[str]) -> None:
    """End with an error that names what is no set."""
    for written in sets:
        if written.count(":") not in (1, 2):
            parser.error(f"{written!r} is not QUESTIONS:CORPUS or QUESTIONS:CORPUS:FIGURE,...")


def to_standard_error(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main(arguments: Sequence[str] | None = None, say: Say = print) -> None:
    """What `python -m evals.fusion` does."""
    parser = argparse.ArgumentParser(prog="python -m evals.fusion", description="What each part of retrieval adds.")
    parser.add_argument("sets", metavar="QUESTIONS:CORPUS[:FIGURE,...]", nargs="+")
    parser.add_argument("--choose", action="store_true", help="fit the weights instead, by cross-validation")
    parser.add_argument("--folds", metavar="N", type=int, default=5, help="of the questions (default: 5)")
    options = parser.parse_args(arguments)
    require_sets(parser, options.sets)
    if options.folds < 2:
        parser.error(f"{options.folds} folds leave nothing to hold out; name 2 or more")
    settings = load_settings(llm="none")
    sets = [gathered_set(written, settings, to_standard_error) for written in options.sets]
    for one in sets:
        say(f"{one.name}: {len(one.gathered)} questions")
    say("")
    if options.choose:
        choice(sets, options.folds, say)
    else:
        ablation(sets, say)


if __name__ == "__main__":
    main()
