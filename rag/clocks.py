"""Times of day as they are written: "7 p.m.", "19:00", "half past seven in the evening", "midnight".

Knows English wording of clocks; nothing of other numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.records import Span
from rag.units import SMALL

_CLOCK = re.compile(
    r"(?<![\w.])(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))?\s*(?P<half>a\.?\s?m\b\.?|p\.?\s?m\b\.?|o['’]clock(?:\s+in\s+the\s+(?P<part>\w+))?"
    r"|in\s+the\s+(?P<part2>morning|afternoon|evening))"
    r"|(?<![\w.:])(?P<hour24>\d{1,2}):(?P<minute24>\d\d)(?![\w:])|\b(?P<word>noon|midday|midnight)\b"
    r"|\b(?P<share>half|(?:a\s+)?quarter)\s+(?P<turn>past|to)\s+(?P<spelled>[a-z]+|\d{1,2})\b"
    r"(?:\s+in\s+the\s+(?P<part3>morning|afternoon|evening))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """`text` as written at `span`, in minutes from midnight; `vague` where it may be of the morning or the evening."""

    text: str
    span: Span
    minutes: int
    vague: bool


def times_of_day(text: str) -> Iterator[TimeOfDay]:
    """In their order."""
    for match in _CLOCK.finditer(text):
        read = _past_or_to(match) if match["share"] else _on_the_clock(match)
        if read is not None:
            yield TimeOfDay(match[0].strip(), Span(*match.span()), *read)


def _past_or_to(match: re.Match[str]) -> tuple[int, bool] | None:
    """Minutes and whether they are vague of "half past seven"; none of "half to seven" and "half past twenty"."""
    hour = _hour(match["spelled"].lower())
    half, past = match["share"].lower() == "half", match["turn"].lower() == "past"
    if hour is None or (half and not past):
        return None
    later = (match["part3"] or "").lower() in ("afternoon", "evening")
    away = 30 if half else 15
    return (hour % 12 * 60 + (away if past else -away)) % 720 + 720 * later, not match["part3"]


def _on_the_clock(match: re.Match[str]) -> tuple[int, bool]:
    if match["word"]:
        return 0 if match["word"].lower() == "midnight" else 720, False
    if match["hour24"]:
        vague = 1 <= int(match["hour24"]) <= 12 and not match["hour24"].startswith("0")
        return int(match["hour24"]) * 60 + int(match["minute24"]), vague
    half = (match["half"] or "").lower()
    part = (match["part"] or match["part2"] or "").lower()
    later = half.startswith("p") or part in ("afternoon", "evening")
    minutes = int(match["hour"]) % 12 * 60 + int(match["minute"] or 0) + (720 if later else 0)
    return minutes, half.startswith("o") and not part


def _hour(word: str) -> int | None:
    hour = int(word) if word.isdigit() else SMALL.get(word, 0)
    return hour if 1 <= hour <= 12 else None
