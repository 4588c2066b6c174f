"""Text -> the calendar expressions in it, each with the days it names. Reads English; decides no question's window.

Conventions. Weeks run from Monday to Sunday. Seasons are the northern ones, whole months: spring March to May, winter
December to February, named after the year it begins in; "fall" is one beside its year or after "the", "in" and the
like, else a verb. "Last week" and "last month" are the calendar week and month before; "the last week" and "the past
two months" count back from the day of asking, which they include. "Two days ago" is a day, "two weeks ago" a calendar
week, "two years ago" a calendar year, "two hours ago" the day on which that was and the day of asking. "A few",
"several" and a plural without a number are at most five, and at least two. "Last year's" budget or election is no date.
02.10.2022 has its day first; 02/10/2022 is read as a date beside it that can only be read one way, else not at all.
No documents are dated by centuries: neither the 1800s nor the 19th century is read. Quarters are those of the calendar
year, never of a fiscal one.
"""

from datetime import date

from rag.occurrences import Expression
from rag.relative_dates import RELATIVE
from rag.written_dates import WRITTEN

_RULES = (*WRITTEN, *RELATIVE)


def find_expressions(text: str, asked_on: date) -> list[Expression]:
    """In order of their places, without overlaps."""
    found: list[Expression] = []
    for pattern, build in _RULES:
        for match in pattern.finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            try:
                expression = build(match, asked_on)
                if expression and expression.latest(asked_on):
                    found.append(expression)
            except (ValueError, OverflowError):  # 30 February, or 999 decades ago
                continue
    return sorted(found, key=lambda one: one.start)
