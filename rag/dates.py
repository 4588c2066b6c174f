"""Written dates -> date or datetime. Knows ISO 8601 and a day with its month's English name.

Words such as "last week" belong to questions, and 3/4/2024 means two days.
"""

import contextlib
import re
from datetime import date, datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d\d?)(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_SPELLED = [
    re.compile(rf"(?<!\w){_WEEKDAY}{order},? (?P<year>\d{{4}})(?!\d)", re.IGNORECASE)
    for order in (rf"{_DAY} (?:of )?{_MONTH}", rf"{_MONTH} {_DAY}")
]
_SEPARATORS = re.compile(r"[\s_.,-]+")
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


def parse_date(value: str | date | datetime) -> date | datetime:
    """ISO 8601, "4 March 2031" or "March 4, 2031" -> a date, or a datetime where a time is given.

    Raises ValueError that names the value.
    """
    if isinstance(value, date):  # a datetime is one too
        return value
    written = value.strip()
    for read in (date.fromisoformat, datetime.fromisoformat, _spelled):
        with contextlib.suppress(ValueError):
            return read(written)
    raise ValueError(f"{value!r} is not a date; write it as YYYY-MM-DD")


def parse_day(value: str | date | datetime) -> date:
    """The same, without its time."""
    parsed = parse_date(value)
    return parsed.date() if isinstance(parsed, datetime) else parsed


def date_alone(title: str) -> date | None:
    """The day that is all of a title; None where it says more, or something else."""
    with contextlib.suppress(ValueError):
        return parse_day(title)
    return None


def date_in_name(name: str) -> date | None:
    """The one day that a file's name has, as 2031-03-04, 20310304 or "4 March 2031"; None of two or none."""
    days = set()
    for year, _, month, day in _IN_NAME.findall(name):
        with contextlib.suppress(ValueError):
            days.add(date(int(year), int(month), int(day)))
    for form in _SPELLED:
        for found in form.finditer(_SEPARATORS.sub(" ", name)):
            with contextlib.suppress(ValueError):
                days.add(_day(found))
    return days.pop() if len(days) == 1 else None


def _spelled(written: str) -> date:
    found = next(filter(None, (form.fullmatch(" ".join(written.split())) for form in _SPELLED)), None)
    if not found:
        raise ValueError
    return _day(found)


def _day(found: re.Match[str]) -> date:
    return date(int(found["year"]), 1 + _MONTHS.index(found["month"][:3].lower()), int(found["day"]))
