"""From when until when a text's sentences tell of something, and how much of an asked time each of them tells of.

"She taught there from 1909 until 1914" answers "Where did she teach in 1911?" without naming that year, and "In 1962
she moved to Lugano" holds until another year is told of; "on Wednesday" is a day beside that of a report's publication.
Knows English wording alone; nothing of questions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from rag.counted_dates import counted_years, number_of_years
from rag.date_words import DATE, MONTHS
from rag.moments import moments
from rag.periods import months

_HOLDS_ON = 0.5  # what one counts that nothing ends, of what one counts whose last day is told
_INSIDE = 0.5  # what one counts at least that lies within the asked time
_SOME_DAY = 0.5  # what a month or a year counts of asked days: of one of them it need not tell
_FEW_DAYS = 27  # of such a time the days of dates count, of a longer one their months
_A_YEAR = 365  # days of an asked time of which one end is open
_LONG = 25 * _A_YEAR  # days: in brackets from a birth to a death, which tells nothing of what was when
_REPORTED = timedelta(days=7)  # after it happened
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()

_MONTH = "|".join(MONTHS)
_DATE = re.compile(
    rf"(?<![\w.,$£€])(?:(?:(?P<day>\d\d?)(?:st|nd|rd|th)?\s+)?(?P<month>{_MONTH})"
    r"(?:\s+(?P<other_day>\d\d?)(?:st|nd|rd|th)?)?,?\s+(?:of\s+)?)?"
    r"(?P<year>(?:1\d|20)\d\d)(?P<decade>s\b)?(?![\w%]|[.,:/]\d)",
    re.IGNORECASE,
)
_FOR_YEARS = re.compile(  # from what was told of last
    r"\b(?:for\s+(?:(?:the\s+)?(?:next|following)\s+)?|(?:stayed|remained|spent|served|lived|worked|kept|held|lasted|taught|played)"
    r"\s+(?:there\s+)?(?:for\s+)?(?:the\s+next\s+)?)(?P<count>[a-z]+|\d{1,2})\s+(?P<unit>years?|decades?)\b"
    r"(?!\s+(?:before|earlier|ago))",
    re.IGNORECASE,
)
_SHORT_END = re.compile(r"\s?[-–—]\s?(\d\d)(?!\d)")  # 1969–72
_AMOUNT = re.compile(r"\s+(?!(?:as|was|is|has|his|its|this|others)\b)[a-z]{3,}s\b")  # 1500 metres
_OF_TIME = re.compile(
    r"\b(?:in|of|on|by|since|from|to|until|till|after|before|between|and|during|around|about|early|late|mid)[\s-]*$"
)
_SOME_WORDS = r"(?:[a-z]+\s+(?:of\s+)?){0,2}$"  # "the summer of"
_BETWEEN = re.compile(rf"\bbetween\s+{_SOME_WORDS}", re.IGNORECASE)
_FROM = re.compile(rf"\b(?:since|from|after)\s+{_SOME_WORDS}", re.IGNORECASE)
_UNTIL = re.compile(
    rf"\b(?:until|till|up\s+to)\s+(?:the\s+)?{_SOME_WORDS}|\b(?:until|till)\s[^.;,()]{{0,40}}\bin\s+$", re.IGNORECASE
)
_A_TIME = (
    r"(?:(?:early|late|mid|about|around|spring|summer|autumn|winter|start|beginning|middle|end|year)\s+(?:of\s+)?)"
)
_TO = re.compile(  # "to the summer of", but not "is to open in"
    rf"[^.;()]{{0,30}}[-–—]\s*$|[^.;]*\bto\s+(?:the\s+)?{_A_TIME}{{0,2}}$"
    rf"|[^.;]*\b(?:through|until|till)\s+(?:the\s+)?{_SOME_WORDS}"
    r"|[^.;]*\b(?:until|till)\b[^.;,]{0,40}$"  # "until he was dismissed in"
)
_IS_OVER = re.compile(r"\b(?:born|died|dies|death|killed)\b[^.;]*$|\([^()]*$", re.IGNORECASE)  # it does not go on


@dataclass(frozen=True, slots=True)
class _Date:
    """A written day, month, year or decade; its first and last day as ordinals."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days as ordinals, both inclusive; `holds_on`: the text tells of the first alone; `once`: of some day of them."""

    first: int
    last: int
    holds_on: bool = False
    once: bool = False


def tells_of(
    sentences: Sequence[str], after: date | None, before: date | None, published: date | None = None
) -> np.ndarray:
    """(sentences,) of one text, in order: how much of the inclusive days each tells of, 0 to 1.

    Of days that are open at one end, a year at the other is meant. What was published in the week afterwards may name
    them without their year.
    """
    first = after.toordinal() if after else max(_FIRST, before.toordinal() - _A_YEAR) if before else _FIRST
    last = before.toordinal() if before else min(_LAST, first + _A_YEAR)
    by_day = last - first < _FEW_DAYS
    told = np.array([_share(stretches, first, last, by_day) for stretches in _told(sentences, published, by_day)])
    if published and before and before < published <= before + _REPORTED:
        told = np.maximum(told, [_reports(sentence, published, first, last) for sentence in sentences])
    return told


def goes_on(sentences: Sequence[str], day: date) -> np.ndarray:
    """(sentences,) of one text: 1 where one tells of what began and has no end, as "since 2018", before a day."""
    told = _told(sentences, None, by_day=False)
    return np.array(
        [any(one.first <= day.toordinal() <= one.last == _LAST and not one.holds_on for one in of) for of in told],
        float,
    )


def _reports(sentence: str, published: date, first: int, last: int) -> bool:
    """Whether a sentence tells of a day, as it names it beside the day of publication."""
    if not DATE.search(sentence):
        return False
    days = (moment.readings[0] for moment in moments(sentence, published) if moment.readings)
    return any(first <= one.first.toordinal() and one.last.toordinal() <= last for one in days)


def _share(stretches: Sequence[_Stretch], first: int, last: int, by_day: bool) -> float:
    best = 0.0
    for one in stretches:
        common = min(one.last, last) - max(one.first, first) + 1
        if common > 0:
            vague = by_day and one.once and one.last - one.first > last - first
            share = common / (last - first + 1) * (_HOLDS_ON if one.holds_on else _SOME_DAY if vague else 1.0)
            inside = first <= one.first and (one.last <= last or one.holds_on)
            best = max(best, share, _INSIDE if inside else 0.0)
    return best


def _told(sentences: Sequence[str], published: date | None, by_day: bool) -> list[list[_Stretch]]:
    """The stretches of each sentence; what nothing ends lasts until a later date of the text.

    What has an end alone begins on the day that was told of before, else on that of publication.
    """
    dates: list[list[_Date]] = []
    for sentence in sentences:
        dates.append(_with_counted(sentence, list(_dates(sentence, by_day)), [one for some in dates for one in some]))
    told, before = [], published.toordinal() if published else _FIRST
    known = published.toordinal() if published else _LAST
    for place, (sentence, found) in enumerate(zip(sentences, dates, strict=True)):
        later = [one.first for some in dates[place + 1 :] for one in some]
        told.append([*_stretches(sentence, found, before, later, known), *_for_years(sentence, found, before)])
        before = found[-1].first if found else before
    return told


def _stretches(
    sentence: str, dates: Sequence[_Date], before: int, later: Sequence[int], known: int
) -> Iterator[_Stretch]:
    """`before` is the day that the text told of last, `later` those that it tells of afterwards.

    What has a beginning alone lasts until the day when it was `known`, and may hold on after that.
    """
    joined = False
    for i, one in enumerate(dates):
        start, following = sentence[: one.start], dates[i + 1] if i + 1 < len(dates) else None
        if joined:
            joined = False
        elif following and _joined(start, sentence[one.end : following.start]):
            joined = True
            if start.count("(") == start.count(")") or following.last - one.first < _LONG:
                yield _Stretch(one.first, following.last)
        elif _UNTIL.search(start):
            begin = dates[i - 1].first if i else before
            yield _Stretch(begin if one.last - _LONG <= begin <= one.last else one.last - _LONG, one.last)
        elif _FROM.search(start):
            yield _Stretch(one.first, max(one.last, known))
            yield _Stretch(one.first, _LAST, holds_on=True)
        else:
            yield _Stretch(one.first, one.last, once=True)
            if not _IS_OVER.search(start):
                rest = (*(other.first for other in dates[i + 1 :]), *later)
                yield _Stretch(one.first, next((day - 1 for day in rest if day > one.last), _LAST), holds_on=True)


def _with_counted(sentence: str, dates: Sequence[_Date], earlier: Sequence[_Date]) -> list[_Date]:
    """Dates of a sentence with those that count from one before them: "six years later"."""
    told = [(-1, date.fromordinal(one.last).year) for one in earlier[-1:]]
    told += [(one.end, date.fromordinal(one.last).year) for one in dates]
    counted = [
        _Date(*span, date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
        for span, year in counted_years(sentence, told)
    ]
    return sorted([*dates, *counted], key=lambda one: one.start)


def _for_years(sentence: str, dates: Sequence[_Date], before: int) -> Iterator[_Stretch]:
    """ "For the next four years", from what the sentence told of last, or the text `before` it."""
    for match in _FOR_YEARS.finditer(sentence):
        years = number_of_years(match["count"], match["unit"])
        first = next((one.first for one in reversed(dates) if one.end <= match.start()), before)
        if years and first > _FIRST:
            yield _Stretch(first, first + years * _A_YEAR)


def _joined(before: str, between: str) -> bool:
    """Whether two dates are the ends of one stretch: "from 1909 to 1914", "between 1995 and 1999", "1949–1953"."""
    return bool(_TO.match(between)) or (between.strip() == "and" and bool(_BETWEEN.search(before)))


def _dates(sentence: str, by_day: bool) -> Iterator[_Date]:
    for found in _DATE.finditer(sentence):
        year, month = int(found["year"]), found["month"]
        if not month and _AMOUNT.match(sentence, found.end()) and not _OF_TIME.search(sentence[: found.start()]):
            continue
        if month:
            first, last = months(year, MONTHS.index(month.capitalize()) + 1)
            day = int(found["day"] or found["other_day"] or 0)
            if by_day and 0 < day <= last.day:
                first = last = first.replace(day=day)
        else:
            first, last = date(year, 1, 1), date(year + (9 if found["decade"] else 0), 12, 31)
        yield _Date(*found.span(), first.toordinal(), last.toordinal())
        if short := _SHORT_END.match(sentence, found.end()):
            end = year - year % 100 + int(short[1])
            if end > year:
                yield _Date(*short.span(1), date(end, 1, 1).toordinal(), date(end, 12, 31).toordinal())
