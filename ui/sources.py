"""A document and the quotes that a link names -> its source page, in which the quotes are marked.

Pure but for the template. Knows nothing of servers, libraries or stored answers: whoever calls it brings the words of
quotes from an earlier version. A page's image would join as another block, before the paragraphs that it shows.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote as percent_encode
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment

from rag.records import Document, Span
from rag.requoting import find_again
from ui.marking import drawn
from ui.templating import environment

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


def source_html(document: Document, link: Link, file_url: str = "") -> str:
    """The source page. `file_url` is where the file that it was made from can be had."""
    marked = sorted(_marked(document, link), key=lambda quote: quote.span)
    shown = _number_of_shown(marked, link)
    return (
        _templates()
        .get_template("source.html")
        .render(
            document=document,
            blocks=drawn(
                document.text, [quote.span for quote in marked], markdown=document.media_type == "text/markdown"
            ),
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
