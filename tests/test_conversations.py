"""Chats in conversations.db, answers that are read back, and what is taken elsewhere of them."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag import Document, Library, load_settings
from rag.conversations import Conversations
from rag.errors import SettingsError
from rag.export import answer_json
from rag.publishing import conversation_markdown, markdown, plain
from rag.records import Statement
from rag.restoring import answer_of
from tests.conftest import ScriptedModel

WHO = "Who leads the self-proclaimed Donetsk People's Republic?"
LEADS = "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]."
FORMAT_1 = """
CREATE TABLE answers (
    id TEXT PRIMARY KEY, created TEXT NOT NULL, question TEXT NOT NULL, history TEXT NOT NULL, answer TEXT NOT NULL,
    verdict TEXT, comment TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX answers_verdict ON answers (verdict, created);
INSERT INTO answers VALUES ('a', '2032-01-01', 'Who?', '[]', '{"id": "a"}', 'wrong', 'It was Oake');
PRAGMA user_version = 1;
"""


def told(name: str) -> dict[str, Any]:
    return {"id": name, "created": "2032-01-01T00:00:00+00:00", "question": f"Who is {name}?"}


def ids(conversations: Conversations, chat: str) -> list[str]:
    return [turn.answer["id"] for turn in conversations.turns(chat)]


def test_a_chat_is_its_owners_and_survives_a_restart(tmp_path: Path) -> None:
    with Conversations(tmp_path / "conversations.db") as conversations:
        chat = conversations.begin("ann", " Who is\nOake? ", {"passages": 7})
        conversations.append(chat, 0, told("oake"))
        conversations.append(chat, 1, told("tallis"))
        conversations.begin("bob", "Another", {})
    with Conversations(tmp_path / "conversations.db") as conversations:
        (kept,) = conversations.chats("ann")
        assert (kept.id, kept.title, kept.choices) == (chat, "Who is Oake?", {"passages": 7})
        assert ids(conversations, chat) == ["oake", "tallis"]
        assert conversations.chat(chat, "bob") is None
        assert not conversations.rename(chat, "bob", "Mine")
        assert not conversations.rename(chat, "ann", " \n")
        assert conversations.rename(chat, "ann", f" Oake\n{'x' * 100}")
        assert conversations.chats("ann")[0].title == f"Oake {'x' * 74}…"
        assert not conversations.forget(chat, "bob")
        assert conversations.owner_of("oake") == "ann"


def test_a_turn_that_is_asked_again_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    with Conversations(tmp_path / "conversations.db") as conversations:
        chat = conversations.begin("ann", "Who?", {})
        for place, name in enumerate(("one", "two", "three")):
            conversations.append(chat, place, told(name))
        conversations.append(chat, 1, told("again"))
        assert ids(conversations, chat) == ["one", "again"]
        assert conversations.answer("two") == told("two"), "its link still works"


def test_a_deleted_chat_takes_its_answers_with_it_but_not_what_was_marked(tmp_path: Path) -> None:
    with Conversations(tmp_path / "conversations.db") as conversations:
        chat = conversations.begin("ann", "Who?", {})
        conversations.append(chat, 0, told("one"))
        conversations.append(chat, 1, told("two"))
        conversations.mark("two", "right", "Well said")
        assert conversations.turns(chat)[1].comment == "Well said"
        assert conversations.forget(chat, "ann")
        assert conversations.chats("ann") == []
        assert conversations.answer("one") is None
        assert [one.answer["id"] for one in conversations.marked()] == ["two"]


def test_a_file_of_format_1_gets_chats(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    connection = sqlite3.connect(path)
    connection.executescript(FORMAT_1)
    connection.close()
    with Conversations(path) as conversations:
        (old,) = conversations.marked()
        assert (old.answer, old.comment) == ({"id": "a"}, "It was Oake")
        chat = conversations.begin("ann", "Who?", {})
        conversations.append(chat, 0, told("new"))
        assert ids(conversations, chat) == ["new"]
    new = Conversations(tmp_path / "new.db")._database
    old_tables, new_tables = (_columns(database) for database in (Conversations(path)._database, new))
    assert old_tables == new_tables


def _columns(database: Any) -> dict[str, set[tuple[Any, ...]]]:
    return {table: {row[1:3] for row in database.rows(f"PRAGMA table_info({table})")} for table in ("answers", "chats")}


def test_a_stored_answer_is_read_back_whole(asking: Callable[..., Any]) -> None:
    asked = [
        asking(WHO, LEADS),
        asking("Who won the 2022 World Cup?"),
        asking("What did Kaja Kallas say of the referendums?", "No."),
    ]
    assert {answer.mode for answer in asked} == {"written", "refused", "quoted"}
    for answer in asked:
        stored = answer_json(answer)
        assert answer_json(answer_of(stored)) == stored


def test_an_answer_is_taken_elsewhere_with_its_quotes(asking: Callable[..., Any]) -> None:
    answer = asking(WHO, LEADS)
    (citation,) = answer.citations
    written = plain(answer)
    assert written.startswith("Denis Pushilin leads the self-proclaimed Donetsk People's Republic.[1]\n")
    assert f"\n[1] “{' '.join(citation.quote.text.split())}” {citation.document.title} (20 September 2022)" in written
    assert f"http://host/answer/{answer.id}" in plain(answer, "http://host")
    assert "[^1]: “Denis Pushilin, who" in markdown(answer)
    two = conversation_markdown("Who *leads*?", [answer, answer])
    assert two.startswith("# Who \\*leads\\*?\n")
    assert "[^1-1]: " in two
    assert "[^2-1]: " in two


def test_what_nothing_carries_is_marked_in_every_notation(asking: Callable[..., Any]) -> None:
    answer = asking(WHO, LEADS)
    wrong = Statement("It has 7 million people", support="unsupported", reasons=("the quote does not say 7",))
    annotated = replace(answer, statements=(*answer.statements, wrong))
    assert "~~It has 7 million people~~ (not supported: the quote does not say 7)" in markdown(annotated)
    assert "[It has 7 million people] (not supported: the quote does not say 7)" in plain(annotated)


def test_a_disagreement_and_what_was_searched_for_are_taken_along(asking: Callable[..., Any]) -> None:
    answer = asking(WHO, LEADS, after="2022-09-01")
    told = [
        {"value": value, "source": source, "title": "A report", "date": date, "newer": bool(date),
         "quote": "It was so.", "url": "/source/a?v=1"}
        for value, source, date in (("12 | dead", "Gazette", None), ("14", "", "2022-09-20"))
    ]  # fmt: skip
    conflict = {"subject": "how many died", "values": told, "text": "The newer one is shown."}
    answer = replace(answer, conflicts=(conflict,))
    table = """The sources differ on how many died:

| Gazette, undated | A report, 20 September 2022, newer |
|---|---|
| 12 \\| dead | 14 |
| “It was so.” http://host/source/a?v=1 | “It was so.” http://host/source/a?v=1 |

The newer one is shown.
"""
    assert table in markdown(answer, "http://host")
    assert "- 14: A report, 20 September 2022, newer, “It was so.”\n" in plain(answer)
    assert plain(answer).startswith("Dates: 1 September 2022 or later, as given\n\n")


def test_markup_in_documents_stays_text_in_markdown(library: Library) -> None:
    library.add(Document(id="odd", title="# [x](javascript:1)", text="The choir sings <b>*loud*</b> | `daily` &amp;."))
    said = markdown(library.ask("What does the choir sing?"))
    assert "\\<b\\>\\*loud\\*\\</b\\> \\| \\`daily\\` \\&amp;" in said
    assert "\\# \\[x\\](javascript:1)" in said


def test_only_chosen_documents_are_searched(saltmere_folder: Path) -> None:
    with Library(saltmere_folder, settings=load_settings(llm="none"), read_only=True) as library:
        every = library.search("Who is harbour master?", limit=5)
        chosen = sorted({passage.document.id for passage in every})[:2]
        found = library.find("Who is harbour master?", documents=chosen)
        assert {passage.document.id for passage in found.passages} == set(chosen)
        assert found.query.documents == tuple(chosen)
        dated = library.find("Who is harbour master?", documents=chosen, after="1990-01-01", before="1990-01-02")
        assert dated.passages == ()
        answer = library.ask("Who is harbour master?", documents=chosen)
        assert {citation.document.id for citation in answer.citations} <= set(chosen)


def test_a_question_may_name_another_model(model: ScriptedModel, seeds_folder: Path) -> None:
    settings = load_settings(llm_url=model.url, llm_model="small", llm_choices=("large",))
    with Library(seeds_folder, settings=settings, read_only=True) as library:
        assert library.models == ("small", "large", "none")
        model.says(LEADS, LEADS)
        answers = [library.ask(WHO, model=name) for name in ("", "large", "none")]
        assert [answer.model for answer in answers] == ["small", "large", ""]
        assert [request["model"] for request in model.requests] == ["small", "large"]
        assert len({answer.fingerprint for answer in answers}) == 3
        with pytest.raises(SettingsError, match="FOOTNOTE_LLM_CHOICES"):
            library.ask(WHO, model="huge")
