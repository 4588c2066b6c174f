"""A question -> what kind of value it wants, what is counted, and by which words and names it is told.

Knows English questions alone; nothing of passages.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.answer_types import wanted_type
from rag.date_words import DATE
from rag.expressions import find_expressions
from rag.mentions import names_in
from rag.sameness import concepts_of
from rag.vocabulary import BE, DETERMINERS, DO, listed
from rag.words import content_words, located_words, stop_words

Kind = Literal["number", "time", "name", "place", "outcome", "any"]
Unit = Literal["", "money", "%", "measure", "age"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question wants. `noun` is what it counts, `words` all else that it speaks of, both as concepts.

    `core` is the concept it is told by, its verb or the noun of "What is the turnout in "
        "...?", and `done` the participle
    of "were killed". `names` are groups of stems, `persons` full names, `numbers` are those that it states; `past` says
    that it asks about what has happened, `person` that it asks "who".
    """

    kind: Kind
    unit: Unit
    noun: frozenset[str]
    words: frozenset[str]
    core: frozenset[str]
    done: frozenset[str]
    names: tuple[frozenset[str], ...]
    persons: tuple[str, ...]
    numbers: frozenset[str]
    past: bool
    person: bool


_NUMBER = re.compile(
    r"^what (?:is|was|are|were|will be|has been)?\s*(?:the|its|their)?\s*(?:[\w'’-]+\s+){0,3}?(?:turnout|rate"
    r"|share|toll"
    r"|price|cost|number|size|fine|population|budget|age|length|height|score|total|amount|percentage|proportion|speed"
    r"|weight|depth|limit|salary|loss|profit)\b"
    r"|\bhow (?:high|large|big|strong|wide|deep|heavy|tall|fast|far|expensive)\b"
)
_WHERE = re.compile(r"\bwhere\b|\b(?:what|which) (?:country|city|place|region|town|state)\b")
_UNITS: tuple[tuple[Unit, re.Pattern[str]], ...] = (
    ("age", re.compile(r"\bhow old\b|\bwhat age\b")),
    (
        "money",
        re.compile(
            r"\bhow much\b.*\b(?:cost|costs|pay|paid|spend|spent|earn\w*|stolen|raise\w*|worth|lend|lent|owe\w*|fine\w*"
            r"|invest\w*|money|lose|lost|give|gave|donate\w*)\b|\b(?:price|cost|fine|budget|salary)\b"
        ),
    ),
    (
        "%",
        re.compile(
            r"\b(?:percent|percentage|per cent|turnout|proportion|share|(?:unemployment|inflation|interest"
            r"|jobless) rate)\b"
        ),
    ),
    ("measure", re.compile(r"\bhow (?:long|far|tall|high|deep|wide|heavy|fast)\b")),
)
_MODALS = listed("will would can could should must may might")
_AUXILIARIES = DO | BE | listed("has have had")
_PREPOSITIONS = listed(
    "in on at of for from to after because when while during with by near against between into since before about over "
    "under as that who which"
)
_ADVERBS = listed("again now first last this year still yet already ever today")
_NOT_ASKED = listed(
    "how many much what which who whom when where long high large big old number people's share kind new total decide "
    "decided happen happened result outcome announce announced again still yet"
)
ADJECTIVES = listed("new more other young old further additional different full")
"""Words before a noun that leave open what is counted."""
_NAMED_PLACE = re.compile(
    r"\b(?:in|at|of|from|on|near|between|against|to)\s+(?:the\s+)?(?:[A-Z][\w’'-]*\s*(?:and\s+(?=[A-Z]))?)+"
)
_PAST = re.compile(r"\b(?:did|was|were|had|has|have|been)\b|^(?:who|how many \w+) \w+ed\b")
_DONE = re.compile(
    r"\b(?:was|were|been|being|are|is)\s+(?:\w+ly\s+|also\s+|still\s+)?([\w’'-]+(?:ed|en|wn|rn|lt|nt|ing))\b"
)
_SOME_DAY = date(2000, 1, 1)  # dates of a question are only left out


def read_question(question: str) -> Asked:
    """What the question wants, as far as its words tell."""
    lowered = question.lower().strip()
    dated = [(one.start, one.end) for one in find_expressions(question, _SOME_DAY)]
    undated = "".join(char for i, char in enumerate(question) if not any(start <= i < end for start, end in dated))
    kind, noun = _kind(question), _counted(lowered)
    unit: Unit = next((unit for unit, asks in _UNITS if asks.search(lowered)), "")
    unit = "money" if "money" in noun else unit if kind == "number" and not noun else ""
    noun = frozenset() if "money" in noun else noun
    called = tuple(_names(question))
    return Asked(
        kind=kind,
        unit=unit,
        noun=noun,
        words=_words(undated) - noun,
        core=done_in(undated) or _core(undated) - frozenset().union(*called),
        done=done_in(undated),
        names=called,
        persons=tuple(mention for mention in _persons(question)),
        numbers=frozenset(re.findall(r"(?<![\w.,])\d+(?![\w.,:])", undated)),
        past=bool(_PAST.search(lowered)),
        person=bool(re.match(r"who\b|whom\b|whose\b", lowered)),
    )


def done_in(text: str) -> frozenset[str]:
    """The concept of the first thing that a text says "was done"; none where it says so of nothing."""
    found = _DONE.search(text)
    return concepts_of(found[1]) if found else frozenset()


def _kind(question: str) -> Kind:
    lowered = question.lower().strip()
    wanted = wanted_type(question)
    if wanted == "time":
        return "time"
    if wanted == "number" or _NUMBER.search(lowered):
        return "number"
    if wanted == "name":
        return "place" if _WHERE.search(lowered) else "name"
    if lowered.startswith("which "):
        return "name"
    return "outcome" if (lowered.split() or [""])[0] in _AUXILIARIES | _MODALS else "any"


def _counted(lowered: str) -> frozenset[str]:
    """What "how many" and "how much" stand before."""
    counted = re.search(r"\bhow (?:many|much)\s+(.*)", lowered)
    after = [word.strip("?,.") for word in counted[1].split()] if counted else []
    if not after or after[0] in _AUXILIARIES | _MODALS | {"of", "more"}:
        return frozenset()
    return next((concepts_of(word) for word in after if word not in ADJECTIVES), frozenset())


def _words(question: str) -> frozenset[str]:
    """Concepts of the question's words without names and what only asks."""
    named = {
        word.stem
        for word in located_words(question)
        if word.capital and word.start and word.content and not DATE.fullmatch(question[word.start : word.end])
    }
    return frozenset(
        concept
        for word in re.findall(r"[\w’'-]+", question)
        if word.lower() not in _NOT_ASKED | stop_words() and not content_words(word) <= named
        for concept in concepts_of(word)
    )


def _core(question: str) -> frozenset[str]:
    plain = question.rstrip("?. ")
    lowered = plain.lower()
    if not re.match(r"what|how (?:high|old|long|large|big|fast|far|deep|tall)", lowered):
        plain = _NAMED_PLACE.sub(" ", plain)
    words = re.findall(r"[\w’'-]+", plain.lower())
    at = next((i for i, word in enumerate(words) if word in _AUXILIARIES | _MODALS), None)
    if at is None:
        return _verb_after_subject(words)
    rest = words[at + 1 :]
    end = next((i for i, word in enumerate(rest) if word in _PREPOSITIONS), len(rest))
    # "did the council approve the quarry", "did Mira Oake become harbour master", "will the new hospital cost"
    objects = [i for i, word in enumerate(rest[:end]) if i > 1 and word in DETERMINERS]
    subject = len(content_words(_leading_name(plain))) if words[at] not in BE else 0
    told = [word for word in rest[: min(objects, default=end)] if not _only_asks(word)]
    if not told:
        return frozenset()
    return concepts_of(told[subject] if subject and subject < len(told) and not objects else told[-1])


def _leading_name(question: str) -> str:
    """The name right after the auxiliary, if one stands there: the subject of the question."""
    found = re.search(r"\b(?:do|does|did|will|would|can|has|have|had)\s+(?:the\s+)?((?:[A-Z][\w’'-]*\s*)+)", question)
    return found[1] if found else ""


def _only_asks(word: str) -> bool:
    return word in stop_words() | _AUXILIARIES | _NOT_ASKED | _ADVERBS


def _verb_after_subject(words: Sequence[str]) -> frozenset[str]:
    """Of "Who killed ...", "Which company built ...", "How many people died"."""
    after = [word for word in words[1:] if word not in ADJECTIVES]
    start = {"how": 2, "which": 1, "what": 1}.get(words[0] if words else "", 0)
    known = len(after) > start and after[start] not in stop_words()
    return concepts_of(after[start]) if known else frozenset()


def _names(question: str) -> Iterator[frozenset[str]]:
    """Of a person's name the last word is enough."""
    persons = set(_persons(question))
    for mention in names_in(question):
        stems = content_words(mention.text)
        if stems:
            yield content_words(mention.text.split()[-1]) if mention.text in persons else stems


def _persons(question: str) -> Iterator[str]:
    for mention in names_in(question):
        if mention.kind in ("person", "name") and len(mention.text.split()) > 1:
            yield mention.text
