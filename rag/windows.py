"""A question -> the days that it asks about, and whether it wants the newest.

Reads English wording alone; knows no documents, so it cannot say when an event took place.

Conventions, with those of `rag/expressions.py`:
- "after X" begins on the day after X's last day, "before X" ends on the day before its first, "since X" begins on its
  first day; "until X", "by X" and "as of X" end on its last day. Such windows are open at the other end.
- "after the report of X" and "before he left in X" date something by X, so X itself is inside.
- Several dates: from the earliest to the latest, which shuts nothing out, or, where one only begins and another only
  ends a window, between them. A range of which one end is an event is open there. Where one of several reports is dated
  and the others are not, there is no window, since it would lose them.
- Early, mid and late: days 1-10, 11-20 and from the 21st of a month; four months each of a year, a month each of a
  season or quarter; years 0-3, 4-6 and 7-9 of a decade.
- A day or month without a year is the most recent one that has begun, a weekday the most recent before the day of
  asking; "this Friday" and "Friday this week" are of the week of asking, unless the question tells of the past. Where
  it asks what will be, the next one is meant, and there is no window.
- A bare year or decade counts after "in", "during", "from", "between" and what bounds ("since 1963"), and after "of" in
  "the best songs of 1963"; not as part of a name ("the 1963 treaty"), not as a number ("1963 seats"), and not when it
  lies after the day of asking: then it says what is planned.
- "The two days after X" are a stretch, "two days after X" is one day, "two years after X" a calendar year.
- "Today" is a day in "What happened today?" and the present in "What is it called today?".
- Times of day are ignored. "Around" a day is three days either way.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from rag.lookalikes import means_nowadays
from rag.occurrences import Precision
from rag.periods import DAY, Days, week_of
from rag.readings import Reading, read_expressions


@dataclass(frozen=True, slots=True)
class Window:
    """Both days are inclusive; None is an open end. `words` are the question's own, of separate dates with "; ".

    Where it is not `strict`, it goes around the dates of several things that are asked about, and shuts nothing out.
    """

    after: date | None
    before: date | None
    words: str
    strict: bool = True


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
    words = "; ".join(question[bound.start : bound.end].strip() for bound in bounds)
    if len(bounds) == 1:
        return Window(bounds[0].after, bounds[0].before, words)
    if len(bounds) == 2 and (between := _between(bounds)):
        return Window(
            *between, words, strict=not re.search(r"\breport", question, re.IGNORECASE)
        )  # those of two reports
    return Window(*_around(bounds), words, strict=False)


def named_days(question: str, asked_on: date) -> tuple[date, ...]:
    """The single days that the question asks about, in its order: documents of these days are likely meant.

    Not those that only bound a window which shuts others out: what happened "since 24 February" is told on other days.
    Where several dates shut nothing out, each may be that of a report, also of one "published before 7 October".
    """
    readings = read_expressions(question, asked_on)
    window = read_window(question, asked_on)
    strict = window is not None and window.strict
    named = []
    for place, (reading, whole) in enumerate(zip(readings, _days(readings, asked_on, question), strict=True)):
        of_range = reading.joined or (place + 1 < len(readings) and readings[place + 1].joined)
        days = _narrowed(reading, whole)
        single = days and days.first == days.last and reading.expression.precision == "day"
        if days and single and not of_range and (reading.relation == "in" or not strict):
            named.append(days.first)
    return tuple(dict.fromkeys(named))


def _between(bounds: list[_Bound]) -> tuple[date, date] | None:
    """The days between two bounds of which one only begins and the other only ends a window."""
    lower = [bound.after for bound in bounds if bound.after and not bound.before]
    upper = [bound.before for bound in bounds if bound.before and not bound.after]
    return (lower[0], upper[0]) if lower and upper and lower[0] <= upper[0] else None


def _around(bounds: list[_Bound]) -> tuple[date | None, date | None]:
    lower = [bound.after for bound in bounds if bound.after]
    upper = [bound.before for bound in bounds if bound.before]
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
    for reading, whole in zip(readings, _days(readings, asked_on, question), strict=True):
        days, precision = _narrowed(reading, whole), reading.expression.precision
        if days is None:
            continue
        if reading.joined and found:
            begun = found.pop()
            first = begun.after or days.last
            both = Days(min(first, days.last), max(first, days.last))
            before = None if reading.relation == "since" else both.last
            found.append(_Bound(both.first, before, both, precision, begun.start, reading.end))
        else:
            found.append(_Bound(*_ends(reading, days), days, precision, reading.start, reading.end))
    return found


def _narrowed(reading: Reading, whole: Days | None) -> Days | None:
    try:
        return reading.narrow(whole) if whole else None
    except OverflowError:  # beyond the calendar
        return None


def _days(readings: list[Reading], asked_on: date, question: str) -> list[Days | None]:
    """The days of each reading; one without a year takes that of a date beside it."""
    written = [
        (at, days)
        for at, reading in enumerate(readings)
        if reading.with_year and (days := reading.expression.latest(asked_on))
    ]
    found: list[Days | None] = [None] * len(readings)
    for place in range(len(readings) - 1, -1, -1):
        reading = readings[place]
        earlier = [days for at, days in written if at < place]
        later = [days for at, days in written if at > place]
        following = found[place + 1] if place + 1 < len(readings) and readings[place + 1].joined else None
        try:
            if not reading.expression.cycle:
                found[place] = reading.expression.latest(asked_on)
            elif earlier:
                found[place] = reading.expression.earliest(earlier[-1].first)
            elif later or following:
                found[place] = reading.expression.latest(later[0].last if later else following.first)  # type: ignore[union-attr]
            else:
                found[place] = _most_recent(reading, asked_on, question)
        except OverflowError:  # before the first day of the calendar
            continue
    return found


def _most_recent(reading: Reading, asked_on: date, question: str) -> Days | None:
    """Of a date without a year, with none beside it."""
    expression = reading.expression
    if reading.preposition == "last" and expression.precision == "month":
        return expression.latest(asked_on.replace(day=1) - DAY)
    if expression.cycle != 7 or expression.precision != "day":
        return expression.latest(asked_on)
    if reading.preposition == "this":
        return expression.latest(asked_on if _PAST.search(question) else week_of(asked_on).last)
    return expression.latest(asked_on - DAY)


_PAST = re.compile(r"\b(?:did|was|were|had|has|have|said|\w+ed)\b", re.IGNORECASE)


def _ends(reading: Reading, days: Days) -> tuple[date | None, date | None]:
    relation, edge = reading.relation, reading.edge
    try:
        return _open(relation, edge, days)
    except OverflowError:  # the day after the last one of the calendar
        return days.first, days.last


def _open(relation: str, edge: str, days: Days) -> tuple[date | None, date | None]:
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
_AS_A_VERB = re.compile(
    r"\b(?:[Dd]id|[Dd]oes|[Dd]o|[Ww]ill)\s+(?:the\s+\w+|[A-Z]\w*(?:\s+[A-Z]\w*)*|they|he|she)\s+(?:report|review)\b"
)
_COMPARES = re.compile(
    r"\b(?:in)?consisten\w+|\bcompar\w+|\bcontra(?:st|dict)\w*|\bdiscrepanc\w+|\b(?:dis)?agree\w*|\bdiffer\w*",
    re.IGNORECASE,
)


def _compares_reports(question: str) -> bool:
    """Several reports of which one is dated: its day would leave out the others."""
    reports = len(_REPORT.findall(_AS_A_VERB.sub("", question)))
    return reports > 1 or bool(reports and _COMPARES.search(question))


_LATEST = re.compile(
    r"(?<!at the )\b(?:latest|newest|most\s+recent(?:ly)?|currently|nowadays|these\s+days|at\s+present|lately"
    r"|at\s+the\s+moment|so\s+far|to\s+date|up\s+to\s+date|as\s+of\s+(?:now|today)"
    r"|(?:in|over)\s+recent\s+(?:days|weeks|months)|recently(?=\W*$))\b"
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
