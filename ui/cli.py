"""The `footnote` command. Results go to standard output, progress and messages to standard error.

Exit status: 0, 1 for a FootnoteError or a source that failed (one line each, no traceback), 2 for wrong usage.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rag.errors import FootnoteError, QuestionError
from rag.settings import Settings, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    try:
        settings = load_settings(library=options.library)
        return options.run(options, settings) or 0
    except FootnoteError as error:
        print(f"footnote: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("footnote: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def entry() -> None:
    """The console script."""
    sys.exit(main())


def parser() -> argparse.ArgumentParser:
    """Every command with its options: what `footnote --help` prints and the README's examples use."""
    top = argparse.ArgumentParser(
        prog="footnote",
        description="Answers from your own dated documents, with the exact words behind every sentence.",
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    add = _command(commands, "add", _add, "add or update files and folders", json_output=True)
    add.add_argument("paths", metavar="PATH", nargs="+", help="file or folder")
    remove = _command(commands, "remove", _remove, "remove documents")
    remove.add_argument("ids", metavar="ID", nargs="+", help="id, as `footnote list` shows it")
    _command(commands, "list", _list, "list the documents, newest first", json_output=True)
    show = _command(commands, "show", _show, "print one document", json_output=True)
    show.add_argument("id", metavar="ID")

    search = _command(commands, "search", _search, "find passages", json_output=True)
    ask = _command(commands, "ask", _ask, "answer a question", json_output=True)
    for asking in (search, ask):
        asking.add_argument("question")
        asking.add_argument("--after", metavar="DATE", help="only documents of this day (YYYY-MM-DD) or later")
        asking.add_argument("--before", metavar="DATE", help="only documents of this day or earlier")
        asking.add_argument("--asked-on", metavar="DATE", help="the day of asking (default: today)")
        asking.add_argument("--limit", metavar="N", type=_positive, help="most passages")
    ask.add_argument("--history", metavar="FILE", help='JSON list of {"question", "answer"}, oldest first')

    serve = _command(commands, "serve", _serve, "open the chat page")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 7860; 0: any free one)")
    check = _command(commands, "check", _check, "look for damage")
    check.add_argument("--rebuild", action="store_true", help="make the vectors anew, with the encoder of the settings")
    pull = _command(commands, "pull", _pull, "download better weights for the embedded model")
    pull.add_argument(
        "model", metavar="MODEL", help="qwen2.5-1.5b, or OWNER/REPOSITORY/FILE.gguf of the Hugging Face hub"
    )
    return top


def _command(
    commands: Any, name: str, run: Callable, summary: str, json_output: bool = False
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
    command.set_defaults(run=run)
    command.add_argument(
        "--library", metavar="DIR", help="the library's folder (default: FOOTNOTE_LIBRARY or ./library)"
    )
    if json_output:
        command.add_argument("--json", action="store_true", help="print JSON")
    return command


def _positive(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 1000")
    return int(text)


def _add(options: argparse.Namespace, settings: Settings) -> int:
    from rag.export import report_json
    from rag.library import Library

    with Library(settings=settings) as library, _Progress("adding") as progress:
        report = library.add(*options.paths, progress=progress)
    for outcome in report.failed:
        print(f"footnote: {outcome.location} was not added: {outcome.reason}", file=sys.stderr)
    print(json.dumps(report_json(report)) if options.json else str(report))
    return 1 if report.failed else 0


def _remove(options: argparse.Namespace, settings: Settings) -> None:
    from rag.library import Library

    with Library(settings=settings) as library:
        library.remove(*options.ids)
    print(f"{len(options.ids)} removed")


def _list(options: argparse.Namespace, settings: Settings) -> None:
    from rag.export import listed_json
    from rag.library import Library

    with Library(settings=settings, read_only=True) as library:
        listing = library.listing()
    if options.json:
        print(json.dumps([listed_json(listed) for listed in listing], ensure_ascii=False))
        return
    for listed in listing:
        document = listed.document
        print(
            f"{document.id}  {document.day or 'undated   '}  {document.title}"
            + (f"  ({document.source})" if document.source else "")
        )


def _show(options: argparse.Namespace, settings: Settings) -> None:
    from rag.export import document_json
    from rag.library import Library

    with Library(settings=settings, read_only=True) as library:
        document = library.document(options.id)
    if options.json:
        print(json.dumps(document_json(document, text=True), ensure_ascii=False))
    else:
        facts = [str(fact) for fact in (document.date, document.source, document.author) if fact]
        print("\n".join([document.title, " · ".join(facts), "", document.text]))


def _search(options: argparse.Namespace, settings: Settings) -> None:
    from rag.export import passage_json
    from rag.library import Library

    window = {"after": options.after, "before": options.before, "asked_on": options.asked_on}
    with Library(settings=settings, read_only=True) as library:
        passages = library.search(options.question, limit=options.limit or 10, **window)
    if options.json:
        print(json.dumps([passage_json(passage) for passage in passages], ensure_ascii=False))
        return
    if not passages:
        print("footnote: nothing found; `footnote list` shows what the library holds", file=sys.stderr)
    for passage in passages:
        signals = ", ".join(f"{name} {value:.2f}" for name, value in passage.signals.items())
        document = passage.document
        print(
            f"[{passage.number}] {document.title} · {document.day or 'undated'} · score {passage.score:.2f} ({signals})"
        )
        print(f"    {' '.join(passage.evidence[0].text.split())}\n")


def _ask(options: argparse.Namespace, settings: Settings) -> None:
    from rag.export import answer_json
    from rag.library import Library

    asked = {
        "history": _history(options.history),
        "after": options.after,
        "before": options.before,
        "asked_on": options.asked_on,
        "limit": options.limit,
    }
    with Library(settings=settings, read_only=True) as library:
        answer = library.ask(options.question, **asked)
    if options.json:
        print(json.dumps(answer_json(answer), ensure_ascii=False))
        return
    print(answer.text)
    if answer.citations:
        print()
    for citation in answer.citations:
        document = citation.document
        where = " · ".join(str(fact) for fact in (document.title, document.source, document.day) if fact)
        print(f"[{citation.number}] {where}\n    {' '.join(citation.quote.text.split())}")
    for quote in answer.closest[:1]:
        print(f"The closest that they say: {' '.join(quote.text.split())}", file=sys.stderr)
    for notice in answer.notices:
        print(f"footnote: {notice}", file=sys.stderr)


def _serve(options: argparse.Namespace, settings: Settings) -> None:
    from ui.server import serve

    given = {"host": options.host, "port": options.port}
    serve(load_settings(library=settings.library, **given))


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from rag.errors import LibraryError
    from rag.library import Library

    if not (settings.library / "catalog.db").is_file():
        raise LibraryError(f"there is no library at {settings.library}; name one with --library")
    with Library(settings=settings) as library, _Progress("embedding") as progress:
        problems = library.check(rebuild=options.rebuild, progress=progress)
        notices = library.notices
    for line in [*notices, *problems]:
        print(f"footnote: {line}", file=sys.stderr)
    if not problems:
        print("the library is whole")
    return 1 if problems else 0


def _pull(options: argparse.Namespace, settings: Settings) -> None:  # noqa: ARG001  every command gets the settings
    from rag.models import pull

    path = pull(options.model)
    print(path)
    print(f"footnote: to use it, set FOOTNOTE_LLM={path}", file=sys.stderr)


def _history(path: str | None) -> list[dict[str, str]]:
    if not path:
        return []
    try:
        turns = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionError(f"the history {path} cannot be read: {error}") from None
    if not isinstance(turns, list):
        raise QuestionError(f'the history {path} is not a list of {{"question": ..., "answer": ...}}')
    return turns


class _Progress:
    """A progress bar on standard error where that is a terminal; silent elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: Any = None

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, done: int, total: int, name: str) -> None:
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(total=total, desc=self._what, unit="document", disable=None, file=sys.stderr)
        self._bar.set_postfix_str(name[-40:], refresh=False)
        self._bar.update(done - self._bar.n)


if __name__ == "__main__":
    entry()
