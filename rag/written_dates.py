"""Days, months, seasons, quarters, years, decades and centuries as they are written -> calendar expressions."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from rag.occurrences import WEEKDAYS, Expression, Precision, Rule, fixed, rule, yearly
from rag.periods import Days, months
from rag.units import ORDINALS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_MONTH = (
    r"(?P<month>(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_DAY = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    r"(?:\s*(?:-|–|—|to|and|or|until|till|through)\s*(?:the\s+)?(?P<day2>\d{1,2})(?:st|nd|rd|th)?)?"
)
_NUMBER_ENDS = r"(?![\w%]|[.,:/]\d|[-–—](?:\d|year-))"
_FOUR = r"(?:1\d|20)\d\d"
_WRITTEN_YEAR = rf"(?:(?P<year>{_FOUR})(?![\w%]|[.,:]\d)|(?P<which>last|this)\s+year\b)"
_OF_YEAR = rf"(?:(?:\s*,\s*|\s+)(?:of\s+)?(?:the\s+year\s+)?{_WRITTEN_YEAR})"
_NAMED_DAY = rf"\b(?:(?:{'|'.join(WEEKDAYS)}|mon|tues?|wed|thurs?|fri|sat|sun)\b\.?,?\s+)?(?:the\s+)?"
_NOTORIOUS = {(1, 6), (7, 4), (7, 7), (9, 11), (10, 7)}  # days that name what happened on them, in whatever year


def _dated(
    match: re.Match[str], asked_on: date, precision: Precision, of_year: Callable[[int], Days], certain: bool
) -> Expression:
    """Of the year that is written, or of any."""
    year = _year_of(match, asked_on)
    return fixed(match, precision, of_year(year)) if year else yearly(match, precision, of_year, certain)


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
        day_first = match["mark"] == "." or one == other or _day_first(match.string)
        if day_first is None:
            return None
        day, month = (one, other) if (day_first or one > 12) and other <= 12 else (other, one)
    return _dated(match, asked_on, "day", lambda year: Days(date(year, month, day), date(year, month, day)), True)


_EITHER = re.compile(rf"(?<![\w./-])(?P<one>\d\d?)(?P<mark>[-/])(?P<other>\d\d?)(?P=mark){_FOUR}(?![\w/-])")


def _day_first(text: str) -> bool | None:
    """Whether 02/10/2022 has its day first, as the dates beside it tell that can only be read one way."""
    told = {
        int(date_["one"]) > 12 for date_ in _EITHER.finditer(text) if max(int(date_["one"]), int(date_["other"])) > 12
    }
    return told.pop() if len(told) == 1 else None


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


_AN_AUTUMN = re.compile(
    r"\b(?:the|in|this|last|early|mid|late|since|by|during|after|before|until|from|to)[\s-]+$", re.I
)


def _season(match: re.Match[str], asked_on: date) -> Expression | None:
    start, year = _SEASONS[match["season"].lower()], _year_of(match, asked_on)
    named = match["relative"] or _AN_AUTUMN.search(match.string[: match.start()])
    beside = match["year"] and match["joined"].strip().lower() != "in"  # "How far did it fall in 2022?"
    if match["season"].lower() == "fall" and not (named or beside):
        return None
    if year:
        return fixed(match, "season", months(year, start, 3))
    if not match["relative"]:
        return None
    season = yearly(match, "season", lambda year: months(year, start, 3), True)
    days = season.latest(asked_on)
    last = match["relative"].lower() == "last"
    if days and last and days.last >= asked_on:
        days = season.latest(days.first - timedelta(days=1))
    return fixed(match, "season", days, upcoming=not last) if days else None


def _quarter(match: re.Match[str], _: date) -> Expression | None:
    length, number = (3 if match["letter"].upper() == "Q" else 6), int(match["number"])
    if number * length > 12 or match["fiscal"]:
        return None
    year = match["before"] or match["year"] or (match["short"] and f"20{match['short']}")
    if year:
        return fixed(match, "quarter", months(int(year), (number - 1) * length + 1, length))
    return yearly(match, "quarter", lambda year: months(year, (number - 1) * length + 1, length), False)


def _named_quarter(match: re.Match[str], _: date) -> Expression | None:
    if _OF_A_GAME.search(match.string):
        return None
    start = (ORDINALS[match["nth"].lower()] - 1) * 3 + 1
    return yearly(match, "quarter", lambda year: months(year, start, 3), False)


_OF_A_GAME = re.compile(
    r"\b(?:scor\w*|goals?|games?|match(?:es)?|touchdowns?|points|play\w*|teams?|w[io]n|lead|led|coach\w*|halftime)\b",
    re.I,
)


def _years(match: re.Match[str], _: date) -> Expression | None:
    first, written = int(match["year"]), match["year2"]
    if len(written) == 2 and 1 <= int(written) <= min(12, first % 100):  # 2022-09
        return fixed(match, "month", months(first, int(written)), certain=False)
    last = int(written) if len(written) == 4 else first // 100 * 100 + int(written)
    days = Days(date(first, 1, 1), date(last, 12, 31)) if first < last else None
    return fixed(match, "year", days, certain=len(written) == 4) if days else None


def _year(match: re.Match[str], _: date) -> Expression | None:
    return fixed(match, "year", months(int(match["year"]), 1, 12), certain=False)


_NO_DECADE = re.compile(r"\b(?:temperatures?|degrees?|scor\w+|aged?|percent|fahrenheit|celsius)\b", re.IGNORECASE)


def _decade(match: re.Match[str], _: date) -> Expression | None:
    if match["tens"] and _NO_DECADE.search(match.string):
        return None
    first = int(match["decade"] or f"19{match['tens']}")
    if first % 100 == 0 and first < 2000:  # the 1800s: a decade or a century
        return None
    return fixed(match, "decade", Days(date(first, 1, 1), date(first + 9, 12, 31)), certain=False)


_NO_NUMBER = r"(?<![\w$€£.,'’/–—-])"  # before a year: neither an amount of money nor a part of another number
_ANY_SEASON = "|".join(_SEASONS)
WRITTEN: tuple[Rule, ...] = (  # a rule before another takes the words that both could read
    rule(rf"(?<![\w./-])(?P<year>{_FOUR})(?P<mark>[-/.])(?P<one>\d\d?)(?P=mark)(?P<other>\d\d?)(?:T[\d:.+Z-]+)?"
         r"(?![\w/-])", _numeric),
    rule(rf"(?<![\w./-])(?P<one>\d\d?)(?P<mark>[-/.])(?P<other>\d\d?)(?P=mark)(?P<year>{_FOUR})(?![\w/-])", _numeric),
    rule(rf"{_NAMED_DAY}{_MONTH}\s+(?:the\s+)?{_DAY}{_NUMBER_ENDS}{_OF_YEAR}?", _day_of_month),
    rule(rf"{_NAMED_DAY}(?<![\w.,:/$€£-]){_DAY}(?:\s+day)?\s+(?:of\s+)?{_MONTH}{_OF_YEAR}?", _day_of_month),
    rule(rf"(?<!\w){_MONTH}{_OF_YEAR}?", _month),
    rule(rf"(?:\b(?P<relative>last|this(?:\s+past)?)\s+)?\b(?P<season>{_ANY_SEASON})\b"
         rf"(?:(?P<joined>\s+(?:of\s+|in\s+)?){_WRITTEN_YEAR})?", _season),
    rule(rf"{_NO_NUMBER}(?P<year>{_FOUR})\s?[-–—/]\s?(?P<year2>{_FOUR}|\d\d)(?![\w%]|[-–—/]\w)", _years),
    rule(r"(?<!\w)(?:(?P<decade>(?:1[0-9]|20)\d0)|['’]?(?P<tens>[2-9]0))['’]?s\b", _decade),
    rule(rf"(?<!\w)(?:{_NO_NUMBER}(?P<before>{_FOUR})[\s/-]+)?(?P<letter>[QH])(?P<number>[1-4])\b(?!-)"
         rf"(?:(?:\s*[/-]?\s*|\s+of\s+)(?P<year>{_FOUR})(?![\w%]|[.,:]\d)|\s*['’](?P<short>\d\d)\b"
         r"|(?P<fiscal>\s+(?:of\s+)?(?:FY|fiscal)))?(?!\s+(?:of|last|this)\b)", _quarter),
    rule(rf"(?:{_NO_NUMBER}|(?<=\bmid-)|(?<=\blate-)|(?<=\bearly-))(?P<year>{_FOUR})"
         r"(?![\w%'’]|[.,/:]\d|[-–—]\w|\s*B\.?C)", _year),
    rule(r"\b(?P<nth>first|second|third|fourth)\s+quarter\b(?!\s+(?:of|in|\d|last|this)\b|-)", _named_quarter),
)  # fmt: skip
