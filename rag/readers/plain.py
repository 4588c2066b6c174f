"""Plain text: an optional first line with its date, an optional title line, paragraphs.

The date is written `date 2031-03-04`, `Date: 4 March 2031`, or is all of the line.
"""

import contextlib
import re

from rag.dates import date_alone, parse_date
from rag.errors import DocumentError
from rag.readers.content import Content

_DATE_LINE = re.compile(r"\s*date[ \t:]+(\d{4}-\d{1,2}-\d{1,2}(?:T\S+)?)(?![\w-])[ \t]*", re.IGNORECASE)
_SPELLED_DATE_LINE = re.compile(r"\s*date:[ \t]*([^\n]{8,40})(?:\n|\Z)", re.IGNORECASE)
_FIRST_LINE = re.compile(r"\s*([^\n]{8,40})\n(?=[^\S\n]*\S)")  # before an empty line it is the title
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
    elif (found := _FIRST_LINE.match(text)) and (day := date_alone(found[1])):
        rest = text[found.end() :]
    title = ""
    line = _TITLE_LINE.match(rest)
    if line and not line["title"].rstrip().endswith(_SENTENCE_END) and rest[line.end() :].strip():
        title, rest = line["title"].strip(), rest[line.end() :]
    return Content(text=rest.strip(), title=title, date=day, date_origin="date line" if day else "")
