"""Answers and conversations as text to take elsewhere: Markdown, and plain text with footnotes.

Knows the records of an answer and the two notations; nothing of files, pages or storage. `base` is the address of the
page ("http://127.0.0.1:7860"); with it, quotes and answers carry links that open there.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.dates import parse_day
from rag.prompting import describe
from rag.records import Answer, Citation, Statement
from rag.searching import written
from rag.understood import understood

_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>#|~$&])")
_LINE_STARTS = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Notation:
    """How text is written so that it means itself; what marks, notes, words that nothing carries and tables look like.

    `table` is given what it is of, and a column for each source: its name, its value and its quote.
    """

    text: Callable[[str], str]
    mark: Callable[[int], str]
    note: Callable[[int], str]
    struck: Callable[[str], str]
    table: Callable[[str, Sequence[tuple[str, str, str]]], str]


def markdown(answer: Answer, base: str = "", prefix: str = "") -> str:
    """The answer with footnotes as Pandoc and GitHub read them; `prefix` keeps those of several answers apart."""
    notation = _Notation(
        text=_escaped,
        mark=lambda number: f"[^{prefix}{number}]",
        note=lambda number: f"[^{prefix}{number}]: ",
        struck=lambda text: f"~~{text}~~",
        table=_markdown_table,
    )
    return "\n\n".join(_parts(answer, notation, base)) + "\n"


def plain(answer: Answer, base: str = "") -> str:
    """The answer with its quotes below it under their numbers."""
    notation = _Notation(
        text=str,
        mark=lambda number: f"[{number}]",
        note=lambda number: f"[{number}] ",
        struck=lambda text: f"[{text}]",
        table=_plain_table,
    )
    return "\n\n".join(_parts(answer, notation, base)) + "\n"


def conversation_markdown(title: str, answers: Sequence[Answer], base: str = "") -> str:
    """Each question as a heading above its answer."""
    parts = [f"# {_escaped(_one_line(title))}\n"]
    for place, answer in enumerate(answers, start=1):
        parts += [f"## {_escaped(_one_line(answer.question))}\n", markdown(answer, base, prefix=f"{place}-")]
    return "\n".join(parts)


def _parts(answer: Answer, notation: _Notation, base: str) -> Iterator[str]:
    yield from (notation.text(line) for line in understood(answer.query))
    if answer.mode == "quoted":
        yield from (_quoted(statement, notation) for statement in answer.statements)
    elif answer.statements:
        yield " ".join(_stated(statement, notation) for statement in answer.statements)
    else:
        yield notation.text(answer.text)
    yield from (_conflict(one, notation, base) for one in answer.conflicts)
    if answer.as_of:
        yield f"As of {written(answer.as_of)}."
    yield from (notation.text(notice) for notice in answer.notices)
    if base:
        yield f"{base}/answer/{answer.id}"
    yield from (notation.note(citation.number) + _note(citation, notation, base) for citation in answer.citations)


def _stated(statement: Statement, notation: _Notation) -> str:
    text = notation.text(_one_line(statement.text))
    marks = "".join(notation.mark(number) for number in statement.citations)
    if statement.support == "supported":
        return f"{text}{marks}"
    reasons = notation.text("; ".join(statement.reasons)) or "nothing is cited"
    return f"{notation.struck(text)}{marks} (not supported: {reasons})"


def _quoted(statement: Statement, notation: _Notation) -> str:
    marks = "".join(notation.mark(number) for number in statement.citations)
    return f"{notation.text(statement.introduction)}: “{notation.text(_one_line(statement.text))}”{marks}"


def _conflict(conflict: Mapping[str, Any], notation: _Notation, base: str) -> str:
    columns = [_told(value, notation, base) for value in conflict["values"]]
    table = notation.table(f"The sources differ on {notation.text(_one_line(conflict['subject']))}", columns)
    return "\n\n".join(filter(None, (table, notation.text(conflict["text"]))))


def _told(value: Mapping[str, Any], notation: _Notation, base: str) -> tuple[str, str, str]:
    """What one source says: who and when, the value, and the words."""
    day = written(parse_day(value["date"])) if value["date"] else "undated"
    name = ", ".join(filter(None, (value["source"] or value["title"], day, value["newer"] and "newer")))
    link = f" {base}{value['url']}" if base else ""
    quote = f"“{notation.text(_one_line(value['quote']))}”{link}"
    return notation.text(_one_line(name)), notation.text(_one_line(value["value"])), quote


def _plain_table(title: str, columns: Sequence[tuple[str, str, str]]) -> str:
    return "\n".join([f"{title}:", *(f"- {value}: {name}, {quote}" for name, value, quote in columns)])


def _markdown_table(title: str, columns: Sequence[tuple[str, str, str]]) -> str:
    heads, *rows = ["| " + " | ".join(cells) + " |" for cells in zip(*columns, strict=True)]
    return "\n".join([f"{title}:", "", heads, "|---" * len(columns) + "|", *rows])


def _note(citation: Citation, notation: _Notation, base: str) -> str:
    document = citation.document
    places = ", ".join(document.locations)
    about = notation.text(f"{describe(document)}{f', {places}' if places else ''}")
    link = f" {base}{citation.url}" if base else ""
    return f"“{notation.text(_one_line(citation.quote.text))}” {about}{link}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _LINE_STARTS.sub(r"\1\\\2", _MARKDOWN_SIGNS.sub(r"\\\1", text))
