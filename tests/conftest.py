"""What the tests share: a clean environment, real libraries, and a scripted model that enters by the usual door."""

import itertools
import json
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from rag import Library, load_settings
from rag.encoder import load_encoder
from rag.settings import PACKAGED_ENCODER
from rag.wording import EncoderWording
from tests.browser import Visit, chromium, serving, watching

# Tests, servers and Chromium share few cores: torch's threads would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
SALTMERE = ROOT / "tests" / "data" / "saltmere"


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder of the test run's own, and no settings from outside."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("FOOTNOTE_")]:
            patch.delenv(name)
        patch.setenv("HOME", str(folder))
        patch.setenv("XDG_CACHE_HOME", str(folder / ".cache"))
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield folder


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection that leaves the machine fails the test that tries it."""
    connect = socket.socket.connect

    def connect_locally(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_locally)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, so that no footnote.toml or ./library of the checkout is seen."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library that answers with quotes only."""
    with Library(tmp_path / "library", settings=load_settings(llm="none")) as library:
        yield library


@pytest.fixture(scope="session")
def seeds_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library that holds the seeds; open it read-only."""
    return _filled(tmp_path_factory.mktemp("seeds") / "library", SEEDS)


@pytest.fixture(scope="session")
def saltmere_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library that holds the invented town's pieces; open it read-only."""
    return _filled(tmp_path_factory.mktemp("saltmere") / "library", SALTMERE)


@pytest.fixture(scope="session")
def wording() -> EncoderWording:
    return EncoderWording(load_encoder(PACKAGED_ENCODER))


@pytest.fixture
def folder(saltmere_folder: Path, tmp_path: Path) -> Path:
    """The folder of such a library that may be changed."""
    return Path(shutil.copytree(saltmere_folder, tmp_path / "saltmere"))


def _filled(folder: Path, source: Path) -> Path:
    with Library(folder, settings=load_settings(llm="none")) as library:
        report = library.add(source)
        assert not report.failed
        assert library.check() == [], "Chroma holds them too"
    return folder


@dataclass
class ScriptedModel:
    """An OpenAI-compatible server that says what it is told to, and fails when its script runs out."""

    url: str = ""
    script: list[Any] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def says(self, *answers: Any) -> None:
        """Each answer is a text, an HTTP status, or a function of the request handler."""
        self.script.extend(answers)


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    scripted = ScriptedModel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            scripted.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            step = scripted.script.pop(0) if scripted.script else 500
            if isinstance(step, int):
                self._send(step, {"error": {"message": "the script says so"}})
            elif callable(step):
                step(self)
            elif not scripted.requests[-1].get("stream"):
                message = {"role": "assistant", "content": step}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                self._send(
                    200, {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
                )
            else:
                stream(self, [step[i : i + 7] for i in range(0, len(step), 7)], "stop")

        def _send(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    scripted.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield scripted
    server.shutdown()
    server.server_close()
    thread.join()


def stream(handler: BaseHTTPRequestHandler, pieces: Iterable[str], finish: str | None) -> None:
    """Send server-sent events as a chat endpoint does, each piece as it comes; without `finish` they just end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()
    deltas = (({"role": "assistant", "content": piece}, None) for piece in pieces)
    for delta, reason in itertools.chain(deltas, [({}, finish)] if finish else []):
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "scripted",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }
        handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    if finish:
        handler.wfile.write(b"data: [DONE]\n\n")


@pytest.fixture
def asking(model: ScriptedModel, seeds_folder: Path) -> Iterator[Callable[..., Any]]:
    """Ask the seeds with the scripted model: `asking("Who ...?", "It is ... [1].")`."""
    settings = load_settings(llm_url=model.url, llm_model="scripted", llm_timeout=2)
    with Library(seeds_folder, settings=settings, read_only=True) as library:

        def ask(question: str, *script: Any, **options: Any) -> Any:
            model.says(*script)
            return library.ask(question, **options)

        yield ask


# The page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(library: Path) -> Iterator[str]:
    """Where the module's `library` is served, without a model."""
    with serving(library, llm="none") as address:
        yield address


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    context = browser.new_context()
    with watching(context, address) as visit:
        yield visit
    context.close()
