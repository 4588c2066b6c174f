"""What each command does: calls the library and prints what it returns. Knows nothing of how arguments are parsed."""

import argparse
import functools
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag.documents import is_library
from rag.errors import LibraryError, QuestionError
from rag.inert import visible
from rag.records import Document, Query
from rag.settings import Settings, load_settings

_A_HISTORY = 'it takes a list of {"question": "...", "answer": "..."}, oldest first'
_TOLD = {"passed_over": "passed over", "renamed": "renamed", "removed": "removed", "failed": "not added"}


def add(options: argparse.Namespace, settings: Settings) -> int:
    from rag.export import report_json
    from rag.library import Library

    with Library(settings=settings) as library, _Progress("adding", smoothing=0.7) as progress:
        report = library.add(*options.paths, progress=progress, sync=options.sync)
    for kind, became in _TOLD.items():
        _say(*(f"{outcome.location} was {became}: {outcome.reason}" for outcome in getattr(report, kind)))
    print(json.dumps(report_json(report)) if options.json else str(report))
    return 1 if report.failed else 0


def remove(options: argparse.Namespace, settings: Settings) -> None:
    from rag.library import Library

    _require(settings)
    with Library(settings=settings) as library:
        library.remove(*options.ids)
    print(f"{len(options.ids)} removed")


def list_(options: argparse.Namespace, settings: Settings) -> None:
    from rag.export import listed_json
    from rag.library import Library

    with Library(settings=settings, read_only=True) as library:
        listing = library.listing()
    if options.json:
        print(json.dumps([listed_json(listed) for listed in listing], ensure_ascii=False))
        return
    for listed in listing:
        document = listed.document
        _show(
            f"{document.id}  {document.day or 'undated   '}  {document.title}"
            + (f"  ({document.origin})" if document.origin else "")
        )


def show(options: argparse.Namespace, settings: Settings) -> None:
    from rag.export import document_json
    from rag.library import Library

    with Library(settings=settings, read_only=True) as library:
        document = library.document(options.id)
    if options.json:
        print(json.dumps(document_json(document, text=True), ensure_ascii=False))
    else:
        facts = [str(fact) for fact in (document.date, document.source, document.author) if fact]
        _show("\n".join([document.title, " · ".join(facts), "", document.text]))


def search(options: argparse.Namespace, settings: Settings) -> None:
    from rag.export import passage_json, query_json
    from rag.library import Library
    from ui.explaining import passage_lines, query_lines

    with Library(settings=settings, read_only=True) as library:
        found = library.find(" ".join(options.question), limit=options.limit or 10, **_asked(options))
    if options.json:
        passages = [passage_json(passage) for passage in found.passages]
        whole = {"query": query_json(found.query), "notices": list(found.notices), "passages": passages}
        print(json.dumps(whole if options.explain else passages, ensure_ascii=False))
        return
    if options.explain:
        _show("\n".join(query_lines(found.query)), end="\n\n")
    else:
        _say_query(found.query)
    for passage in found.passages:
        _show(f"[{passage.number}] {_where(passage.document)} · score {passage.score:.2f}")
        for quote in passage.evidence[:1]:
            _show(f"    {' '.join(quote.text.split())}")
        for line in passage_lines(passage) if options.explain else ():
            _show(f"    - {line}")
        print()
    _say(*found.notices)
    if not found.passages:
        _say("nothing found; `footnote list` shows what the library holds")


def ask(options: argparse.Namespace, settings: Settings) -> None:
    from rag.export import answer_json
    from rag.library import Library
    from rag.publishing import how_new

    with Library(settings=settings, read_only=True) as library:
        question = " ".join(options.question)
        answer = library.ask(question, limit=options.limit, display=options.display, **_asked(options))
    if options.json:
        print(json.dumps(answer_json(answer), ensure_ascii=False))
        return
    _say_query(answer.query)
    _show(answer.text)
    if answer.citations:
        print()
    for citation in answer.citations:
        _show(f"[{citation.number}] {_where(citation.document)}\n    {' '.join(citation.quote.text.split())}")
    if dated := how_new(answer):
        print(f"\n{dated}")
    for conflict in answer.conflicts:
        _print_conflict(conflict)
    for quote in answer.closest[:1]:
        _show(f"The closest that they say: {' '.join(quote.text.split())}", file=sys.stderr)
    _say(*answer.notices)


def _print_conflict(conflict: Mapping[str, Any]) -> None:
    """What sources say differently, a line a value, the oldest first."""
    _show(f"\n{conflict['text']}")
    for value in conflict["values"]:
        where = " · ".join(fact for fact in (value["title"], value["source"], value["date"]) if fact)
        newer = " (newer)" if value["newer"] else ""
        _show(f"  {value['value']}: {where}{newer}\n    {' '.join(value['quote'].split())}")


def serve(options: argparse.Namespace, settings: Settings) -> None:
    from ui.server import serve

    given = {name: getattr(options, name) for name in ("host", "port", "auth")}
    given["open_to_everyone"] = options.open_to_everyone or None
    serve(load_settings(library=settings.library, **given))


def check(options: argparse.Namespace, settings: Settings) -> int:
    from rag.library import Library

    _require(settings)
    with Library(settings=settings) as library, _Progress("checking", unit="") as progress:
        problems = library.check(rebuild=options.rebuild, progress=progress)
        notices = library.notices
    for line in [*notices, *problems]:
        print(f"footnote: {line}", file=sys.stderr)
    if not problems:
        print("the library is whole")
    return 1 if problems else 0


def pull(options: argparse.Namespace, settings: Settings) -> None:
    from rag.models import pull

    path = pull(options.model)
    print(path)
    print(f"footnote: to use it, set FOOTNOTE_LLM={path}", file=sys.stderr)


def _require(settings: Settings) -> None:
    """What changes a library does not make one where a name was mistyped."""
    if not is_library(settings.library):
        raise LibraryError(f"there is no library at {settings.library}; name one with --library")


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    """What `search` and `ask` are told beside the question."""
    return {
        "history": _history(options.history),
        "after": options.after,
        "before": options.before,
        "asked_on": options.asked_on,
        "any_time": options.any_time,
    }


def _show(text: str, **where: Any) -> None:
    """Print what may hold words of documents: no escape sequence of theirs reaches the terminal."""
    print(visible(text), **where)


def _say(*messages: str) -> None:
    for message in messages:
        _show(f"footnote: {message}", file=sys.stderr)


def _say_query(query: Query) -> None:
    from ui.explaining import asked_lines

    _say(*(line[:1].lower() + line[1:] for line in asked_lines(query)))


def _where(document: Document) -> str:
    return " · ".join(str(fact) for fact in (document.title, document.origin, document.day) if fact)


def _history(path: str | None) -> list[dict[str, str]]:
    if not path:
        return []
    try:
        turns = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise QuestionError(f"the history {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise QuestionError(f"the history {path} is not JSON ({error}); {_A_HISTORY}") from None
    if not isinstance(turns, list):
        raise QuestionError(f"the history {path} is no list; {_A_HISTORY}")
    return turns


class _Progress:
    """A progress bar on standard error where that is a terminal; silent elsewhere. Work of another size has its own."""

    def __init__(self, what: str, unit: str = "document", smoothing: float = 0.3) -> None:
        """The closer `smoothing` is to 1, the sooner the time left forgets how fast unchanged documents went by."""
        self._what, self._unit, self._smoothing = what, unit, smoothing
        self._bar: Any = None

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, done: int, total: int, name: str) -> None:
        from tqdm import tqdm

        if self._bar is not None and self._bar.total != total:
            self._bar.close()
            self._bar = None
        if self._bar is None:
            self._bar = tqdm(
                total=total,
                initial=done,
                desc=self._what,
                unit=self._unit,
                smoothing=self._smoothing,
                miniters=1,  # what is done comes in windows, seconds apart
                disable=None,
                file=sys.stderr,
                dynamic_ncols=True,
            )
        self._bar.set_postfix_str(name[-40:], refresh=False)
        if done == self._bar.n:
            self._bar.refresh()
        self._bar.update(done - self._bar.n)


def evaluate(options: argparse.Namespace, settings: Settings) -> None:
    from evals import Judge
    from evals import evaluate as run
    from evals.report import markdown

    with _Progress("working") as progress:
        result = run(
            options.questions,
            corpus=options.corpus,
            library=settings.library,
            out=options.out,
            llm=not options.no_llm,
            limit=options.limit,
            seed=options.seed,
            workers=options.workers,
            top_k=options.top_k,
            blank_outlets=options.blank_outlets,
            judge=Judge(options.judge[0], options.judge[1], settings) if options.judge else None,
            settings=settings,
            progress=progress,
        )
    print(json.dumps(result, ensure_ascii=False) if options.json else markdown(result))
    print(f"footnote: written to {result['folder']} (run.json, summary.md, report.html)", file=sys.stderr)


def compare(options: argparse.Namespace, settings: Settings) -> int:
    from evals import compare_runs, read_run
    from evals.comparison import describe, report_json

    comparison = compare_runs(read_run(options.a), read_run(options.b), options.gate, options.seed)
    print(json.dumps(report_json(comparison), allow_nan=False) if options.json else describe(comparison))
    for gate, why in comparison.broken.items():
        print(f"footnote: broken: {gate} ({why})", file=sys.stderr)
    return 1 if comparison.broken else 0


def feedback(options: argparse.Namespace, settings: Settings) -> None:
    from rag.conversations import Conversations, question_row

    with Conversations(settings.library / "conversations.db") as conversations:
        if options.mark:
            conversations.mark(options.mark, options.verdict, options.comment)
        for marked in conversations.marked():
            print(json.dumps(question_row(marked), ensure_ascii=False))


def speed(options: argparse.Namespace, settings: Settings) -> None:
    from evals.speed import describe, measure, report_json

    say = functools.partial(print, file=sys.stderr)
    report = measure(settings, options.chunks, options.seed, say, files=options.files)
    print(json.dumps(report_json(report)) if options.json else describe(report))
