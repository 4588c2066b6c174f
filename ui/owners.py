"""Whose chats these are: a random name in a cookie, given to each browser that opens the page.

No account and no password: it keeps apart the chats of those who use different browsers. Scripts cannot read it, and
other sites cannot send it.
"""

import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "footnote_browser"
_DAYS = 400  # the longest that browsers keep one
_BYTES = 16


def owner_of(cookies: Mapping[str, str], otherwise: str = "") -> str:
    """Who sent these cookies; a browser that keeps none owns its chats for as long as the page is open."""
    name = cookies.get(COOKIE, "")
    return name if len(name) == 2 * _BYTES else otherwise


class OwnerCookie:
    """Gives the cookie with the page, to browsers that have none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or owner_of(_cookies(scope)):
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure = "; Secure" if scope["scheme"] == "https" else ""
                name = f"{COOKIE}={secrets.token_hex(_BYTES)}; Max-Age={_DAYS * 86_400}"
                cookie = f"{name}; Path=/; HttpOnly; SameSite=Strict{secure}"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _cookies(scope: Scope) -> Mapping[str, Any]:
    try:
        parsed = SimpleCookie(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in parsed.items()}
