"""A calendar expression and when it occurs: once, or again every week or year. Reads no grammar of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rag.periods import Days
from rag.units import SMALL
from rag.words import numbers

Precision = Literal["day", "week", "weekend", "month", "quarter", "season", "year", "decade"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Expression:
    """`text[start:end]`. A `certain` one is a date wherever it stands; another ("May", "2022") may be something else.

    `latest` gives its most recent occurrence that begins no later than a day; without a `cycle` there is only one.
    `upcoming` is one that a question about what is to come means by the next time, although it has no cycle.
    """

    start: int
    end: int
    precision: Precision
    certain: bool
    latest: Callable[[date], Days | None]
    cycle: int = 0  # days until it comes again
    upcoming: bool = False

    def earliest(self, day: date) -> Days | None:
        """Its first occurrence that begins no earlier than a day."""
        return self.latest(day + timedelta(days=self.cycle - 1) if self.cycle else day)


Builder = Callable[[re.Match[str], date], Expression | None]
Rule = tuple[re.Pattern[str], Builder]


def rule(pattern: str, build: Builder) -> Rule:
    """Words in any case, and what is made of them and of the day of asking."""
    return re.compile(pattern, re.IGNORECASE), build


def fixed(
    match: re.Match[str], precision: Precision, days: Days, certain: bool = True, upcoming: bool = False
) -> Expression:
    """One that occurs once."""
    return Expression(match.start(), match.end(), precision, certain, lambda _: days, upcoming=upcoming)


def yearly(match: re.Match[str], precision: Precision, of_year: Callable[[int], Days], certain: bool) -> Expression:
    """One that occurs every year, or some of them."""

    def latest(day: date) -> Days | None:
        for year in range(day.year, day.year - 9, -1):  # a 29 February may be eight years back
            try:
                days = of_year(year)
            except ValueError:
                continue
            if days.first <= day:
                return days
        return None

    return Expression(match.start(), match.end(), precision, certain, latest, _YEAR)


_SPELLED = "|".join(sorted((word for word, value in SMALL.items() if value), key=len, reverse=True))
AMOUNT = rf"\d{{1,3}}|(?:half\s+)?a\s+dozen|an?\s+couple\s+of|an?\s+few|an?|{_SPELLED}|few|several|couple\s+of"


def amount_of(words: str | None) -> int:
    """A written amount; vague ones are five, and what is not written is one."""
    if not words:
        return 1
    said = words.lower()
    if "dozen" in said:
        return 6 if "half" in said else 12
    if re.search(r"few|several", said):
        return 5
    return 2 if "couple" in said else SMALL.get(said) or int(next(iter(numbers(said)), "1"))
