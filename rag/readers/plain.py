"""Plain text: an optional first line `date 2031-03-04` or `Date: 4 March 2031`, an optional title line, paragraphs."""

import contextlib
import re

from rag.dates import parse_date
from rag.errors import DocumentError
from rag.readers.content import Content

_DATE_LINE = re.compile(r"\s*date[ \t:]+(\d{4}-\d{1,2}-\d{1,2}(?:T\S+)?)(?![\w-])[ \t]*", re.IGNORECASE)
_SPELLED_DATE_LINE = re.compile(r"\s*date:[ \t]*([^\n]{8,40})(?:\n|\Z)", re.IGNORECASE)
_TITLE_LINE = re.compile(r"\s*(?P<title>\S[^\n]{0,150})(?:\n[ \t]*\n|\n?\Z)")
_SENTENCE_END = (".", "!", "?", ":", ";", ",", "…", '"', "”", "'", "’")


def read(text: str) -> Content:
    """The date line is taken off, and so is a title: a short line that no full stop ends and a blank line follows."""
    day, rest = None, text
    if found := _DATE_LINE.match(text):
        try:
            day = parse_date(found[1])
        except ValueError as error:
            raise DocumentError(f"its date line cannot be read: {error}") from None
        rest = text[found.end() :]
    elif found := _SPELLED_DATE_LINE.match(text):
        with contextlib.suppress(ValueError):  # "Date: to be announced" is text
            day = parse_date(found[1])
            rest = text[found.end() :]
    title = ""
    line = _TITLE_LINE.match(rest)
    if line and not line["title"].rstrip().endswith(_SENTENCE_END) and rest[line.end() :].strip():
        title, rest = line["title"].strip(), rest[line.end() :]
    return Content(text=rest.strip(), title=title, date=day, date_origin="date line" if day else "")
