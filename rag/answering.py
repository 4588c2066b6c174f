"""The order of the question flow: retrieve, decide, write, check, answer. The only module that knows it."""

import secrets
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rag import grounding
from rag.answer_types import holds_type, wanted_type
from rag.copies import grouped
from rag.errors import ModelError
from rag.grounding import Grounded
from rag.llm import LanguageModel, ModelChoice
from rag.prompting import REFUSAL, answer_prompt
from rag.records import Answer, Found, Mode, Passage, Query, Quote, best_evidence, ranked_evidence
from rag.retrieval import relevant
from rag.sentences import sentence_spans
from rag.words import content_words, words_of

Event = Query | tuple[Passage, ...] | str | Answer
"""What a stream yields, in this order: the query, its passages, pieces of checked text, and at last the Answer."""

MODEL_FAILED = "The embedded model failed, so this answer is quotes"
"""How the notice of such an answer begins."""

_QUESTION_WORDS = frozenset(["who", "whom", "whose", "what", "which", "when", "where", "why", "how"])
_CLOSEST = 3
_COPIES = 5  # further passages that are looked at, because some may tell the same story
# What the embedded default does not say well in its first sentences it does not say at all.
_DEFAULT_MODEL_TRIES = 2


@dataclass(frozen=True, slots=True)
class Request:
    """A question as it was asked and as it was understood, and how many passages an answer may draw on."""

    question: str
    query: Query
    limit: int


def stream_answer(
    request: Request,
    search: Callable[[Query, int], Found],
    choice: ModelChoice,
    fingerprint: str,
) -> Iterator[Event]:
    """Answer a question. Text is yielded only once it is checked, so no piece is ever taken back.

    Raises ModelError; after a ModelError nothing that was yielded counts as an answer.
    """
    clock = _Clock()
    clock.lap("understand")
    found = search(request.query, request.limit + _COPIES)
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
        passages=passages,
        notices=(*((choice.notice,) if choice.notice else ()), *found.notices),
        fingerprint=fingerprint,
    )
    if not relevant(passages):
        yield REFUSAL
        yield _finished(draft, "refused", Grounded(), clock)
        return
    written = Grounded()
    if choice.model:
        draft = replace(draft, model=choice.model.name)
        written, usage, notices = yield from _write(choice.model, query, passages, clock)
        draft = replace(draft, usage=usage, notices=draft.notices + notices)
    if written.statements:
        yield _finished(draft, "written", written, clock)
        return
    if written.refused and choice.model and not choice.model.embedded_default:
        yield REFUSAL
        yield _finished(draft, "refused", written, clock)
        return
    quoted = replace(grounding.quote(passages), dropped=written.dropped)
    yield grounding.quoted_text(quoted)
    yield _finished(draft, "quoted", quoted, clock)


def _write(
    model: LanguageModel, query: Query, passages: Sequence[Passage], clock: "_Clock"
) -> Generator[str, None, tuple[Grounded, Mapping[str, int], tuple[str, ...]]]:
    """Yields what is checked of the model's text; returns what could be shown, what it took, and notices."""
    prompt = answer_prompt(query, passages, model.prompt_budget, model.small)
    best = [evidence.quote for evidence in best_evidence(passages)]
    text, shown = "", ""
    grounded = Grounded()
    usage: Mapping[str, int] = {}
    notices: tuple[str, ...] = ()
    try:
        with closing(model.stream(prompt)) as pieces:
            for piece in pieces:
                clock.lap("first_token")
                text += piece.text
                if piece.finish:
                    usage = piece.usage
                    complete = text if piece.finish == "stop" else _whole_sentences(text)
                    if piece.finish == "length":
                        notices = ("The model reached its length limit; only its whole sentences were kept.",)
                elif piece.text and text.rstrip()[-1:] in ".!?\n]":
                    complete = _whole_sentences(text)
                else:
                    continue
                grounded = grounding.ground(complete, passages)
                rests = any(_rests_on(citation.quote, best) for citation in grounded.citations)
                if not rests or (not shown and _evades(query.text, grounded)):
                    grounded = replace(grounded, statements=(), citations=())
                elif grounded.text.startswith(shown) and len(grounded.text) > len(shown):
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


def _whole_sentences(text: str) -> str:
    """The text up to the end of its last but one sentence: the last may still grow, or get its marker."""
    spans = sentence_spans(text)
    return text[: spans[-1].start] if spans else ""


def _rests_on(quote: Quote, best: Sequence[Quote]) -> bool:
    return any(quote.document_id == b.document_id and quote.start < b.end and b.start < quote.end for b in best)


def _evades(question: str, grounded: Grounded) -> bool:
    """Whether the statements leave out the time, number or name that is asked for and stands in their own quotes.

    Or say no more than the question does, unless that asks for a yes or no.
    """
    said = " ".join(statement.text for statement in grounded.statements)
    quoted = " ".join(citation.quote.text for citation in grounded.citations)
    in_statements, in_quotes = holds_type(wanted_type(question), question, [said, quoted])
    asks_for_more = not _QUESTION_WORDS.isdisjoint(words_of(question))
    return bool(in_statements < in_quotes) or (asks_for_more and content_words(said) <= content_words(question))


def _finished(draft: Answer, mode: Mode, grounded: Grounded, clock: "_Clock") -> Answer:
    text = REFUSAL
    if mode != "refused":
        text = grounded.text if mode == "written" else grounding.quoted_text(grounded)
    days = [citation.document.day for citation in grounded.citations if citation.document.day]
    return replace(
        draft,
        mode=mode,
        text=text,
        statements=grounded.statements if mode != "refused" else (),
        dropped=grounded.dropped,
        citations=grounded.citations if mode != "refused" else (),
        as_of=max(days, default=None),
        closest=tuple(e.quote for e in ranked_evidence(draft.passages)[:_CLOSEST]) if mode == "refused" else (),
        timings_ms=clock.timings(),
    )


class _Clock:
    """Milliseconds since the question was asked, at each step's first end."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._laps: dict[str, float | None] = {"understand": None, "retrieve": None, "first_token": None}

    def lap(self, name: str) -> None:
        if self._laps[name] is None:
            self._laps[name] = self._now()

    def timings(self) -> dict[str, float | None]:
        return {**self._laps, "total": self._now()}

    def _now(self) -> float:
        return round((time.perf_counter() - self._start) * 1000, 1)
