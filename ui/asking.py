"""One question of the chat, from Enter to the finished answer: what the page shows at each step.

Knows what the page has to show and where chats are kept; nothing of Gradio's components but how one is left as it is.
"""

import asyncio
import functools
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, fields, replace
from typing import Any

import gradio as gr

from rag.conversations import Conversations, Turn
from rag.errors import FootnoteError
from rag.export import answer_json
from rag.library import Library
from rag.records import Answer, Passage
from rag.restoring import answer_of
from ui.keeping import kept
from ui.rendering import chats_html, passages_html, turns_html, unanswered_html, writing_html
from ui.settings_panel import Choices
from ui.waiting import Waiting, WaitingLine

_TURNS_KEPT = 20
_READING = "Reading the documents …"
_WRITING = "Writing, and checking each sentence …"
FREE: dict[str, Any] = gr.update(submit_btn=True, stop_btn=False)
"""The question box while nothing is being answered, with whatever somebody is typing into it."""


@dataclass(frozen=True, slots=True)
class Session:
    """One open page: whose it is, its chat (empty until something is answered), and how it asked last."""

    owner: str = ""
    chat: str = ""
    question: str = ""
    any_time: bool = False
    as_written: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page asks it. `again` takes the place of the last turn; `typed` empties the question box."""

    question: str
    again: bool = False
    typed: bool = False
    any_time: bool = False
    as_written: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What a step changes of the page, in the order of its components: see `ui.page`. The rest stays as it is."""

    box: Any = field(default_factory=gr.skip)
    past: Any = field(default_factory=gr.skip)
    current: Any = field(default_factory=gr.skip)
    passages: Any = field(default_factory=gr.skip)
    chats: Any = field(default_factory=gr.skip)
    session: Any = field(default_factory=gr.skip)

    @property
    def values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, one.name) for one in fields(self))


def typed(question: str) -> Asked:
    return Asked(question, typed=True)


def read_act(written: str, session: Session, turns: list[Turn]) -> Asked | None:
    """What a button of the conversation asks: JSON that `static/chat.js` writes. None where it makes no sense."""
    try:
        act = json.loads(written)
        name, question = str(act["act"]), str(act.get("question") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if name == "ask":
        return Asked(question)
    if not turns:
        return None
    last = turns[-1].answer["question"]
    before = Asked(last, again=True)
    if session.question == last:
        before = replace(before, any_time=session.any_time, as_written=session.as_written)
    changes: dict[str, dict[str, Any]] = {
        "again": {},
        "any-date": {"any_time": True},
        "as-written": {"as_written": True},
        "edit": {"question": question, "any_time": False, "as_written": False},
    }
    return replace(before, **changes[name]) if name in changes else None


class Asking:
    """Answers questions of pages, and keeps what was answered."""

    def __init__(self, library: Library, conversations: Conversations, line: WaitingLine) -> None:
        self._library = library
        self._line = line
        self._conversations = conversations

    def turns(self, session: Session) -> list[Turn]:
        """Of the session's chat, where it is its owner's."""
        return self._conversations.turns(session.chat) if self._is_there(session) else []

    async def answer(
        self, asked: Asked, session: Session, choices: Choices, gone: "asyncio.Future[None]"
    ) -> AsyncGenerator[Shown]:
        """Each step as it comes, until the page is `gone`. An error is shown, and the question goes back to its box."""
        turns = self.turns(session)
        kept = turns[:-1] if asked.again else turns
        history = [] if asked.as_written else _history(kept)
        question = asked.question.strip()
        session = replace(session, question=question, any_time=asked.any_time, as_written=asked.as_written)
        past = turns_html(kept, last=False)
        begun = Shown(_busy(asked), past, writing_html(question, _READING), passages_html(()), session=session)
        yield begun
        passages: tuple[Passage, ...] = ()
        text = ""
        try:
            options = {**choices.options, "any_time": asked.any_time, "history": history}
            stream = functools.partial(self._library.stream, question, **options)
            async with aclosing(self._line.in_turn(stream, gone)) as events:  # closed with this, not some time later
                async for event in events:
                    if isinstance(event, Answer):
                        yield self._finished(event, session, history, len(kept), choices)
                    elif isinstance(event, Waiting):
                        waiting = f"Waiting: {event.ahead} before you …"
                        yield Shown(current=writing_html(question, waiting, "", passages))
                    elif isinstance(event, str):
                        text += event
                        yield Shown(current=writing_html(question, _WRITING, text))
                    elif isinstance(event, tuple):
                        passages = event
                        doing = writing_html(question, _WRITING, "", passages)
                        yield Shown(current=doing, passages=passages_html(passages))
        except FootnoteError as error:
            yield self._unanswered(session, question, str(error), error=True)

    def stopped(self, session: Session, box: str) -> Shown:
        """The page after a question was stopped; who has written the next one meanwhile keeps that."""
        return self._unanswered(session, box or session.question, "Stopped.")

    def _unanswered(self, session: Session, box: str, said: str, *, error: bool = False) -> Shown:
        """What was there before the question, an answer too that it was to replace, and why there is no other."""
        before = turns_html(self.turns(session), last=True)
        return Shown({**FREE, "value": box}, before, unanswered_html(session.question, said, error=error))

    def _finished(
        self, answer: Answer, session: Session, history: list[dict[str, str]], place: int, choices: Choices
    ) -> Shown:
        def keep(one: Answer) -> None:
            nonlocal session
            if not self._is_there(session):
                chat = self._conversations.begin(session.owner, one.question, choices.stored)
                session = replace(session, chat=chat)
            else:
                self._conversations.choose(session.chat, choices.stored)
            self._conversations.append(session.chat, place, answer_json(one), tuple(history))

        answer = kept(answer, keep)
        return Shown(
            box=FREE,
            current=turns_html([Turn(answer_json(answer))], last=True),
            chats=chats_html(self._conversations.chats(session.owner), session.chat),
            session=session,
        )

    def _is_there(self, session: Session) -> bool:
        return bool(session.chat) and self._conversations.chat(session.chat, session.owner) is not None


def _busy(asked: Asked) -> dict[str, Any]:
    """The question box while an answer is written: who asks again may be writing the next question."""
    return gr.update(**({"value": ""} if asked.typed else {}), submit_btn=False, stop_btn=True)


def _history(turns: list[Turn]) -> list[dict[str, str]]:
    answers = [answer_of(turn.answer) for turn in turns[-_TURNS_KEPT:]]
    return [{"question": answer.query.text, "answer": answer.text} for answer in answers]
