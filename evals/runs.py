"""A run: every question searched for, asked and scored, kept as it goes, so that what is interrupted can go on.

Knows the library only through its public calls; nothing of pages, reports or shells.
"""

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from evals.aggregation import aggregate
from evals.environment import machine, versions
from evals.judge import Judge
from evals.questions import Question, QuestionSet, load_questions
from evals.scoring import answer_scores, best_evidence_is_right, retrieval_scores
from rag.encoder import load_encoder
from rag.errors import ModelError, QuestionError
from rag.library import Library
from rag.records import Answer, Passage, ranked_evidence
from rag.settings import Settings, load_settings

Progress = Callable[[int, int, str], None]
"""Called with how much is done, how much there is, and what it is."""

_WANTED_DOCUMENTS = 10
_DEPTHS = (60, 250, 1000)


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
    judge: Judge | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Run a question set and write run.json, summary.md and report.html into `out`; returns what run.json holds.

    With a corpus the library is built in the user's cache folder, and kept for the next run. `top_k` cuts every search
    short. Raises QuestionError for a set that cannot be read or that names documents which the library lacks.
    """
    from evals.report import html, markdown

    plan = Plan(Path(questions), Path(corpus) if corpus else None, llm, limit, seed, workers, top_k)
    settings = settings or load_settings()
    if not llm:
        settings = settings.model_copy(update={"llm": "none", "llm_url": ""})
    asked = load_questions(plan.questions, plan.corpus)
    chosen = _sample(asked.questions, limit, seed)
    folder = _library_folder(asked, settings) if asked.corpus else Path(library or settings.library)
    with Library(folder, settings=settings, read_only=not asked.corpus) as opened:
        if asked.corpus:
            opened.add(list(asked.corpus), progress=progress)
        ids = _names(opened, chosen)
        chosen = [_resolved(question, ids) for question in chosen]
        key = _key(asked, plan, opened, judge)
        target = Path(out) if out else Path("runs") / f"{asked.name}-{key}"
        rows = _Rows(target, key)
        run = _Run(opened, plan, judge)
        _ask_all(run, [question for question in chosen if question.id not in rows.done], rows, workers, progress)
        in_order = [rows.done[question.id] for question in chosen]
        result = {
            "name": asked.name,
            "key": key,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "questions_file": str(plan.questions),
            "seed": seed,
            "settings": json.loads(settings.model_dump_json(exclude={"llm_key"})),
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


@dataclass(frozen=True, slots=True)
class _Run:
    """What every question of a run shares."""

    library: Library
    plan: Plan
    judge: Judge | None

    def row(self, question: Question) -> dict[str, Any]:
        """Search, ask and score one question."""
        asked = {"history": question.history, "asked_on": question.asked_on}
        started = time.perf_counter()
        passages = self._search(question.question, asked)
        search_ms = (time.perf_counter() - started) * 1000
        sentences = ranked_evidence(passages)
        answer: Answer | None = None
        error, judged = "", {}
        try:
            answer = self.library.ask(question.question, **asked, limit=self.plan.top_k, passages=passages)
            judged = self.judge.scores(question.question, answer, question.answers) if self.judge else {}
        except ModelError as caught:
            error = str(caught)
        scores = {**retrieval_scores(question, passages, sentences), **answer_scores(question, answer)}
        scores["best_evidence"] = best_evidence_is_right(question, sentences)
        scores |= judged
        return {
            "id": question.id,
            "question": question.question,
            "type": question.type,
            "answerable": question.answerable,
            "status": "failed" if error else "ok",
            "error": error,
            "answers": list(question.answers),
            "evidence": [{"doc_id": gold.doc_id, "quote": gold.quote} for gold in question.evidence],
            "retrieved": [
                {
                    "doc_id": passage.document.id,
                    "start": passage.chunk.start,
                    "end": passage.chunk.end,
                    "score": round(passage.score, 6),
                }
                for passage in passages
            ],
            "mode": answer.mode if answer else "",
            "answer": answer.text if answer else "",
            "citations": [
                {
                    "doc_id": citation.document.id,
                    "start": citation.quote.start,
                    "end": citation.quote.end,
                    "quote": citation.quote.text,
                    "url": citation.url,
                }
                for citation in (answer.citations if answer else ())
            ],
            "confidence": sentences[0].score if sentences else 0.0,
            "scores": scores,
            "timings_ms": _with_search(answer.timings_ms, search_ms) if answer else {},
            "usage": dict(answer.usage) if answer else {},
        }

    def _search(self, question: str, asked: dict[str, Any]) -> tuple[Passage, ...]:
        """Passages of at least ten distinct documents, where the library has as many."""
        passages: tuple[Passage, ...] = ()
        for depth in _DEPTHS:
            passages = self.library.search(question, limit=self.plan.top_k or depth, **asked)
            distinct = {passage.document.id for passage in passages}
            if self.plan.top_k or len(distinct) >= _WANTED_DOCUMENTS or len(passages) < depth:
                break
        return passages


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
                self.done[row["id"]] = row
            _write(self.path, "".join(json.dumps(row) + "\n" for row in self.done.values()))

    def keep(self, row: dict[str, Any]) -> None:
        self.done[row["id"]] = row
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def _ask_all(run: _Run, questions: Sequence[Question], rows: _Rows, workers: int, progress: Progress | None) -> None:
    total = len(rows.done) + len(questions)
    for row in _answered(run, questions, workers):
        rows.keep(row)
        if progress:
            progress(len(rows.done), total, "asking")


def _answered(run: _Run, questions: Sequence[Question], workers: int) -> Iterator[dict[str, Any]]:
    if workers <= 1:
        yield from map(run.row, questions)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(run.row, question) for question in questions]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            for one in waiting:
                one.cancel()


def _with_search(timings: Mapping[str, float | None], search_ms: float) -> dict[str, float | None]:
    """An answer's times as its asker would have seen them: the search came before."""
    late = ("retrieve", "first_token", "total")
    return {name: ms if ms is None or name not in late else round(ms + search_ms, 1) for name, ms in timings.items()}


def _sample(questions: Sequence[Question], limit: int | None, seed: int) -> list[Question]:
    """A seeded sample in the order of the set, or all."""
    if limit is None or limit >= len(questions):
        return list(questions)
    return [questions[i] for i in sorted(random.Random(seed).sample(range(len(questions)), limit))]


def _names(library: Library, questions: Sequence[Question]) -> dict[str, str]:
    """Every name that the questions give to a document (its id, a location, or the last part of one) -> its id.

    Raises QuestionError where the library lacks one that the evidence names.
    """
    ids: dict[str, str] = {}
    for document in library.documents():
        names = [document.id, *document.locations, *(location.split("/")[-1] for location in document.locations)]
        ids = {**dict.fromkeys(names, document.id), **ids}
    missing = sorted({gold.doc_id for question in questions for gold in question.evidence} - set(ids))
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise QuestionError(
            f"the library at {library.folder} lacks {missing[0]!r}{more}, which the questions' evidence names; "
            "add them, or name their corpus with --corpus"
        )
    return ids


def _resolved(question: Question, ids: dict[str, str]) -> Question:
    """The question with its evidence under the library's ids: two copies of a text are one document there."""
    return replace(question, evidence=tuple(replace(gold, doc_id=ids[gold.doc_id]) for gold in question.evidence))


def _library_folder(asked: QuestionSet, settings: Settings) -> Path:
    content = hashlib.sha256(repr(asked.corpus).encode("utf-8", "surrogatepass")).hexdigest()
    index = f"{load_encoder(settings.encoder).fingerprint}-{settings.chunk_tokens}-{content}"
    name = hashlib.sha256(index.encode()).hexdigest()[:16]
    return Path(platformdirs.user_cache_dir("footnote")) / "evals" / f"{asked.name}-{name}"


def _key(asked: QuestionSet, plan: Plan, library: Library, judge: Judge | None) -> str:
    """Of all that decides a run's figures."""
    facts = [asked.sha256, library.fingerprint, plan.limit, plan.seed, plan.top_k, judge and judge.model]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8")
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
