"""A question -> the days that it asks about, whether it wants the newest, and the event that it is bounded by.

Reads English wording alone; knows no documents, so it cannot say when an event took place.

Conventions, with those of `rag/expressions.py`:
- "after X" begins on the day after X's last day, "before X" ends on the day before its first, "since X" begins on its
  first day; "until X", "by X" and "as of X" end on its last day. Such windows are open at the other end.
- "after the report of X" and "before he left in X" date something by X, so X itself is inside.
- Several dates: from the earliest to the latest, or, where one only begins and another only ends a window, between
  them. Where one of several reports is dated and the others are not, there is no window, since it would lose them.
- Early, mid and late: days 1-10, 11-20 and from the 21st of a month; four months each of a year, a month each of a
  season or quarter; years 0-3, 4-6 and 7-9 of a decade.
- A day or month without a year is the most recent one that has begun, a weekday the most recent before the day of
  asking.
- A bare year or decade counts after a preposition ("in 1963"), not as part of a name ("the 1963 treaty"), and not when
  it lies after the day of asking: then it says what is planned.
- "Today" is a day in "What happened today?" and the present in "What is it called today?".
- Times of day are ignored. "Around" a day is three days either way.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.expressions import Precision
from rag.periods import DAY, Days
from rag.readings import Reading, means_nowadays, read_expressions
from rag.records import EventBound


@dataclass(frozen=True, slots=True)
class Window:
    """Both days are inclusive; None is an open end. `words` are the question's own, of separate dates with "; "."""

    after: date | None
    before: date | None
    words: str


@dataclass(frozen=True, slots=True)
class _Bound:
    """What one reading, or two that are joined, say of the window; `days` are those that they name."""

    after: date | None
    before: date | None
    days: Days
    precision: Precision
    start: int
    end: int


def read_window(question: str, asked_on: date) -> Window | None:
    """The calendar window that the question names, or None."""
    readings = read_expressions(question, asked_on)
    bounds = _bounds(question, readings, asked_on)
    if _REPORT.search(question) and any(bound.precision == "day" for bound in bounds):
        bounds = [bound for bound in bounds if bound.precision not in ("year", "decade")]
    if len(bounds) == 1:
        dated = _dating_an_event(question, bounds[0]) if readings[0].relation == "in" else bounds[0]
        if dated.precision == "day" and dated.before and _compares_reports(question):
            return None
        bounds = [dated]
    if not bounds:
        return None
    after, before = _together(bounds)
    return Window(after, before, "; ".join(question[bound.start : bound.end].strip() for bound in bounds))


def named_days(question: str, asked_on: date) -> tuple[date, ...]:
    """The single days that the question names, in its order: documents of these days are likely meant.

    Those that bound it too: what was "reported before 7 October" may well be of that day.
    """
    readings = read_expressions(question, asked_on)
    days = (
        _days(question, readings, place, asked_on)
        for place, reading in enumerate(readings)
        if reading.expression.precision == "day"
    )
    return tuple(dict.fromkeys(found.first for found in days if found and found.first == found.last))


def _together(bounds: list[_Bound]) -> tuple[date | None, date | None]:
    lower = [bound.after for bound in bounds if bound.after]
    upper = [bound.before for bound in bounds if bound.before]
    if len(bounds) == 1:
        return bounds[0].after, bounds[0].before
    if len(lower) + len(upper) == len(bounds) and lower and upper and max(lower) <= min(upper):
        return max(lower), min(upper)
    after = min(lower) if len(lower) == len(bounds) and upper else None
    before = max(upper) if len(upper) == len(bounds) and lower else None
    if after or before:
        return after, before
    # Each alone would be open the same way, so the dates are those of several things that are asked about.
    return min(bound.days.first for bound in bounds), max(bound.days.last for bound in bounds)


def _bounds(question: str, readings: list[Reading], asked_on: date) -> list[_Bound]:
    found: list[_Bound] = []
    for place, reading in enumerate(readings):
        whole = _days(question, readings, place, asked_on)
        if whole is None:
            continue
        days, precision = reading.narrow(whole), reading.expression.precision
        if reading.joined and found:
            begun = found.pop()
            first = begun.after or days.last
            both = Days(min(first, days.last), max(first, days.last))
            found.append(_Bound(*both, both, precision, begun.start, reading.end))
        else:
            found.append(_Bound(*_ends(reading, days), days, precision, reading.start, reading.end))
    return found


def _days(question: str, readings: list[Reading], place: int, asked_on: date) -> Days | None:
    """The days of one reading; one without a year takes that of a date beside it."""
    expression, preposition = readings[place].expression, readings[place].preposition
    if not expression.cycle:
        return expression.latest(asked_on)
    written = [
        (at, other.expression.latest(asked_on))
        for at, other in enumerate(readings)
        if other.expression.precision in ("day", "month") and re.search(r"\d{4}", question[other.start : other.end])
    ]
    earlier = [days for at, days in written if at < place and days]
    later = [days for at, days in written if at > place and days]
    if earlier:
        return expression.earliest(earlier[-1].first)
    if later:
        return expression.latest(later[0].last)
    if place + 1 < len(readings) and readings[place + 1].joined:
        following = _days(question, readings, place + 1, asked_on)
        return expression.latest(following.first) if following else None
    if preposition == "last" and expression.precision == "month":
        return expression.latest(asked_on.replace(day=1) - DAY)
    if preposition != "this" and expression.cycle == 7 and expression.precision == "day":
        return expression.latest(asked_on - DAY)
    return expression.latest(asked_on)


def _ends(reading: Reading, days: Days) -> tuple[date | None, date | None]:
    relation, edge = reading.relation, reading.edge
    if relation == "since" or (relation == "after" and edge == "start"):
        return days.first, None
    if relation == "after":
        return days.last + DAY, None
    if relation == "before" and edge != "end":
        return None, days.first - DAY
    if relation == "until" and edge == "start":
        return None, days.first
    if relation in ("before", "until"):
        return None, days.last
    return days.first, days.last


_DATED_EVENT = re.compile(
    r"\b(?:(?P<after>after|following|since(?=\s+(?:the|its|his|her|their)\b))|(?P<before>before|prior\s+to|until))\s+"
    r"(?!all\b)\w[^,;?]*(?:,\s+(?:published|released|dated|issued)\b[^,;?]*)?$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:did|do|does|who|what|which|how|where|why)\b", re.IGNORECASE)


def _dating_an_event(question: str, bound: _Bound) -> _Bound:
    """ "After the report published on X, ..." asks about the days from X on."""
    match = _DATED_EVENT.search(question[: bound.start])
    if not match or _ASKS.search(match[0]):
        return bound
    after, before = (bound.after, None) if match["after"] else (None, bound.before)
    return replace(bound, after=after, before=before, start=match.start())


_REPORT = re.compile(r"\b(?:reports?|articles?|pieces?|story|stories|reviews?)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:in)?consisten\w+|\bcompar\w+|\bcontra(?:st|dict)\w*|\bdiscrepanc\w+|\b(?:dis)?agree\w*|\bdiffer\w*",
    re.IGNORECASE,
)


def _compares_reports(question: str) -> bool:
    """Several reports of which one is dated: its day would leave out the others."""
    reports = len(_REPORT.findall(question))
    return reports > 1 or bool(reports and _COMPARES.search(question))


_LATEST = re.compile(
    r"(?<!at the )\b(?:latest|newest|most\s+recent(?:ly)?|currently|nowadays|these\s+days|at\s+present"
    r"|at\s+the\s+moment|so\s+far|to\s+date|up\s+to\s+date|as\s+of\s+(?:now|today))\b"
    r"|\b(?:the|its|his|her|their|whose|['’]s)\s+current\s+(?!of\b|in\b|was\b|is\b|flow)\w"
    r"|(?<!until )(?<!till )(?<!by )(?<!from )(?<!before )(?<![\w-])now\b(?!-|\s+that\b)",
    re.IGNORECASE,
)


_THE_NEWEST = re.compile(r"latest|newest|most\s+recent", re.IGNORECASE)


def wants_latest(question: str, of_some_reports: bool = False) -> bool:
    """Whether the newest is preferred ("latest", "now"), which is no window.

    Where the question is `of_some_reports` that it names, "now" is a time that these tell of: only "latest" tells then.
    """
    told = [match[0] for match in _LATEST.finditer(question) if match.start() == 0 or not match[0][0].isupper()]
    if of_some_reports:
        return any(_THE_NEWEST.match(words) for words in told)
    return bool(told) or means_nowadays(question)  # and no title: Apocalypse Now


_BOUNDING: dict[Literal["before", "after", "since", "until"], str] = {
    "after": r"after|following|in\s+the\s+wake\s+of",
    "before": r"before|prior\s+to|ahead\s+of|in\s+the\s+run-up\s+to",
    "since": r"since",
    "until": r"until|till|up\s+to",
}
_EVENT_HEADS = (
    r"votes?|elections?|referendums?|referenda|polls?|war|wars|attacks?|invasion|offensive|counter-?offensive|siege|battle"
    r"|ceasefire|truce|armistice|summit|talks|negotiations|conference|trial|verdict|ruling|sentencing|hearing|earthquake"
    r"|quake|storm|hurricane|cyclone|typhoon|tornado|floods?|flooding|wildfires?|fire|blaze|eruption|strikes?|walkout"
    r"|protests?|riots?|uprising|rebellion|mutiny|coup|revolution|match|game|final|tournament|race|world\s+cup|olympics"
    r"|launch|merger|takeover|acquisition|bankruptcy|collapse|crash|explosion|blast|shooting|bombing|massacre"
    r"|assassination|murder|death|funeral|wedding|coronation|inauguration|resignation|announcement|speech|debate|deal"
    r"|pandemic|outbreak|lockdown|scandal|accident|disaster|derailment|blackout|storming|annexation|mobili[sz]ation"
)
_NOT_IN_PHRASE = r"(?:of|in|on|at|to|for|with|by|from|and|or|that|which|who|was|were|is|are|has|had|did|do|does)"
_EVENT = re.compile(
    "(?<!\\w)(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _BOUNDING.items()) + r")\s+the\s+"
    rf"(?P<event>(?:(?!{_NOT_IN_PHRASE}\b)[\w'’-]+\s+){{0,3}}?(?:{_EVENT_HEADS})\b)(?![-'’])(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(
    r"\s+(?:of|on|in|over|at|with|between|against|for|by)\s+"
    r"(?:(?!(?:did|do|does|was|were|is|are|has|have|had|began|ended|started|who|what|which|how|when|where|why|that)\b)"
    r"[\w'’-]+(?:\s+(?=[\w'’-])|(?=[^\w\s]|$)))+",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:$|[,.?;:!)])|\s+(?:did|do|does|was|were|is|are|has|have|had|began|begin|broke|struck|hit|took|started|ended|who"
    r"|what|which|how|when|where|why|that|and|or|to|as|\w+ed)\b",
    re.IGNORECASE,
)


def event_bound(question: str) -> EventBound | None:
    """The event that bounds a question in time ("before the vote on X"); None for places, persons and written dates."""
    match = _EVENT.search(question)
    if not match:
        return None
    tail = _TAIL.match(match["rest"])
    event = match["event"] + (tail[0].rstrip() if tail else "")
    if re.search(r"\d", event) or not _GOES_ON.match(question[match.start("event") + len(event) :]):
        return None
    return EventBound(next(name for name in _BOUNDING if match[name]), event)
