"""A run: the rows of all questions, kept as they come, so that what is interrupted can go on.

Knows the library only through its public calls; nothing of pages, reports or shells.
"""

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.aggregation import aggregate
from evals.blanking import blanked
from evals.environment import machine, versions
from evals.judge import Judge
from evals.libraries import library_folder, resolved
from evals.questions import Question, QuestionSet, load_questions
from evals.rows import Asker
from rag.errors import QuestionError
from rag.library import Library
from rag.settings import SECRETS, Settings, load_settings

Progress = Callable[[int, int, str], None]
"""Called with how much is done, how much there is, and what it is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is of; two runs with equal plans over equal libraries give equal figures, cost apart."""

    questions: Path
    corpus: Path | None = None
    llm: bool = True
    limit: int | None = None
    seed: int = 0
    workers: int = 1
    top_k: int | None = None
    blank_outlets: bool = False


def evaluate(
    questions: str | Path,
    corpus: str | Path | None = None,
    library: str | Path | None = None,
    out: str | Path | None = None,
    *,
    llm: bool = True,
    limit: int | None = None,
    seed: int = 0,
    workers: int = 1,
    top_k: int | None = None,
    blank_outlets: bool = False,
    judge: Judge | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Run a question set and write run.json, summary.md and report.html into `out`; returns what run.json holds.

    With a corpus the library is built in the user's cache folder, and kept for the next run. `top_k` cuts every search
    short, `blank_outlets` takes the names of the documents' outlets out of the questions. Raises QuestionError for a
    set that cannot be read or that names documents which the library lacks.
    """
    from evals.report import html, markdown

    plan = Plan(Path(questions), Path(corpus) if corpus else None, llm, limit, seed, workers, top_k, blank_outlets)
    settings = settings or load_settings()
    if not llm:
        settings = settings.model_copy(update={"llm": "none", "llm_url": ""})
    asked = load_questions(plan.questions, plan.corpus)
    chosen = _sample(asked.questions, limit, seed)
    folder = library_folder(asked, settings) if asked.corpus else Path(library or settings.library)
    with Library(folder, settings=settings, read_only=not asked.corpus) as opened:
        if asked.corpus:
            opened.add(list(asked.corpus), progress=progress)
        chosen = resolved(chosen, opened)
        if blank_outlets:
            outlets = sorted({document.source for document in opened.documents()} - {""})
            chosen = [blanked(question, outlets) for question in chosen]
        key = _key(asked, plan, opened, judge)
        target = Path(out) if out else Path("runs") / f"{asked.name}-{key}"
        rows = _Rows(target, key)
        asker = Asker(opened, top_k, judge)
        _ask_all(asker, [question for question in chosen if question.id not in rows.done], rows, workers, progress)
        in_order = [rows.done[question.id] for question in chosen]
        result = {
            "name": asked.name,
            "key": key,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "questions_file": str(plan.questions),
            "seed": seed,
            "blank_outlets": blank_outlets,
            "settings": json.loads(settings.model_dump_json(exclude=set(SECRETS))),
            "fingerprint": opened.fingerprint,
            "versions": versions(),
            "machine": machine(),
            **aggregate(in_order, seed),
            "questions": in_order,
        }
    _write(target / "run.json", json.dumps(result, ensure_ascii=False, indent=1))
    _write(target / "summary.md", markdown(result))
    _write(target / "report.html", html(result))
    rows.path.unlink(missing_ok=True)
    return {**result, "folder": str(target)}


class _Rows:
    """Finished questions of an unfinished run, one JSON line each, under the key of what the run is of."""

    def __init__(self, folder: Path, key: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"unfinished-{key}.jsonl"
        self.done: dict[str, dict[str, Any]] = {}
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    row = json.loads(line)
                except ValueError:
                    continue  # the line that a killed run was writing
                if row["status"] == "ok":  # what failed is asked again
                    self.done[row["id"]] = row
            _write(self.path, "".join(json.dumps(row) + "\n" for row in self.done.values()))

    def keep(self, row: dict[str, Any]) -> None:
        self.done[row["id"]] = row
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def _ask_all(asker: Asker, questions: Sequence[Question], rows: _Rows, workers: int, progress: Progress | None) -> None:
    total = len(rows.done) + len(questions)
    for row in _answered(asker, questions, workers):
        rows.keep(row)
        if progress:
            progress(len(rows.done), total, "asking")


def _answered(asker: Asker, questions: Sequence[Question], workers: int) -> Iterator[dict[str, Any]]:
    if workers <= 1:
        yield from map(asker.row, questions)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(asker.row, question) for question in questions]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            for one in waiting:
                one.cancel()


def _sample(questions: Sequence[Question], limit: int | None, seed: int) -> list[Question]:
    """A seeded sample in the order of the set, or all."""
    if limit is None or limit >= len(questions):
        return list(questions)
    return [questions[i] for i in sorted(random.Random(seed).sample(range(len(questions)), limit))]


def _key(asked: QuestionSet, plan: Plan, library: Library, judge: Judge | None) -> str:
    """Of all that decides a run's figures."""
    facts = [
        asked.sha256,
        library.fingerprint,
        plan.limit,
        plan.seed,
        plan.top_k,
        plan.blank_outlets,
        judge and judge.model,
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8", errors="backslashreplace")  # a lone surrogate of some question
    part.replace(path)


def read_run(path: str | Path) -> dict[str, Any]:
    """A run.json, or the folder that holds one. Raises QuestionError."""
    file = Path(path) / "run.json" if Path(path).is_dir() else Path(path)
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(run, dict) and isinstance(run.get("questions"), list):
            return run
    except (OSError, ValueError) as error:
        raise QuestionError(f"{file} cannot be read as a run: {error}") from None
    raise QuestionError(f"{file} is not a run: it has no questions")
