"""Question and history -> Query. Reads no documents and asks no model."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from rag.dates import parse_day
from rag.errors import QuestionError
from rag.readers.decoding import normalise
from rag.records import Query
from rag.words import content_words

_LONGEST = 20_000  # characters; a pasted article is cut off here rather than scored word by word
_REFERS_BACK = re.compile(
    r"^(?:and|but|so|what about|how about|why|when|where|who|how)\s*\?*$|^(?:and|what about|how about|but)\b"
    r"|\b(?:he|she|it|they|him|her|them|his|their|its|this|these|those|there)\b|\b(?:did|said|say|says|mean) that\b",
    re.IGNORECASE,
)
_FEW_WORDS = 4


def understand(
    question: str,
    history: Sequence[Mapping[str, str]] = (),
    after: str | date | None = None,
    before: str | date | None = None,
    asked_on: str | date | None = None,
) -> Query:
    """Raises QuestionError for an empty question, a date that is none, or a history of another form.

    A short question that refers back is searched for together with the question before it.
    """
    original = " ".join(normalise(question).split())[:_LONGEST]
    if not original:
        raise QuestionError("the question is empty; write one in a few words")
    first, last = _day(after, "after"), _day(before, "before")
    if first and last and first > last:
        raise QuestionError(f"the window is empty: after {first} lies later than before {last}")
    previous = _previous_question(history)
    refers_back = bool(previous) and len(content_words(original)) <= _FEW_WORDS and _REFERS_BACK.search(original)
    return Query(
        text=f"{previous} {original}" if refers_back else original,
        original=original,
        rewritten=bool(refers_back),
        after=first,
        before=last,
        asked_on=_day(asked_on, "asked-on") or date.today(),
    )


def _previous_question(history: Sequence[Mapping[str, str]]) -> str:
    for turn in history:
        if not isinstance(turn, Mapping) or not isinstance(turn.get("question"), str):
            raise QuestionError(f'the history has {turn!r:.80}; each turn is {{"question": ..., "answer": ...}}')
    return " ".join(normalise(history[-1]["question"]).split())[:_LONGEST] if history else ""


def _day(value: str | date | None, name: str) -> date | None:
    try:
        return parse_day(value) if value else None
    except ValueError as error:
        raise QuestionError(f"{name}: {error}") from None
