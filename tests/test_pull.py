"""Downloading weights: the real client against a small hub on loopback."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models import pull

WEIGHTS = b"GGUF" + bytes(range(256)) * 64
FILE = "someone/tiny-GGUF/tiny-q4.gguf"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A hub that serves one file; change `sha256` to make it state another checksum than the file has."""
    stated = {"sha256": hashlib.sha256(WEIGHTS).hexdigest()}

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._send(b"")

        def do_GET(self) -> None:
            self._send(WEIGHTS)

        def _send(self, body: bytes) -> None:
            if not self.path.startswith("/someone/tiny-GGUF/resolve/main/tiny-q4.gguf"):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("ETag", f'"{stated["sha256"]}"')
            self.send_header("X-Linked-ETag", f'"{stated["sha256"]}"')
            self.send_header("X-Repo-Commit", "0" * 40)
            self.send_header("Content-Length", str(len(WEIGHTS)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", constants.ENDPOINT + "/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield stated
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_is_downloaded_checked_and_kept(
    hub: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = pull(FILE)
    assert path.is_relative_to(tmp_path)
    assert path.read_bytes() == WEIGHTS
    assert pull(FILE) == path


def test_another_checksum_than_stated_is_refused(
    hub: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    hub["sha256"] = "f" * 64
    with pytest.raises(ModelError, match="sha256"):
        pull(FILE)
    assert not list(tmp_path.rglob("*.gguf"))


def test_what_is_not_there_is_named(hub: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"other\.gguf cannot be downloaded"):
        pull("someone/tiny-GGUF/other.gguf")


def test_a_model_that_is_here_needs_no_hub(
    hub: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = pull(FILE)
    _unreachable(monkeypatch)
    assert pull(FILE) == path


def test_a_hub_that_cannot_be_reached_is_one_line(
    hub: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    _unreachable(monkeypatch)
    with pytest.raises(ModelError, match=r"tiny-q4\.gguf cannot be downloaded"):
        pull(FILE)


def _unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}"
    )
