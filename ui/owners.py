"""Whose chats these are: a random name in a cookie, given to each browser that opens the page.

No account and no password: it keeps apart the chats of those who use different browsers. Scripts cannot read it, and
other sites send it only where somebody follows a link of theirs: whoever comes that way has the same chats as ever.
"""

import secrets
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "footnote_browser"
_DAYS = 400  # the longest that browsers keep one
_BYTES = 16


def owner_of(cookies: Mapping[str, str], otherwise: str = "") -> str:
    """Who sent these cookies; a browser that keeps none owns its chats for as long as the page is open."""
    name = cookies.get(COOKIE, "")
    return name if len(name) == 2 * _BYTES else otherwise


class OwnerCookie:
    """Gives the cookie with the page, and gives it again, so that whoever comes back keeps it.

    A page in a frame of another site's sends no cookie, and would be given a name in the place of the one there is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if request.headers.get("sec-fetch-dest", "document") != "document":
            await self._app(scope, receive, send)
            return
        name = owner_of(request.cookies, otherwise=secrets.token_hex(_BYTES))

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure = "; Secure" if scope["scheme"] == "https" else ""
                cookie = f"{COOKIE}={name}; Max-Age={_DAYS * 86_400}; Path=/; HttpOnly; SameSite=Lax{secure}"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)
