"""A text and the quotes in it -> its blocks in parts, each of which says what quotes it belongs to.

Pure; knows nothing of documents, answers or links.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.blocks import Block, Kind, blocks
from rag.records import Span


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, and which quotes it belongs to, by number from 0; `first` are those that begin with it."""

    text: str
    quotes: tuple[int, ...] = ()
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A block as a template draws it: a table in the parts of its cells, everything else in its own."""

    kind: Kind
    parts: tuple[Part, ...] = ()
    level: int = 0
    rows: tuple[tuple[tuple[Part, ...], ...], ...] = ()
    headed: bool = False


def drawn(text: str, quotes: Sequence[Span] = (), *, markdown: bool = False) -> list[Drawn]:
    """The whole text; together the parts say each quote's words, but for white space between blocks."""
    marking = _Marking(text, quotes)
    return [marking.block(block) for block in blocks(text, markdown=markdown)]


def parts_of(text: str, quotes: Sequence[Span]) -> tuple[Part, ...]:
    """The same of a text that is not taken apart."""
    return tuple(_Marking(text, quotes).parts(Span(0, len(text))))


class _Marking:
    """Goes through a text once, and knows which quotes have begun."""

    def __init__(self, text: str, quotes: Sequence[Span]) -> None:
        self._text = text
        self._quotes = quotes
        self._begun: set[int] = set()

    def block(self, block: Block) -> Drawn:
        rows = tuple(tuple(tuple(self.parts(cell)) for cell in row) for row in block.rows)
        parts = () if rows else tuple(self.parts(block.inner))
        return Drawn(block.kind, parts, block.level, rows, block.headed)

    def parts(self, span: Span) -> Iterator[Part]:
        inside = {offset for quote in self._quotes for offset in quote if span.start < offset < span.end}
        for start, end in itertools.pairwise([span.start, *sorted(inside), span.end]):
            text = self._text[start:end]
            here = tuple(n for n, quote in enumerate(self._quotes) if quote.start < end and start < quote.end)
            first = tuple(n for n in here if n not in self._begun) if text.strip() else ()
            self._begun.update(first)
            yield Part(text, here, first)
