"""What a request must be to reach the application, and what every response tells the browser.

A plain ASGI middleware around all routes, Gradio's too. Knows names, origins, a password, sizes and headers; nothing
of libraries or pages.
"""

import base64
import binascii
import ipaddress
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
OWN_PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LARGEST_BODY = 2_000_000
_SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Access:
    """Who is let in: by which names the server may be called, with which `user:password`, with how much to say.

    `any_address` also lets numeric addresses be its name: a foreign page cannot rebind those to this machine.
    `largest` are bytes of a request's body, by the path that it begins with; elsewhere it is 2 MB.
    """

    names: frozenset[str] = LOOPBACK_NAMES
    any_address: bool = False
    auth: str = ""
    largest: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered, for whoever sent it."""

    status: int
    reason: str
    headers: Mapping[str, str] | None = None


def is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


class Guard:
    """Refuses what is not meant for this server, and sets the headers of what is answered."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # nothing here speaks it, and browsers let any page open one
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**_HEADERS, "Content-Security-Policy": OWN_PAGES}.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = refusal_of(scope["method"], scope["path"], Headers(scope=scope), self._access)
        answer = PlainTextResponse(refusal.reason, refusal.status, refusal.headers) if refusal else self._app
        await answer(scope, receive, send_with_headers)


def refusal_of(method: str, path: str, headers: Headers, access: Access) -> Refusal | None:
    """Why such a request is refused; None where it is answered."""
    for name in (headers.get("host", ""), *headers.getlist("x-forwarded-host")):
        if not _is_called(_host(name), access):
            return Refusal(
                421, f"This server is not called {_host(name)!r}; the setting hosts names what it is called."
            )
    if not _is_own(method, headers):
        return Refusal(403, "Requests from pages of other origins are not answered.")
    if access.auth and not _knows_password(headers.get("authorization", ""), access.auth):
        challenge = {"WWW-Authenticate": 'Basic realm="Footnote", charset="UTF-8"'}
        return Refusal(401, "This page wants a name and a password.", challenge)
    if method not in _SAFE:
        return _too_large(headers, _limit(path, access.largest or {}))
    return None


def _is_called(name: str, access: Access) -> bool:
    if name in access.names:
        return True
    try:
        return access.any_address and bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _host(netloc: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def _is_own(method: str, headers: Headers) -> bool:
    """Whether the request comes from a page of this server, from no page at all, or from a link that was followed."""
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != headers.get("host"):
        return False
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return True
    return method in _SAFE and headers.get("sec-fetch-mode") == "navigate"


def _knows_password(given: str, wanted: str) -> bool:
    scheme, _, encoded = given.partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True) if scheme.lower() == "basic" else b""
    except binascii.Error:
        decoded = b""
    return secrets.compare_digest(decoded, wanted.encode())


def _limit(path: str, largest: Mapping[str, int]) -> int:
    return next((size for start, size in largest.items() if path.startswith(start)), _LARGEST_BODY)


def _too_large(headers: Headers, limit: int) -> Refusal | None:
    if "transfer-encoding" in headers:
        return Refusal(411, "Say how long the request's body is (Content-Length).")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > limit:
        return Refusal(413, f"That is too large: at most {limit / 1e6:g} MB are read.")
    return None


def names_of(hosts: Iterable[str]) -> frozenset[str]:
    """The names of the setting `hosts`, as a Host header is compared with them, beside those of loopback."""
    return LOOPBACK_NAMES | {name.strip().lower().strip("[]") for name in hosts}
