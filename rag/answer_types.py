"""What kind of thing a question asks for (a time, a number, a name), and which sentences hold one that it lacks.

Knows English wording alone. A question of another kind ("What ...", "Why ...") asks for nothing that can be told so.
"""

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from rag.units import LARGE, SMALL
from rag.words import bare_words, content_words

AnswerType = Literal["number", "time", "name"]

QUESTION_WORDS = frozenset(["who", "whom", "whose", "what", "which", "when", "where", "why", "how"])

_ASKS: tuple[tuple[AnswerType, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|long|old|far|tall|high|large|big|often|deep|wide|fast|heavy)\b"
            r"|\bwhat (?:percent|percentage|number|amount|proportion|fraction|share)\b|\bat what (?:age|price|rate)\b"
        ),
    ),
    ("time", re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time|period)\b")),
    (
        "name",
        re.compile(
            r"\bwho(?:m|se)?\b|\bwhere\b"
            r"|\b(?:what|which) (?:country|city|place|region|town|state|continent|area|company|person)\b"
        ),
    ),
)
_NUMBERS = [word for word, value in SMALL.items() if value > 1]
_SPELLED = "|".join([*_NUMBERS, *(f"{word}s?" for word in LARGE), "half", "once", "twice", "first", "second", "third"])
_HOLDS: dict[AnswerType, re.Pattern[str]] = {
    "number": re.compile(rf"\d[\d.,]*|\b(?:{_SPELLED})\b", re.IGNORECASE),
    "time": re.compile(
        r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday"
        r"|wednesday|thursday|friday|saturday|sunday|century|centuries|today|yesterday|ago|years?|month)\b|\b\d{3,4}s?\b"
        r"|\b\d+ (?:bce?|ad)\b",
        re.IGNORECASE,
    ),
    # The first word of a sentence is capitalised whatever it is.
    "name": re.compile(r"(?<=[\w,;:'’\"”)–-] )[\"“'(]?[A-Z][\w’'-]*|[A-Z]{2,}"),
}


def wanted_type(question: str) -> AnswerType | None:
    """What the question asks for, as far as its words tell."""
    lowered = question.lower()
    return next((kind for kind, asks in _ASKS if asks.search(lowered)), None)


def holds_type(kind: AnswerType | None, question: str, sentences: Sequence[str]) -> np.ndarray:
    """1 for each sentence (m,) that holds something of the kind which the question does not name itself, else 0."""
    if kind is None:
        return np.zeros(len(sentences))
    known = set(bare_words(question))
    holds = _HOLDS[kind]
    return np.array([any(_bare(found[0]) not in known for found in holds.finditer(one)) for one in sentences], float)


def asks_for_more_than_yes_or_no(question: str) -> bool:
    """Whether it has a question word."""
    return not QUESTION_WORDS.isdisjoint(bare_words(question))


def repeats(question: str, text: str) -> bool:
    """Whether a text says no more than a question that asks for more than yes or no."""
    return asks_for_more_than_yes_or_no(question) and content_words(text) <= content_words(question)


def _bare(found: str) -> str:
    return found.strip("\"“'(.,").lower().removesuffix("'s").removesuffix("’s")
