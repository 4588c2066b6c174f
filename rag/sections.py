"""Passages of Markdown documents -> the same with the heading that each stands under; it is said where they are quoted.

Knows Markdown's headings and fences; nothing of storage.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag.instructions import instructs
from rag.records import Document, Passage, Quote

MARKDOWN = "text/markdown"
_LONGEST = 80  # characters of a heading, as it is said

_SIGNS = re.compile(r"(?:[-*+•]|#{1,6})[ \t]+(?=\S)")
_LINE = re.compile(r"^(?:#{1,6}[ \t](?P<heading>[^\n]*)|[ \t]*(?P<fence>```|~~~))", re.MULTILINE)


def sectioned(passages: Sequence[Passage], document: Callable[[str], Document | None]) -> tuple[Passage, ...]:
    """The passages, each with the headings above and in it; `document` gives one with its text."""
    found = functools.cache(document)
    return tuple(_sectioned(one, found) if one.document.media_type == MARKDOWN else one for one in passages)


def section_of(passage: Passage, quote: Quote) -> str:
    """The heading above a quote; nothing where the quote is one itself."""
    start, words = max((one for one in passage.sections if one[0] <= quote.start), default=(quote.start, ""))
    return words if start < quote.start else ""


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
    whole, chunk = document(passage.document.id), passage.chunk
    found = [(start, _short(words)) for start, words in headings(whole.text[: chunk.end]).items()] if whole else []
    above = [one for one in found if one[0] < chunk.start]
    return replace(passage, sections=(*above[-1:], *found[len(above) :]))


def _short(words: str) -> str:
    """A heading as it is said; nothing of one that tells a machine what to do."""
    if instructs(words):
        return ""
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(' ', 1)[0]} …"
