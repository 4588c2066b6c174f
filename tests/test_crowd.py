"""Several people at once: whose turn it is, who is told to come back, and what becomes of those who leave."""

import asyncio
import functools
import http.client
import json
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, expect

from rag import Library, load_settings
from rag.answering import Event
from rag.errors import Busy
from tests.browser import QUESTION, serving, visiting
from tests.conftest import ScriptedModel
from ui.waiting import Visitors, Waiting, WaitingLine


class Writing:
    """The events of a question whose model writes when it is told to."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.closed = threading.Event()

    def __call__(self, wanted: Callable[[], bool]) -> Iterator[Event]:
        try:
            yield ()  # the passages
            while wanted():
                self.go_on.wait(20)
                yield "word"
        finally:
            self.closed.set()


def staying() -> "asyncio.Future[None]":
    return Visitors().gone("a page")


async def first(events: AsyncIterator[Any], count: int) -> list[Any]:
    return [await anext(events) for _ in range(count)]


def test_passages_come_at_once_and_the_model_in_turn() -> None:
    async def scenario() -> None:
        line = WaitingLine(at_once=1, waiting=2)
        one, two, three = Writing(), Writing(), Writing()
        asking = [line.in_turn(each, staying()) for each in (one, two, three)]
        assert await first(asking[0], 1) == [()]
        assert await first(asking[1], 2) == [(), Waiting(1)]
        assert await first(asking[2], 2) == [(), Waiting(2)]
        with pytest.raises(Busy, match="3 questions"):
            await anext(line.in_turn(Writing(), staying()))
        one.go_on.set()
        assert await anext(asking[0]) == "word"
        await asking[0].aclose()
        assert await first(asking[2], 1) == [Waiting(1)]
        two.go_on.set()
        assert await first(asking[1], 1) == ["word"]
        await asking[2].aclose()  # who leaves the line holds up nobody
        await asking[1].aclose()
        four = line.in_turn(Writing(), staying())
        assert await first(four, 1) == [()]

    asyncio.run(scenario())


def test_whoever_leaves_while_the_model_writes_ends_its_stream() -> None:
    async def scenario() -> None:
        writing, visitors = Writing(), Visitors()
        events = WaitingLine().in_turn(writing, visitors.gone("a page"))
        assert await first(events, 1) == [()]
        rest = asyncio.ensure_future(anext(events, None))
        await asyncio.sleep(0.05)
        visitors.left("another page")
        await asyncio.sleep(0.05)
        assert not rest.done()
        visitors.left("a page")
        assert await rest is None
        writing.go_on.set()
        assert await asyncio.to_thread(writing.closed.wait, 20)

    asyncio.run(scenario())


def test_whoever_stops_while_the_model_is_silent_holds_up_nobody(seeds_folder: Path, model: ScriptedModel) -> None:
    hung_up = []
    model.says(*[lambda handler: hung_up.append(handler.connection.recv(1))] * 10)

    async def scenario(library: Library) -> None:
        line = WaitingLine()
        for asked in range(1, 10):
            events = line.in_turn(functools.partial(library.stream, QUESTION), staying())
            assert len((await first(events, 2))[1]) == 5
            writing = asyncio.ensure_future(anext(events))
            while len(model.requests) < asked:
                await asyncio.sleep(0.01)
            writing.cancel()
            await asyncio.wait([writing])
        tenth = line.in_turn(functools.partial(library.stream, QUESTION), staying())
        assert len((await asyncio.wait_for(first(tenth, 2), 30))[1]) == 5
        while len(hung_up) < 9:
            await asyncio.sleep(0.01)

    settings = load_settings(llm_url=model.url, llm_model="m", llm_timeout=200)
    with Library(seeds_folder, settings=settings, read_only=True) as library:
        asyncio.run(scenario(library))
    assert set(hung_up) == {b""}, "the model has learned that nobody listens"


@pytest.fixture
def library(seeds_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    shutil.copytree(seeds_folder, folder)
    return folder


class Endless:
    """A model's answer that goes on until nobody reads it any more."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.freed = threading.Event()

    def __call__(self, handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        choice = {"index": 0, "delta": {"role": "assistant", "content": "Denis Pushilin "}, "finish_reason": None}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        try:
            for _ in range(600):
                handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                handler.wfile.flush()
                self.began.set()
                threading.Event().wait(0.05)
        except OSError:
            self.freed.set()


def test_a_closed_tab_and_a_closed_connection_free_the_model(
    browser: Browser, library: Path, model: ScriptedModel
) -> None:
    tab, connections = Endless(), [Endless() for _ in range(3)]
    model.says(tab, *connections)
    with serving(library, llm_url=model.url, llm_model="m") as address:
        with visiting(browser, address) as page:
            page.locator("#question textarea").fill(QUESTION)
            page.locator("#question textarea").press("Enter")
            expect(page.locator("#passages article").first).to_be_visible(timeout=60_000)
            assert tab.began.wait(60)
        assert tab.freed.wait(25)
        for connection in connections:
            client = http.client.HTTPConnection(urlparse(address).netloc)
            question = json.dumps({"question": QUESTION})
            client.request("POST", "/api/stream", question, {"Content-Type": "application/json"})
            response = client.getresponse()
            assert list(json.loads(response.readline())) == ["query"]
            assert len(json.loads(response.readline())["passages"]) == 5
            assert connection.began.wait(60)
            response.close()
            client.close()
            assert connection.freed.wait(25)
