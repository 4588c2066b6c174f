"""Question and history -> Query. Reads no documents and asks no model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from rag.dates import parse_day
from rag.errors import QuestionError
from rag.events import event_bound
from rag.followups import leant_on_by, standalone
from rag.further import told_before
from rag.outlets import named_outlets
from rag.readers.decoding import normalise
from rag.records import Earlier, Holdings, Query
from rag.topics import with_overview
from rag.windows import named_days, read_window, wants_latest
from rag.words import stop_words, words_of
from rag.years import counted_from

Rewrite = Callable[[str, Sequence[Mapping[str, str]]], str | None]

NOTHING = Holdings()
_LONGEST = 20_000  # characters; a pasted article is cut off here rather than scored word by word


def understand(
    question: str,
    history: Sequence[Mapping[str, str]] = (),
    after: str | date | None = None,
    before: str | date | None = None,
    asked_on: str | date | None = None,
    any_time: bool = False,
    holdings: Holdings = NOTHING,
    rewrite: Rewrite = standalone,
    documents: Sequence[str] = (),
) -> Query:
    """Raises QuestionError for an empty question, a date that is none, or a history of another form.

    A question that refers to earlier turns is searched for as it reads without them, one all in capitals as it reads in
    lower case. Its own window counts where the caller gives none and does not say `any_time`; `holdings` are of the
    library, `rewrite` makes standalone questions of others, and `documents` are the ids of the only ones that are
    searched, where any are given.
    """
    original = " ".join(normalise(question).split())[:_LONGEST]
    asked = original.lower() if _is_shouted(original) else original
    if not original:
        raise QuestionError("the question is empty; write one in a few words")
    first, last = _day(after, "after"), _day(before, "before")
    if first and last and first > last:
        raise QuestionError(f"the window is empty: after {first} lies later than before {last}")
    turns = _checked(history)
    rewritten = rewrite(asked, turns)
    text = rewritten or asked
    today = _day(asked_on, "asked-on") or date.today()
    told = told_before(asked, turns)
    leant_on = [] if told else leant_on_by(text, turns)
    query = Query(
        text=text,
        original=original,
        rewritten=bool(rewritten),
        asked_on=today,
        after=first,
        before=last,
        sources=named_outlets(text, holdings.outlets),
        told=told,
        earlier=Earlier(tuple(one.question for one in leant_on), leant_on[-1].answer) if leant_on else None,
        documents=tuple(documents),
        any_time=any_time,
    )
    counted = counted_from(text, today, holdings.days)
    days = () if any_time or first or last else named_days(text, counted)
    query = replace(query, days=days, latest=wants_latest(text, of_some_reports=bool(query.sources or days)))
    window = read_window(text, counted)
    words = window.words if window else ""
    if window and not (any_time or first or last):
        query = replace(query, after=window.after, before=window.before, window=words, strict=window.strict)
    elif not window and not (any_time or first or last):
        query = replace(query, event=event_bound(text))
    query = with_overview(query, words)
    return replace(query, earlier=None) if query.overview else query


def _is_shouted(question: str) -> bool:
    """Whether it is all in capitals, which then tell nothing of names; "NATO GDP?" is names alone."""
    words = words_of(question)
    return question.isupper() and len(words) > 2 and not stop_words().isdisjoint(words)


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
