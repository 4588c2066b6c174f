"""Answers that were given, and what people thought of them, in conversations.db: for the page, the API and evaluation.

Holds answers as the JSON that callers were given. Knows nothing of libraries or models.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rag.database import Database, Schema
from rag.errors import LibraryError, QuestionError

_TABLES = """
CREATE TABLE answers (
    id TEXT PRIMARY KEY, created TEXT NOT NULL, question TEXT NOT NULL, history TEXT NOT NULL, answer TEXT NOT NULL,
    verdict TEXT, comment TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX answers_verdict ON answers (verdict, created);
"""

Verdict = Literal["right", "wrong"]


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer that somebody called right or wrong; `answer` is what `footnote ask --json` prints."""

    answer: Mapping[str, Any]
    history: tuple[Mapping[str, str], ...]
    verdict: Verdict
    comment: str


class Conversations:
    """The answers of one library. Use it in a `with` block, or close it."""

    def __init__(self, path: Path) -> None:
        if not path.parent.is_dir():
            raise LibraryError(f"there is no library at {path.parent}; name one with --library")
        self._database = Database(path, Schema(_TABLES, version=1))

    def __enter__(self) -> "Conversations":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def keep(self, answer: Mapping[str, Any], history: tuple[Mapping[str, str], ...] = ()) -> None:
        """Store an answer as it was given."""
        values = (answer["id"], answer["created"], answer["question"], _json(history), _json(answer))
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO answers (id, created, question, history, answer) VALUES (?, ?, ?, ?, ?)", values
            )

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


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
