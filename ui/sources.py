"""A document and the quotes that a link names -> its source page: paragraphs, in which the quotes are marked.

Pure but for the template. Knows nothing of servers, libraries or stored answers: whoever calls it brings the words of
quotes from an earlier version. A page's image would join as another block, before the paragraphs that it shows.
"""

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote as percent_encode
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment

from rag.records import Document, Span
from rag.requoting import find_again
from ui.templating import environment

_GAP = re.compile(r"\n\s*\n")
_HEADING = re.compile(r"(#{1,6})[^\S\n]+(?=\S)")
_OF_ITS_OWN = re.compile(r"[ \t]|[-*+•|>]|\d+[.)] ")
_NARROWEST = 40  # characters of a column of prose; shorter lines are meant, such as those of an address
_LONGEST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Wanted:
    """A quote that a link names: where it stands in the version with that hash, and its words where they are known."""

    span: Span
    version: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What the address of a source page asks for: the quote to be shown, others beside it, and what they came from."""

    shown: Wanted | None = None
    others: tuple[Wanted, ...] = ()
    answer: str = ""

    @property
    def version(self) -> str:
        return self.shown.version if self.shown else ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A quote as it is marked in the present text. `exact` says that these are its words still."""

    span: Span
    wanted: Wanted
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, and which quotes it belongs to, by number from 0; `first` are those that begin with it."""

    text: str
    quotes: tuple[int, ...] = ()
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading of a level, or lines that are meant to be lines."""

    kind: Literal["prose", "lines", "heading"]
    parts: tuple[Part, ...]
    level: int = 0


def source_html(document: Document, link: Link, file_url: str = "") -> str:
    """The source page. `file_url` is where the file that it was made from can be had."""
    marked = sorted(_marked(document, link), key=lambda quote: quote.span)
    shown = _number_of_shown(marked, link)
    return (
        _templates()
        .get_template("source.html")
        .render(
            document=document,
            blocks=blocks(document, [quote.span for quote in marked]),
            shown=shown,
            count=len(marked),
            before=_address(document, link, marked, shown - 1) if shown else "",
            after=_address(document, link, marked, shown + 1) if shown is not None and shown + 1 < len(marked) else "",
            notice=_notice(document, link, marked, shown),
            origins=[(location, _web_address(location)) for location in document.locations],
            file_url=file_url,
        )
    )


def missing_html(document_id: str) -> str:
    return _templates().get_template("missing.html").render(document_id=document_id)


@functools.cache
def _templates() -> Environment:
    return environment()


def blocks(document: Document, quotes: Sequence[Span]) -> list[Block]:
    """The whole text as blocks; together their parts say each quote's words, but for white space between blocks."""
    return [
        _block(document, Span(start, end), quotes)
        for start, end in _paragraphs(document.text)
        if not document.text[start:end].isspace()
    ]


def _paragraphs(text: str) -> Iterator[Span]:
    start = 0
    for gap in _GAP.finditer(text):
        if gap.start() > start:
            yield Span(start, gap.start())
        start = gap.end()
    if start < len(text):
        yield Span(start, len(text))


def _block(document: Document, span: Span, quotes: Sequence[Span]) -> Block:
    text = document.text[span.start : span.end]
    heading = _HEADING.match(text) if document.media_type == "text/markdown" and "\n" not in text else None
    if heading:
        inner = Span(span.start + heading.end(), span.end)
        return Block("heading", tuple(_parts(document.text, inner, quotes)), len(heading[1]))
    return Block("lines" if _has_lines(text) else "prose", tuple(_parts(document.text, span, quotes)))


def _has_lines(text: str) -> bool:
    """Whether the line ends of a paragraph are meant, as in lists, tables and verse, or only wrap it.

    They wrap it where each line is so long that the first word of the next one would not have fitted.
    """
    lines = text.strip("\n").split("\n")
    width = max(map(len, lines))
    full = all(len(line) + 1 + len(next(iter(after.split()), "")) > width for line, after in itertools.pairwise(lines))
    return len(lines) > 1 and (width < _NARROWEST or not full or any(map(_OF_ITS_OWN.match, lines)))


def _parts(text: str, span: Span, quotes: Sequence[Span]) -> Iterator[Part]:
    inside = {offset for quote in quotes for offset in quote if span.start < offset < span.end}
    bounds = [span.start, *sorted(inside), span.end]
    for start, end in itertools.pairwise(bounds):
        here = tuple(number for number, quote in enumerate(quotes) if quote.start < end and start < quote.end)
        first = tuple(number for number in here if max(quotes[number].start, span.start) == start)
        yield Part(text[start:end], here, tuple(n for n in first if _begins_in(quotes[n], span, text)))


def _begins_in(quote: Span, span: Span, text: str) -> bool:
    """Whether a quote's first visible character lies in the span: only there it gets its anchor."""
    return not text[quote.start : max(quote.start, span.start)].strip("# \n\t")


# Which quotes, and where they are


def _marked(document: Document, link: Link) -> Iterator[Marked]:
    """Every quote once, where the text has it or nearly has it."""
    seen: set[Span] = set()
    for wanted in [link.shown, *link.others]:
        found = _found(document, wanted) if wanted else None
        if found and found.span not in seen:
            seen.add(found.span)
            yield found


def _found(document: Document, wanted: Wanted) -> Marked | None:
    if document.sha256.startswith(wanted.version):
        within = 0 <= wanted.span.start < wanted.span.end <= len(document.text)
        return Marked(wanted.span, wanted) if within else None
    span = find_again(wanted.words, document.text, wanted.span.start)
    if span is None:
        return None
    same = document.text[span.start : span.end].split() == wanted.words.split()
    return Marked(span, wanted, same)


def _number_of_shown(marked: Sequence[Marked], link: Link) -> int | None:
    """The number of the quote that the link shows; without one, of the first; None where it cannot be shown."""
    if link.shown is None:
        return 0 if marked else None
    numbers = [number for number, quote in enumerate(marked) if quote.wanted == link.shown]
    return numbers[0] if numbers else None


def _notice(document: Document, link: Link, marked: Sequence[Marked], shown: int | None) -> tuple[str, str]:
    """What is to be said of the shown quote, and its words where they are not in the text; empty where all is well."""
    wanted = marked[shown].wanted if shown is not None else link.shown
    if wanted is None:
        return "", ""
    if document.sha256.startswith(wanted.version):
        return ("", "") if shown is not None else ("The link names words that this document does not have.", "")
    changed = "This document has changed since the answer was given"
    if shown is not None and marked[shown].exact:
        return f"{changed}. The quoted words still stand in it.", ""
    words = wanted.words[:_LONGEST_WORDS] + ("…" if len(wanted.words) > _LONGEST_WORDS else "")
    if shown is not None:
        return f"{changed}, and no longer has the quoted words. What comes nearest is marked. The quote was:", words
    if words:
        return f"{changed}, and has nothing like the quoted words any more:", words
    return f"{changed}, so the quoted words are not marked.", ""


def _address(document: Document, link: Link, marked: Sequence[Marked], number: int) -> str:
    """The address that shows another of the quotes, with all that this one carries."""
    there = marked[number].wanted
    beside = [quote.wanted.span for quote in marked] if not link.answer else []
    query = [("v", there.version), ("start", there.span.start), ("end", there.span.end), ("answer", link.answer)]
    query += [("quote", f"{span.start}-{span.end}") for span in beside]
    carried = urlencode([(name, value) for name, value in query if value != ""])
    return f"/source/{percent_encode(document.id, safe='')}?{carried}#quote"


def _web_address(location: str) -> str:
    """The location where it is an address that a browser may follow; no other scheme becomes a link."""
    try:
        return location if urlsplit(location).scheme in ("http", "https") else ""
    except ValueError:
        return ""


# What an address says


def link_of(version: str, start: str, end: str, quotes: Iterable[str], answer: str) -> Link:
    """The link of an address's parameters, which anybody may have written; what is no offset is left out."""
    spans = [span for text in quotes if (span := _span(*text.partition("-")[::2]))]
    shown = _span(start, end)
    return Link(Wanted(shown, version) if shown else None, tuple(Wanted(span, version) for span in spans), answer)


def _span(start: str, end: str) -> Span | None:
    return Span(int(start), int(end)) if _is_offset(start) and _is_offset(end) else None


def _is_offset(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 12
