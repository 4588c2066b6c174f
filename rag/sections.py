"""Passages of Markdown documents -> the same with the heading that each stands under; it is said where they are quoted.

Knows Markdown's headings and fences; nothing of storage.
"""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.records import Document, Passage, Quote
from rag.sentences import is_heading

MARKDOWN = "text/markdown"

_SIGNS = re.compile(r"(?:[-*+•]|#{1,6})[ \t]+(?=\S)")
_LINE = re.compile(r"^(?:#{1,6}[ \t]+(?P<heading>[^\n]*?)[ \t]*#*[ \t]*|[ \t]*(?P<fence>```|~~~)[^\n]*)$", re.MULTILINE)


def sectioned(passages: Sequence[Passage], document: Callable[[str], Document | None]) -> tuple[Passage, ...]:
    """The passages, each with the last heading above it; `document` gives one with its text."""
    found = functools.cache(document)
    return tuple(_sectioned(one, found) if one.document.media_type == MARKDOWN else one for one in passages)


def section_of(passage: Passage, quote: Quote) -> str:
    """The heading above a quote, in its passage or above that; nothing where the quote is one itself."""
    if passage.document.media_type != MARKDOWN:
        return ""
    chunk = passage.chunk
    above = [one for one in zip(chunk.sentences, chunk.texts, strict=True) if one[0].start <= quote.start]
    span, heading = next((one for one in reversed(above) if is_heading(one[1])), (None, ""))
    if span is None:
        return passage.section
    return "" if span.start == quote.start else heading_before(heading, len(heading))


def without_signs(quote: Quote) -> Quote:
    """A quote without the bullet or the signs of a heading that it begins with."""
    signs = _SIGNS.match(quote.text)
    cut = signs.end() if signs else 0
    return replace(quote, start=quote.start + cut, text=quote.text[cut:])


def heading_before(text: str, offset: int) -> str:
    """The words of the last heading that begins before an offset, outside of code; nothing where there is none."""
    heading, fence = "", ""
    for found in _LINE.finditer(text, 0, offset):
        if found["fence"]:
            fence = "" if fence == found["fence"] else fence or found["fence"]
        elif not fence:
            heading = found["heading"]
    return heading


def _sectioned(passage: Passage, document: Callable[[str], Document | None]) -> Passage:
    whole = document(passage.document.id)
    return replace(passage, section=heading_before(whole.text, passage.chunk.start)) if whole else passage
