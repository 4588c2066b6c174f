"""A sentence that is a table -> its rows, each with what it says; and whether a statement tells of another row.

Knows Markdown's tables by `blocks`; nothing of passages or verdicts.
"""

from dataclasses import dataclass

from rag.blocks import blocks
from rag.records import Span
from rag.words import words_of


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table below its header, in words: "Light Line; Colour orange". `table` has the cells of all rows."""

    span: Span
    said: str
    cells: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]


def rows_of(text: str) -> tuple[Row, ...]:
    """None of what is no table with a header, or not only one."""
    table, *others = blocks(text) if text.startswith("|") else [None]
    if others or table is None or not table.headed:
        return ()
    header, *rows = (tuple(text[cell.start : cell.end] for cell in row) for row in table.rows)
    lines = [_line(text, row[0]) for row in table.rows[1:]]
    said = ("; ".join(" ".join(filter(None, pair)) for pair in zip(header, row, strict=False)) for row in rows)
    return tuple(Row(*parts, tuple(rows)) for parts in zip(lines, said, rows, strict=True))


def _line(text: str, cell: Span) -> Span:
    """The line of a cell, without white space at its ends."""
    start, end = text.rfind("\n", 0, cell.start) + 1, text.find("\n", cell.end)
    line = text[start : end if end >= 0 else len(text)]
    start += len(line) - len(line.lstrip())
    return Span(start, start + len(line.strip()))


def of_other_row(statement: str, row: Row) -> str:
    """Why a statement is of another row than this, which has another word in that one's column; or nothing."""
    stated, own = set(words_of(statement)), set(words_of(row.said))
    for column, cell in enumerate(row.cells):
        others = [other[column] for other in row.table if column < len(other) and other[column].isalpha()]
        rival = next((one for one in others if set(words_of(one)) <= stated - own), "")
        if rival and not stated & set(words_of(cell)):
            return f"the sources say {cell}, not {rival}"
    return ""
