"""Routes of answers and chats: permanent pages, what is taken elsewhere, and what people think of an answer.

An answer may be read by whoever has its address; a chat only by the browser that it belongs to.
"""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from rag.conversations import Conversations, Verdict
from rag.errors import QuestionError
from rag.publishing import conversation_markdown, markdown, plain
from rag.restoring import answer_of
from ui.owners import owner_of
from ui.rendering import answer_page, no_answer_page

_MARKDOWN = "text/markdown; charset=utf-8"


class Opinion(BaseModel):
    """What somebody thinks of an answer; None takes a verdict back."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict | None
    comment: str = Field("", max_length=2_000)


def answer_routes(conversations: Conversations) -> APIRouter:
    """/answer/{id}, also as .md, .txt and .json; /chat/{id}.md and .json; /api/answers/{id}/opinion."""
    routes = APIRouter()

    def stored(name: str) -> dict[str, Any]:
        answer = conversations.answer(name)
        if answer is None:
            raise HTTPException(404, f"no answer has the id {name!r}")
        return answer

    @routes.get("/answer/{name}.md")
    def as_markdown(name: str, request: Request) -> Response:
        return Response(markdown(answer_of(stored(name)), _base(request)), media_type=_MARKDOWN)

    @routes.get("/answer/{name}.txt")
    def as_text(name: str, request: Request) -> Response:
        return PlainTextResponse(plain(answer_of(stored(name)), _base(request)))

    @routes.get("/answer/{name}.json")
    def as_json(name: str) -> Response:
        return JSONResponse(stored(name))

    @routes.get("/answer/{name}")
    def page(name: str) -> HTMLResponse:
        answer = conversations.answer(name)
        return HTMLResponse(answer_page(answer_of(answer))) if answer else HTMLResponse(no_answer_page(), 404)

    @routes.get("/chat/{name}.{form}")
    def chat(name: str, form: str, request: Request) -> Response:
        kept = conversations.chat(name, owner_of(request.cookies))
        if kept is None or form not in ("md", "json"):
            raise HTTPException(404, "this browser has no such chat")
        answers = [turn.answer for turn in conversations.turns(name)]
        headers = {"Content-Disposition": f'attachment; filename="chat-{kept.created:%Y-%m-%d-%H%M}.{form}"'}
        if form == "json":
            whole = {"title": kept.title, "created": kept.created.isoformat(), "answers": answers}
            return JSONResponse(whole, headers=headers)
        text = conversation_markdown(kept.title, [answer_of(one) for one in answers], _base(request))
        return Response(text, headers=headers, media_type=_MARKDOWN)

    @routes.post("/api/answers/{name}/opinion", status_code=204)
    def opinion(name: str, given: Opinion, request: Request) -> None:
        if conversations.owner_of(name) not in ("", owner_of(request.cookies)):
            raise HTTPException(404, "this browser has no such answer")
        try:
            conversations.mark(name, given.verdict, given.comment)
        except QuestionError as error:
            raise HTTPException(404, str(error)) from None

    return routes


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
