"""llama.cpp in a child process that serves one GGUF file on loopback and dies with its parent.

Run as `python -m rag.embedded` it is the child: it reads its options from the first line of standard input, prints its
port, and ends when standard input does, which is also what happens when the parent is killed. Knows nothing of prompts.
"""

import atexit
import contextlib
import json
import os
import secrets
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError

_START_SECONDS = 120
_SLOTS = 2


@dataclass(frozen=True, slots=True)
class Address:
    """Where the child listens, and the key without which it does not answer."""

    url: str
    key: str


class EmbeddedServer:
    """Starts the child at the first use and again after it has died. Safe from any thread."""

    def __init__(self, model: Path, context: int, threads: int) -> None:
        self.model = model
        self._context = context
        # llama.cpp's threads wait for each other by spinning: with one for every core and anything else at work,
        # 2 cores were measured to write 0.8 tokens a second instead of 70.
        self._threads = threads or max(1, (os.cpu_count() or 1) - 1)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._address: Address | None = None

    def address(self) -> Address:
        """Raises ModelError where the model cannot be loaded."""
        with self._lock:
            if self._process is None or self._process.poll() is not None or self._address is None:
                self._address = self._start()
            return self._address

    def close(self) -> None:
        with self._lock:
            self._end()

    def _end(self) -> None:
        atexit.unregister(self.close)
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):  # what was not sent to a dead child
                    if stream:
                        stream.close()
            self._process = None

    def _start(self) -> Address:
        if not self.model.is_file():
            raise ModelError(f"there is no model file {self.model}; set FOOTNOTE_LLM to a GGUF file or to none")
        self._end()
        key = secrets.token_urlsafe(24)
        self._process = subprocess.Popen(
            # -P: a folder `rag` where the parent happens to run is not this package.
            [sys.executable, "-P", "-m", "rag.embedded"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env=os.environ | {"PYTHONPATH": _import_path()},
        )  # fmt: skip
        atexit.register(self.close)
        options = {"model": str(self.model), "context": self._context, "threads": self._threads, "key": key}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = threading.Timer(_START_SECONDS, self._process.kill)
        timer.start()
        try:
            self._process.stdin.write(json.dumps(options) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        if not line.strip():
            raise ModelError(
                f"{self.model} cannot be loaded by llama.cpp; set FOOTNOTE_LLM to another GGUF file or to none"
            )
        return Address(f"http://127.0.0.1:{int(line)}/v1", key)


def _import_path() -> str:
    """Where this package was imported from, then what the parent was told."""
    return os.pathsep.join(filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]))


def _serve() -> None:
    options = json.loads(sys.stdin.readline())
    port_out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # llama.cpp prints as it likes; the parent reads one line only

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options["model"]
    params.n_parallel = _SLOTS
    params.n_ctx = options["context"] * _SLOTS  # llama.cpp divides it by the slots
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options["threads"]
    params.cache_ram_mib = 256
    params.api_keys = [options["key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    server = xllamacpp.Server(params)
    port_out.write(server.listening_address.rsplit(":", 1)[1].rstrip("/") + "\n")
    port_out.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    _serve()
