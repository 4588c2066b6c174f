"""A text -> what it is made of: prose, tables, code and formulas, so that each can be shown as what it is.

Pure, and knows Markdown's two notations for tables and code only; it changes no word. A text without them is prose.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["prose", "table", "code", "formula"]

_FENCE = re.compile(r"^\s*(```|~~~)")
_FORMULA = re.compile(r"^\s*(\$\$.*\$\$|\\\[.*\\\])\s*$")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_CELLS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a text. `rows` are a table's cells; its first row is a heading where a rule followed it."""

    kind: Kind
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    headed: bool = False


def blocks(text: str) -> list[Block]:
    """In the order of the text; a fence that is not closed reaches to the end."""
    return [_block(kind, "\n".join(lines)) for kind, lines in _runs(text.split("\n")) if "".join(lines).strip()]


def _runs(lines: list[str]) -> Iterator[tuple[Kind, list[str]]]:
    """Neighbouring lines of one kind, without the fences of code."""
    run: list[str] = []
    kind: Kind = "prose"
    fenced = False
    for place, line in enumerate(lines):
        if _FENCE.match(line):
            yield kind, run
            run, fenced = [], not fenced
            kind = "code" if fenced else "prose"
            continue
        now: Kind = "code" if fenced else _kind(line, lines[place - 1] if place else "")
        if now != kind:
            yield kind, run
            run, kind = [], now
        run.append(line)
    yield kind, run


def _kind(line: str, before: str) -> Kind:
    if _FORMULA.match(line):
        return "formula"
    return "table" if _ROW.match(line) or (_RULE.match(line) and "|" in line and _ROW.match(before)) else "prose"


def _block(kind: Kind, text: str) -> Block:
    if kind != "table":
        return Block(kind, text)
    lines = text.split("\n")
    rows = tuple(_cells(line) for line in lines if not _RULE.match(line))
    return Block(kind, text, rows, headed=len(lines) > 1 and bool(_RULE.match(lines[1])))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in _CELLS.split(line.strip().strip("|")))
