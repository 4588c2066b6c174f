"""Questions over HTTP: the whole answer as one object, or its events as they come.

Knows the library and the line for its model; nothing of Gradio. Whoever closes the connection ends the answer.
"""

import asyncio
import functools
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from rag.answering import Event
from rag.conversations import Conversations
from rag.errors import FootnoteError
from rag.export import answer_json, passage_json, query_json
from rag.library import Library
from rag.records import Answer, Display, Query
from ui.keeping import kept
from ui.waiting import Waiting, WaitingLine


class Question(BaseModel):
    """What `POST /api/ask` takes; see `Library.stream`."""

    model_config = ConfigDict(extra="forbid")  # a misspelt option would be answered as if it had not been given

    question: str = Field(max_length=20_000)
    history: list[dict[str, str]] = Field(default_factory=list, max_length=100)
    after: str | None = None
    before: str | None = None
    asked_on: str | None = None
    any_time: bool = False
    display: Display | None = None
    limit: int | None = Field(None, ge=1, le=100)
    documents: list[str] = Field(default_factory=list, max_length=10_000)
    model: str = ""


def asking_router(library: Library, conversations: Conversations, line: WaitingLine) -> APIRouter:
    """The routes, for an open library; every answer is kept, where there is room."""
    router = APIRouter()

    async def events(question: Question, request: Request) -> AsyncIterator[Event | Waiting]:
        gone = asyncio.ensure_future(_gone(request))
        try:
            stream = functools.partial(library.stream, **question.model_dump())
            async for event in line.in_turn(stream, gone):
                if isinstance(event, Answer):
                    keep = functools.partial(_keep, conversations, question.history)
                    event = await asyncio.to_thread(kept, event, keep)
                yield event
        finally:
            gone.cancel()

    @router.post("/api/ask")
    async def ask(question: Question, request: Request) -> Any:
        answer = None
        async for event in events(question, request):
            answer = event
        return answer_json(answer) if isinstance(answer, Answer) else Response(status_code=499)

    @router.post("/api/stream")
    async def stream(question: Question, request: Request) -> StreamingResponse:
        """JSON Lines, one object an event: query, passages, waiting, text, and at last answer, or error."""

        async def lines() -> AsyncIterator[str]:
            try:
                async for event in events(question, request):
                    yield json.dumps(_event_json(event), ensure_ascii=False) + "\n"
            except FootnoteError as error:
                yield json.dumps({"error": str(error)}, ensure_ascii=False) + "\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    return router


def _event_json(event: Event | Waiting) -> dict[str, Any]:
    if isinstance(event, Query):
        return {"query": query_json(event)}
    if isinstance(event, Answer):
        return {"answer": answer_json(event)}
    if isinstance(event, Waiting):
        return {"waiting": event.ahead}
    return {"text": event} if isinstance(event, str) else {"passages": [passage_json(one) for one in event]}


def _keep(conversations: Conversations, history: list[dict[str, str]], answer: Answer) -> None:
    conversations.keep(answer_json(answer), tuple(history))


async def _gone(request: Request) -> None:
    """Returns when whoever asks has closed the connection; the question itself has been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
