"""The order of the question flow: retrieve, decide, write, check, answer. The only module that knows it."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from rag.answerability import ANSWERED, probability
from rag.connections import always
from rag.copies import grouped
from rag.disagreements import conflicts_of
from rag.drafting import Drafting, drafted
from rag.grounding import Grounded, displayed
from rag.llm import ModelChoice
from rag.prompting import REFUSAL
from rag.quoting import quoted
from rag.records import Answer, Citation, Display, Found, Passage, Query, ranked_evidence
from rag.refusals import explained
from rag.wording import Wording

Event = Query | tuple[Passage, ...] | str | Answer
"""What a stream yields, in this order: the query, its passages, pieces of text, and at last the Answer.

The pieces are whole sentences that have been checked, with their marks; together they are the Answer's text.
"""

_STEPS = ("understand", "retrieve", "first_token", "first_statement")
COPIES = 5
"""Further passages that are looked at, because some may tell the same story."""

_CLOSEST = 3


@dataclass(frozen=True, slots=True)
class Request:
    """A question as it was asked and as it was understood, how many passages an answer may draw on, and its display."""

    question: str
    query: Query
    limit: int
    display: Display = "strict"


def stream_answer(
    request: Request,
    search: Callable[[Query, int], Found],
    choice: ModelChoice,
    fingerprint: str,
    wording: Wording,
    wanted: Callable[[], bool] = always,
) -> Iterator[Event]:
    """Answer a question. Text is yielded only once it is checked, so no piece is ever taken back.

    Once the answer is not `wanted` any more, the model is freed within a moment.
    Raises ModelError; after a ModelError nothing that was yielded counts as an answer.
    """
    clock = _Clock()
    clock.lap("understand")
    found = search(request.query, request.limit + COPIES)
    query, passages = found.query, grouped(found.passages, request.limit)
    yield query
    clock.lap("retrieve")
    yield passages
    draft = Answer(
        id=secrets.token_hex(8),
        created=datetime.now(UTC).replace(microsecond=0),
        question=request.question,
        query=query,
        text=REFUSAL,
        mode="refused",
        display=request.display,
        passages=passages,
        notices=(*((choice.notice,) if choice.notice else ()), *found.notices),
        fingerprint=fingerprint,
        confidence=probability(query, found.passages),
    )
    if draft.confidence < ANSWERED:
        yield REFUSAL
        yield _refused(draft, clock)
        return
    written = Grounded()
    if choice.model:
        by = Drafting(choice.model, request.display, wording, clock.lap, wanted)
        text = yield from drafted(query, passages, by)
        written, notices = text.grounded, draft.notices + text.notices
        draft = replace(draft, model=choice.model.name, usage=text.usage, notices=notices, dropped=written.dropped)
    if written.statements:
        yield _written(draft, written, clock)
        return
    if written.refused and choice.model and not choice.model.embedded_default:
        yield REFUSAL
        yield _refused(draft, clock)
        return
    quotes = quoted(passages, query.text, of_each=query.overview)
    clock.lap("first_statement")
    struck = written.in_display(request.display)
    pieces = [*([f"{displayed(struck)}\n\n"] if struck else ()), quotes.text]
    yield from pieces
    shown = replace(draft, mode="quoted", text="".join(pieces), statements=(*struck, *quotes.statements))
    yield _finished(replace(shown, dropped=() if struck else draft.dropped), quotes.citations, clock)


def _written(draft: Answer, written: Grounded, clock: "_Clock") -> Answer:
    statements = written.in_display(draft.display)
    dropped = tuple(one for one in written.dropped if one not in statements)
    shown = replace(draft, mode="written", text=displayed(statements), statements=statements, dropped=dropped)
    return _finished(shown, written.citations, clock)


def _refused(draft: Answer, clock: "_Clock") -> Answer:
    closest = tuple(evidence.quote for evidence in ranked_evidence(draft.passages)[:_CLOSEST])
    notices = (*draft.notices, *explained(draft.query, draft.passages))
    return _finished(replace(draft, closest=closest, notices=notices), (), clock)


def _finished(draft: Answer, citations: tuple[Citation, ...], clock: "_Clock") -> Answer:
    days = [citation.document.day for citation in citations if citation.document.day]
    return replace(
        draft,
        citations=citations,
        as_of=max(days, default=None),
        conflicts=_conflicts(draft) if citations else (),
        timings_ms=clock.timings(),
    )


def _conflicts(draft: Answer) -> tuple[Mapping[str, Any], ...]:
    query = draft.query
    return conflicts_of(query.text, draft.passages, query.after, query.before)


class _Clock:
    """Milliseconds since the question was asked, at each step's first end."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._laps: dict[str, float | None] = dict.fromkeys(_STEPS)

    def lap(self, name: str) -> None:
        if self._laps[name] is None:
            self._laps[name] = self._now()

    def timings(self) -> dict[str, float | None]:
        return {**self._laps, "total": self._now()}

    def _now(self) -> float:
        return round((time.perf_counter() - self._start) * 1000, 1)
