"""Text and the day of its publication -> the days that it speaks of, those to come among them.

"Sept. 20", "Tuesday" and "yesterday" are days only beside a date of publication; one that may lie on either side of it
is read both ways. What a question may mean is read elsewhere; this reads reports.
"""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, product

from rag.expressions import find_expressions
from rag.occurrences import looks_ahead
from rag.periods import Days, calendar_unit, months_later, week_of
from rag.records import Span
from rag.units import ORDINALS

UNDATED = date(2000, 1, 1)
"""Stands for the publication of a text without a date: what both sides say in the same words is still the same."""

_AHEAD = re.compile(
    r"\b(?P<tomorrow>tomorrow)\b|\bnext\s+(?P<unit>week|month|year)\b"
    r"|\bnext\s+(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|did)\b|(?<!\bto be )\b[a-z]{3,}ed\b")
_NOT_YET = re.compile(r"\b(?:is|are|be|has|have|can|could|may|might|must|should|wants?|ahead|coming|upcoming|to)\b")
_RANGE = re.compile(r"\d\w*\s*(?:-|–|—|to|and|or|until|till|through)\s*\d")
_FEAST = re.compile(r"\b(?P<christmas>christmas(?:\s+day)?)\b|\bnew\s+year['’]s\s+(?P<eve>eve|day)\b", re.IGNORECASE)
_NTHS = "|".join(sorted(ORDINALS, key=len, reverse=True))
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_NTH = re.compile(
    rf"\bthe\s+(?:(?P<nth>\d{{1,2}})(?:st|nd|rd|th)\b(?=\s*[.,;:!?]|\s*$|\s+(?:and|but|when|after|that)\b)"
    rf"|(?P<word>{_NTHS})\s+of\s+(?P<month>{'|'.join(_MONTHS)})\b(?:,?\s+(?P<year>(?:1\d|20)\d\d)\b)?)"
    r"|(?<![\w/])(?P<one>\d\d?)/(?P<other>\d\d?)/(?P<full>(?:1\d|20)\d\d)(?![\w/])",
    re.IGNORECASE,
)
_YEAR = 365  # within a year, only the past reading of a month counts: one of two would always lie in some year
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A four-digit number is a year where one of these stands before it, or nothing that it could count after it.
_BEFORE_A_YEAR = re.compile(
    r"(?:\b(?:in|of|since|by|until|till|from|to|for|during|before|after|than|early|late|mid|and|or|year|the)[\s-]+|[(,/–-]\s*)$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s+[a-z]\w*s\b")


@dataclass(frozen=True, slots=True)
class Moment:
    """`text` at `span`, and the stretches of days that it may name."""

    text: str
    span: Span
    readings: tuple[Days, ...]

    @property
    def length(self) -> int:
        """Days, of its first reading."""
        return (self.readings[0].last - self.readings[0].first).days + 1


@functools.lru_cache(maxsize=8192)
def moments(text: str, published: date | None) -> tuple[Moment, ...]:
    """In the order of their places."""
    day = published or UNDATED
    found = [*_ahead(text, day), *_nths(text, day)]
    looks_back = bool(_PAST.search(text)) and not looks_ahead(text) and not _NOT_YET.search(text)
    for one in find_expressions(text, day):
        span = Span(one.start, one.end)
        if any(other.span.start < span.end and span.start < other.span.end for other in found):
            continue
        if one.precision == "year" and not one.certain and _counts(text, span):
            continue
        if text[one.start : one.end] in ("may", "march", "mar", "fall", "spring"):
            continue
        both = (one.latest(day), None if one.cycle and looks_back else one.earliest(day))
        readings = dict.fromkeys(days for days in both if days)
        found.append(Moment(text[one.start : one.end], span, tuple(readings)))
    return tuple(sorted(found, key=lambda moment: moment.span.start))


def told_by(stated: Moment, sources: Iterable[Moment]) -> bool:
    """Whether one of the sources' moments lies within what a statement says: 20 September within September.

    Days from one to another are the same days only.
    """
    if stated.length < _YEAR and _RANGE.search(stated.text):
        return any(set(stated.readings) & set(source.readings) for source in sources)
    return any(
        ours.first <= theirs.first and theirs.last <= ours.last
        for source in sources
        for ours in stated.readings
        for theirs in (source.readings[:1] if stated.length >= _YEAR else source.readings)
    )


def told_by_publication(stated: Moment, published: date | None, sources: Iterable[Moment]) -> bool:
    """Whether a statement gives the day of publication, in a text that does not itself say when, as exactly."""
    if published is None or any(source.length <= stated.length for source in sources):
        return False
    return any(ours.first <= published <= ours.last for ours in stated.readings)


def apart(value: float, unit: str, some: Iterable[Moment], published: date | None = None) -> bool:
    """Whether two moments, or one and the publication, lie so many "day"s or "month"s from each other."""
    days = [days for moment in some for days in moment.readings]
    days += [Days(published, published)] if published else []
    if unit == "day":
        single = [one.first for one in days if one.first == one.last]
        return any((later - one).days == value for one in single for later in single)
    years = {12 * year for one in days for year in (one.first.year, one.last.year)}
    months = {
        12 * one.first.year + one.first.month
        for one in days
        if (one.first.year, one.first.month) == (one.last.year, one.last.month)
    }
    return unit == "month" and any(
        later - one == value for dates in (years, months) for one in dates for later in dates
    )


def lived(years: int, some: Iterable[Moment]) -> bool:
    """Whether so many whole years lie between two moments, or from the first to the last year of one.

    They are counted as in an age; of a year any day may be the one.
    """
    dates = list(some)
    pairs = [sorted(two) for one, other in combinations(dates, 2) for two in product(one.readings, other.readings)]
    pairs += [_first_and_last(days) for one in dates for days in one.readings]
    return any(
        _whole_years(born.last, died.first) <= years <= _whole_years(born.first, died.last) for born, died in pairs
    )


def _first_and_last(days: Days) -> list[Days]:
    """The years in which a stretch begins and ends, as far as they are in it."""
    return [
        Days(days.first, min(date(days.first.year, 12, 31), days.last)),
        Days(max(date(days.last.year, 1, 1), days.first), days.last),
    ]


def _whole_years(first: date, last: date) -> int:
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def _ahead(text: str, day: date) -> Iterable[Moment]:
    for match in _AHEAD.finditer(text):
        if match["tomorrow"]:
            days = Days(*[day + timedelta(days=1)] * 2)
        elif match["weekday"]:
            monday = week_of(day).first + timedelta(days=_WEEKDAYS.index(match["weekday"].lower()))
            both = (Days(*[monday + timedelta(days=7)] * 2), Days(*[monday + timedelta(days=7 * (monday <= day))] * 2))
            yield Moment(match[0], Span(*match.span()), both)
            continue
        else:
            unit = match["unit"].lower()
            later = {"week": day + timedelta(days=7), "month": months_later(day, 1), "year": months_later(day, 12)}
            days = calendar_unit(later[unit], unit)
        yield Moment(match[0], Span(*match.span()), (days,))
    for match in _FEAST.finditer(text):
        month, number = (12, 25) if match["christmas"] else (12, 31) if match["eve"].lower() == "eve" else (1, 1)
        years = (day.year - 1, day.year, day.year + 1)
        readings = tuple(Days(*[date(year, month, number)] * 2) for year in years)
        yield Moment(match[0], Span(*match.span()), readings)


def _nths(text: str, day: date) -> Iterable[Moment]:
    """ "The 20th", of a month near that of publication; "the ninth of August"; 02/10/2030, of October or February."""
    for match in _NTH.finditer(text):
        if match["nth"]:
            near = [months_later(day.replace(day=1), count) for count in (0, -1, 1)]
            dates = [_date(one.year, one.month, int(match["nth"])) for one in near]
        elif match["word"]:
            years = [int(match["year"])] if match["year"] else [day.year, day.year - 1, day.year + 1]
            month = _MONTHS.index(match["month"].lower()) + 1
            dates = [_date(year, month, ORDINALS[match["word"].lower()]) for year in years]
        else:
            pair = int(match["one"]), int(match["other"])
            dates = [_date(int(match["full"]), *two) for two in (pair[::-1], pair)]
        if readings := tuple(Days(one, one) for one in dates if one):
            yield Moment(match[0], Span(*match.span()), readings)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _counts(text: str, span: Span) -> bool:
    return bool(_COUNTED.match(text, span.end)) and not _BEFORE_A_YEAR.search(text[: span.start])
