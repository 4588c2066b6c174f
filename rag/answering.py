"""The order of the question flow: retrieve, decide, write, check, answer. The only module that knows it."""

import secrets
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from rag import grounding
from rag.answerability import ANSWERED, probability
from rag.copies import grouped
from rag.disagreements import conflicts_of
from rag.errors import ModelError
from rag.grounding import Grounded
from rag.inert import inert
from rag.llm import LanguageModel, ModelChoice
from rag.prompting import REFUSAL, Prompt, answer_prompt
from rag.quoting import quoted
from rag.records import (
    Answer,
    Citation,
    Display,
    Found,
    Passage,
    Query,
    Quote,
    Statement,
    best_evidence,
    ranked_evidence,
)
from rag.refusals import explained
from rag.sentences import sentence_spans
from rag.wording import Wording

Event = Query | tuple[Passage, ...] | str | Answer
"""What a stream yields, in this order: the query, its passages, pieces of text, and at last the Answer.

In strict display the pieces are checked; in annotated display they are the model's own, which the Answer then marks.
"""

MODEL_FAILED = "The embedded model failed, so this answer is quotes"
"""How the notice of such an answer begins."""

_STEPS = ("understand", "retrieve", "first_token", "first_statement")
COPIES = 5
"""Further passages that are looked at, because some may tell the same story."""

_CLOSEST = 3
# What the embedded default does not say well in its first sentences it does not say at all.
_DEFAULT_MODEL_TRIES = 2


@dataclass(frozen=True, slots=True)
class Request:
    """A question as it was asked and as it was understood, how many passages an answer may draw on, and its display."""

    question: str
    query: Query
    limit: int
    display: Display = "strict"


def always() -> bool:
    """An answer that is wanted whatever happens."""
    return True


def stream_answer(
    request: Request,
    search: Callable[[Query, int], Found],
    choice: ModelChoice,
    fingerprint: str,
    wording: Wording,
    wanted: Callable[[], bool] = always,
) -> Iterator[Event]:
    """Answer a question. In strict display text is yielded only once it is checked, so no piece is ever taken back.

    Once the answer is not `wanted` any more, the model's next piece is its last.
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
        draft = replace(draft, model=choice.model.name)
        written, usage, notices = yield from _write(
            choice.model, request.display, query, passages, wording, clock, wanted
        )
        draft = replace(draft, usage=usage, notices=draft.notices + notices, dropped=written.dropped)
    if written.statements:
        yield _written(draft, written, clock)
        return
    if written.refused and choice.model and not choice.model.embedded_default:
        yield REFUSAL
        yield _refused(draft, clock)
        return
    quotes = quoted(passages)
    clock.lap("first_statement")
    yield quotes.text
    shown = replace(draft, mode="quoted", text=quotes.text, statements=quotes.statements)
    yield _finished(shown, quotes.citations, clock)


def _write(
    model: LanguageModel,
    display: Display,
    query: Query,
    passages: Sequence[Passage],
    wording: Wording,
    clock: "_Clock",
    wanted: Callable[[], bool],
) -> Generator[str, None, tuple[Grounded, Mapping[str, int], tuple[str, ...]]]:
    """Yields what is checked of the model's text, or all of it; returns its statements, what it took, and notices."""
    prompt = answer_prompt(query, passages, model.prompt_budget, model.small)
    best = [evidence.quote for evidence in best_evidence(passages)]
    text, shown = "", ""
    grounded = Grounded()
    usage: Mapping[str, int] = {}
    notices: tuple[str, ...] = ()
    try:
        with closing(model.stream(prompt)) as pieces:
            for piece in pieces:
                if not wanted():
                    break
                clock.lap("first_token")
                text += piece.text
                if display == "annotated" and piece.text:
                    yield piece.text
                if piece.finish:
                    usage = piece.usage
                    complete = text if piece.finish == "stop" else _whole_sentences(text)
                    if piece.finish == "length":
                        notices = ("The model reached its length limit; only its whole sentences were kept.",)
                elif piece.text and text.rstrip()[-1:] in ".!?\n]":
                    complete = _whole_sentences(text)
                else:
                    continue
                grounded = _without_prompt(grounding.ground(complete, passages, wording), prompt)
                if not any(_rests_on(citation.quote, best) for citation in grounded.citations):
                    grounded = _beside_the_question(grounded)
                elif grounded.text.startswith(shown) and len(grounded.text) > len(shown):
                    clock.lap("first_statement")
                    if display == "strict":
                        yield grounded.text[len(shown) :]
                    shown = grounded.text
                if model.embedded_default and not grounded.statements and len(grounded.dropped) >= _DEFAULT_MODEL_TRIES:
                    break
    except ModelError as error:
        if shown or not model.embedded_default:
            raise
        # Nobody chose this model, and quotes need none: a machine whose loopback is down still answers.
        return Grounded(), {}, (f"{MODEL_FAILED}: {error}",)
    if not grounded.statements:
        notices = ()  # nothing of what they speak of is shown
    if grounded.invented:
        notices += (f"The model cited {grounded.invented} passages that do not exist; those numbers were dropped.",)
    counted = {"cited_numbers": grounded.cited, "invented_numbers": grounded.invented}
    return grounded, {**usage, **counted}, notices


def _without_prompt(grounded: Grounded, prompt: Prompt) -> Grounded:
    """A model that recites what it was told says nothing, so that it is not even kept as dropped."""
    told = inert(prompt.system)
    return replace(grounded, judged=tuple(one for one in grounded.judged if one.text.rstrip(".") not in told))


def _whole_sentences(text: str) -> str:
    """The text up to the end of its last but one sentence: the last may still grow, or get its marker."""
    spans = sentence_spans(text)
    return text[: spans[-1].start] if spans else ""


def _beside_the_question(grounded: Grounded) -> Grounded:
    """What is true of some passage, and no answer: nothing of it is supported by what answers the question."""
    reason = ("the sentences that answer the question best do not say it",)
    judged = (
        Statement(one.text, (), "unsupported", reason) if one.support == "supported" else one for one in grounded.judged
    )
    return replace(grounded, judged=tuple(judged), citations=())


def _rests_on(quote: Quote, best: Sequence[Quote]) -> bool:
    return any(quote.document_id == b.document_id and quote.start < b.end and b.start < quote.end for b in best)


def _written(draft: Answer, written: Grounded, clock: "_Clock") -> Answer:
    annotated = draft.display == "annotated"
    statements = written.judged if annotated else written.statements
    shown = replace(
        draft,
        mode="written",
        text=grounding.displayed(statements),
        statements=statements,
        dropped=() if annotated else written.dropped,
    )
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
