"""Passages and a question -> where sources give different values for what is asked, side by side.

Rather silent than wrong: values are compared only where nothing tells that they are of another thing, day or part.
Which of them is right is nobody's to say here; the newer is called newer.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from rag.amounts import agree
from rag.asked import Asked, read_question
from rag.attributing import said_in
from rag.bearing import modifiers, speaks_of
from rag.date_words import DATE
from rag.mentions import names_in
from rag.records import Document, Passage, source_url
from rag.restrictions import updates
from rag.sameness import concepts
from rag.searching import written
from rag.values import DENIAL, Value, values_of
from rag.words import content_words

# Reports of further apart than this tell of two occasions, unless they tell of what is past or built.
_ONE_OCCASION = dt.timedelta(days=200)
# The same of numbers that nobody says are brought up to date: most change by themselves.
_ONE_COUNT = dt.timedelta(days=40)
# Share of words that two sentences have in common where the question does not say what kind of value it wants, and
# where one of them denies what the other says.
_ALIKE, _DENIED_ALIKE = 0.4, 0.8
_LONGER = 3  # a number of so many times as many days is another number


@dataclass(frozen=True, slots=True)
class Told:
    """What one document gives for what is asked; `others` are further values, `named` stems of its passage's names."""

    document: Document
    value: Value
    others: tuple[Value, ...]
    named: frozenset[str]

    def updates(self, other: "Told") -> bool:
        """Whether it is the later report and says that it brings something up to date."""
        later = bool(self.document.day and other.document.day and self.document.day > other.document.day)
        return later and (updates(self.value.quote.text) or any(value.former for value in self.others))

    def gives(self, value: Value) -> bool:
        """Whether it has the value too, and does not call it past."""
        return any(_same(value, own) for own in (self.value, *self.others) if not own.former)


def conflicts_of(
    question: str, passages: Sequence[Passage], after: dt.date | None = None, before: dt.date | None = None
) -> tuple[Mapping[str, Any], ...]:
    """At most one conflict, as JSON has it: the values that different documents give for what the question asks.

    Documents from before the days that the question is about, or from long after them, are left out.

    The keys are subject, values, superseded and text; each value has value, document_id, title, source, date, start,
    end, quote, url and newer. Documents that a passage calls its copies count once.
    """
    asked = read_question(question)
    told = _told(asked, [passage for passage in passages if _within(passage.document.day, after, before)])
    differing = [pair for pair in combinations(told, 2) if _differ(asked, *pair)]
    if not differing:
        return ()
    kept = sorted(
        (one for one in told if any(one in pair for pair in differing)), key=lambda one: one.document.day or dt.date.min
    )
    days = [one.document.day for one in kept if one.document.day]
    newest = max(days) if days and min(days) < max(days) else None
    superseded = any(one.updates(other) or other.updates(one) for one, other in differing)
    conflict = {
        "subject": " ".join(question.split()).rstrip("?"),
        "values": [_value_json(one, newer=newest is not None and one.document.day == newest) for one in kept],
        "superseded": superseded,
        "text": _in_words(kept, newest, superseded),
    }
    return (conflict,)


def _told(asked: Asked, passages: Sequence[Passage]) -> list[Told]:
    """The best value of each document that speaks of what is asked."""
    found: dict[str, Told] = {}
    for passage in passages:
        if passage.document.id in found or not speaks_of(asked, passage):
            continue
        values = values_of(asked, passage)
        if values and not (values[0].former or values[0].aside):
            found[passage.document.id] = Told(passage.document, values[0], tuple(values[1:]), _names(passage))
    return list(found.values())


def _within(day: dt.date | None, after: dt.date | None, before: dt.date | None) -> bool:
    return not day or not ((after and day < after) or (before and day > before + _ONE_COUNT))


def _differ(asked: Asked, one: Told, other: Told) -> bool:
    if asked.kind == "any":
        pairs = [(a, b) for a in (one.value, *one.others) for b in (other.value, *other.others)]
        return any(
            _alike(a, b) and _contradict(asked, replace(one, value=a), replace(other, value=b))
            for a, b in pairs
            if not (other.gives(a) or one.gives(b))
        )
    return not (other.gives(one.value) or one.gives(other.value)) and _contradict(asked, one, other)


def _alike(one: Value, other: Value) -> bool:
    """Whether two sentences are so alike that values of one kind in them are values of one thing."""
    first, second = concepts(one.quote.text), concepts(other.quote.text)
    least = _DENIED_ALIKE if one.outcome and one.outcome[0] == DENIAL else _ALIKE
    same_noun = not one.amount or bool(one.noun & other.noun) or bool(one.amount.unit)
    return same_noun and len(first & second) >= least * min(len(first), len(second))


def _contradict(asked: Asked, one: Told, other: Told) -> bool:
    """Whether two values cannot both be so, and nothing says that they are of different days, parts or things."""
    first, second = one.value, other.value
    if not _excluding(first, second) or first.marks != second.marks:
        return False
    if first.hours and second.hours and not first.hours & second.hours:
        return False
    update = one.updates(other) or other.updates(one)
    if not update and not _one_time(first, second):
        return False
    if bool(first.periods) != bool(second.periods) and (_of_the_past(one) or _of_the_past(other)):
        return False
    lasting = first.days or (first.amount and first.amount.unit in ("metre", "kilogram", "hectare"))
    apart = _ONE_COUNT if first.amount and not update else _ONE_OCCASION
    days = one.document.day, other.document.day
    if days[0] and days[1] and not lasting and abs(days[0] - days[1]) > apart:
        return False
    return bool(asked.names) or _one_setting(asked, one, other)


def _excluding(one: Value, other: Value) -> bool:
    """Whether the two are of one kind and differ."""
    if one.amount and other.amount:
        return one.amount.unit == other.amount.unit and not agree(one.amount, other.amount)
    if one.outcome and other.outcome:
        return one.outcome[0] == other.outcome[0] and one.outcome[1] != other.outcome[1]
    if one.days and other.days:
        return one.days.last < other.days.first or other.days.last < one.days.first
    return bool(one.name and other.name) and not one.name & other.name


def _same(one: Value, other: Value) -> bool:
    """Whether the two are of one kind and agree."""
    if one.amount and other.amount:
        return one.amount.unit == other.amount.unit and agree(one.amount, other.amount)
    if one.outcome and other.outcome:
        return one.outcome == other.outcome
    return bool((one.days and other.days) or (one.name and other.name)) and not _excluding(one, other)


def _one_time(one: Value, other: Value) -> bool:
    """Whether two values, where both are of certain days, are of the same and of about as many."""
    if not (one.periods and other.periods):
        return True
    lengths = [[(days.last - days.first).days + 1 for days in value.periods] for value in (one, other)]
    alike = max(map(max, lengths)) <= _LONGER * min(map(min, lengths)) or not one.amount
    return alike and any(a.first <= b.last and b.first <= a.last for a in one.periods for b in other.periods)


def _of_the_past(told: Told) -> bool:
    """Whether the value is of days long before its report."""
    day = told.document.day
    return bool(day and told.value.periods) and all(
        day - days.last > _ONE_OCCASION for days in told.value.periods if day
    )


def _one_setting(asked: Asked, one: Told, other: Told) -> bool:
    """A question without a name may be about either of two places, or of two bills."""
    named = [told.named - told.value.name for told in (one, other)]
    if named[0] and named[1] and not named[0] & named[1]:
        return False
    about = [modifiers(asked, told.value.quote.text) - concepts(told.value.text) for told in (one, other)]
    return not (about[0] and about[1]) or bool(about[0] & about[1])


def _names(passage: Passage) -> frozenset[str]:
    title = passage.document.title.partition(" ")[2]  # its first word is capitalised whatever it is
    found = [mention.text for text in (title, passage.chunk.text) for mention in names_in(text)]
    speakers = [said_in(passage, quote).speaker for quote in passage.evidence]
    said = frozenset(stem for speaker in speakers if speaker for stem in content_words(speaker.name))
    return frozenset(stem for name in found if not DATE.fullmatch(name) for stem in content_words(name)) - said


def _value_json(told: Told, newer: bool) -> dict[str, Any]:
    quote, document = told.value.quote, told.document
    return {
        "value": told.value.text,
        "document_id": document.id,
        "title": document.title,
        "source": document.source,
        "date": document.day.isoformat() if document.day else None,
        "start": quote.start,
        "end": quote.end,
        "quote": quote.text,
        "url": source_url(document, quote),
        "newer": newer,
    }


def _in_words(told: Sequence[Told], newest: dt.date | None, superseded: bool) -> str:
    """One sentence: who gives which value, the oldest first, and which report is the newer one."""
    parts = []
    for one in told:
        day = f" of {written(one.document.day)}" if one.document.day else ""
        newer = ", the newer report," if newest and one.document.day == newest else ""
        parts.append(f"{one.document.source or f'“{one.document.title}”'}{day}{newer} has “{one.value.text}”")
    begins = "A later report updates an earlier one" if superseded else "The sources differ"
    return f"{begins}: {', '.join(parts[:-1])} and {parts[-1]}."
