"""Which of Gradio's routes are open, and the content security policy of its page.

Gradio serves a good deal beside the page: uploads, files, a proxy, deep links, monitoring, tools that write code. The
page needs none of it. Knows Gradio's routes and markup; nothing of what the page shows.
"""

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable

import gradio as gr
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OPEN = {
    "GET": re.compile(
        r"/|/(assets|static)/.+|/theme\.css|/favicon\.ico|/manifest\.json"
        r"|/gradio_api/(queue/data|heartbeat/\w+|startup-events|app_id|theme\.css)"
    ),
    "POST": re.compile(r"/gradio_api/(queue/join|run/predict|cancel|reset)/?"),
}
_HEARTBEAT = "/gradio_api/heartbeat/"
UNSAFE_EVAL = "'unsafe-eval'"
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


class GradioDoor:
    """Gradio's application behind a list of what its page asks for; all else is not there."""

    def __init__(self, app: ASGIApp, *, evaluates: bool, left: Callable[[str], None]) -> None:
        """`evaluates` says that the page has parts for which Gradio compiles text into code.

        `left` is told of each page that is closed, by its session.
        """
        self._app = app
        self._evaluates = evaluates
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        open_ = _OPEN.get("GET" if scope["method"] == "HEAD" else scope["method"])
        if not open_ or not open_.fullmatch(path):
            await PlainTextResponse("There is nothing here.", 404)(scope, receive, send)
        elif path == "/":
            await self._page(scope, receive, send)
        elif path.startswith(_HEARTBEAT):
            await self._heartbeat(path.removeprefix(_HEARTBEAT), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _heartbeat(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        """A connection that lasts as long as the page is open; Gradio notices its end only when it next sends."""
        watching = asyncio.ensure_future(_closed(receive))
        watching.add_done_callback(lambda _: self._left(session))
        try:
            await self._app(scope, receive, send)
        finally:
            watching.cancel()

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The page with a policy that knows its inline scripts by their hashes."""
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if not message.get("more_body", False):
                MutableHeaders(scope=start)["Content-Security-Policy"] = page_policy(body, evaluates=self._evaluates)
                await send(start)
                await send({"type": "http.response.body", "body": body})

        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, collect)


async def _closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def page_policy(html: bytes, *, evaluates: bool) -> str:
    """Scripts of this server and those that stand in the page; styles may be inline, as Svelte writes them."""
    digests = (hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(html))
    hashes = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    scripts = f"'self'{hashes}{' ' + UNSAFE_EVAL if evaluates else ''}"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def evaluates(page: gr.Blocks) -> bool:
    """Whether Gradio compiles text into code for this page: for every gr.HTML, and for events given as JavaScript."""
    config = page.get_config_file()
    components = any(component["type"] == "html" for component in config["components"])
    return components or any(event.get("js") for event in config["dependencies"])
