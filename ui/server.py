"""The FastAPI application: the chat page, the source pages and a small JSON API, with one set of security headers."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, Field

from rag.conversations import Conversations
from rag.errors import DocumentError, FootnoteError, LibraryLocked, SettingsError
from rag.export import answer_json, document_json, listed_json
from rag.library import Library
from rag.records import Display, Span
from rag.settings import Settings
from ui.rendering import missing_html, source_html

_OWN_PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# Gradio's page builds its scripts and styles in the browser, so it needs both `unsafe` words.
_GRADIO_PAGE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_LONGEST_OFFSET = 12  # digits


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


def create_app(library: Library, conversations: Conversations) -> FastAPI:
    """The whole application over an open library; every answer is kept in `conversations`."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    from ui.chat import STYLE, chat_page, theme

    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/page", StaticFiles(directory=Path(__file__).parent / "static"))

    @app.middleware("http")
    async def secure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        own = request.url.path.startswith(("/source/", "/page/", "/api/"))
        response.headers["Content-Security-Policy"] = _OWN_PAGES if own else _GRADIO_PAGE
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @app.exception_handler(FootnoteError)
    async def refuse(_: Request, error: FootnoteError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, status_code=400)

    @app.get("/source/{document_id:path}", response_class=HTMLResponse)
    def source(document_id: str, v: str = "", start: str = "", end: str = "") -> HTMLResponse:
        try:
            document = library.document(document_id)
        except DocumentError:
            return HTMLResponse(missing_html(document_id), status_code=404)
        span = Span(int(start), int(end)) if _is_offset(start) and _is_offset(end) else None
        return HTMLResponse(source_html(document, span, v))

    @app.post("/api/ask")
    def ask(question: Question) -> dict[str, Any]:
        answer = answer_json(library.ask(**question.model_dump()))
        conversations.keep(answer, tuple(question.history))
        return answer

    @app.get("/api/documents")
    def documents() -> list[dict[str, Any]]:
        return [listed_json(listed) for listed in library.listing()]

    @app.get("/api/documents/{document_id:path}")
    def document(document_id: str) -> dict[str, Any]:
        try:
            return document_json(library.document(document_id), text=True)
        except DocumentError as error:
            raise HTTPException(404, str(error)) from None

    return gr.mount_gradio_app(
        app,
        chat_page(library, conversations),
        path="/",
        footer_links=[],
        show_error=False,
        max_file_size="1mb",
        ssr_mode=False,
        theme=theme(),
        css_paths=STYLE,
    )


def serve(settings: Settings) -> None:
    """Serve until interrupted. Raises SettingsError where the port cannot be had."""
    import socket

    import uvicorn

    try:
        family, _, _, _, place = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(place[:2], family=family)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); --port 0 takes any free port"
        ) from None
    # uvicorn ends itself in good order and then raises the signal again, for us to do the same.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.ExitStack() as held:
        held.enter_context(listener)
        library = held.enter_context(Library(settings=settings))
        if not library.writable:
            raise LibraryLocked(
                f"{settings.library} is being used by {library.holder}; end that, or serve another library"
            )
        conversations = held.enter_context(Conversations(library.folder / "conversations.db"))
        app = create_app(library, conversations)
        threading.Thread(target=_warm_up, args=(library,), daemon=True).start()
        host, port = listener.getsockname()[:2]
        if not library.listing():
            print(f"footnote: {settings.library} is empty; footnote add PATH fills it", file=sys.stderr)
        print(f"Footnote listens on http://{host}:{port} (Ctrl+C ends it)", file=sys.stderr, flush=True)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
        uvicorn.Server(config).run(sockets=[listener])


def _is_offset(text: str) -> bool:
    return text.isdecimal() and len(text) < _LONGEST_OFFSET


def _warm_up(library: Library) -> None:
    try:
        library.warm_up()
    except FootnoteError as error:  # the first question will say it in the page too
        print(f"footnote: {error}", file=sys.stderr)
