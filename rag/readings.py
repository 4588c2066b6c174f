"""Calendar expressions -> those that a question means as dates, with the words before and after that say how.

A preposition, a modifier ("early", "the first week of") or a date that it is listed with makes a date of "2022", "May"
or "Friday"; a word after it ("2022 cities", "Sunday Times") may make it something else. Combines no dates.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from rag.expressions import AMOUNT, Expression, amount_of, find_expressions
from rag.periods import DAY, Days, back, portion, third, week_of


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression that is taken for a date: `text[start:end]`, with the words that it is read with.

    `relation` is "since", "until", "after", "before" or "in". `edge` is "start" or "end" where the words name that of
    the period. `joined` is the end of a range that the reading before it begins.
    """

    expression: Expression
    relation: str
    preposition: str
    narrow: Callable[[Days], Days]
    edge: str
    start: int
    end: int
    joined: bool


_SINCE = r"(?:ever\s+)?since|starting|beginning|on\s+or\s+after|not?\s+earlier\s+than"
_UNTIL = r"on\s+or\s+before|not?\s+later\s+than|up\s+until|up\s+till|up\s+to|until|till|by|as\s+of|as\s+at|through"
_RELATIONS = {
    "since": _SINCE,
    "until": _UNTIL,
    "after": r"after|later\s+than|following",
    "before": r"before|prior\s+to|earlier\s+than|ahead\s+of|preceding",
    "in": r"in|during|throughout|within|on|at|over|from|between|last|this\s+past|this",
}
_RELATION = re.compile(
    r"(?<![\w'’])(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _RELATIONS.items()) + r")\s+"
    r"(?P<filler>(?:(?:on|in|from|about|the|years?|month|of|last|this|past)\s+)*)$",
    re.IGNORECASE,
)
_PLACES = {  # which of the prepositions "in", "on", ... make a date of an expression that could be something else
    "day": {"on", "from", "between", "last", "this past", "this"},
    "weekend": {"at", "on", "over", "during", "from"},
    "month": {"in", "during", "throughout", "within", "from", "between", "last", "this past", "this"},
}
_PLACES_OF_YEARS = {"in", "during", "throughout", "within", "from", "between"}

_TO = re.compile(r"\s*,?\s*(?:to|until|till|through|thru|up\s+to|[-–—])\s*(?:(?:the|in|on|about)\s+)*", re.IGNORECASE)
_AND = re.compile(r"\s*,?\s*and\s+(?:(?:the|in|on)\s+)*", re.IGNORECASE)
_LISTED = re.compile(
    r"\s*(?:,|,?\s*(?:and|or|&|versus|vs\.?|than|against|compared\s+(?:to|with)))\s*(?:(?:in|on)\s+)?", re.IGNORECASE
)
_STOPS = r"(?=\s*(?:[,.?;]|$))"
_ONWARDS = re.compile(
    rf"\s+(?:onwards?\b|on{_STOPS}|(?:and|or)\s+(?:after|later|since|onwards?|beyond){_STOPS}"
    r"|(?:to|until|till|through|up\s+to)\s+(?:now|today|date|(?:the|this)\s+(?:present|day))\b)",
    re.IGNORECASE,
)
_AND_EARLIER = re.compile(rf"\s+(?:and|or)\s+(?:before|earlier){_STOPS}", re.IGNORECASE)

_REACH = 100  # characters before an expression in which its modifier and preposition stand
_PART = re.compile(
    r"(?:\bthe\s+)?\b(?P<part>early|mid|late|start|beginning|middle|end)(?:-|\s+)(?:(?:in|on|of)\s+)?(?:the\s+)?"
    r"(?:(?:year|month)\s+(?:of\s+)?)?$",
    re.IGNORECASE,
)
_PARTS = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
_PORTION = re.compile(
    rf"(?:\bthe\s+)?(?:\b(?P<nth>first|1st|opening|second|2nd|third|3rd|fourth|4th|last|final|latter)\s+"
    rf"(?:(?P<amount>{AMOUNT})\s+)?|\b(?P<hyphenated>first|second|third|fourth)-)(?P<unit>day|week|month|quarter|half|third)s?"
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
    rf"(?:\b(?P<the>the)\s+)?\b(?:(?P<amount>{AMOUNT})\s+)?(?P<unit>day|week|month|year)(?P<plural>s)?\s+"
    r"(?P<side>after|before|following|preceding|leading\s+up\s+to)\s+$",
    re.IGNORECASE,
)
_AROUND = re.compile(r"\b(?:around|circa)\s+(?:the\s+)?$", re.IGNORECASE)


def read_expressions(text: str, asked_on: date) -> list[Reading]:
    """In order of their places."""
    found: list[Reading] = []
    for expression in find_expressions(text, asked_on):
        if found and expression.start < found[-1].end:
            continue
        reading = _read(text, expression, found[-1] if found else None)
        if reading and not _lies_ahead(expression, asked_on):
            found.append(reading)
    return found


def _read(text: str, expression: Expression, previous: Reading | None) -> Reading | None:
    """With its modifier, its preposition, and the words after it; None for a name or a number."""
    base = max(previous.end if previous else 0, expression.start - _REACH)
    narrow, edge, start = _modifier(text[base : expression.start], expression)
    start += base
    modified = start < expression.start
    between = text[previous.end : start] if previous else ""
    joined = previous is not None and bool(
        _TO.fullmatch(between) or (previous.preposition == "between" and _AND.fullmatch(between))
    )
    listed = previous is not None and bool(_LISTED.fullmatch(between))
    relation, preposition = "in", ""
    if not joined:
        match = _RELATION.search(text[base:start])
        if match and (expression.certain or modified or _licensed(match, expression)):
            start = base + match.start()
            relation = next(name for name in _RELATIONS if match[name])
            words = f"{match[relation]} {match['filler']}".lower().split()
            preposition = "last" if {"last", "past"} & set(words) else " ".join(match[relation].lower().split())
        elif not (expression.certain or modified or listed or joined or _newspaper_weekday(text, expression)):
            return None
    if not modified and _names_something(text, expression, preposition):
        return None
    end = expression.end
    if after := _ONWARDS.match(text, end):
        relation, end = "since", after.end()
    elif after := _AND_EARLIER.match(text, end):
        relation, end = "until", after.end()
    return Reading(expression, relation, preposition, narrow, edge, start, end, joined)


def _licensed(match: re.Match[str], expression: Expression) -> bool:
    filler = match["filler"].lower()
    if "the " in filler and expression.precision not in ("decade", "weekend") and not re.search(r"year|month", filler):
        return False
    words = " ".join((match["in"] or "").lower().split())
    return not words or words in _PLACES.get(expression.precision, _PLACES_OF_YEARS)


def _newspaper_weekday(text: str, expression: Expression) -> bool:
    """ "Friday's figures" and "was announced Friday", but not "Good Friday's date" or "every Friday"."""
    if expression.precision != "day" or not re.match(r"['’]s\s+[a-z]|\s*[?.]*$", text[expression.end :]):
        return False
    return not re.search(
        r"\b(?:[A-Z]\w*|next|every|each|an?|any|of|or|and)\s+$",
        text[max(0, expression.start - _REACH) : expression.start],
    )


_COUNTED = (
    r"people|persons|men|women|children|soldiers|troops|cities|towns|seats|votes|words|pages|copies|cases|jobs|homes"
    r"|met(?:er|re)s?|m|km|kilomet(?:er|re)s?|miles?|feet|ft|kg|tonn?e?s?|pounds?|dollars?|euros?|roubles?|rubles?|yen"
    r"|hours?|days?|weeks?|months?|years?|points?|percent|per\s+cent|members|workers|employees|students|ships|cars|units"
)
_EVENTS = (
    r"world|olympics?|games|cup|championships?|euros?|census|elections?|vote|referendum|act|season|edition|models?|films?"
    r"|movies?|albums?|novels?|treaty|war|revolution|uprising|agreement|accords?|coup|crisis|crash|attacks?|earthquake"
    r"|summit|conference|final|campaign|budget|borders|law|constitution|problem|bug|grand\s+prix|pandemic|flu|sitcom"
)
_NOT_YEARS = re.compile(rf"\s+(?:{_COUNTED}|{_EVENTS})\b|-\w", re.IGNORECASE)
_NAMES_AFTER_DAYS = re.compile(
    r"\s+(?:Times|Mirror|Telegraph|Mail|Express|Post|Herald|Independent|People|World|Sport|Service|Night|Agreement|Accords?"
    r"|League|Addams|Club|Prayers?|School|Sales?)\b"
)
_NAMES_BEFORE_DAYS = re.compile(r"\b(?:Mail|Live|Football)\s+on\s+$")
_GIVEN_NAMES = {"april", "may", "june", "august", "march", "jan"}
_GOES_ON = re.compile(
    r"\s*(?:$|[,.?;:!)\"”]|(?:and|or|to|when|while|who|whom|that|which|what|where|how|why|did|do|does|was|were|is|are|had|has"
    r"|have|by|for|with|at|in|on|as|before|after|but|than|because|until|there|he|she|it|they|from)\b)",
    re.IGNORECASE,
)


def _names_something(text: str, expression: Expression, preposition: str) -> bool:
    after, word = text[expression.end :], text[expression.start : expression.end]
    if expression.precision == "decade":
        return not _GOES_ON.match(after)
    if expression.precision == "year":
        return bool(_NOT_YEARS.match(after))
    if expression.certain:
        return word.lower() == "today" and means_nowadays(text)
    if expression.precision == "day":
        return bool(
            _NAMES_AFTER_DAYS.match(after)
            or _NAMES_BEFORE_DAYS.search(text[max(0, expression.start - _REACH) : expression.start])
        )
    if expression.precision == "month" and word.lower().rstrip(".") in _GIVEN_NAMES:
        adverbial = preposition in _PLACES["month"] or preposition in ("since", "until")
        opens = bool(re.fullmatch(r"\w+\s+", text[: expression.start]))  # "In May Kyiv said"
        if word == "May" and not adverbial and preposition:
            return True
        return bool(re.match(r"['’]s\b", after) or (re.match(r"\s+[A-Z]", after) and not opens))
    return False


_PRESENT = re.compile(r"\b(?:is|are|be|do|does|can)(?:n['’]t)?\b(?!\s+(?:\w+\s+){0,3}\w+ing\b)", re.IGNORECASE)
_NEWS = re.compile(r"\b(?:happen\w*|news|headlines)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:did|was|were|has|have|had|said|told|won|lost|met|spoke|died|began|broke|left|made|took|\w+ing|\w+ed)\b",
    re.IGNORECASE,
)


def means_nowadays(text: str) -> bool:
    """ "What is it called today?" asks for the present, "What happened today?" for a day's news."""
    if not re.search(r"\btoday\b(?!['’]s)", text) or _NEWS.search(text):
        return False
    return bool(_PRESENT.search(text)) or not _PAST.search(text)


def _unchanged(days: Days) -> Days:
    return days


def _modifier(before: str, expression: Expression) -> tuple[Callable[[Days], Days], str, int]:
    """How the words that end `before` narrow the days, which edge they name, and where they start."""
    if match := _PART.search(before):
        part = match["part"].lower()
        edge = {"start": "start", "beginning": "start", "end": "end"}.get(part, "")
        narrow = _unchanged if expression.precision == "day" else lambda days: third(days, _PARTS[part])
        return narrow, edge, match.start()
    if expression.precision == "day":
        if match := _WEEK_OF.search(before):
            return _around_week(match["unit"].lower(), match["how"].lower()), "", match.start()
        if match := _AROUND.search(before):
            return lambda days: Days(days.first - 3 * DAY, days.last + 3 * DAY), "", match.start()
    elif match := _PORTION.search(before):
        return _portion(match), "", match.start()
    elif match := _AROUND.search(before):
        return _unchanged, "", match.start()
    if match := _STRETCH.search(before):
        amount = match["amount"] or ("few" if match["plural"] else "one")
        return _stretch(amount_of(amount), match["unit"].lower(), match["side"].lower()), "", match.start()
    return _unchanged, "", len(before)


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
    return lambda days: portion(days, unit, _ORDINALS.get(nth, -1), amount_of(match["amount"]))


def _stretch(count: int, unit: str, side: str) -> Callable[[Days], Days]:
    if side in ("after", "following"):
        return lambda days: Days(days.last + DAY, back(days.last, -count, unit))
    return lambda days: Days(back(days.first, count, unit), days.first - DAY)


def _lies_ahead(expression: Expression, asked_on: date) -> bool:
    days = expression.latest(asked_on)
    return expression.precision in ("year", "decade") and days is not None and days.first > asked_on
