"""Question and history -> Query. Reads no documents and asks no model."""

from collections.abc import Mapping, Sequence
from datetime import date

from rag.dates import parse_day
from rag.errors import QuestionError
from rag.followups import standalone
from rag.readers.decoding import normalise
from rag.records import Query

_LONGEST = 20_000  # characters; a pasted article is cut off here rather than scored word by word


def understand(
    question: str,
    history: Sequence[Mapping[str, str]] = (),
    after: str | date | None = None,
    before: str | date | None = None,
    asked_on: str | date | None = None,
) -> Query:
    """Raises QuestionError for an empty question, a date that is none, or a history of another form.

    A question that refers to earlier turns is searched for as it reads without them.
    """
    original = " ".join(normalise(question).split())[:_LONGEST]
    if not original:
        raise QuestionError("the question is empty; write one in a few words")
    first, last = _day(after, "after"), _day(before, "before")
    if first and last and first > last:
        raise QuestionError(f"the window is empty: after {first} lies later than before {last}")
    rewritten = standalone(original, _checked(history))
    return Query(
        text=rewritten or original,
        original=original,
        rewritten=bool(rewritten),
        after=first,
        before=last,
        asked_on=_day(asked_on, "asked-on") or date.today(),
    )


def _checked(history: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    for turn in history:
        if not isinstance(turn, Mapping) or not isinstance(turn.get("question"), str):
            raise QuestionError(f'the history has {turn!r:.80}; each turn is {{"question": ..., "answer": ...}}')
    return [
        {"question": normalise(turn["question"]), "answer": normalise(str(turn.get("answer") or ""))}
        for turn in history
    ]


def _day(value: str | date | None, name: str) -> date | None:
    try:
        return parse_day(value) if value else None
    except ValueError as error:
        raise QuestionError(f"{name}: {error}") from None
