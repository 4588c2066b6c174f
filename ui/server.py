"""The FastAPI application: the chat page, the source pages and a small JSON API, with one set of security headers."""

import contextlib
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.routing import Mount
from starlette.types import ASGIApp

from rag.conversations import Conversations
from rag.errors import Busy, FootnoteError, LibraryLocked, SettingsError
from rag.library import Library
from rag.settings import Settings
from ui.answers import answer_routes
from ui.asking_api import asking_router
from ui.documents_api import UPLOAD_PATH, documents_router
from ui.guard import Access, Guard, is_loopback, names_of
from ui.owners import OwnerCookie
from ui.uploading import UploadDesk
from ui.waiting import Visitors, WaitingLine


def create_app(
    library: Library,
    conversations: Conversations,
    desk: UploadDesk,
    access: Access = Access(),  # noqa: B008  frozen
) -> ASGIApp:
    """The whole application over an open library; every answer is kept in `conversations`."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    from ui.documents_tab import DOCUMENTS_HEAD
    from ui.gradio_door import GradioDoor, evaluates
    from ui.page import CHAT_HEAD, chat_page, theme

    line, visitors = WaitingLine(), Visitors()
    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/page", _PageFiles(directory=Path(__file__).parent / "static"))
    app.add_middleware(OwnerCookie)
    app.include_router(documents_router(library, conversations, desk))
    app.include_router(asking_router(library, conversations, line))
    app.include_router(answer_routes(conversations))

    @app.exception_handler(FootnoteError)
    async def refuse(_: Request, error: FootnoteError) -> JSONResponse:
        status, headers = (429, {"Retry-After": "30"}) if isinstance(error, Busy) else (400, None)
        return JSONResponse({"error": str(error)}, status, headers)

    page = chat_page(library, conversations, line, visitors, desk.settled)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        show_error=False,
        max_file_size="1mb",
        ssr_mode=False,
        run_history=False,
        theme=theme(),
        head=CHAT_HEAD + DOCUMENTS_HEAD,
    )
    mounted = next(route for route in app.routes if isinstance(route, Mount) and route.path == "")
    mounted.app = GradioDoor(mounted.app, evaluates=evaluates(page), left=visitors.left)
    return Guard(app, access)


class _PageFiles(StaticFiles):
    """Scripts and style sheets, which a browser is to ask about each time: after an update old ones would fail."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def serve(settings: Settings) -> None:
    """Serve until interrupted. Raises SettingsError where the port cannot be had."""
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
        address, port = listener.getsockname()[:2]
        access = access_of(settings, address)
        library = held.enter_context(Library(settings=settings))
        if not library.writable:
            raise LibraryLocked(
                f"{settings.library} is being used by {library.holder}; end that, or serve another library"
            )
        conversations = held.enter_context(Conversations(library.folder / "conversations.db"))
        desk = held.enter_context(UploadDesk(library))
        app = create_app(library, conversations, desk, access)
        threading.Thread(target=_warm_up, args=(library,), daemon=True).start()
        if not library.listing():
            print(f"footnote: {settings.library} is empty; footnote add PATH fills it", file=sys.stderr)
        host = f"[{address}]" if ":" in address else address
        print(f"Footnote listens on http://{host}:{port} (Ctrl+C ends it)", file=sys.stderr, flush=True)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


def access_of(settings: Settings, address: str) -> Access:
    """Who is let in at an address. Raises SettingsError where other machines would be, and nobody has said so."""
    auth = settings.auth.get_secret_value()
    if auth and not all(auth.partition(":")[::2]):
        raise SettingsError("the setting auth is USER:PASSWORD, with a colon between them")
    here = is_loopback(address)
    if not (here or auth or settings.open_to_everyone):
        raise SettingsError(
            f"{settings.host} can be reached from other machines: set FOOTNOTE_AUTH=USER:PASSWORD (or --auth), or say "
            "--open-to-everyone where all who reach it may read, add and remove documents"
        )
    names = names_of([*settings.hosts, *([] if here else [socket.gethostname(), settings.host])])
    return Access(names, not here, auth, {UPLOAD_PATH: round(settings.max_file_mb * 1e6)})


def _warm_up(library: Library) -> None:
    try:
        library.warm_up()
    except FootnoteError as error:  # the first question will say it in the page too
        print(f"footnote: {error}", file=sys.stderr)
