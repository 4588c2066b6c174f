"""Words before a date that narrow it ("early", "the first half of") or lead away from it ("two days after").

Knows the kind of date that follows, not whether it is meant as one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag.occurrences import AMOUNT, Precision, amount_of
from rag.periods import DAY, Days, back, calendar_unit, portion, recurring, third, week_of

_PART = re.compile(
    r"(?:\bthe\s+)?\b(?P<part>early|mid|late|start|beginning|middle|end)(?:-|\s+)(?:(?:in|on|of)\s+)?(?:the\s+)?"
    r"(?:(?:year|month)\s+(?:of\s+)?)?$",
    re.IGNORECASE,
)
_PARTS = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
_EDGES = {"start": "start", "beginning": "start", "end": "end"}
_PORTION = re.compile(
    rf"(?:\bthe\s+)?(?:\b(?P<nth>first|1st|opening|second|2nd|third|3rd|fourth|4th|last|final|latter)\s+"
    rf"(?:(?P<amount>{AMOUNT})\s+)?|\b(?P<hyphenated>first|second|third|fourth)-)"
    r"(?P<unit>day|weekend|week|month|quarter|half|third)(?P<plural>s)?"
    r"\s+(?:(?:of|in)\s+)?(?:the\s+)?(?:(?:year|month)\s+(?:of\s+)?)?$"
    r"|\b(?P<letter>[QH])(?P<number>[1-4])\s+(?:of\s+)?$",
    re.IGNORECASE,
)
_ORDINALS = {"first": 0, "1st": 0, "opening": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3}
_WEEK_OF = re.compile(
    r"(?:\bthe\s+)?\b(?P<unit>week|weekend)\s+(?P<how>of|beginning|starting|commencing|ending|to)\s+(?:on\s+)?$",
    re.IGNORECASE,
)
_STRETCH = re.compile(
    rf"(?:\b(?P<during>(?:in|within|during|over|for)\s+)?\b(?P<the>the)\s+|\b(?P<within>(?:within|during|over)\s+))?"
    rf"\b(?:(?P<amount>{AMOUNT})\s+)?(?P<unit>day|night|eve|weekend|week|fortnight|month|year|decade)(?P<plural>s)?\s+"
    r"(?P<side>after|before|following|preceding|leading\s+up\s+to)\s+(?:the\s+)?$"
    r"|(?:\bthe\s+)?\b(?P<eve>eve)\s+of\s+$",
    re.IGNORECASE,
)
_AROUND = re.compile(r"\b(?P<word>around|circa)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Modifier:
    """What stands from `start` on says how days are narrowed, and whether "start" or "end" of them is an edge."""

    narrow: Callable[[Days], Days]
    start: int
    edge: str = ""
    around: bool = False


def modifier_before(before: str, precision: Precision) -> Modifier | None:
    """The one that ends a text, if any, for a date of some precision that follows."""
    if match := _PART.search(before):
        part = match["part"].lower()
        whole = precision in ("day", "week", "weekend")
        return Modifier(
            _unchanged if whole else lambda days: third(days, _PARTS[part]), match.start(), _EDGES.get(part, "")
        )
    if precision == "day" and (match := _WEEK_OF.search(before)):
        return Modifier(_around_week(match["unit"].lower(), match["how"].lower()), match.start())
    if precision != "day" and (match := _PORTION.search(before)):
        return Modifier(_portion(match), match.start())
    if match := _AROUND.search(before):
        days_around = (
            (lambda days: Days(days.first - 3 * DAY, days.last + 3 * DAY)) if precision == "day" else _unchanged
        )
        return Modifier(days_around, match.start(), around=True)
    if match := _STRETCH.search(before):
        return Modifier(_away(match), match.start())
    return None


def _unchanged(days: Days) -> Days:
    return days


def _around_week(unit: str, how: str) -> Callable[[Days], Days]:
    if unit == "weekend":
        return lambda days: Days(week_of(days.first).last - DAY, week_of(days.first).last)
    if how in ("ending", "to"):
        return lambda days: Days(days.last - 6 * DAY, days.last)
    return lambda days: week_of(days.first) if how == "of" else Days(days.first, days.first + 6 * DAY)


def _portion(match: re.Match[str]) -> Callable[[Days], Days]:
    if match["letter"]:
        unit = "quarter" if match["letter"].upper() == "Q" else "half"
        return lambda days: portion(days, unit, int(match["number"]) - 1)
    unit, nth = match["unit"].lower(), (match["nth"] or match["hyphenated"]).lower()
    count = amount_of(match["amount"] or ("few" if match["plural"] else "one"))
    return lambda days: portion(days, unit, _ORDINALS.get(nth, -1), count)


def _away(match: re.Match[str]) -> Callable[[Days], Days]:
    """ "The two days after" and "within two days after" are a stretch, "two days after" is the second of them."""
    if match["eve"]:
        return lambda days: Days(days.first - DAY, days.first - DAY)
    unit, later = match["unit"].lower(), match["side"].lower() in ("after", "following")
    unit = "night" if unit == "eve" else unit
    if unit == "weekend":
        return _weekend_after if later else _weekend_before
    count = amount_of(match["amount"] or ("few" if match["plural"] else "one"))
    if match["amount"] and not (match["the"] or match["within"]):
        return lambda days: calendar_unit(
            back(days.last, -count, unit) if later else back(days.first, count, unit), unit
        )
    if later:
        return lambda days: Days(days.last + DAY, back(days.last, -count, unit))
    return lambda days: Days(back(days.first, count, unit), days.first - DAY)


def _weekend_before(days: Days) -> Days:
    return recurring(days.first - 2 * DAY, 5, 2)


def _weekend_after(days: Days) -> Days:
    return recurring(days.last + 7 * DAY, 5, 2)
