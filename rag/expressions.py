"""Text -> the calendar expressions in it, each with the days it names. Reads English; decides no question's window.

Conventions. Weeks run from Monday to Sunday. Seasons are the northern ones, whole months: spring March to May, winter
December to February, named after the year it begins in. "Last week" and "last month" are the calendar week and month
before; "the last week" and "the past two months" count back from the day of asking, which they include. "Two days ago"
is a day, "two weeks ago" a calendar week, "two years ago" a calendar year. "A few" and "several" are at most five, and
at least two. 02.10.2022 has its day first; 02/10/2022, which may be either, is not read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rag.periods import Days, back, calendar_unit, months, months_later, recurring, week_of
from rag.words import numbers

Precision = Literal["day", "week", "weekend", "month", "quarter", "season", "year", "decade"]


@dataclass(frozen=True, slots=True)
class Expression:
    """`text[start:end]`. A `certain` one is a date wherever it stands; another ("May", "2022") may be something else.

    `latest` gives its most recent occurrence that begins no later than a day; without a `cycle` there is only one.
    """

    start: int
    end: int
    precision: Precision
    certain: bool
    latest: Callable[[date], Days | None]
    cycle: int = 0  # days until it comes again

    def earliest(self, day: date) -> Days | None:
        """Its first occurrence that begins no earlier than a day."""
        return self.latest(day + timedelta(days=self.cycle - 1) if self.cycle else day)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_WEEK, _YEAR = 7, 365

AMOUNT = (
    r"\d{1,3}|an?\s+couple\s+of|an?\s+few|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen"
    r"|twenty|few|several|couple\s+of"
)
_MONTH = (
    r"(?P<month>(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_DAY = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"(?:\s*(?:-|–|—|to|and|or|until|till|through)\s*(?P<day2>\d{1,2})(?:st|nd|rd|th)?)?"
)
_NUMBER_ENDS = r"(?![\w%]|[.,:/]\d|[-–—]\d)"
_FOUR = r"(?:1\d|20)\d\d"
_WRITTEN_YEAR = rf"(?:(?P<year>{_FOUR})(?![\w%]|[.,:]\d)|(?P<which>last|this)\s+year\b)"
_OF_YEAR = rf"(?:(?:\s*,\s*|\s+)(?:of\s+)?(?:the\s+year\s+)?{_WRITTEN_YEAR})"
_NAMED_DAY = rf"\b(?:(?:{'|'.join(_WEEKDAYS)}|mon|tues?|wed|thurs?|fri|sat|sun)\b\.?,?\s+)?(?:the\s+)?"
_NOTORIOUS = {(1, 6), (7, 4), (7, 7), (9, 11), (10, 7)}  # days that name what happened on them, in whatever year


_AHEAD = re.compile(
    r"\b(?:will|would|to be|is to|are to|due|planned|until|next|scheduled|begins|starts|opens|set for|shall|extended"
    r"|postponed|moved|delayed|(?:ends|closes|votes|meets) on)\b"
)


def looks_ahead(text: str) -> bool:
    """Whether a sentence tells of what is to come."""
    return bool(_AHEAD.search(text))


def amount_of(words: str | None) -> int:
    """A written amount; vague ones are five, and what is not written is one."""
    if not words:
        return 1
    if re.search(r"few|several", words, re.IGNORECASE):
        return 5
    return 2 if "couple" in words.lower() else int(next(iter(numbers(words.lower())), "1"))


def find_expressions(text: str, asked_on: date) -> list[Expression]:
    """In order of their places, without overlaps."""
    found: list[Expression] = []
    for pattern, build in _RULES:
        for match in pattern.finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            try:
                expression = build(match, asked_on)
            except (ValueError, OverflowError):  # 30 February, or 999 decades ago
                continue
            if expression and expression.latest(asked_on):
                found.append(expression)
    return sorted(found, key=lambda one: one.start)


def _fixed(match: re.Match[str], precision: Precision, days: Days, certain: bool = True) -> Expression:
    return Expression(match.start(), match.end(), precision, certain, lambda _: days)


def _yearly(match: re.Match[str], precision: Precision, of_year: Callable[[int], Days], certain: bool) -> Expression:
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


def _dated(
    match: re.Match[str], asked_on: date, precision: Precision, of_year: Callable[[int], Days], certain: bool
) -> Expression:
    """Of the year that is written, or of any."""
    year = _year_of(match, asked_on)
    return _fixed(match, precision, of_year(year)) if year else _yearly(match, precision, of_year, certain)


def _year_of(match: re.Match[str], asked_on: date) -> int | None:
    groups = match.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    return asked_on.year - (groups["which"].lower() == "last") if groups.get("which") else None


def _month_of(match: re.Match[str]) -> int:
    return _MONTHS.index(match["month"][:3].lower()) + 1


def _numeric(match: re.Match[str], asked_on: date) -> Expression | None:
    one, other = int(match["one"]), int(match["other"])
    if match.start("year") < match.start("one"):
        month, day = one, other
    else:
        day, month = (other, one) if other > 12 else (one, other)
        if match["mark"] != "." and max(one, other) <= 12 and one != other:
            return None
    return _dated(match, asked_on, "day", lambda year: Days(date(year, month, day), date(year, month, day)), True)


def _day_of_month(match: re.Match[str], asked_on: date) -> Expression | None:
    month, day, last = _month_of(match), int(match["day"]), int(match["day2"] or match["day"])
    before = match.string[: match.start()]
    if last < day:
        return None
    if not _year_of(match, asked_on):
        attributive = match[0].lower().startswith("the ") or before.lower().endswith("the ")
        if attributive and match.start("month") < match.start("day") and (month, day) in _NOTORIOUS:
            return None
        if match["month"] in ("may", "march", "mar") and not re.search(r"\b(?:on|since|by|until|from)\s+$", before):
            return None
        if match["month"] == "May" and not before and re.match(r"\s+\w", match.string[match.end() :]):
            return None
    return _dated(match, asked_on, "day", lambda year: Days(date(year, month, day), date(year, month, last)), True)


def _month(match: re.Match[str], asked_on: date) -> Expression | None:
    return _dated(match, asked_on, "month", lambda year: months(year, _month_of(match)), False)


def _season(match: re.Match[str], asked_on: date) -> Expression | None:
    start, year = _SEASONS[match["season"].lower()], _year_of(match, asked_on)
    if year:
        return _fixed(match, "season", months(year, start, 3))
    if not match["relative"]:
        return None
    season = _yearly(match, "season", lambda year: months(year, start, 3), True)
    days = season.latest(asked_on)
    if days and match["relative"].lower() == "last" and days.last >= asked_on:
        days = season.latest(days.first - timedelta(days=1))
    return _fixed(match, "season", days) if days else None


def _quarter(match: re.Match[str], _: date) -> Expression | None:
    length, number = (3 if match["letter"] == "Q" else 6), int(match["number"])
    return _yearly(match, "quarter", lambda year: months(year, (number - 1) * length + 1, length), False)


def _years(match: re.Match[str], _: date) -> Expression | None:
    first, written = int(match["year"]), match["year2"]
    if len(written) == 2 and 1 <= int(written) <= min(12, first % 100):  # 2022-09
        return _fixed(match, "month", months(first, int(written)), certain=False)
    last = int(written) if len(written) == 4 else first // 100 * 100 + int(written)
    days = Days(date(first, 1, 1), date(last, 12, 31)) if first < last else None
    return _fixed(match, "year", days, certain=len(written) == 4) if days else None


def _year(match: re.Match[str], _: date) -> Expression | None:
    return _fixed(match, "year", months(int(match["year"]), 1, 12), certain=False)


def _decade(match: re.Match[str], _: date) -> Expression | None:
    first = int(match["decade"] or f"19{match['tens']}")
    return _fixed(match, "decade", Days(date(first, 1, 1), date(first + 9, 12, 31)), certain=False)


def _weekday(match: re.Match[str], asked_on: date) -> Expression | None:
    number = _WEEKDAYS.index(match["weekday"].lower())
    if match["which"]:
        monday = week_of(asked_on).first - timedelta(days=_WEEK * (match["which"].lower() == "last"))
        return _fixed(match, "day", Days(*[monday + timedelta(days=number)] * 2))
    return Expression(match.start(), match.end(), "day", False, lambda day: recurring(day, number), _WEEK)


def _weekend(match: re.Match[str], asked_on: date) -> Expression | None:
    which = match["which"].lower()
    inside = which.endswith("last") and asked_on.weekday() >= 5
    days = recurring(asked_on - timedelta(days=2 * inside), 5, 2)
    return _fixed(match, "weekend", days, certain=which != "the")


def _near_day(match: re.Match[str], asked_on: date) -> Expression | None:
    words = " ".join(match[0].lower().split())
    named = match[0][0].isupper() and match.start() > 0 and match.string[: match.start()].rstrip()[-1:] not in '.?!"“'
    if named:  # USA Today; the song Yesterday
        return None
    days = 2 if "before" in words else 1 if words in ("yesterday", "last night") else 0
    return _fixed(match, "day", Days(*[asked_on - timedelta(days=days)] * 2))


def _calendar(match: re.Match[str], asked_on: date) -> Expression | None:
    unit = match["unit"]
    shift = 2 if "before" in match[0] else "last" in match[0].lower()
    if unit == "year" and re.match(r"['’]s\b", match.string[match.end() :]):
        return None
    day = months_later(asked_on, -3 * shift) if unit == "quarter" else back(asked_on, shift, unit)
    return _fixed(match, unit, calendar_unit(day, unit))  # type: ignore[arg-type]


def _rolling(match: re.Match[str], asked_on: date) -> Expression | None:
    if not match["amount"] and match["unit"].lower() in ("hour", "day"):
        return None
    first = back(asked_on, amount_of(match["amount"]), match["unit"].lower())
    return _fixed(match, "day", Days(first, asked_on))


def _ago(match: re.Match[str], asked_on: date) -> Expression | None:
    unit, count = match["unit"].lower(), amount_of(match["amount"])
    if re.search(r"\b(?:more|less|longer)\s+than\s+$|\bover\s+$|\bleast\s+$", match.string[: match.start()]):
        return None
    if match["exact"]:
        return _fixed(match, "day", Days(*[back(asked_on, count, unit)] * 2))
    vague = re.search(r"few|several", match["amount"], re.IGNORECASE)
    near = calendar_unit(back(asked_on, 2 if vague else count, unit), unit)
    return _fixed(match, "day", Days(calendar_unit(back(asked_on, count, unit), unit).first, near.last))


_Builder = Callable[[re.Match[str], date], Expression | None]


def _rule(pattern: str, build: _Builder) -> tuple[re.Pattern[str], _Builder]:
    return re.compile(pattern, re.IGNORECASE), build


_NO_NUMBER = r"(?<![\w$€£.,'’/-])"  # before a year: neither an amount of money nor a part of another number
_ANY_WEEKDAY, _ANY_SEASON = "|".join(_WEEKDAYS), "|".join(_SEASONS)
_UNIT = r"(?P<unit>hour|day|week|month|year|decade)"
_RULES = (  # a rule before another takes the words that both could read
    _rule(rf"(?<![\w./-])(?P<year>{_FOUR})(?P<mark>[-/.])(?P<one>\d\d?)(?P=mark)(?P<other>\d\d?)(?:T[\d:.+Z-]+)?"
          r"(?![\w/-])", _numeric),
    _rule(rf"(?<![\w./-])(?P<one>\d\d?)(?P<mark>[-/.])(?P<other>\d\d?)(?P=mark)(?P<year>{_FOUR})(?![\w/-])", _numeric),
    _rule(rf"{_NAMED_DAY}{_MONTH}\s+(?:the\s+)?{_DAY}{_NUMBER_ENDS}{_OF_YEAR}?", _day_of_month),
    _rule(rf"{_NAMED_DAY}(?<![\w.,:/$€£-]){_DAY}(?:\s+day)?\s+(?:of\s+)?{_MONTH}{_OF_YEAR}?", _day_of_month),
    _rule(rf"(?<!\w){_MONTH}{_OF_YEAR}?", _month),
    _rule(rf"(?:\b(?P<relative>last|this(?:\s+past)?)\s+)?\b(?P<season>{_ANY_SEASON})\b"
          rf"(?:\s+(?:of\s+|in\s+)?{_WRITTEN_YEAR})?", _season),
    _rule(rf"{_NO_NUMBER}(?P<year>{_FOUR})\s?[-–—/]\s?(?P<year2>{_FOUR}|\d\d)(?![\w%]|[-–—/]\w)", _years),
    _rule(r"(?<!\w)(?:(?P<decade>(?:1[5-9]|20)\d0)|['’]?(?P<tens>[2-9]0))['’]?s\b", _decade),
    _rule(rf"(?:{_NO_NUMBER}|(?<=\bmid-)|(?<=\blate-)|(?<=\bearly-))(?P<year>{_FOUR})"
          r"(?![\w%'’]|[.,/:]\d|[-–—]\w|\s*B\.?C)", _year),
    _rule(r"\b(?P<letter>Q)(?P<number>[1-4])\b(?!\s+(?:of|\d{4}|last|this)\b)", _quarter),
    _rule(rf"\b(?P<weekday>{_ANY_WEEKDAY})\b(?:\s+(?:of\s+)?(?P<which>last|this)\s+week\b)?", _weekday),
    _rule(r"\b(?P<which>(?:this\s+)?(?:last|past)|this|the)\s+weekend\b(?!\s+edition)", _weekend),
    _rule(rf"(?<![\w.,-])(?P<amount>{AMOUNT})\s+{_UNIT}s?\s+ago\b(?P<exact>\s+today\b)?", _ago),
    _rule(r"\b(?:the\s+)?day\s+before\s+yesterday\b|\byesterday\b|\blast\s+night\b|\btonight\b|\btoday\b(?!['’]s)"
          r"|\btoday['’]s\s+(?=news|headlines|papers?\b|edition|stories|articles|reports?\b)"
          r"|\bthis\s+(?:morning|afternoon|evening)\b", _near_day),
    _rule(rf"\b(?:the|this|these)\s+(?:last|past)\s+(?:(?P<amount>{AMOUNT})\s+)?{_UNIT}s?\b"
          r"(?!\s+(?:of|before|that|when|in\s+which)\b)", _rolling),
    _rule(rf"\b(?:over|in|during|within|for)\s+(?:last|past)\s+(?P<amount>{AMOUNT})\s+{_UNIT}s\b(?!\s+of\b)", _rolling),
    # Lower case only, because Last Week Tonight and This Week are names.
    (re.compile(r"(?<!\b[Tt]he )\b(?:[Ll]ast|[Tt]his)\s+(?P<unit>week|month|quarter|year)\b(?!\s+of\b)"), _calendar),
    (re.compile(r"\b[Tt]he\s+(?P<unit>week|month|year)\s+before\s+last\b"), _calendar),
)  # fmt: skip
