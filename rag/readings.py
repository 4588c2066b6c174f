"""Calendar expressions -> those that a question means as dates, with the words before and after that say how.

A preposition, a modifier ("early", "the first week of") or a date that it is listed with makes a date of "2022", "May"
or "Friday"; a word after it ("2022 cities", "Sunday Times") may make it something else. Combines no dates.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.expressions import find_expressions
from rag.lookalikes import is_name, is_newspaper_weekday, is_number
from rag.modifiers import modifier_before
from rag.occurrences import Expression
from rag.periods import Days


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression that is taken for a date: `text[start:end]`, with the words that it is read with.

    `relation` is "since", "until", "after", "before" or "in". `edge` is "start" or "end" where the words name that of
    the period. `joined` is the end of a range that the reading before it begins. `with_year` tells that one is written.
    """

    expression: Expression
    relation: str
    preposition: str
    narrow: Callable[[Days], Days]
    edge: str
    start: int
    end: int
    joined: bool
    with_year: bool


_SINCE = (
    r"(?:ever\s+)?since|starting|beginning|(?:on|in)\s+or\s+after"
    r"|not?\s+(?:earlier\s+than|before)"
)
_UNTIL = (
    r"(?:on|in)\s+or\s+before|not?\s+later\s+than|up\s+until|up\s+till|up\s+to|until|till|by|as\s+of|as\s+at|through"
)
_RELATIONS = {
    "both": r"before\s+and\s+after|before\s+or\s+after",
    "since": _SINCE,
    "until": _UNTIL,
    "after": r"after|later\s+than|following",
    "before": r"before|prior\s+to|earlier\s+than|ahead\s+of|preceding",
    "in": r"in(?:\s+the\s+course\s+of)?|over\s+the\s+course\s+of|during|throughout|within|on|at|over|from|between|last"
    r"|this\s+past|this|as\s+early\s+as|as\s+late\s+as",
}
_RELATION = re.compile(
    r"(?<![\w'’])(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _RELATIONS.items()) + r")\s+"
    r"(?P<filler>(?:(?:on|in|from|about|the|years?|month|of|last|this|past|at\s+least|roughly|approximately|as\s+early\s+as"
    r"|as\s+late\s+as|early\s+as)\s+)*)$",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"(?:\bthan|\bcompared? (?:with|to)|\brelative to|\bunlike|\bversus)\s+$", re.IGNORECASE)
_PLACES = {  # which of the prepositions "in", "on", ... make a date of an expression that could be something else
    "day": {"on", "from", "between", "last", "this past", "this"},
    "weekend": {"at", "on", "over", "during", "from"},
    "month": {"in", "during", "throughout", "within", "from", "between", "last", "this past", "this"},
}
_PLACES_OF_YEARS = {
    "in", "during", "throughout", "within", "from", "between", "in the course of", "over the course of", "as early as",
    "as late as",
}  # fmt: skip
_OF_A_YEAR = re.compile(
    r"\b(?:\w+est|most|best|worst|top|events?|news|stories|headlines)\b[^,;?]*\s+of\s+$", re.IGNORECASE
)

_TO = re.compile(r"\s*,?\s*(?:to|until|till|through|thru|up\s+to|[-–—])\s*(?:(?:the|in|on|about)\s+)*", re.IGNORECASE)
_AND = re.compile(r"\s*,?\s*and\s+(?:(?:the|in|on)\s+)*", re.IGNORECASE)
_LISTED = re.compile(
    r"\s*(?:,|,?\s*(?:and|or|&|versus|vs\.?|than|against|compared?s?\s+(?:to|with)))\s*(?:(?:in|on)\s+)?", re.IGNORECASE
)
_STOPS = r"(?=\s*(?:[,.?;]|$))"
_NOW = r"(?:now|today|date|(?:the|this)\s+(?:present|day))\b"
_ONWARDS = re.compile(
    rf"\s+(?:onwards?\b|on{_STOPS}|(?:and|or)\s+(?:after|later|since|onwards?|beyond){_STOPS}"
    rf"|(?:to|until|till|through|up\s+to)\s+{_NOW})",
    re.IGNORECASE,
)
_AND_NOW = re.compile(rf"\s*,?\s+and\s+{_NOW}", re.IGNORECASE)
_AND_EARLIER = re.compile(rf"\s+(?:and|or)\s+(?:before|earlier){_STOPS}", re.IGNORECASE)
# The other end of a range, which is an event: "from May 2020 to the fall of Kherson", "between the vote and May".
_EVENT = r"(?:the|his|her|its|their|an?|(?-i:[A-Z])[\w’'-]*)\s+"
_TO_AN_EVENT = {
    "from": re.compile(rf"\s*,?\s+(?:to|until|till|through|up\s+to)\s+{_EVENT}", re.IGNORECASE),
    "between": re.compile(rf"\s*,?\s+and\s+{_EVENT}", re.IGNORECASE),
}
_FROM_AN_EVENT = re.compile(
    r"\b(?:from\s+(?:(?!from\b|between\b)[\w’'-]+\s+){1,8}(?:to|until|till|through|up\s+to)"
    r"|between\s+(?:(?!from\b|between\b|and\b)[\w’'-]+\s+){1,8}and)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_TO_A_NUMBER = re.compile(r"\s*(?:to|until|and|or|[-–—])\s*[\d$€£]", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:will|shall|won['’]t|(?:is|are)\s+(?:(?:the|an?)\s+)?(?:[\w’'-]+\s+){0,4}?(?:going\s+to|to\s+(?=[a-z])|due|planned|"
    r"expected|scheduled|supposed|coming\s+up|on\s+$))(?!.*\b(?:did|was|were|had|said)\b)",
    re.IGNORECASE,
)
_REACH = 100  # characters before an expression in which its modifier and preposition stand


def read_expressions(text: str, asked_on: date) -> list[Reading]:
    """In order of their places."""
    found: list[Reading] = []
    expressions = find_expressions(text, asked_on)
    for place, expression in enumerate(expressions):
        if found and expression.start < found[-1].end:
            continue
        reading = _read(text, expression, expressions[place + 1 :], found[-1] if found else None)
        if found and _number_range(text, found[-1], expression):
            found.pop()
        elif reading and (reading.joined or not _lies_ahead(expression, asked_on)):
            found.append(reading)
    if all(_COMPARED.search(text[: reading.start]) for reading in found):
        return []  # something else is compared with that time
    dated = any(reading.with_year for reading in found)
    return [reading for reading in found if dated or not _is_to_come(text, reading)]


def _read(text: str, expression: Expression, later: Sequence[Expression], previous: Reading | None) -> Reading | None:
    """With its modifier, its preposition, and the words after it; None for a name or a number."""
    base = max(previous.end if previous else 0, expression.start - _REACH)
    modifier = modifier_before(text[base : expression.start], expression.precision)
    start = base + modifier.start if modifier else expression.start
    between = text[previous.end : start] if previous else ""
    joined = previous is not None and bool(
        _TO.fullmatch(between) or (previous.preposition == "between" and _AND.fullmatch(between))
    )
    listed = previous is not None and bool(_LISTED.fullmatch(between))
    if is_number(text, expression, bool(modifier and modifier.around)):
        return None
    relation, preposition = "in", ""
    if not joined:
        match = _RELATION.search(text[base:start])
        if match and match["both"]:
            return None
        if match and (expression.certain or modifier or _licensed(match, expression)):
            start = base + match.start()
            relation = next(name for name in _RELATIONS if match[name])
            words = f"{match[relation]} {match['filler']}".lower().split()
            preposition = "last" if {"last", "past"} & set(words) else " ".join(match[relation].lower().split())
        elif not (
            expression.certain
            or modifier
            or listed
            or is_newspaper_weekday(text, expression)
            or _leads(text, expression, later)
            or _of_a_year(text, expression)
        ):
            return None
    if is_name(text, expression, relation, preposition, base + modifier.start if modifier else expression.start):
        return None
    found = Reading(
        expression, relation, preposition, modifier.narrow if modifier else _unchanged,
        modifier.edge if modifier else "", start, expression.end, joined, _has_year(text, expression),
    )  # fmt: skip
    return _opened(text, found, later)


def _unchanged(days: Days) -> Days:
    return days


def _opened(text: str, reading: Reading, later: Sequence[Expression]) -> Reading | None:
    """Open at an end where the words around say so: "onwards", or a range whose other end is an event."""
    if after := _ONWARDS.match(text, reading.end):
        return replace(reading, relation="since", end=after.end())
    if after := _AND_EARLIER.match(text, reading.end):
        return replace(reading, relation="until", end=after.end())
    if reading.preposition == "between" and (after := _AND_NOW.match(text, reading.end)):
        return replace(reading, relation="since", end=after.end())
    if reading.preposition in ("from", "between"):
        following = later[0].start if later else len(text) + 1
        if (after := _TO_AN_EVENT[reading.preposition].match(text, reading.end)) and after.end() < following:
            return replace(reading, relation="since")
        number = _TO_A_NUMBER.match(text, reading.end)
        if number and reading.expression.precision == "year" and number.end() - 1 < following:
            return None  # from 2000 to 2500
    if not reading.joined and reading.relation == "in" and _FROM_AN_EVENT.search(text[: reading.start]):
        return replace(reading, relation="until")
    return reading


def _licensed(match: re.Match[str], expression: Expression) -> bool:
    filler = match["filler"].lower()
    plain = expression.precision not in ("decade", "quarter", "weekend") and not re.search(r"year|month", filler)
    if "the " in filler and plain:
        return False
    words = " ".join((match["in"] or "").lower().split())
    return not words or words in _PLACES.get(expression.precision, _PLACES_OF_YEARS)


def _leads(text: str, expression: Expression, later: Sequence[Expression]) -> bool:
    """Whether a range begins with it whose other end is of its kind and certain: "Jan-Mar 2022"."""
    if not later or later[0].precision != expression.precision:
        return False
    return bool(_TO.fullmatch(text[expression.end : later[0].start])) and _has_year(text, later[0])


def _of_a_year(text: str, expression: Expression) -> bool:
    """ "The biggest stories of 2023", but not "the treaty of 1867"."""
    ends = re.match(r"\s*(?:$|[,.?;:!])", text[expression.end :])
    return expression.precision == "year" and bool(ends and _OF_A_YEAR.search(text[: expression.start]))


def _has_year(text: str, expression: Expression) -> bool:
    return expression.precision in ("day", "month") and bool(
        re.search(r"\d{4}", text[expression.start : expression.end])
    )


def _number_range(text: str, first: Reading, expression: Expression) -> bool:
    """Whether a year turns out to begin a range of numbers: "from 2000 to 1500", "between 1500 and 2000 troops"."""
    between = text[first.end : expression.start]
    if not first.expression.precision == expression.precision == "year":
        return False
    if not (_TO.fullmatch(between) or (first.preposition == "between" and _AND.fullmatch(between))):
        return False
    return is_number(text, expression) or text[expression.start : expression.end] < text[first.expression.start :][:4]


def _lies_ahead(expression: Expression, asked_on: date) -> bool:
    days = expression.latest(asked_on)
    return expression.precision in ("year", "decade") and days is not None and days.first > asked_on


def _is_to_come(text: str, reading: Reading) -> bool:
    """Whether the question is about what will be, and the next Friday, November or weekend is meant."""
    comes_again = reading.expression.cycle or reading.expression.upcoming
    return bool(comes_again and _AHEAD.search(text[: reading.expression.start]))
