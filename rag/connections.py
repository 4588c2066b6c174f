"""A connection to a model for one answer, which is cut from outside once nobody wants that answer any more.

Whoever reads a stream waits for its next byte, which a model that still reads its prompt does not send for seconds. So
another thread asks whether the answer is wanted, and shuts the socket: the reader's wait ends, and the server notices.
Knows sockets and httpx; nothing of prompts or of what is sent.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_ASKED_EVERY = 0.1  # seconds

_CONNECTED = ("connect_tcp.complete", "start_tls.complete")
"""How httpcore's trace names the moments at which a connection has a socket: its own, then the one that encrypts."""


def always() -> bool:
    """An answer that is wanted whatever happens."""
    return True


@contextlib.contextmanager
def connection(wanted: Callable[[], bool]) -> Iterator[Any]:
    """An httpx.Client with openai's defaults. What reads from it fails within a moment once `wanted` says no."""
    import openai

    sockets: list[socket.socket] = []
    done = threading.Event()

    def traced(event: str, facts: Mapping[str, Any]) -> None:
        if event.endswith(_CONNECTED):
            sockets.append(facts["return_value"].get_extra_info("socket"))

    def watch() -> None:
        while not done.wait(_ASKED_EVERY):
            if not wanted():
                for one in tuple(sockets):  # again until the reader has ended: it may have been connecting
                    with contextlib.suppress(OSError):  # closed already
                        one.shutdown(socket.SHUT_RDWR)

    hooks = {"request": [lambda request: request.extensions.update(trace=traced)]}
    watching = threading.Thread(target=watch, name="wanted", daemon=True)
    # Of its own: openai's stream is a cycle of references, and would hold the model until these are collected.
    with openai.DefaultHttpxClient(event_hooks=hooks) as client:
        watching.start()
        try:
            yield client
        finally:
            done.set()
            watching.join()
