"""Passages of Markdown documents -> the same with the heading that each stands under; it is said where they are quoted.

Knows Markdown's headings and fences; nothing of storage.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag.records import Document, Passage, Quote

MARKDOWN = "text/markdown"

_SIGNS = re.compile(r"(?:[-*+•]|#{1,6})[ \t]+(?=\S)")
_LINE = re.compile(r"^(?:#{1,6}[ \t](?P<heading>[^\n]*)|[ \t]*(?P<fence>```|~~~))", re.MULTILINE)


def sectioned(passages: Sequence[Passage], document: Callable[[str], Document | None]) -> tuple[Passage, ...]:
    """The passages, each with the last heading above it; `document` gives one with its text."""
    found = functools.cache(document)
    return tuple(_sectioned(one, found) if one.document.media_type == MARKDOWN else one for one in passages)


def section_of(passage: Passage, quote: Quote) -> str:
    """The heading above a quote, in its passage or above that; nothing where the quote is one itself."""
    if passage.document.media_type != MARKDOWN:
        return ""
    place = quote.start - passage.chunk.start
    above = {start: words for start, words in headings(passage.chunk.text).items() if start <= place}
    return "" if place in above else _last(above) if above else passage.section


def without_signs(quote: Quote) -> Quote:
    """A quote without the bullet or the signs of a heading that it begins with."""
    signs = _SIGNS.match(quote.text)
    cut = signs.end() if signs else 0
    return replace(quote, start=quote.start + cut, text=quote.text[cut:])


def headings(text: str) -> Mapping[int, str]:
    """Where each heading begins that does not stand in code, with its words."""
    found, fence = {}, ""
    for line in _LINE.finditer(text):
        if line["fence"]:
            fence = "" if fence == line["fence"] else fence or line["fence"]
        elif not fence:
            found[line.start()] = line["heading"].strip().rstrip("#").rstrip()
    return found


def _sectioned(passage: Passage, document: Callable[[str], Document | None]) -> Passage:
    whole = document(passage.document.id)
    return replace(passage, section=_last(headings(whole.text[: passage.chunk.start]))) if whole else passage


def _last(found: Mapping[int, str]) -> str:
    return found[max(found)] if found else ""
