"""Many who ask at once: a bounded line for the model, and the events of a question as its turn comes.

Searching waits for nobody: everyone sees passages at once, and only writing is done in turn. Knows nothing of pages,
but that whoever goes away must hold nothing up. For one event loop.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

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

    async def in_turn(self, events: Iterator[Event]) -> AsyncIterator[Event | Waiting]:
        """The events of `Library.stream`; before the first word, how many questions are ahead, whenever that changes.

        Raises Busy where too many wait. Whoever stops listening leaves the line, and ends the model's stream.
        """
        if len(self._tickets) >= self._longest:
            raise Busy(f"{len(self._tickets)} questions are being answered or wait; ask again in a minute")
        ticket = _Ticket()
        self._tickets.append(ticket)
        try:
            async with aclosing(_as_they_come(events, self._threads)) as coming:
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
            if ahead != said:
                yield ahead
                said = ahead
            ticket.moved.clear()
            await ticket.moved.wait()


class _Ticket:
    """A place in the line, which is told when the line has moved."""

    def __init__(self) -> None:
        self.moved = asyncio.Event()


async def _as_they_come(events: Iterator[Event], threads: ThreadPoolExecutor) -> AsyncGenerator[Event]:
    """The events, waited for in a thread: who stops listening is free at once, and the next one ends them."""
    stopped = threading.Event()

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


async def until(gone: asyncio.Future[None], items: AsyncIterator[T]) -> AsyncIterator[T]:
    """The items, up to the moment at which whoever wanted them is gone."""
    while True:
        following: asyncio.Future[T | None] = asyncio.ensure_future(anext(items, None))
        either: list[asyncio.Future[Any]] = [following, gone]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not following.done():
            following.cancel()
            return
        item = following.result()
        if item is None:
            return
        yield item
