"""Days, weeks, months and years as stretches of days, and their parts. Knows the calendar; reads no text."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)


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
    """The day that lies a number of hours, days, weeks, months, years or decades before another."""
    if unit in ("month", "year", "decade"):
        return months_later(day, -count * {"month": 1, "year": 12, "decade": 120}[unit])
    return day - timedelta(days={"hour": (count + 23) // 24, "day": count, "week": 7 * count}[unit])


def calendar_unit(day: date, unit: str) -> Days:
    """The calendar week, month, quarter or year that a day lies in; for a smaller unit the day itself."""
    if unit == "week":
        return week_of(day)
    if unit in ("month", "quarter", "year"):
        length = {"month": 1, "quarter": 3, "year": 12}[unit]
        return months(day.year, (day.month - 1) // length * length + 1, length)
    return Days(day, day)


def recurring(day: date, weekday: int, length: int = 1) -> Days:
    """The latest `length` days from a weekday on (Monday is 0) that begin no later than a day."""
    first = day - timedelta(days=(day.weekday() - weekday) % 7)
    return Days(first, first + timedelta(days=length - 1))


def third(days: Days, number: int) -> Days:
    """The first, second or third third, from 0: of whole months where there are three, else of a month by ten days."""
    length = (days.last.year - days.first.year) * 12 + days.last.month - days.first.month + 1
    if length >= 120:
        return Days(
            *(months(days.first.year + years, 1, 12)[end] for end, years in enumerate([(0, 3), (4, 6), (7, 9)][number]))
        )
    if length >= 3:
        first = months_later(days.first, number * (length // 3))
        return months(first.year, first.month, length // 3)
    if (days.last - days.first).days < 27:
        return days
    bounds = (1, 11, 21)
    last = days.first.replace(day=bounds[number + 1]) - DAY if number < 2 else days.last
    return Days(days.first.replace(day=bounds[number]), last)


def portion(days: Days, unit: str, number: int, count: int = 1) -> Days:
    """`count` units from the numbered one on, from 0; with -1 the last ones. Half a month ends on the 15th."""
    if unit == "third":
        return third(days, number % 3)
    if unit == "half" and (days.last - days.first).days < 31:
        return (
            Days(days.first, days.first.replace(day=15)) if number == 0 else Days(days.first.replace(day=16), days.last)
        )
    if unit in ("day", "week"):
        length = timedelta(days=count * (7 if unit == "week" else 1))
        first = days.last - length + DAY if number < 0 else days.first + length * number
        return Days(max(first, days.first), min(first + length - DAY, days.last))
    length_in_months = count * {"month": 1, "quarter": 3, "half": 6}[unit]
    first = (
        months_later(days.last + DAY, -length_in_months)
        if number < 0
        else months_later(days.first, length_in_months * number)
    )
    return Days(first, months_later(first, length_in_months) - DAY)
