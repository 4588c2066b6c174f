"""Plain text: an optional first line `date YYYY-MM-DD`, an optional title line, then paragraphs."""

import re

from rag.dates import parse_date
from rag.errors import DocumentError
from rag.readers.content import Content

_DATE_LINE = re.compile(r"\s*date[ \t:]+(\d{4}-\d{1,2}-\d{1,2}(?:T\S+)?)(?![\w-])[ \t]*", re.IGNORECASE)
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
    title = ""
    line = _TITLE_LINE.match(rest)
    if line and not line["title"].rstrip().endswith(_SENTENCE_END) and rest[line.end() :].strip():
        title, rest = line["title"].strip(), rest[line.end() :]
    return Content(text=rest.strip(), title=title, date=day, date_origin="date line" if day else "")
