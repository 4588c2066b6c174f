"""Chats, permanent answers and what people thought of them, in conversations.db: for the page, the API and evaluation.

Holds answers as the JSON that callers were given. Knows nothing of libraries, models or pages; who owns a chat is a
name that its caller gives.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Literal

from rag.database import Database, Schema
from rag.errors import LibraryError, QuestionError

_CHATS = """
CREATE TABLE chats (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL,
    choices TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID
"""
_CHATS_BY_OWNER = "CREATE INDEX chats_owner ON chats (owner, changed)"
_ANSWERS_BY_CHAT = "CREATE INDEX answers_chat ON answers (chat, place)"
# An answer without a chat was given by the API; one without a place was asked for again, and is shown no more.
_TABLES = f"""
CREATE TABLE answers (
    id TEXT PRIMARY KEY, created TEXT NOT NULL, question TEXT NOT NULL, history TEXT NOT NULL, answer TEXT NOT NULL,
    verdict TEXT, comment TEXT NOT NULL DEFAULT '', chat TEXT, place INTEGER
) WITHOUT ROWID;
CREATE INDEX answers_verdict ON answers (verdict, created);
{_ANSWERS_BY_CHAT};
{_CHATS};
{_CHATS_BY_OWNER};
"""
_LONGEST_TITLE = 80

Verdict = Literal["right", "wrong"]


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer that somebody called right or wrong; `answer` is what `footnote ask --json` prints."""

    answer: Mapping[str, Any]
    history: tuple[Mapping[str, str], ...]
    verdict: Verdict
    comment: str


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation: `title` is its first question, or what its owner calls it; `choices` are what was set for it."""

    id: str
    title: str
    created: datetime
    changed: datetime
    choices: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a chat with its answer, as `footnote ask --json` prints it, and what was thought of that.

    `history` are the turns that the question was read with.
    """

    answer: Mapping[str, Any]
    verdict: Verdict | None = None
    comment: str = ""
    history: tuple[Mapping[str, str], ...] = ()


def _add_chats(connection: Connection) -> None:
    """Format 1 had single answers only; they stay answers without a chat."""
    for column in ("chat TEXT", "place INTEGER"):
        connection.execute(f"ALTER TABLE answers ADD COLUMN {column}")
    for statement in (_ANSWERS_BY_CHAT, _CHATS, _CHATS_BY_OWNER):
        connection.execute(statement)


_SCHEMA = Schema(
    _TABLES,
    version=2,
    migrations={1: _add_chats},
    when_damaged="Put back a copy of it, or move it away: then chats begin anew.",
)


class Conversations:
    """The chats and answers of one library. Use it in a `with` block, or close it."""

    def __init__(self, path: Path) -> None:
        if not path.parent.is_dir():
            raise LibraryError(f"there is no library at {path.parent}; name one with --library")
        self._database = Database(path, _SCHEMA)

    def __enter__(self) -> "Conversations":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    # Answers

    def keep(self, answer: Mapping[str, Any], history: tuple[Mapping[str, str], ...] = ()) -> None:
        """Store an answer as it was given, in no chat."""
        with self._database.transaction() as connection:
            _insert(connection, answer, history, None, None)

    def mark(self, answer_id: str, verdict: Verdict | None, comment: str = "") -> None:
        """Call an answer right or wrong, or take that back with None. Raises QuestionError for an unknown id."""
        with self._database.transaction() as connection:
            changed = connection.execute(
                "UPDATE answers SET verdict = ?, comment = ? WHERE id = ?", (verdict, comment, answer_id)
            ).rowcount
        if not changed:
            raise QuestionError(f"no answer has the id {answer_id!r}; only those given by the page or the API are kept")

    def answer(self, answer_id: str) -> dict[str, Any] | None:
        """One stored answer."""
        row = self._database.row("SELECT answer FROM answers WHERE id = ?", (answer_id,))
        return json.loads(row[0]) if row else None

    def owner_of(self, answer_id: str) -> str:
        """Whose chat an answer stands in; empty for one in no chat."""
        row = self._database.row(
            "SELECT owner FROM answers JOIN chats ON chats.id = chat WHERE answers.id = ?", (answer_id,)
        )
        return row[0] if row else ""

    def of_document(self, document_id: str) -> Iterator[dict[str, Any]]:
        """Every stored answer that names a document, the newest first."""
        rows = self._database.rows(
            "SELECT answer FROM answers WHERE instr(answer, ?) ORDER BY created DESC, id", (_json(document_id),)
        )
        return (json.loads(answer) for (answer,) in rows)

    def marked(self) -> list[Marked]:
        """Every answer with a verdict, oldest first."""
        rows = self._database.rows(
            "SELECT answer, history, verdict, comment FROM answers WHERE verdict IS NOT NULL ORDER BY created, id"
        )
        return [Marked(json.loads(a), tuple(json.loads(h)), verdict, comment) for a, h, verdict, comment in rows]

    # Chats

    def chats(self, owner: str) -> list[Chat]:
        """An owner's chats, the one that changed last first."""
        rows = self._database.rows(
            "SELECT id, title, created, changed, choices FROM chats WHERE owner = ? ORDER BY changed DESC, id", (owner,)
        )
        return [_chat(row) for row in rows]

    def chat(self, chat_id: str, owner: str) -> Chat | None:
        """One chat, where it is the owner's."""
        row = self._database.row(
            "SELECT id, title, created, changed, choices FROM chats WHERE id = ? AND owner = ?", (chat_id, owner)
        )
        return _chat(row) if row else None

    def begin(self, owner: str, question: str, choices: Mapping[str, Any]) -> str:
        """A new chat, named after its first question; its id."""
        chat_id, now = secrets.token_hex(8), _now()
        with self._database.transaction() as connection:
            values = (chat_id, owner, _title(question), now, now, _json(choices))
            connection.execute("INSERT INTO chats VALUES (?, ?, ?, ?, ?, ?)", values)
        return chat_id

    def rename(self, chat_id: str, owner: str, title: str) -> bool:
        """Call a chat something else; False where it is not the owner's, or nothing is left of the title."""
        with self._database.transaction() as connection:
            renamed = "UPDATE chats SET title = ? WHERE id = ? AND owner = ?"
            return bool(_title(title) and connection.execute(renamed, (_title(title), chat_id, owner)).rowcount)

    def choose(self, chat_id: str, choices: Mapping[str, Any]) -> None:
        """What is set for a chat from now on."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE chats SET choices = ? WHERE id = ?", (_json(choices), chat_id))

    def append(
        self,
        chat_id: str,
        place: int,
        answer: Mapping[str, Any],
        history: tuple[Mapping[str, str], ...] = (),
    ) -> None:
        """Store the answer of turn `place`, counted from 0; what stood there, and after it, is shown no more."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE answers SET place = NULL WHERE chat = ? AND place >= ?", (chat_id, place))
            _insert(connection, answer, history, chat_id, place)
            connection.execute("UPDATE chats SET changed = ? WHERE id = ?", (_now(), chat_id))

    def turns(self, chat_id: str) -> list[Turn]:
        """A chat's questions with their answers, oldest first."""
        rows = self._database.rows(
            "SELECT answer, verdict, comment, history FROM answers WHERE chat = ? AND place IS NOT NULL ORDER BY place",
            (chat_id,),
        )
        return [Turn(json.loads(a), verdict, comment, tuple(json.loads(h))) for a, verdict, comment, h in rows]

    def forget(self, chat_id: str, owner: str) -> bool:
        """Delete a chat with its answers, but for those that were marked; False where it is not the owner's."""
        with self._database.transaction() as connection:
            if not connection.execute("DELETE FROM chats WHERE id = ? AND owner = ?", (chat_id, owner)).rowcount:
                return False
            connection.execute("DELETE FROM answers WHERE chat = ? AND verdict IS NULL", (chat_id,))
            connection.execute("UPDATE answers SET chat = NULL, place = NULL WHERE chat = ?", (chat_id,))
        return True


def question_row(marked: Marked) -> dict[str, Any]:
    """A row for a question set, to be edited: a right answer's quotes are its evidence, a wrong one's are not."""
    answer, right = marked.answer, marked.verdict == "right"
    quotes = [{"doc_id": one["document"]["id"], "quote": one["quote"]} for one in answer["citations"]]
    return {
        "id": f"feedback-{answer['id']}",
        "question": answer["question"],
        "answers": [],
        "evidence": quotes if right else [],
        "answerable": answer["mode"] != "refused" if right else answer["mode"] == "refused",
        "type": "feedback",
        "history": list(marked.history),
        "asked_on": answer["query"]["asked_on"],
        "verdict": marked.verdict,
        "comment": marked.comment,
        "shown": answer["text"],
    }


def _insert(
    connection: Connection,
    answer: Mapping[str, Any],
    history: tuple[Mapping[str, str], ...],
    chat_id: str | None,
    place: int | None,
) -> None:
    values = (answer["id"], answer["created"], answer["question"], _json(history), _json(answer), chat_id, place)
    connection.execute(
        "INSERT OR IGNORE INTO answers (id, created, question, history, answer, chat, place) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        values,
    )


def _chat(row: tuple[Any, ...]) -> Chat:
    chat_id, title, created, changed, choices = row
    return Chat(chat_id, title, datetime.fromisoformat(created), datetime.fromisoformat(changed), json.loads(choices))


def _title(words: str) -> str:
    title = " ".join(words.split())
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1].rstrip()}…"


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
