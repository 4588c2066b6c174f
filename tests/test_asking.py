"""One question of the page, where something goes wrong with it, and what a page says of a library that is changing."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rag import Document, Library
from rag.answering import Event
from rag.conversations import Conversations
from ui.asking import Asked, Asking, Session, Shown
from ui.chats import Chats
from ui.settings_panel import Choices
from ui.waiting import Visitors, WaitingLine


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    with Conversations(tmp_path / "conversations.db") as conversations:
        yield conversations


def last_shown(conversations: Conversations, stream: Callable[..., Iterator[Event]]) -> Shown:
    """The last step of a question that the library answers so."""

    async def scenario() -> Shown:
        asking = Asking(SimpleNamespace(stream=stream), conversations, WaitingLine())  # type: ignore[arg-type]
        answer = asking.answer(Asked("Who?"), Session("ann"), Choices(), Visitors().gone("a page"))
        return [step async for step in answer][-1]

    return asyncio.run(scenario())


def test_whatever_goes_wrong_is_said_in_the_page_and_printed(
    conversations: Conversations, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Iterator[Event]:
        yield ()
        raise ZeroDivisionError("a bug")

    shown = last_shown(conversations, broken)
    assert "Something went wrong here" in shown.current
    assert 'role="alert"' in shown.current
    assert shown.box["submit_btn"] is True
    assert [(one.levelno, one.exc_info[0]) for one in caplog.records] == [(logging.ERROR, ZeroDivisionError)]


def test_an_answer_that_ends_too_soon_is_a_stopped_one(conversations: Conversations) -> None:
    assert "Stopped." in last_shown(conversations, lambda *_, **__: iter([()])).current


def test_examples_are_not_looked_for_while_documents_are_added(library: Library, conversations: Conversations) -> None:
    settled = [False]
    chats = Chats(library, conversations, lambda: settled[0])
    oake = "Mira Oake is the harbour master of Saltmere. Mira Oake took over the office on Tuesday."
    library.add(Document(id="oake", text=oake))
    assert "in your 1 document that" in chats.welcome()
    assert 'data-act="ask"' not in chats.welcome()
    settled[0] = True
    assert 'data-question="Who is Mira Oake?"' in chats.welcome()
    settled[0] = False
    library.add(Document(id="quay", text="The quay is closed."))
    assert 'data-question="Who is Mira Oake?"' in chats.welcome(), "those of before, until it is quiet again"
    welcome, documents = chats.library_changed(["oake", "gone"])
    assert "in your 2 documents that" in welcome
    assert documents["value"] == ["oake"]
    assert [one for _, one in documents["choices"]] == ["oake", "quay"]
