"""A disk without room, or one that may only be read: what was there is found, and what cannot be written is said."""

import asyncio
import errno
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from rag import Document
from rag.conversations import Conversations
from rag.database import Database
from rag.errors import FootnoteError, LibraryError
from tests.conftest import ROOT
from tests.libraries import QUESTIONS, facts, opened
from ui.asking import Asking, Session, typed
from ui.asking_api import asking_router
from ui.documents_api import documents_router
from ui.settings_panel import Choices
from ui.uploading import UploadDesk
from ui.waiting import WaitingLine


@contextmanager
def no_room() -> Iterator[None]:
    """No file may be written: SQLite fails where it fails on a full or a read-only disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 400_000], ids=["none", "some"])
def test_a_disk_without_room_is_said_and_loses_nothing(folder: Path, room: int) -> None:
    """The system's own limit on the size of files stands in for a full disk: the same writes fail in the same place."""
    with opened(folder, read_only=True) as library:
        expected = [facts(library.search(question)) for question in QUESTIONS]
    largest = max(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    script = (
        "import resource, sys; from rag import Document, Library, load_settings; from rag.errors import FootnoteError\n"
        "library = Library(sys.argv[1], settings=load_settings(llm='none'))\n"
        "library.search('ferry'); limit = int(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "words = ' '.join(f'word{i} stands here.' for i in range(3_000))\n"
        "try: print(library.add(Document('large', words)))\n"
        "except FootnoteError as error: print('said:', error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, folder, str(largest + room)], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.stdout.startswith("said: "), ran.stderr
    assert "cannot be" in ran.stdout
    assert "Traceback" not in ran.stderr

    with opened(folder) as library:
        assert library.check() == []
        assert library.documents()
        library.remove(*({document.id for document in library.documents()} & {"large"}))
        assert [facts(library.search(question)) for question in QUESTIONS] == expected


def test_a_library_that_was_closed_is_read_where_nothing_can_be_written(folder: Path) -> None:
    with opened(folder, read_only=True) as library:
        expected = facts(library.search(QUESTIONS[0]))

    with opened(folder, read_only=True) as reader:
        with no_room():
            assert facts(reader.search(QUESTIONS[0])) == expected
            assert reader.document(reader.documents()[0].id).text
        with opened(folder) as writer:
            writer.add(Document("new", "The lighthouse was painted green."))
            assert reader.search("lighthouse", limit=1)[0].document.id == "new", "there is room again"
        assert reader.search("lighthouse", limit=1)[0].document.id == "new"


def test_a_full_database_is_said_and_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder, read_only=True) as library:
        held, expected = library.documents(), facts(library.search(QUESTIONS[0]))
    connect = Database._connect

    def full(self: Database) -> sqlite3.Connection:
        connection = connect(self)
        connection.execute("PRAGMA max_page_count = 1")  # no more pages than there are
        return connection

    words = " ".join(f"word{i} stands here." for i in range(300))
    with monkeypatch.context() as patch:
        patch.setattr(Database, "_connect", full)
        library = opened(folder)
        with pytest.raises(LibraryError, match=r"database or disk is full\. See that the disk has space"):
            library.add(Document("large", words))
        assert facts(library.search(QUESTIONS[0])) == expected
        library.close()
    with opened(folder) as library:
        assert (library.documents(), library.check()) == (held, [])


def test_a_note_that_cannot_be_written_stops_nobody(folder: Path) -> None:
    (folder / "writer.json").mkdir()
    with opened(folder) as library:
        assert library.writable
        assert len(library.add(Document("new", "The lighthouse was painted green.")).added) == 1
        assert library.holder == "another process"


def refused(*_: Any) -> None:
    raise LibraryError("the disk is full")


@pytest.fixture
def client(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The API without the page."""
    with (
        opened(folder) as library,
        Conversations(folder / "conversations.db") as conversations,
        UploadDesk(library) as desk,
    ):
        app = FastAPI()
        app.include_router(asking_router(library, conversations, WaitingLine()))
        app.include_router(documents_router(library, conversations, desk))

        @app.exception_handler(FootnoteError)
        async def refuse(_: Request, error: FootnoteError) -> JSONResponse:
            return JSONResponse({"error": str(error)}, 400)

        yield TestClient(app, raise_server_exceptions=False)


def test_the_api_gives_an_answer_that_cannot_be_kept(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Conversations, "keep", refused)
    answer = client.post("/api/ask", json={"question": QUESTIONS[0]}).json()
    assert answer["citations"]
    assert "This answer was not kept: the disk is full" in answer["notices"]


def test_the_page_shows_an_answer_that_cannot_be_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def shown(asking: Asking) -> list[Any]:
        gone = asyncio.get_running_loop().create_future()
        return [step async for step in asking.answer(typed(QUESTIONS[0]), Session("me"), Choices(), gone)]

    monkeypatch.setattr(Conversations, "begin", refused)
    with opened(folder) as library, Conversations(folder / "conversations.db") as conversations:
        *_, last = asyncio.run(shown(Asking(library, conversations, WaitingLine())))
    assert "ferry" in last.current.lower()
    assert "This answer was not kept: the disk is full" in last.current


def test_a_file_that_cannot_be_received_is_refused_in_words(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_file = Path.open

    def full(self: Path, mode: str = "r", *given: Any, **named: Any) -> Any:
        if mode == "xb":
            raise OSError(errno.ENOSPC, "No space left on device")
        return open_file(self, mode, *given, **named)

    monkeypatch.setattr(Path, "open", full)
    answer = client.put("/api/uploads/storm.txt", content=b"A storm.")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("storm.txt cannot be received (No space left on device)")
    assert list((folder / "uploads" / ".incoming").iterdir()) == []
