"""Whether what is known once a model has written tells what is answered better than what was known before it.

`python -m evals.afterwards QUESTIONS:CORPUS [--limit 100] [--skip N]` asks so many answerable and so many unanswerable
questions of the model that the settings name. Those that are not refused before it writes are judged by the log odds of
having an answer, alone and with signs of what was written; each by coefficients that were fitted without it.
`--save FILE` keeps the texts and goes on where it stopped.
"""

import argparse
import json
import math
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from evals.calibration import auroc, fitted, threshold_at
from evals.fields import json_lines
from evals.libraries import library_folder
from evals.overhearing import Draft, Overheard
from evals.questions import load_questions
from evals.written import Written, asked, chosen
from rag.errors import FootnoteError
from rag.library import Library
from rag.llm import choose_model
from rag.records import ranked_evidence
from rag.settings import load_settings
from rag.words import content_words

Say = Callable[[str], None]

_FOLDS = 5
_SHARES = (0.02, 0.05, 0.1)  # of the answerable questions that were let through, refused afterwards
_AFTERWARDS = ("written", "supported", "on the best sentence", "words of the question")


def signs(one: Written) -> list[float]:
    """The log odds from before, whether anything was shown, how much of it, and how it fits the question."""
    answer, before = one.answer, one.answer.confidence
    judged = len(answer.dropped) + len(answer.statements) * one.written
    said = " ".join(statement.text for statement in answer.statements) if one.written else ""
    best = ranked_evidence(answer.passages)[0].quote
    words = content_words(one.question.question)
    return [
        math.log(before / (1 - before)),
        float(one.written),
        len(answer.statements) / judged if one.written else 0.0,
        float(one.written and any(citation.quote == best for citation in answer.citations)),
        len(words & content_words(said)) / max(len(words), 1),
    ]


def held_out(values: np.ndarray, answerable: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Each row's probability (n,) by coefficients that were fitted without its fold."""
    found = np.zeros(len(values))
    for fold in sorted(set(folds.tolist())):
        own = folds == fold
        model = fitted(values[~own], answerable[~own], np.ones(int((~own).sum())))
        found[own] = model.probabilities(values[own])
    return found


def report(answers: Sequence[Written], say: Say) -> None:
    """A row for what was known before, for all that is known afterwards, and for each sign of it alone."""
    answerable = np.array([float(one.question.answerable) for one in answers])
    folds = np.array([zlib.crc32(one.question.question.encode()) % _FOLDS for one in answers])
    values = np.array([signs(one) for one in answers])
    say(f"{len(answers)} questions that were let through, {int(answerable.sum())} of them answerable\n")
    say(f"| known | AUROC |{''.join(f' others refused at {share:.0%} |' for share in _SHARES)}")
    say(f"|---|---|{'---|' * len(_SHARES)}")
    groups = {"before": [0], "before and afterwards": list(range(values.shape[1]))}
    groups |= {f"before and “{name}”": [0, place] for place, name in enumerate(_AFTERWARDS, start=1)}
    for name, columns in groups.items():
        probabilities = held_out(values[:, columns], answerable, folds)
        right, others = probabilities[answerable == 1], probabilities[answerable == 0]
        refused = [f"{np.mean(others < threshold_at(right, share)):.3f}" for share in _SHARES]
        say(f"| {name} | {auroc(right.tolist(), others.tolist()):.3f} | {' | '.join(refused)} |")


def main(arguments: Sequence[str] | None = None, say: Say = print) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.afterwards", description="What is known after writing.")
    parser.add_argument("set", metavar="QUESTIONS:CORPUS")
    parser.add_argument("--limit", type=int, default=100, help="questions of each kind (default: 100)")
    parser.add_argument("--skip", type=int, default=0, help="questions of each kind that are left out before them")
    parser.add_argument("--seed", type=int, default=0, help="of their order")
    parser.add_argument("--library", type=Path, help="where the corpus is kept (default: the user's cache folder)")
    parser.add_argument("--save", metavar="FILE", type=Path, help="keep the texts; goes on where it stopped")
    options = parser.parse_args(arguments)
    if options.set.count(":") != 1:
        parser.error(f"{options.set!r} is not QUESTIONS:CORPUS")
    settings = load_settings()
    model = choose_model(settings).model
    if model is None:
        raise SystemExit("no model writes: set FOOTNOTE_LLM or FOOTNOTE_LLM_URL, or FOOTNOTE_LLM_SIZE=small")
    held = load_questions(*map(Path, options.set.split(":")))
    kept = {row["id"]: Draft(**row) for _, row in json_lines(options.save)} if _exists(options.save) else {}
    wanted = [
        question
        for answerable in (True, False)
        for question in chosen(held.questions, options.limit, options.skip, options.seed, answerable=answerable)
    ]
    overheard = Overheard(settings, model)
    answers = []
    with Library(options.library or library_folder(held, settings), settings=settings, model=overheard) as library:
        library.add(list(held.corpus))
        for one in asked(wanted, library, overheard, kept):
            if one.answer.mode == "refused":
                continue
            answers.append(one)
            if options.save and one.question.id not in kept:
                with options.save.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(one.draft), ensure_ascii=False) + "\n")
            sys.stderr.write(f"\r{len(answers)} of {len(wanted)}")
    sys.stderr.write("\n")
    report(answers, say)


def _exists(file: Path | None) -> bool:
    return bool(file and file.exists())


if __name__ == "__main__":
    try:
        main()
    except FootnoteError as error:
        sys.exit(str(error))
