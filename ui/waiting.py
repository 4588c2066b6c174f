"""Many who ask at once: a bounded line for the model, and the events of a question as its turn comes.

Searching waits for nobody: everyone sees passages at once, and only writing is done in turn. Knows nothing of pages,
but that whoever goes away must hold nothing up. For one event loop.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakSet

from rag.answering import Event
from rag.errors import Busy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event of a question that waits for the model: so many are before it."""

    ahead: int


class WaitingLine:
    """So many answers are written at once, and so many questions may wait, in the order in which they came."""

    def __init__(self, at_once: int = 4, waiting: int = 32) -> None:
        self._at_once = at_once
        self._longest = at_once + waiting
        self._tickets: list[_Ticket] = []
        self._threads = ThreadPoolExecutor(at_once + 4, thread_name_prefix="asking")  # four search while others write

    def in_turn(
        self, stream: Callable[..., Iterator[Event]], gone: "asyncio.Future[None]"
    ) -> AsyncGenerator[Event | Waiting]:
        """The events of a question; before the first word, how many are ahead of it, whenever that changes.

        `stream` is `Library.stream` with all its arguments but `wanted`. Raises Busy where too many wait. Whoever is
        `gone` leaves the line at once, and frees the model within a moment.
        """
        return until(gone, self._in_turn(stream))

    async def _in_turn(self, stream: Callable[..., Iterator[Event]]) -> AsyncGenerator[Event | Waiting]:
        if len(self._tickets) >= self._longest:
            raise Busy(f"{len(self._tickets)} questions are being answered or wait; ask again in a minute")
        ticket = _Ticket()
        self._tickets.append(ticket)
        try:
            async with aclosing(_as_they_come(stream, self._threads)) as coming:
                async for event in coming:
                    yield event
                    if isinstance(event, tuple):
                        async for ahead in self._ahead_of(ticket):
                            yield Waiting(ahead)
        finally:
            self._tickets.remove(ticket)
            for other in self._tickets:
                other.moved.set()

    async def _ahead_of(self, ticket: "_Ticket") -> AsyncIterator[int]:
        """How many are before this one, until it is one of those that are served."""
        said = 0
        while (ahead := self._tickets.index(ticket) - self._at_once + 1) > 0:
            ticket.moved.clear()  # before anybody else runs: a move while this is said is not missed
            if ahead != said:
                yield ahead
                said = ahead
            await ticket.moved.wait()


class _Ticket:
    """A place in the line, which is told when the line has moved."""

    def __init__(self) -> None:
        self.moved = asyncio.Event()


async def _as_they_come(stream: Callable[..., Iterator[Event]], threads: ThreadPoolExecutor) -> AsyncGenerator[Event]:
    """The events, waited for in a thread: who stops listening is free at once, and the model soon after."""
    stopped = threading.Event()
    events = stream(wanted=lambda: not stopped.is_set())

    def step() -> Event | None:
        event = next(events, None)
        if stopped.is_set() and isinstance(events, Generator):
            events.close()
        return event

    loop = asyncio.get_running_loop()
    try:
        while (event := await loop.run_in_executor(threads, step)) is not None:
            yield event
    finally:
        stopped.set()


class Visitors:
    """Who has a page open, by Gradio's name for it (`session_hash`)."""

    def __init__(self) -> None:
        self._staying: dict[str, WeakSet[asyncio.Future[None]]] = {}

    def gone(self, session: str | None) -> "asyncio.Future[None]":
        """What is done as soon as the visitor has closed the page."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._staying.setdefault(session or "", WeakSet()).add(future)
        return future

    def left(self, session: str) -> None:
        for future in self._staying.pop(session, ()):
            if not future.done():
                future.set_result(None)


async def until(gone: "asyncio.Future[None]", items: AsyncGenerator[T]) -> AsyncGenerator[T]:
    """The items, up to the moment at which whoever wanted them is gone."""
    async with aclosing(items):
        while True:
            following: asyncio.Future[T | None] = asyncio.ensure_future(anext(items, None))
            either: list[asyncio.Future[Any]] = [following, gone]
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not following.done():
                    following.cancel()
                    await asyncio.wait([following])
            if following.cancelled():
                return
            item = following.result()
            if item is None:
                return
            yield item
