"""Dates that count from the year that a text told of last: "the following year", "six years later", "3 June" of it.

Knows the words that count and the sentences before; nothing of what they tell.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from rag.date_words import MONTHS
from rag.moments import Moment, moments
from rag.periods import Days, calendar_unit
from rag.records import Span
from rag.units import SMALL

_COUNTED = re.compile(
    r"\b(?:the\s+)?(?P<next>following|next|same)\s+(?P<unit>year|spring|summer|autumn|winter)\b"
    r"|\bthe\s+year\s+(?P<side>before|after)\b|\bthat\s+(?P<that>year)\b"
    r"|\b(?P<count>[a-z]+|\d{1,3})\s+(?P<units>years?|decades?)\s+(?P<way>later|earlier|before|after(?:wards)?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_MONTH = re.compile(rf"\b(?:{'|'.join(month[:3] for month in MONTHS)})", re.IGNORECASE)
_A_YEAR = 365  # days
_BEFORE = ("before", "earlier")


def counted_years(text: str, told: Sequence[tuple[int, int]]) -> Iterator[tuple[Span, int]]:
    """Each expression that counts, and its year, from those `told`: where each of them ends, in order, and which."""
    for match in _COUNTED.finditer(text):
        known = [year for end, year in told if end <= match.start()]
        count = _count(match)
        if known and count is not None and 1 <= known[-1] + count < date.max.year:
            yield Span(*match.span()), known[-1] + count


def number_of_years(count: str, unit: str) -> int | None:
    """ "Four years", "3 decades", "a year"; None of what is no number."""
    word = count.lower()
    number = int(word) if word.isdigit() else 1 if word in ("a", "one") else SMALL.get(word)
    return None if number is None else number * (10 if unit.lower().startswith("decade") else 1)


@functools.lru_cache(maxsize=8192)
def moments_after(before: tuple[str, ...], text: str, published: date | None) -> tuple[Moment, ...]:
    """The moments of a sentence with what stands `before` it, nearest last; those that count first."""
    earlier = next(filter(None, (_years(one, published) for one in reversed(before))), [])
    told = [(-1, earlier[-1][1])] if earlier else []
    told += _years(text, published)
    found = [
        Moment(text[slice(*span)], span, (calendar_unit(date(year, 1, 1), "year"),))
        for span, year in counted_years(text, told)
    ]
    for one in moments(text, published):
        known = [year for end, year in told if end <= one.span.start]
        if known and one.length < _A_YEAR and _MONTH.search(one.text) and not _YEAR.search(one.text):
            then = (_in_year(days, known[-1]) for days in one.readings)
            found.append(replace(one, readings=tuple(dict.fromkeys((*one.readings, *then)))))
        else:
            found.append(one)
    return tuple(found)


def _years(text: str, published: date | None) -> list[tuple[int, int]]:
    """Where each year that a text writes out ends, and which."""
    return [
        (one.span.end, one.readings[0].last.year)
        for one in moments(text, published)
        if one.readings and _YEAR.search(one.text)
    ]


def _count(match: re.Match[str]) -> int | None:
    """Years from the one that was told of last."""
    if match["next"]:
        return 0 if match["next"].lower() == "same" else 1
    if match["side"]:
        return -1 if match["side"].lower() == "before" else 1
    if match["that"]:
        return 0
    years = number_of_years(match["count"], match["units"])
    return -years if years and match["way"].lower() in _BEFORE else years


def _in_year(days: Days, year: int) -> Days:
    try:
        return Days(days.first.replace(year=year), days.last.replace(year=year))
    except ValueError:  # 29 February
        return days
