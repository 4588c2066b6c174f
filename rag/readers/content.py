"""What every reader returns."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text without its date line or front matter, and what those said. Empty where they said nothing."""

    text: str
    title: str = ""
    date: date | datetime | None = None
    date_origin: str = ""
    source: str = ""
    author: str = ""
    media_type: str = "text/plain"
