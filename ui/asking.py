"""One question of the chat, from Enter to the finished answer: what the page shows at each step.

Knows what the page has to show and where chats are kept; nothing of Gradio's components but how one is left as it is.
"""

import asyncio
import functools
import json
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
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
_STOPPED = "Stopped."
_WRONG = "Something went wrong here; what the server has printed says what."
_log = logging.getLogger("footnote")
FREE: dict[str, Any] = gr.update(submit_btn=True, stop_btn=False)
"""The question box while nothing is being answered, with whatever somebody is typing into it."""


@dataclass(frozen=True, slots=True)
class Session:
    """One open page: whose it is, its chat (empty until something is answered), and what it asked last.

    `told` is the number of the last button of the conversation that was pressed. The page itself holds all of it but
    its owner, so that a page outlives the server that it came from.
    """

    owner: str = ""
    chat: str = ""
    question: str = ""
    told: int = 0

    @property
    def written(self) -> str:
        return json.dumps({"chat": self.chat, "question": self.question, "told": self.told})


@dataclass(frozen=True, slots=True)
class Act:
    """A button of the conversation as `static/chat.js` tells of it: what it is called, and the answer that it is of."""

    name: str = ""
    question: str = ""
    answer: str = ""
    told: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page asks it. `again` takes the place of the last turn; `typed` empties the question box.

    `forget` are settings that no longer count, for this question and those after it.
    """

    question: str
    again: bool = False
    typed: bool = False
    any_time: bool = False
    as_written: bool = False
    forget: tuple[str, ...] = ()


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


def read_session(written: str, owner: str) -> Session:
    """What a page says of itself; a new one has said nothing."""
    said = _json(written)
    return Session(owner, str(said.get("chat") or ""), str(said.get("question") or ""), _number(said.get("told")))


def read_act(written: str) -> Act:
    """What is written into the unseen textbox; nonsense is no button's."""
    said = _json(written)
    name, question, answer = (str(said.get(key) or "") for key in ("act", "question", "answer"))
    return Act(name, question, answer, _number(said.get("told")))


def asked_by(act: Act, turns: Sequence[Turn]) -> Asked | None:
    """What a button asks; None where it makes no sense, as of a turn that is the last one no more."""
    if act.name == "ask":
        return Asked(act.question)
    if not turns or turns[-1].answer["id"] != act.answer:
        return None
    last = answer_of(turns[-1].answer)
    as_written = len(turns) > 1 and not turns[-1].history
    before = Asked(last.question, again=True, any_time=last.query.any_time, as_written=as_written)
    changes: dict[str, dict[str, Any]] = {
        "again": {},
        "any-date": {"any_time": True},
        "as-written": {"as_written": True},
        "all-dates": {"forget": ("after", "before")},
        "all-documents": {"forget": ("documents",)},
        "edit": {"question": act.question, "any_time": False, "as_written": False},
    }
    return replace(before, **changes[act.name]) if act.name in changes else None


class Asking:
    """Answers questions of pages, and keeps what was answered."""

    def __init__(self, library: Library, conversations: Conversations, line: WaitingLine) -> None:
        self._library = library
        self._line = line
        self._conversations = conversations

    def asked(self, act: Act, session: Session) -> Asked | None:
        """What a button of the session's chat asks."""
        return asked_by(act, self._turns(session))

    async def answer(
        self, asked: Asked, session: Session, choices: Choices, gone: "asyncio.Future[None]"
    ) -> AsyncGenerator[Shown]:
        """Each step as it comes, until the page is `gone`. What becomes of no answer is shown, with its reason.

        Chats are read and written in threads: this loop serves everybody.
        """
        question = asked.question.strip()
        session = replace(session, question=question)
        failed = ""
        try:
            turns = await asyncio.to_thread(self._turns, session)
            before = turns[:-1] if asked.again else turns
            history = [] if asked.as_written else _history(before)
            past = turns_html(before, last=False)
            current = writing_html(question, _READING)
            yield Shown(_busy(asked), past, current, passages_html(()), session=session.written)
            passages: tuple[Passage, ...] = ()
            text = ""
            options = {**choices.options, "any_time": asked.any_time, "history": history}
            stream = functools.partial(self._library.stream, question, **options)
            async with aclosing(self._line.in_turn(stream, gone)) as events:  # closed with this, not some time later
                async for event in events:
                    if isinstance(event, Answer):
                        yield await asyncio.to_thread(self._finished, event, session, history, len(before), choices)
                        return
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
            failed = str(error)
        except Exception:  # noqa: BLE001  whatever it is, the page must not wait for ever
            _log.exception("a question could not be answered")
            failed = _WRONG
        yield await asyncio.to_thread(self._unanswered, session, failed or _STOPPED, error=bool(failed))

    def stopped(self, session: Session) -> Shown:
        """The page after a question was stopped."""
        return self._unanswered(session, _STOPPED)

    def as_it_is(self, session: Session) -> Shown:
        """The session's chat, for a page that has asked something of another state of it."""
        turns = self._turns(session)
        past, current = turns_html(turns[:-1], last=False), turns_html(turns[-1:], last=True)
        return Shown(past=past, current=current, session=session.written)

    def _unanswered(self, session: Session, said: str, *, error: bool = False) -> Shown:
        """What was there before the question, an answer too that it was to replace, and why there is no other.

        The script puts the question back into its box, unless somebody has written the next one there.
        """
        before = turns_html(self._turns(session), last=True)
        return Shown(FREE, before, unanswered_html(session.question, said, error=error))

    def _turns(self, session: Session) -> list[Turn]:
        """Of the session's chat, where it is its owner's."""
        return self._conversations.turns(session.chat) if self._is_there(session) else []

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
            session=session.written,
        )

    def _is_there(self, session: Session) -> bool:
        return bool(session.chat) and self._conversations.chat(session.chat, session.owner) is not None


def _busy(asked: Asked) -> dict[str, Any]:
    """The question box while an answer is written: who asks again may be writing the next question."""
    return gr.update(**({"value": ""} if asked.typed else {}), submit_btn=False, stop_btn=True)


def _json(written: str) -> Mapping[str, Any]:
    try:
        said = json.loads(written)
    except (ValueError, TypeError):
        return {}
    return said if isinstance(said, Mapping) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _history(turns: list[Turn]) -> list[dict[str, str]]:
    answers = [answer_of(turn.answer) for turn in turns[-_TURNS_KEPT:]]
    return [{"question": answer.query.text, "answer": answer.text} for answer in answers]
