"""The `footnote` command. Results go to standard output, progress and messages to standard error.

Exit status: 0, 1 for a FootnoteError or a source that failed (one line each, no traceback), 2 for wrong usage.
"""

import argparse
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from threadpoolctl import threadpool_limits

from rag.errors import FootnoteError
from rag.inert import visible
from rag.settings import load_settings
from ui import commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    log, handler = logging.getLogger("footnote"), logging.StreamHandler(sys.stderr)
    log.setLevel(logging.INFO)
    handler.setFormatter(logging.Formatter("footnote: %(message)s"))
    log.addHandler(handler)
    try:
        settings = load_settings(library=options.library)
        return options.run(options, settings) or 0
    except FootnoteError as error:
        _say(str(error), error)
        return 1
    except KeyboardInterrupt as stopped:
        _say("stopped", stopped)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        log.removeHandler(handler)


def _say(message: str, error: BaseException) -> None:
    """In one line: what happened, and what was noted of it, such as how much had been done."""
    print(visible("footnote: " + "; ".join([message, *getattr(error, "__notes__", ())])), file=sys.stderr)


def entry() -> None:
    """The console script."""
    # After a product the threads of BLAS wait in a loop, and take the cores from the encoder.
    threadpool_limits(limits=1, user_api="blas")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # documents speak any language, whatever the terminal's locale
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main())


def parser() -> argparse.ArgumentParser:
    """Every command with its options: what `footnote --help` prints and the README's examples use."""
    top = argparse.ArgumentParser(
        prog="footnote",
        description="Answers from your own dated documents, with the exact words behind every sentence.",
    )
    choices = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    add = _command(choices, "add", commands.add, "add or update files and folders", json_output=True)
    add.add_argument("paths", metavar="PATH", nargs="+", help="file or folder")
    add.add_argument(
        "--sync", action="store_true", help="also remove documents whose files have vanished from a folder"
    )
    remove = _command(choices, "remove", commands.remove, "remove documents")
    remove.add_argument("ids", metavar="ID", nargs="+", help="id, as `footnote list` shows it")
    _command(choices, "list", commands.list_, "list the documents, newest first", json_output=True)
    show = _command(choices, "show", commands.show, "print one document", json_output=True)
    show.add_argument("id", metavar="ID")

    search = _command(choices, "search", commands.search, "find passages", json_output=True)
    ask = _command(choices, "ask", commands.ask, "answer a question", json_output=True)
    for asking in (search, ask):
        asking.add_argument("question", metavar="QUESTION", nargs="+")
        asking.add_argument("--after", metavar="DATE", help="only documents of this day (YYYY-MM-DD) or later")
        asking.add_argument("--before", metavar="DATE", help="only documents of this day or earlier")
        asking.add_argument("--asked-on", metavar="DATE", help="the day of asking (default: today)")
        asking.add_argument("--any-time", action="store_true", help="take no dates from the question")
        asking.add_argument("--limit", metavar="N", type=_positive, help="most passages")
        asking.add_argument("--history", metavar="FILE", help='JSON list of {"question", "answer"}, oldest first')
    ask.add_argument(
        "--display", choices=("strict", "annotated"), help="drop what nothing supports, or strike it (default: strict)"
    )
    search.add_argument("--explain", action="store_true", help="say what was searched for, and why each was chosen")

    serve = _command(choices, "serve", commands.serve, "open the chat page")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 7860; 0: any free one)")
    serve.add_argument("--auth", metavar="USER:PASSWORD", help="ask for these; FOOTNOTE_AUTH keeps them from `ps`")
    serve.add_argument("--open-to-everyone", action="store_true", help="serve other machines without a password")
    check = _command(choices, "check", commands.check, "look for damage")
    check.add_argument("--rebuild", action="store_true", help="make the vectors anew, with the encoder of the settings")
    pull = _command(choices, "pull", commands.pull, "download better weights for the embedded model")
    pull.add_argument(
        "model", metavar="MODEL", help="qwen2.5-1.5b, or OWNER/REPOSITORY/FILE.gguf of the Hugging Face hub"
    )
    _evaluation(choices)
    return top


def _evaluation(choices: Any) -> None:
    """The commands that measure rather than answer."""
    run = _command(choices, "eval", commands.evaluate, "score a question set", json_output=True)
    run.add_argument("questions", metavar="QUESTIONS", help="JSON Lines, a BEIR folder, SQuAD or MultiHop-RAG JSON")
    run.add_argument("--corpus", metavar="CORPUS", help="JSON Lines of documents; without it the library is asked")
    run.add_argument("--out", metavar="DIR", help="where run.json and the reports go (default: runs/NAME-KEY)")
    run.add_argument("--no-llm", action="store_true", help="quotes only")
    run.add_argument("--limit", metavar="N", type=_questions, help="a seeded sample of N questions")
    run.add_argument("--seed", metavar="N", type=int, default=0, help="of the sample and the intervals (default: 0)")
    run.add_argument("--workers", metavar="N", type=_positive, default=1, help="questions asked at once (default: 1)")
    run.add_argument("--top-k", metavar="K", type=_positive, help="cut every search short after K passages")
    run.add_argument("--blank-outlets", action="store_true", help="take the names of outlets out of the questions")
    run.add_argument("--judge", metavar=("URL", "MODEL"), nargs=2, help="also score answers with a language model")
    compare = _command(choices, "compare", commands.compare, "compare two runs", json_output=True)
    compare.add_argument("a", metavar="A", help="run.json, or the folder of a run")
    compare.add_argument("b", metavar="B")
    compare.add_argument(
        "--gate", metavar="GATE", action="append", default=[], help='such as "document_ndcg@10>=-0.01"; exit status 1'
    )
    compare.add_argument("--seed", metavar="N", type=int, default=0)
    feedback = _command(choices, "feedback", commands.feedback, "print marked answers as question rows")
    feedback.add_argument("--mark", metavar="ANSWER", help="mark an answer first, by its id")
    feedback.add_argument("--as", dest="verdict", choices=("right", "wrong"), default="wrong", help="the mark")
    feedback.add_argument("--comment", default="", help="and why")
    speed = _command(choices, "speed", commands.speed, "measure indexing and search", json_output=True)
    speed.add_argument("--chunks", metavar="N", type=_chunks, default=2000, help="size of the library (default: 2000)")
    speed.add_argument(
        "--files", metavar="N", type=_files, default=10_000, help="files that are added again (default: 10000; 0: none)"
    )
    speed.add_argument("--seed", metavar="N", type=int, default=0)


def _command(
    choices: Any, name: str, run: Callable, summary: str, json_output: bool = False
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = choices.add_parser(name, help=summary, description=summary.capitalize() + ".")
    command.set_defaults(run=run)
    command.add_argument(
        "--library", metavar="DIR", help="the library's folder (default: FOOTNOTE_LIBRARY or ./library)"
    )
    if json_output:
        command.add_argument("--json", action="store_true", help="print JSON")
    return command


def _positive(text: str) -> int:
    return _number(text, 1, 1000)


def _questions(text: str) -> int:
    return _number(text, 1, 10_000_000)


def _chunks(text: str) -> int:
    return _number(text, 10, 10_000_000)


def _files(text: str) -> int:
    return _number(text, 0, 1_000_000)


def _number(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text} is not a number from {low} to {high}")
    return int(text)


if __name__ == "__main__":
    entry()
