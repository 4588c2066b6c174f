"""Whether sources tell a number, a date or a person of what a statement does, or of something else.

"It broke out on Monday" beside "... broke out on Saturday and was put out on Monday": each place where the sources have
the statement's day is compared with those where they have another, by how near the words around it are to the
statement's. Knows sentences with their numbers, dates and names; nothing of quotes or verdicts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

import numpy as np

from rag.comparing import same
from rag.ends import Role, dates_differ, is_step, numbers_differ, role_of_date, role_of_number
from rag.gates import in_a_name, slight
from rag.moments import Moment, moments, told_by
from rag.names import INSTITUTIONS, ProperName, alike, proper_names
from rag.polarity import Nearness
from rag.quantities import Quantity
from rag.records import Span
from rag.saying_verbs import SPEAKING
from rag.sources import Source
from rag.trends import goes_up_or_down
from rag.units import CURRENCIES, MEASURES
from rag.vocabulary import GROUPS, THINGS, listed
from rag.words import Word, located_words

# Chosen on evals/questions/statements-{development,heldout,models}.jsonl, and what is elsewhere on {fresh,unseen} too.
_CLEARLY = 0.25  # words more of the statement must stand around the other number or date of a sentence that has both
_CLEARLY_ELSEWHERE = 0.75  # the same of one in another sentence
_CLEARLY_UNLIKE = 1.0  # more, of one that would hardly stand there
_EQUAL = 0.99  # the word itself: others of the sentence are not it
_CLEARLY_ANOTHER = 0.35  # the same of persons, whom pronouns and offices name as well
_ANOTHER = 0.8  # the subject of a clause to which no word of the statement is nearer is another
_UNLIKE = 0.35  # words that are no nearer than this have nothing in common
# What a word counts beside a fact that stands in the next clause, in a later one, in the one before, further before it.
_BEFORE, _FAR_BEFORE, _AFTER, _FAR = 0.85, 0.6, 0.45, 0.4
_WITHIN = 0.65  # of how well a day fits that lies within the stated month or year
_ELSEWHERE = 0.25  # what words of other clauses of the statement count
_A_MONTH = 28  # days
_BEYOND = 1_000  # times as much
_A_FACT = 2.0  # words that another number or date of the statement counts
_CLAUSE = re.compile(
    r"[,;:()\"“”]|\b(?:and|but|while|who|which|that|after|before|when|where|as|because|if|than|against|follow(?:s|ing|ed(?!\s+by))|(?:up|down)\s+from)\b"
    r"|\b(?:of|for|by|from)\s+(?=\w+ing\b)",
    re.IGNORECASE,
)

Fact = Quantity | Moment | ProperName
_ANYONE = ("people", "person", "persons")  # are counted wherever somebody is
_OF_A_PLACE = re.compile(r"\b(?:of|in|at|near|from|off|on|to|the|outside)\s+$", re.IGNORECASE)
_BEGINS = re.compile(r"(?:^|[,;]\s+|\b(?:and|but|while)\s+)(?:the|an?|his|her|its|their)\s+$", re.IGNORECASE)
_SPOKEN_OF = frozenset(("it", "them", "him"))
_ANAPHOR = re.compile(r"\b(?:he|she|his|her|him|hers)\b", re.IGNORECASE)
_MONEY = frozenset(CURRENCIES.values())
_UNITS = listed("per cent percent percentage point points") | {
    f"{one}{plural}" for one in MEASURES for plural in ("", "s")
}
_SAID_ON = re.compile(
    rf"\b(?:{'|'.join(sorted(SPEAKING))})(?:\s+(?:on|late|early|reporters|parliament|journalists))*\s+$"
)
_SCORE = re.compile(r"\b\d+(?:\s+votes?)?(?:\s+to\s+|\s*[-–]\s*)$")
_INCLUDED = re.compile(r"\b(?:including|among (?:them|which|whom))\s+$")
_LIMITS = ("until", "by", "before", "after")


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with its facts. `clauses` has the clause of each word, `at` that of each fact, `free` the words that carry
    meaning and belong to no fact.
    """

    text: str
    facts: tuple[Fact, ...]
    free: tuple[int, ...]
    clauses: np.ndarray
    at: tuple[int, ...]


def misplaced(statement: str, sources: Sequence[Source], nearness: Nearness) -> str:
    """Which number or date the sources tell of something else than the statement does; empty where there is none."""
    read = {day: _read(statement, _facts(statement, source)) for source in sources for day in [_day(source)]}
    if len({len(one.facts) for one in read.values()}) != 1 or not next(iter(read.values())).facts:
        return ""
    texts = [(_read(one.text, (*one.quantities, *one.moments)), read[_day(one)]) for one in sources]
    found = [(text, said, nearness(statement, text.text)) for text, said in texts if text.facts]
    for place, fact in enumerate(next(iter(read.values())).facts if found else ()):
        if isinstance(fact, ProperName) or slight(fact) or _in_a_name(statement, fact):
            continue
        own, turned, other = _fits(place, found)
        if turned and not own:
            said = next(iter(read.values()))
            return f"the sources say “{turned[0]}”, not “{_with_role(said.text, said.facts[place])}”"
        if other and (own or isinstance(fact, Moment)):
            best, rival = max(reversed(other), key=lambda one: one[0])
            if best > max(own, default=0.0):
                return f"the sources say {rival.text}, not {fact.text}"
    return ""


def misnamed(statement: str, sources: Sequence[Source], nearness: Nearness) -> str:
    """Which person the sources tell it of rather than the one whom the statement names; empty where there is none."""
    read = _read(statement, proper_names(statement))
    for place, name in enumerate(proper_names(statement)):
        if not _person(statement, name):
            continue
        own: list[tuple[float, float]] = []
        other: list[tuple[float, float, ProperName]] = []
        for source in sources:
            anaphors = [ProperName(one[0], Span(*one.span()), name.words) for one in _ANAPHOR.finditer(source.text)]
            names = proper_names(source.text)
            text, near = _read(source.text, (*names, *anaphors)), nearness(statement, source.text)
            for at, its in enumerate((*names, *anaphors)):
                if _same(name, its):
                    own.append(_fit(read, place, text, at, near))
                elif _person(source.text, its) and not any(_same(one, its) for one in proper_names(statement)):
                    other.append((*_fit(read, place, text, at, near), its))
        most, most_inside = (max(one[i] for one in own) if own else 0.0 for i in (0, 1))
        fitting = [(fit, its) for fit, inside, its in other if inside >= most_inside]
        if own and fitting:
            best, rival = max(fitting, key=lambda one: one[0])
            if best > most + _CLEARLY_ANOTHER:
                return f"the sources say {rival.text}, not {name.text}"
    return ""


def _person(text: str, name: ProperName) -> bool:
    if _OF_A_PLACE.search(text[: name.span.start]):
        return False
    return len(name.words) > 1 and not any(word in GROUPS | THINGS | INSTITUTIONS for word in name.words)


def _day(source: Source) -> date | None:
    return source.passage.document.day


def _facts(text: str, source: Source) -> tuple[Fact, ...]:
    return (*source.quantities_of(text), *moments(text, _day(source)))


def _read(text: str, facts: tuple[Fact, ...]) -> _Text:
    words = located_words(text)
    money = {one.nouns[0] for one in facts if isinstance(one, Quantity) and one.unit in _MONEY and one.nouns}
    counting = {place for fact in facts if isinstance(fact, Quantity) for place in _unit_of(fact, words)}
    bounds = [match.start() for match in _CLAUSE.finditer(text) if match.start()]
    free = tuple(
        place
        for place, word in enumerate(words)
        if word.content
        and word.text not in _ANYONE
        and word.stem not in money
        and place not in counting
        and not any(fact.span.start <= word.start < fact.span.end for fact in facts)
    )
    clauses = np.searchsorted(bounds, [word.start for word in words], side="right")
    return _Text(
        text, facts, free, clauses, tuple(np.searchsorted(bounds, [f.span.start for f in facts], side="right"))
    )


def _unit_of(number: Quantity, words: Sequence[Word]) -> Iterator[int]:
    """The places of the words after a number that are its unit, which other numbers have as well."""
    after = (place for place, word in enumerate(words) if word.start >= number.span.end) if number.unit else ()
    return takewhile(lambda place: words[place].text in _UNITS, after)


def _fits(
    place: int, found: Sequence[tuple[_Text, _Text, np.ndarray]]
) -> tuple[list[float], list[str], list[tuple[float, Fact]]]:
    """How well the places fit at which sources have the statement's fact, and those at which they have a rival of it.

    A rival fits by so much less as it must fit better to be the right one, and must fit the fact's own clause as well.
    Between them, how the sources name it where they have it as another thing: "until Friday".
    """
    own: list[float] = []
    turned: list[str] = []
    other: list[tuple[float, float, Fact, Role]] = []
    best, its_role = 0.0, False
    for text, read, near in found:
        fact = read.facts[place]
        at_own = [at for at, its in enumerate(text.facts) if _same(fact, its)]
        here = bool(at_own)
        elsewhere = here and all(_has_another_subject(read, text, at, near) for at in at_own)
        for at, its in enumerate(text.facts):
            if isinstance(its, Moment) != isinstance(fact, Moment):
                continue
            if _same(fact, its):
                if _differ(read.text, fact, text.text, its):
                    turned.append(_with_role(text.text, its))
                    continue
                fit, inside = _fit(read, place, text, at, near)
                own.append(fit * (_WITHIN if _loosely(read.text, fact, text.text, its) else 1.0))
                best = max(best, inside)
                its_role |= isinstance(fact, Moment) and _role(read.text, fact) == _role(text.text, its) != ""
            elif not _rivals(fact, its) or any(_same(one, its) for one in read.facts):
                continue
            elif not _of_another_kind(read.text, fact, text, its, [text.facts[i] for i in at_own]):
                margin = 0.0 if elsewhere else _CLEARLY if here else _CLEARLY_ELSEWHERE
                if _unlike(fact, its, here):
                    margin += _CLEARLY_UNLIKE
                fit, inside = _fit(read, place, text, at, near)
                other.append((fit - margin, inside, its, _role(text.text, its)))
    role = _role(found[0][1].text, found[0][1].facts[place])
    kept = [one for one in other if (one[3] == role if its_role else role or one[3] not in _LIMITS)]
    return own, turned, [(fit, its) for fit, inside, its, _ in kept if inside >= best]


def _of_another_kind(statement: str, stated: Fact, text: _Text, source: Fact, own: Sequence[Fact]) -> bool:
    """Whether a rival is told as what the stated fact is not, nor `own`, the same in the rival's sentence.

    That is the day of saying something ("said on Thursday that"), a stretch in which the stated day lies, a step ("22
    centimetres above"), a score, a part ("including four"), part of a name, and beside money a bare number in a text
    that has none.
    """
    if isinstance(source, Quantity) and isinstance(stated, Quantity):
        scored = not source.unit and _SCORE.search(text.text[: source.span.start])
        if in_a_name(text.text, source) or (stated.unit and scored):
            return True
        if stated.unit in _MONEY and not source.unit:
            return not any(isinstance(one, Quantity) and one.unit == stated.unit for one in text.facts)
        if _INCLUDED.search(text.text[: source.span.start]):
            return True
        step = is_step(statement, stated.span) or any(is_step(text.text, one.span) for one in own)
        return stated.unit != "%" and step != is_step(text.text, source.span)
    if isinstance(source, Moment) and isinstance(stated, Moment):
        return told_by(source, [stated]) or bool(_SAID_ON.search(text.text[: source.span.start]))
    return False


def _unlike(stated: Fact, source: Fact, here: bool) -> bool:
    """Whether one hardly stands in the place of the other: a price of 2 and 1.4 million, a weekday of another sentence
    and 23 May or a year."""
    if isinstance(stated, Moment) and isinstance(source, Moment):
        weekday = source.length == 1 and not any(map(str.isdigit, source.text))
        return weekday and not here and (stated.length >= _A_MONTH or any(map(str.isdigit, stated.text)))
    if isinstance(stated, Quantity) and isinstance(source, Quantity):
        return not 1 / _BEYOND < abs(stated.value / (source.value or 1)) < _BEYOND
    return False


def _loosely(statement: str, stated: Fact, text: str, source: Fact) -> bool:
    """Whether a source's day only lies within the stated month or year, or is no such limit as the stated one."""
    if not (isinstance(stated, Moment) and isinstance(source, Moment)):
        return False
    role = _role(statement, stated)
    return source.length < stated.length or (role in _LIMITS and _role(text, source) not in (*_LIMITS, "to"))


def _in_a_name(text: str, fact: Fact) -> bool:
    return isinstance(fact, Quantity) and in_a_name(text, fact)


def _role(text: str, fact: Fact) -> Role:
    return role_of_date(text, fact.span) if isinstance(fact, Moment) else role_of_number(text, fact.span)


def _differ(statement: str, stated: Fact, text: str, source: Fact) -> bool:
    roles = _role(statement, stated), _role(text, source)
    if isinstance(stated, Moment) or isinstance(source, Moment):
        return dates_differ(*roles, statement)
    if isinstance(stated, Quantity) and stated.counted and not goes_up_or_down(statement):
        return False  # fees taken from 7,300 customers, fees charged to 7,300 customers
    return numbers_differ(*roles)


def _with_role(text: str, fact: Fact) -> str:
    before = text[: fact.span.start].split()
    return " ".join([*before[-1:], fact.text])


def _fit(read: _Text, place: int, text: _Text, at: int, near: np.ndarray) -> tuple[float, float]:
    """How many of a statement's words stand around a fact of a source, its own clause's first; and of these alone."""
    cells = near[np.ix_(list(read.free), list(text.free))]
    steps = text.clauses[list(text.free)] - text.at[at]
    another = _has_another_subject(read, text, at, near)
    closeness = np.where((steps < 0) & another, _AFTER, _closeness(steps))
    enough = np.where((cells > _EQUAL).any(axis=1, keepdims=True), _EQUAL, _UNLIKE)  # "opened" is near "closed"
    fits = (np.where(cells > enough, cells, 0.0) * closeness).max(axis=1, initial=0.0)
    within = read.clauses[list(read.free)] == read.at[place]
    total = float(np.where(within, 1.0, _ELSEWHERE) @ fits)
    for i, fact in enumerate(read.facts):
        if i != place and (isinstance(fact, ProperName) or not slight(fact)):
            away = [text.at[j] - text.at[at] for j, its in enumerate(text.facts) if j != at and _same(fact, its)]
            weight = _A_FACT * (1.0 if read.at[i] == read.at[place] else _ELSEWHERE)
            total += weight * float(_closeness(np.array(away)).max(initial=0.0))
    return total, float(within @ fits)


def _has_another_subject(read: _Text, text: _Text, at: int, near: np.ndarray) -> bool:
    """Whether the clause of a fact begins with what the statement does not speak of: ", the landlord with two"."""
    first = next((word for word in text.free if text.clauses[word] == text.at[at]), None)
    words = located_words(text.text)
    if any(words[i].text in _SPOKEN_OF for i in np.flatnonzero(text.clauses == text.at[at]).tolist()):
        return False
    if first is None or (near[list(read.free), first] > _ANOTHER).any():
        return False
    return bool(_BEGINS.search(text.text[: words[first].start]))


def _closeness(steps: np.ndarray) -> np.ndarray:
    """What a word counts so many clauses from a fact: those before it count more, as its subject stands there."""
    return np.select([steps == 0, steps == -1, steps < 0, steps == 1], [1.0, _BEFORE, _FAR_BEFORE, _AFTER], _FAR)


def _same(stated: Fact, source: Fact) -> bool:
    if isinstance(stated, ProperName) or isinstance(source, ProperName):
        return isinstance(stated, ProperName) and isinstance(source, ProperName) and alike(stated, source)
    if isinstance(stated, Moment) or isinstance(source, Moment):
        return isinstance(stated, Moment) and isinstance(source, Moment) and told_by(stated, [source])
    return same(stated, source)


def _rivals(stated: Fact, source: Fact) -> bool:
    """Whether one might stand in the place of the other."""
    if isinstance(stated, ProperName) or isinstance(source, ProperName):
        return False
    if isinstance(stated, Moment) or isinstance(source, Moment):
        return True
    if "th" in (stated.unit, source.unit) or stated.unit == "clock":
        return False
    if slight(source) and not (source.unit and source.unit == stated.unit):  # one month's notice, beside two months'
        return False
    if stated.unit != source.unit:  # 12 crowns, and children 5
        return (
            stated.unit in _MONEY and not source.unit and not source.nouns and 0.1 < source.raw / (stated.raw or 1) < 10
        )
    if stated.unit or (set(stated.nouns) & set(source.nouns)):
        return True
    return not source.counted and not (stated.counted and source.nouns)
