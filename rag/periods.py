"""Days, weeks, months and years as stretches of days, and their parts. Knows the calendar; reads no text."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
_SHORTEST = 27  # days; what is shorter has no halves that anybody means by the calendar


class Days(NamedTuple):
    """`first` up to and including `last`."""

    first: date
    last: date


def months_later(day: date, count: int) -> date:
    """The same day of another month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months(year: int, month: int, count: int = 1) -> Days:
    """`count` whole months from the given one on."""
    first = date(year, month, 1)
    return Days(first, months_later(first, count) - DAY)


def week_of(day: date) -> Days:
    """The week from Monday to Sunday that a day lies in."""
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + timedelta(days=6))


def back(day: date, count: int, unit: str) -> date:
    """The day that lies a number of hours, nights, days, weeks, months and the like before another."""
    if unit in _MONTHS_OF:
        return months_later(day, -count * _MONTHS_OF[unit])
    days = {"hour": (count + 23) // 24, "night": count, "day": count, "week": 7 * count, "fortnight": 14 * count}
    return day - timedelta(days=days[unit])


def calendar_unit(day: date, unit: str) -> Days:
    """The calendar week, month, quarter, year or decade that a day lies in; for a smaller unit the day itself."""
    if unit in ("week", "fortnight"):
        return week_of(day)
    if unit == "decade":
        return months(day.year // 10 * 10, 1, 120)
    if unit in _MONTHS_OF:
        length = _MONTHS_OF[unit]
        return months(day.year, (day.month - 1) // length * length + 1, length)
    return Days(day, day)


def recurring(day: date, weekday: int, length: int = 1) -> Days:
    """The latest `length` days from a weekday on (Monday is 0) that begin no later than a day."""
    first = day - timedelta(days=(day.weekday() - weekday) % 7)
    return Days(first, first + timedelta(days=length - 1))


def third(days: Days, number: int) -> Days:
    """The first, second or third third, from 0: of a month by ten days, of a decade 0-3, 4-6 and 7-9."""
    if _length(days) == 120:
        first, last = [(0, 3), (4, 6), (7, 9)][number]
        return months(days.first.year + first, 1, 12 * (last - first + 1))
    if _length(days) != 1:
        return _parts(days, 3, number, 1)
    bounds = (1, 11, 21)
    last_day = days.first.replace(day=bounds[number + 1]) - DAY if number < 2 else days.last
    return Days(days.first.replace(day=bounds[number]), last_day)


def portion(days: Days, unit: str, number: int, count: int = 1) -> Days:
    """`count` units from the numbered one on, from 0; with -1 the last ones. All days where no such unit is inside.

    Half a month ends on the 15th. A half, third or quarter is that of the days themselves: five years of a decade.
    """
    if unit == "third":
        return third(days, number % 3)
    if unit in ("half", "quarter"):
        if unit == "half" and _length(days) == 1:
            return (
                Days(days.first, days.first.replace(day=15))
                if not number
                else Days(days.first.replace(day=16), days.last)
            )
        return _parts(days, 2 if unit == "half" else 4, number, count)
    if unit == "weekend":
        return _weekend_of(days, number)
    if unit == "month":
        first = months_later(days.last + DAY, -count) if number < 0 else months_later(days.first, number)
        last = months_later(first, count) - DAY
    else:
        length = timedelta(days=count * (7 if unit == "week" else 1))
        first = days.last - length + DAY if number < 0 else days.first + length * number
        last = first + length - DAY
    cut = Days(max(first, days.first), min(last, days.last))
    return cut if cut.first <= cut.last else days


def _length(days: Days) -> int:
    """In whole months; 0 where the days are none such."""
    after = days.last + DAY
    return (after.year - days.first.year) * 12 + after.month - days.first.month if after.day == days.first.day else 0


def _parts(days: Days, parts: int, number: int, count: int) -> Days:
    """`count` of so many equal parts: in whole months where these can be divided, else by days. A week stays whole."""
    length = _length(days)
    if (days.last - days.first).days < _SHORTEST:
        return days
    count = min(count, parts)
    begin = parts - count if number < 0 else min(number, parts - count)
    if length and length % parts == 0:
        first = months_later(days.first, length // parts * begin)
        return Days(first, months_later(first, length // parts * count) - DAY)
    whole = (days.last - days.first).days + 1
    first = days.first + timedelta(days=whole * begin // parts)
    return Days(first, days.first + timedelta(days=whole * (begin + count) // parts - 1))


def _weekend_of(days: Days, number: int) -> Days:
    """A weekend that begins inside."""
    saturday = days.first + timedelta(days=(5 - days.first.weekday()) % 7 + 7 * max(number, 0))
    if number < 0:
        saturday = recurring(days.last, 5).first
    return Days(saturday, saturday + DAY) if days.first <= saturday <= days.last else days
