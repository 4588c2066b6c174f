"""A text -> what it is made of: paragraphs, headings, lines, tables, code and formulas, each with its place.

Pure, and knows Markdown's notations for tables, code and headings, and TeX's for formulas that stand alone.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.records import Span

Kind = Literal["prose", "lines", "heading", "table", "code", "formula"]

_BLANK = r"[^\S\n]*"
_ROW = rf"{_BLANK}\|[^\n]*\|{_BLANK}$"
_RULE = rf"(?=[^\n]*\|){_BLANK}\|?{_BLANK}:?-{{2,}}:?{_BLANK}(?:\|{_BLANK}:?-{{2,}}:?{_BLANK})*\|?{_BLANK}$"
_FORMULA = r"(?:(?!\n[^\S\n]*\n).){1,4000}?"  # up to its end, but not beyond a paragraph's
_DRAWN = re.compile(
    rf"^(?:{_BLANK}(?P<fence>`{{3,}}|~{{3,}})[^\n`]*(?:\n|\Z)(?P<code>.*?)(?:^{_BLANK}(?P=fence)[`~]*{_BLANK}$|\Z)"
    rf"|(?P<table>{_ROW}(?:\n(?:{_RULE}|{_ROW}))*)"
    rf"|(?P<formula>{_BLANK}(?:\$\${_FORMULA}\$\$|\\\[{_FORMULA}\\\]"
    rf"|\\begin\{{(?P<name>\w+\*?)\}}{_FORMULA}\\end\{{(?P=name)\}}){_BLANK}$))",
    re.MULTILINE | re.DOTALL,
)
_IS_RULE = re.compile(_RULE)
_PIPE = re.compile(r"(?<!\\)\|")
_LINE = re.compile(r"[^\n]+")
_GAP = re.compile(r"\n\s*\n")
_HEADING = re.compile(r"(#{1,6})[^\S\n]+(?=\S)")
_OF_ITS_OWN = re.compile(r"[ \t]|[-*+•|>]|\d+[.)] ")
_NARROWEST = 40  # characters of a column of prose; shorter lines are meant, such as those of an address


@dataclass(frozen=True, slots=True)
class Block:
    """`span` is all of it as it is written, `inner` what is shown: without the fences of code, the signs of a heading.

    Of a table `rows` say where the cells stand, and `headed` whether a rule follows the first.
    """

    kind: Kind
    span: Span
    inner: Span
    level: int = 0
    rows: tuple[tuple[Span, ...], ...] = ()
    headed: bool = False

    @property
    def is_prose(self) -> bool:
        return self.kind in ("prose", "lines", "heading")


def blocks(text: str, *, markdown: bool = False) -> list[Block]:
    """In the order of the text, without empty ones. Only Markdown has headings; a fence that is not closed goes on."""
    return [block for block in _blocks(text, markdown) if text[block.inner.start : block.inner.end].strip()]


def _blocks(text: str, markdown: bool) -> Iterator[Block]:
    reached = 0
    for found in _DRAWN.finditer(text):
        yield from _paragraphs(text, Span(reached, found.start()), markdown)
        yield _drawn(text, found)
        reached = found.end()
    yield from _paragraphs(text, Span(reached, len(text)), markdown)


def _drawn(text: str, found: re.Match[str]) -> Block:
    span = Span(*found.span())
    if found["formula"] is not None:
        return Block("formula", span, span)
    if found["table"] is None:
        start, end = found.span("code")
        return Block("code", span, Span(start, end - 1 if text[start:end].endswith("\n") else end))
    lines = [Span(*line.span()) for line in _LINE.finditer(text, *span)]
    ruled = [bool(_IS_RULE.fullmatch(text, *line)) for line in lines]
    rows = tuple(_cells(text, line) for line, rule in zip(lines, ruled, strict=True) if not rule)
    return Block("table", span, span, rows=rows, headed=ruled[1:2] == [True])


def _cells(text: str, line: Span) -> tuple[Span, ...]:
    end = line.start + len(text[line.start : line.end].rstrip())
    pipes = [found.start() for found in _PIPE.finditer(text, line.start, end)]
    bounds = pipes if pipes[-1] == end - 1 else [*pipes, end]
    return tuple(_stripped(text, Span(left + 1, right)) for left, right in itertools.pairwise(bounds))


def _stripped(text: str, span: Span) -> Span:
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))


def _paragraphs(text: str, within: Span, markdown: bool) -> Iterator[Block]:
    start = within.start
    for gap in [*_GAP.finditer(text, *within), None]:
        end = gap.start() if gap else within.end
        if lines := text[start:end].strip("\n"):
            begin = text.index(lines, start)
            yield _paragraph(text, Span(begin, begin + len(lines)), markdown)
        start = gap.end() if gap else end


def _paragraph(text: str, span: Span, markdown: bool) -> Block:
    words = text[span.start : span.end]
    heading = _HEADING.match(words) if markdown and "\n" not in words else None
    if heading:
        return Block("heading", span, Span(span.start + heading.end(), span.end), len(heading[1]))
    return Block("lines" if _has_lines(words) else "prose", span, span)


def _has_lines(text: str) -> bool:
    """Whether the line ends of a paragraph are meant, as in lists and verse."""
    lines = text.split("\n")
    narrow = max(map(len, lines)) < _NARROWEST
    return len(lines) > 1 and (narrow or any(map(_OF_ITS_OWN.match, lines)) or not is_wrapped(lines))


def is_wrapped(lines: Sequence[str]) -> bool:
    """Whether each line is so long that the first word of the next one would not have fitted."""
    width = max(map(len, lines))
    return all(len(line) + 1 + len(next(iter(after.split()), "")) > width for line, after in itertools.pairwise(lines))
