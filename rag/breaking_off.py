"""An HTTP client whose connections are broken off where nobody wants the answer any more, even before its first byte.

A read that waits ends only when its socket does. Knows openai's client; nothing of prompts or answers.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_LOOK = 0.2  # seconds between looks at whether the answer is still wanted


def always() -> bool:
    """An answer that is wanted whatever happens."""
    return True


@contextlib.contextmanager
def breakable_client(wanted: Callable[[], bool]) -> Iterator[Any]:
    """An httpx.Client of openai's settings, for as long as it is `wanted`."""
    import openai

    connections, done = _Connections(), threading.Event()

    def watch() -> None:
        while not done.wait(_LOOK):
            if not wanted() and connections.break_off():
                return

    threading.Thread(target=watch, name="wanted", daemon=True).start()
    try:
        with openai.DefaultHttpxClient(event_hooks={"request": [connections.follow]}) as client:
            yield client
    finally:
        done.set()


class _Connections:
    """The sockets of a client, as httpcore tells of them to whoever traces its requests."""

    def __init__(self) -> None:
        self._streams: list[Any] = []

    def follow(self, request: Any) -> None:
        request.extensions["trace"] = self._traced

    def _traced(self, event: str, told: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._streams.append(told["return_value"])

    def break_off(self) -> bool:
        """Whoever reads from them reads their end; False where nothing is connected yet."""
        for stream in self._streams:
            with contextlib.suppress(OSError):  # it was closed already
                socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)
        return bool(self._streams)
