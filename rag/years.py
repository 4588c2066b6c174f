"""The year that a question means by dates without one: that of documents, where there are none of the most recent days.

Knows English dates and the days of a library's documents; reads no documents.
"""

from collections.abc import Sequence
from datetime import date

from rag.readings import read_expressions
from rag.windows import Window, read_window

_YEARLY = 365
_OF_NOW = ("last", "this", "this past")  # "last March" is counted from the day of asking, whatever documents there are


def counted_from(question: str, asked_on: date, days: Sequence[date]) -> date:
    """The day from which to count its dates back. `days` are those of the library's documents, in order.

    That of asking; but where "on 20 September" then names days of which there is no document, and the same days of an
    earlier year have one, the end of the latest such year; where none has, but they lie among the documents' days, the
    latest of these.
    """
    known = [day for day in days if day <= asked_on]
    if not known or not _without_year(question, asked_on):
        return asked_on
    ends = sorted({min(date(day.year, 12, 31), asked_on) for day in known} | {asked_on}, reverse=True)
    windows = ((end, read_window(question, end)) for end in ends)
    held = next((end for end, window in windows if window and _holds_any(window, known)), None)
    among = read_window(question, known[-1])
    return held or (known[-1] if among and among.after and known[0] <= among.after else asked_on)


def _without_year(question: str, asked_on: date) -> bool:
    """Whether it has dates that come every year, and nothing else that says when."""
    readings = read_expressions(question, asked_on)
    return bool(readings) and all(
        one.expression.cycle == _YEARLY and not one.with_year and one.preposition not in _OF_NOW for one in readings
    )


def _holds_any(window: Window, days: Sequence[date]) -> bool:
    after, before = window.after or date.min, window.before or date.max
    return any(after <= day <= before for day in days)
