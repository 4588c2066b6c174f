"""A sentence -> what restricts the values in it: days and hours, parts of a whole, rates, what is no longer so.

Knows English wording and the calendar; nothing of questions.
"""

import datetime as dt
import re
from dataclasses import dataclass

from rag.amounts import TALLY
from rag.expressions import find_expressions
from rag.occurrences import Expression, looks_ahead
from rag.periods import Days
from rag.saying_verbs import SPEAKING

_PART_BEFORE = re.compile(
    r"\b(?:another|further|including|among them|of whom|of them|additional|the other|only the|first|last|every|each)\s+"
    r"(?:an?\s+)?(?:\w+\s+)?$|\b(?:among|of) those\b.*$|(?:^|[,;]\s)of (?:the|its|their|all|these)\b[^;]*$|\balso\s+$",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    r"(?:\s+[\w’'-]+)?\s+(?:more|others?|of (?:them|whom|those|these)|alone|in the \w+ alone)\b"
    r"|\s+of (?:the|its|their|his|her|these|all)\b"
)
_SITE = re.compile(
    r"\b(?:at|in) (?:its|their|the company['’]s|one of its)\s+(?:[\w’'-]+\s+){0,2}?"
    r"(?:site|plant|factory|branch|office|division|unit|subsidiary|mill|yard)s?\b",
    re.IGNORECASE,
)
_FORMER_BEFORE = re.compile(
    r"\b(?:not|instead of|rather than|up from|down from|compared with|earlier|previously|initially|originally|formerly"
    r"|had been|than the|replac\w+|succeed\w*)\s+(?:\w+\s+){0,2}?$",
    re.IGNORECASE,
)
_FORMER_AFTER = re.compile(
    r"[^,.;]{0,30}\b(?:as (?:first|earlier|previously|originally|initially) \w+|(?:previously|first|earlier) reported"
    r"|as (?:planned|scheduled|expected|announced))\b"
)
_MARKS = re.compile(
    r"\b(?:women['’]?s?|men['’]s|junior|youth|senior|wheelchair|relay|under-\d+|league|cup|semi-?final|final|doubles"
    r"|singles|domestic|abroad|average|(?:first|second|third|fourth|last|opening|closing)[\s-](?:quarter|half|day|round"
    r"|phase|leg|stage|week|month|year|place|time|vote|reading)|Q[1-4]|children|northern|southern|eastern|western|net"
    r"|gross|record|expected|forecast|target|limit|capacity|return|by post|by mail|by proxy|online)\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"\b(?:(?:an?|each|per|every) (?P<unit>hour|day|week|month|year)|(?P<ly>da|week|month|year)(?:i?ly))\b"
    r"(?! (?:ago|earlier|later|before|after))"
)
_CLOCK = re.compile(
    r"\b(?:at|by|until|as of|before|after) (?P<time>noon|midnight|midday|dawn|dusk"
    r"|\d{1,2}(?:[.:]\d\d)? ?(?:[ap]\.?m\b|o['’]clock)|\d{1,2}[.:]\d\d\b"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:in the \w+|o['’]clock))",
    re.IGNORECASE,
)
_SPEAKING = "|".join(sorted(SPEAKING))
_REPORTED = re.compile(rf"\b(?:{_SPEAKING})\b(?:\s+(?!that\b)[\w’'-]+){{0,4}}?\s*(?:on\s+|late\s+|early\s+)*$")
_REPORTED_AFTER = re.compile(rf"^\s*(?:\w+\s+)?,?\s*[^,.]{{0,40}}\b(?:{_SPEAKING})\b")
_DATING = re.compile(
    r"\b(?:in|on|since|by|until|till|from|to|during|last|this|next|of|early|mid|late|before|after|around|for|and"
    r"|between)"
    r"[\s-]+(?:the\s+)?$",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:plans?|planned|wants?|wanted|aims?|aimed|hopes?|hoped|intends?|intended|expected|forecast|predicted"
    r"|will|would"
    r"|due)\b"
)
_DID = re.compile(r"\b(?:has|have|had|was|were|did)\b")
_SAID_BEFORE = "first|previously|earlier|initially|originally"
_UPDATE = re.compile(
    r"\b(?:(?:rais|revis|correct|updat|lower|increas|reduc)(?:ed|ing|es)|(?:has|have|had) (?:since|now)|risen"
    r"|rose|climbed"
    r"|grown to|now (?:says?|stands?|puts?|be)|postponed|put off|rescheduled|delayed|brought forward|pushed back|moved"
    rf"|called off|cancell?ed|instead of|no longer|(?:{_SAID_BEFORE}) (?:reported|said|announced|thought|planned"
    rf"|put|given"
    r"|estimated|stated)|earlier (?:report|figure|statement|toll|estimate)|overturned|lifted|extended|as planned"
    r"|as scheduled|withdr[ae]wn?|reversed)\b",
    re.IGNORECASE,
)
_WEEKLY = 10  # days; what comes again sooner is a weekday
_SOME_DAY = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Dated:
    """A calendar expression at `start` up to `end`, and the days that it names for a report of a certain day."""

    start: int
    end: int
    days: Days
    only_reported: bool


def dates_in(text: str, day: dt.date | None) -> list[Dated]:
    """Dates in a sentence that was published on a day; `only_reported` are those on which something was said."""
    found = []
    for one in find_expressions(text, day or _SOME_DAY):
        unsure = not one.certain and one.precision in ("month", "year", "decade")
        if unsure and not _DATING.search(text[: one.start]):
            continue
        days = one.latest(day or _SOME_DAY) if not one.cycle else _occurrence(text, one, day)
        if days:
            said = _REPORTED.search(text[: one.start]) or (one.start < 4 and _REPORTED_AFTER.match(text[one.end :]))
            found.append(Dated(one.start, one.end, days, bool(said)))
    return found


def hours_in(text: str) -> frozenset[str]:
    """Times of day."""
    return frozenset(found["time"].lower() for found in _CLOCK.finditer(text))


def marks_in(text: str) -> frozenset[str]:
    """Words that restrict what a value of the sentence holds for: "women's", "first quarter"."""
    return frozenset(word.lower().replace("’", "'").removesuffix("'s") for word in _MARKS.findall(text))


def rate_after(text: str, end: int) -> frozenset[str]:
    """What an amount that ends there is counted by: "a day"."""
    rate = _RATE.search(text[end : end + 40])
    return frozenset({f"a {rate['unit'] or rate['ly']}"}) if rate else frozenset()


def is_part(text: str, start: int, end: int) -> bool:
    """Whether an amount is told as a part of some other: "five more", "of whom three", "12 of the crew"."""
    return bool(_PART_BEFORE.search(text[:start]) or _PART_AFTER.match(text[end:]) or _SITE.search(text))


def is_former(text: str, start: int, end: int) -> bool:
    """Whether a value is one that no longer holds: "from 18 March to 2 April", "not 12 as first reported"."""
    before, after = text[max(0, start - 40) : start], text[end:]
    moved = re.search(r"\bfrom\s+(?:an? |the )?$", before) and re.match(r"(?:\s+[\w’'-]+){0,3}?\s+to\b", after)
    return bool(moved or _FORMER_BEFORE.search(before) or _FORMER_AFTER.match(after))


def is_planned(text: str) -> bool:
    """Whether the sentence tells of what is to come and of nothing that has been."""
    return bool(_PLANNED.search(text)) and not _DID.search(text)


def updates(text: str) -> bool:
    """Whether a report says that it brings something up to date."""
    return bool(_UPDATE.search(text) or TALLY.search(text))


def _occurrence(text: str, one: Expression, day: dt.date | None) -> Days | None:
    """Of what comes again the nearest; of a weekday the next where the sentence looks ahead, else the last."""
    if day is None:
        return None
    past, ahead = one.latest(day), one.earliest(day)
    if not past or not ahead:
        return past or ahead
    if one.cycle < _WEEKLY:
        return ahead if looks_ahead(text) else past
    told = re.search(r"\b\w+ed\s+(?:[io]n\s+)?(?:the\s+)?$", text[: one.start])
    return past if told or day - past.last <= ahead.first - day else ahead
