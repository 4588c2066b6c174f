"""Markdown with optional YAML front matter. The text stays as it is written: quotes are exact words of the file."""

import re
from datetime import date
from typing import Any

import frontmatter

from rag.dates import parse_date
from rag.errors import DocumentError
from rag.readers.content import Content

_FIRST_HEADING = re.compile(r"\s*#{1,2}[ \t]+(?P<title>[^\n]+?)[ \t]*#*[ \t]*(?:\n|\Z)")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?P<fields>(?:[^\n]+\n)+?)---[ \t]*(?:\n|\Z)")
_FIELD = re.compile(r"(?P<name>[A-Za-z][\w-]*):[ \t]+(?P<words>[^\s\[{!&*|>'\"#%@`][^\n]*?)[ \t]*")
_DATE_KEYS = ("date", "published", "published_at", "publication_date")
_SOURCE_KEYS = ("source", "outlet", "publisher", "publication")


def read(text: str) -> Content:
    """Title, date, source and author from the front matter; without a title there, the first heading gives it."""
    try:
        fields, body = frontmatter.parse(text, handler=frontmatter.YAMLHandler())
    except Exception as error:  # noqa: BLE001  PyYAML raises whatever its constructors do
        fields, body = _plain_fields(text)
        if not fields:
            reason = f"{error}".splitlines()[0] + (_marked_line(text, error) or _written_date(text))
            raise DocumentError(f"its front matter is not YAML ({reason}); correct it or remove it") from None
    if not fields:  # two rules at the top of a text are not front matter
        body = text
    title = _text(fields, ("title",))
    heading = _FIRST_HEADING.match(body)
    if heading and title in ("", heading["title"]) and body[heading.end() :].strip():
        title, body = heading["title"], body[heading.end() :]
    day = _date(fields)
    return Content(
        text=body.strip(),
        title=title,
        date=day,
        date_origin="front matter" if day else "",
        source=_text(fields, _SOURCE_KEYS),
        author=_text(fields, ("author", "authors", "byline")),
        media_type="text/markdown",
    )


def _plain_fields(text: str) -> tuple[dict[str, Any], str]:
    """The fields of front matter whose lines are names and words, and the body: `title: Correction: opening hours`."""
    block = _FRONT_MATTER.match(text)
    lines = [_FIELD.fullmatch(line) for line in block["fields"].splitlines()] if block else []
    if not block or not all(lines):
        return {}, text
    return {line["name"]: line["words"] for line in lines if line}, text[block.end() :]


def _text(fields: dict[str, Any], keys: tuple[str, ...]) -> str:
    value = next((fields[key] for key in keys if fields.get(key)), "")
    return ", ".join(str(part) for part in value) if isinstance(value, list) else " ".join(str(value).split())


def _marked_line(text: str, error: Exception) -> str:
    """The line at which YAML stopped, where it says so; its own marks count from the rule before the first."""
    mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
    lines = text.lstrip().splitlines()
    return f": {lines[mark.line].strip()}" if mark and 0 < mark.line < len(lines) else ""


def _written_date(text: str) -> str:
    """The line of a date that YAML took for one and could not make: its message does not name it."""
    lines = [line.strip() for line in text.splitlines() if line.split(":")[0].strip() in _DATE_KEYS]
    return f": {lines[0]}" if lines else ""


def _date(fields: dict[str, Any]) -> date | None:
    value = next((fields[key] for key in _DATE_KEYS if fields.get(key)), None)
    if value is None:
        return None
    try:
        return parse_date(value if isinstance(value, date) else str(value))
    except ValueError as error:
        raise DocumentError(f"its front matter's date cannot be read: {error}") from None
