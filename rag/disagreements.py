"""Passages and a question -> where sources give different values for what is asked, side by side.

Rather silent than wrong: values are compared only where nothing tells that they are of another thing, day or part. Which
of them is right is nobody's to say here; the newer is called newer.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from rag.amounts import agree
from rag.mentions import DATE, names_in
from rag.records import Document, Passage, source_url
from rag.sameness import concepts
from rag.searching import written
from rag.values import Asked, Value, modifiers, read_question, sentences_share, speaks_of, update_words, values_of
from rag.words import content_words

# Reports of further apart than this tell of two occasions, unless they tell of what is past or built.
_ONE_OCCASION = dt.timedelta(days=200)
_ALIKE = 0.4  # share of words that two sentences have in common where the question does not say what it wants

_DENIED_ALIKE = 0.8  # the same where one of them denies what the other says
_LONGER = 3  # a number of so many times as many days is another


@dataclass(frozen=True, slots=True)
class Told:
    """What one document gives for what is asked; `others` are further values of its passage, `named`
    the stems of its names."""

    document: Document
    value: Value
    others: tuple[Value, ...]
    named: frozenset[str] = frozenset()

    @property
    def updates(self) -> bool:
        return bool(update_words(self.value.quote.text)) or any(other.former for other in self.others)


def conflicts_of(question: str, passages: Sequence[Passage]) -> tuple[Mapping[str, Any], ...]:
    """At most one conflict, as JSON has it: the values that different stories give for what the question asks."""
    asked = read_question(question)
    told = _told(asked, passages)
    differing = [pair for pair in combinations(told, 2) if _differ(asked, *pair)]
    if not differing:
        return ()
    kept = [one for one in told if any(one in pair for pair in differing)]
    kept.sort(key=lambda one: one.document.day or dt.date.min)
    newest = max((one.document.day for one in kept if one.document.day), default=None)
    oldest = min((one.document.day for one in kept if one.document.day), default=None)
    superseded = any(
        later.updates and _is_later(later, earlier) for pair in differing for later, earlier in (pair, pair[::-1])
    )
    values = [_value_json(one, newer=oldest != newest and one.document.day == newest) for one in kept]
    return (
        {
            "subject": " ".join(question.split()).rstrip("?"),
            "values": values,
            "superseded": superseded,
            "text": _in_words(kept, newest if oldest != newest else None, superseded),
        },
    )


def _told(asked: Asked, passages: Sequence[Passage]) -> list[Told]:
    """The best value of each story that speaks of what is asked."""
    found: list[Told] = []
    for passage in passages:
        if not speaks_of(asked, passage) or any(one.document.id == passage.document.id for one in found):
            continue
        values = values_of(asked, passage)
        if values and not (values[0].former or values[0].part):
            found.append(Told(passage.document, values[0], tuple(values[1:]), _names(passage)))
    return found


def _differ(asked: Asked, one: Told, other: Told) -> bool:
    if asked.kind == "any":
        return _any_differ(asked, one, other)
    updates = (one.updates and _is_later(one, other)) or (other.updates and _is_later(other, one))
    return (
        _contradict(one.value, other.value)
        and _comparable(asked, one, other, updates)
        and not any(_same(one.value, rest) for rest in other.others if not rest.former)
        and not any(_same(other.value, rest) for rest in one.others if not rest.former)
    )


def _any_differ(asked: Asked, one: Told, other: Told) -> bool:
    """Where the question does not say what kind of value it wants: two values of like sentences."""
    for first in (one.value, *one.others):
        for second in (other.value, *other.others):
            pair = replace(one, value=first), replace(other, value=second)
            least = _DENIED_ALIKE if first.outcome and first.outcome[0] < 0 else _ALIKE
            alike = sentences_share(first.quote.text, second.quote.text) >= least
            same_noun = first.amount is None or bool(first.noun & second.noun) or bool(first.amount.unit)
            elsewhere = any(_same(first, rest) for rest in (other.value, *other.others)) or any(
                _same(second, rest) for rest in (one.value, *one.others)
            )
            if (
                alike
                and same_noun
                and not elsewhere
                and _contradict(first, second)
                and _comparable(asked, *pair, False)
            ):
                return True
    return False


def _contradict(one: Value, other: Value) -> bool:
    """Whether the two are of one kind and cannot both be so."""
    if one.amount and other.amount:
        return one.amount.unit == other.amount.unit and not agree(one.amount, other.amount)
    if one.days and other.days:
        return one.days.last < other.days.first or other.days.last < one.days.first
    if one.outcome and other.outcome:
        return one.outcome[0] == other.outcome[0] and one.outcome[1] != other.outcome[1]
    return bool(one.name and other.name) and not one.name & other.name


def _same(one: Value, other: Value) -> bool:
    """Whether two values of one kind agree."""
    if one.amount and other.amount:
        return one.amount.unit == other.amount.unit and agree(one.amount, other.amount)
    if one.days and other.days:
        return one.days.first <= other.days.last and other.days.first <= one.days.last
    if one.outcome and other.outcome:
        return one.outcome == other.outcome
    return bool(one.name & other.name)


def _comparable(asked: Asked, one: Told, other: Told, updates: bool) -> bool:
    """Whether nothing says that the two values are of different days, parts or occasions."""
    first, second = one.value, other.value
    if first.marks != second.marks or (first.clock and second.clock and not first.clock & second.clock):
        return False
    if not updates and not _one_time(first, second):
        return False
    if not (first.periods and second.periods) and (_of_the_past(one) or _of_the_past(other)):
        return False
    lasting = bool(first.days) or bool(first.amount and first.amount.unit in ("metre", "kilogram", "hectare"))
    days = one.document.day, other.document.day
    if days[0] and days[1] and not lasting and abs(days[0] - days[1]) > _ONE_OCCASION:
        return False
    return asked.names != () or _one_setting(asked, one, other)


def _one_setting(asked: Asked, one: Told, other: Told) -> bool:
    """A question without a name may be about either of two places, or of two bills."""
    about = [modifiers(asked, told.value.quote.text) - concepts(told.value.text) for told in (one, other)]
    return not (one.named and other.named and not one.named & other.named) and not (
        about[0] and about[1] and not about[0] & about[1]
    )


def _one_time(one: Value, other: Value) -> bool:
    """Whether two values, where both are of certain days, are of the same and of about as many."""
    if not (one.periods and other.periods):
        return True
    lengths = [[(days.last - days.first).days + 1 for days in value.periods] for value in (one, other)]
    alike = max(map(max, lengths)) <= _LONGER * min(map(min, lengths)) or not (one.amount and other.amount)
    return alike and any(a.first <= b.last and b.first <= a.last for a in one.periods for b in other.periods)


def _of_the_past(told: Told) -> bool:
    """Whether the value is of days long before its report."""
    day = told.document.day
    return bool(day and told.value.periods) and all(day - days.last > _ONE_OCCASION for days in told.value.periods)  # type: ignore[operator]


def _names(passage: Passage) -> frozenset[str]:
    found = [mention.text for text in (passage.document.title, passage.chunk.text) for mention in names_in(text)]
    return frozenset(stem for name in found if not DATE.fullmatch(name) for stem in content_words(name))


def _is_later(one: Told, other: Told) -> bool:
    return bool(one.document.day and other.document.day and one.document.day > other.document.day)


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
    """One sentence: who gives which value, and which report is the newer one."""
    parts = []
    for one in told:
        outlet = one.document.source or f"“{one.document.title}”"
        day = f" of {written(one.document.day)}" if one.document.day else ""
        newer = ", the newer report," if newest and one.document.day == newest else ""
        parts.append(f"{outlet}{day}{newer} has “{one.value.text}”")
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}"
    if superseded:
        return f"A later report updates an earlier one: {listed}."
    return f"The sources differ: {listed}."
