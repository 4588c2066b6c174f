"""The `footnote` command as people type it: what it prints where, and with which exit status."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import LibraryError
from tests.conftest import SEEDS
from ui import commands
from ui.cli import main


@pytest.fixture(autouse=True)
def quotes_only(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_LLM", "none")


@pytest.fixture
def filled(capsys: pytest.CaptureFixture[str]) -> None:
    """The seeds in ./library."""
    assert main(["add", str(SEEDS)]) == 0
    capsys.readouterr()


def test_adding_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", str(SEEDS)]) == 0
    assert capsys.readouterr().out.startswith("7 added, 0 updated, 0 unchanged, 0 failed")
    assert main(["add", str(SEEDS), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (len(report["added"]), len(report["unchanged"])) == (0, 7)


def test_what_cannot_be_read_is_named_and_the_rest_is_added(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text("date 2031-01-02\nThe pier opens\n\nThe pier opened on Monday.")
    (tmp_path / "in" / "empty.txt").write_text("")
    (tmp_path / "in" / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert main(["add", "in", "nowhere"]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith("1 added, 0 updated, 0 unchanged, 3 failed")
    for words in ("in/empty.txt was not added: it is empty", "in/picture.txt", "binary", "nowhere", "no such file"):
        assert words in printed.err


def test_ask_prints_one_json_object_whose_quotes_are_exact(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Who leads the self-proclaimed Donetsk People's Republic?", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert any("Denis Pushilin" in citation["quote"] for citation in answer["citations"])
    for citation in answer["citations"]:
        assert main(["show", citation["document"]["id"], "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert document["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_ask_for_people(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Who won the 2022 World Cup?"]) == 0
    assert capsys.readouterr().out == "The documents do not answer this question.\n"
    Path("turns.json").write_text('[{"question": "Who is Denis Pushilin?", "answer": "The leader of the DPR."}]')
    assert main(["ask", "What did he ask Putin?", "--history", "turns.json", "--limit", "3"]) == 0
    assert "[1]" in capsys.readouterr().out


def test_search_takes_a_window_and_a_limit(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "referendum", "--limit", "2", "--json"]) == 0
    assert [passage["number"] for passage in json.loads(capsys.readouterr().out)] == [1, 2]
    assert main(["search", "referendum", "--after", "2022-09-21", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["search", "referendum", "--before", "2022-09-20"]) == 0
    assert "score" in capsys.readouterr().out


def test_search_for_people_has_scores_and_no_signals(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "What did Kallas say?", "--limit", "1"]) == 0
    printed = capsys.readouterr()
    title, sentence, blank = printed.out.splitlines()
    assert title.startswith("[1] Kyiv, Washington and Estonia respond to the referendum plans · Footnote seeds · 2022-")
    assert "score" in title
    assert (sentence[:4], blank) == ("    ", "")
    assert printed.err == ""


def test_search_says_what_was_searched_for_and_why_each_was_chosen(
    filled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("turns.json").write_text('[{"question": "Who is Kaja Kallas?", "answer": "The Prime Minister of Estonia."}]')
    follow_up = ["search", "What did she say in September 2022?", "--history", "turns.json", "--limit", "2"]
    assert main([*follow_up, "--explain"]) == 0
    printed = capsys.readouterr()
    head, first, _ = printed.out.split("\n\n", 2)
    assert head.splitlines() == [
        "Searched for: What did Kaja Kallas say in September 2022?",
        "Dates: 1 to 30 September 2022, from “in September 2022”; all others are left out",
    ]
    assert "    - Matched words: kaja, kallas" in first
    assert "Relevance " in first
    assert printed.err == ""
    assert main(follow_up) == 0
    printed = capsys.readouterr()
    assert "Matched" not in printed.out
    assert printed.err.splitlines() == [
        "footnote: searched for: What did Kaja Kallas say in September 2022?",
        "footnote: dates: 1 to 30 September 2022, from “in September 2022”",
    ]


def test_search_as_json_is_a_list_and_with_its_query_an_object(
    filled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    dated = ["search", "What did Kallas say in May 2019?", "--limit", "2", "--json"]
    assert main(dated) == 0
    passages = json.loads(capsys.readouterr().out)
    assert "kallas" in passages[0]["matched"]
    assert passages[0]["signals"]["coverage"] > 0
    assert main([*dated, "--explain"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["passages"] == passages
    query = whole["query"]
    assert (query["after"], query["before"]) == ("2019-05-01", "2019-05-31")
    assert (query["window"], query["strict"], query["days"], query["latest"]) == ("in May 2019", False, [], False)
    assert whole["notices"] == [
        "Nothing dated 1 May 2019 to 31 May 2019 answers this, so all dates were searched.",
    ]
    assert main([*dated, "--explain", "--any-time"]) == 0
    query = json.loads(capsys.readouterr().out)["query"]
    assert (query["after"], query["before"], query["window"], query["strict"]) == (None, None, "", True)


def test_a_question_needs_no_quotation_marks(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "Kaja", "Kallas", "--limit", "1"]) == 0
    unquoted = capsys.readouterr().out
    assert main(["search", "Kaja Kallas", "--limit", "1"]) == 0
    assert capsys.readouterr().out == unquoted


def test_ask_says_how_the_question_was_understood(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("turns.json").write_text('[{"question": "Who is Kaja Kallas?", "answer": "The Prime Minister of Estonia."}]')
    follow_up = ["ask", "What did she say in May 2019?", "--history", "turns.json"]
    assert main(follow_up) == 0
    printed = capsys.readouterr()
    assert printed.out == "The documents do not answer this question.\n"
    said = printed.err.splitlines()
    assert said[:2] == [
        "footnote: searched for: What did Kaja Kallas say in May 2019?",
        "footnote: dates: 1 to 31 May 2019 preferred, from “in May 2019”",
    ]
    assert "footnote: Nothing dated 1 May 2019 to 31 May 2019 answers this, so all dates were searched." in said
    assert main([*follow_up, "--any-time"]) == 0
    assert capsys.readouterr().err.splitlines()[0] == "footnote: searched for: What did Kaja Kallas say in May 2019?"
    assert main([*follow_up, "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["query"]["window"] == "in May 2019"
    assert printed.err == ""


def test_list_show_and_remove(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed) == 7
    assert {"id", "title", "date", "source", "locations", "sha256", "added", "chunks"} <= set(listed[0])
    assert main(["remove", listed[0]["id"]]) == 0
    assert main(["show", listed[0]["id"]]) == 1
    assert listed[0]["id"] in capsys.readouterr().err
    assert main(["remove", "no-such-id"]) == 1


def test_check_and_rebuild(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert main(["check", "--rebuild"]) == 0
    assert capsys.readouterr().out == "the library is whole\nthe library is whole\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "who"], "no library at"),
        (["check"], "no library at library"),
        (["ask", " ", "--library", "."], "no library at"),
        (["search", "x", "--after", "soon", "--library", "filled"], "'soon' is not a date"),
        (["ask", "x", "--history", "none.json", "--library", "filled"], "none.json"),
        (["search", "x", "--history", "none.json", "--library", "filled"], "none.json"),
        (["search", "x", "--history", "a.txt", "--library", "filled"], "a.txt is not JSON"),
        (["search", "x", "--explain", "--before", "never", "--library", "filled"], "'never' is not a date"),
        (["pull", "gpt-9"], "'gpt-9' is no model"),
    ],
)
def test_errors_are_one_line_with_status_1(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.txt").write_text("The pier opened on Monday.")
    main(["add", "a.txt", "--library", "filled"])
    capsys.readouterr()
    assert main(arguments) == 1
    printed = capsys.readouterr().err
    assert words in printed
    assert printed.startswith("footnote: ")
    assert printed.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [[], ["sing"], ["ask"], ["ask", "x", "--limit", "0"], ["add"], ["ask", "x", "--explain"]]
)
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_the_installed_command_passes_its_status_on(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("footnote")
    done = subprocess.run([command, "list", "--library", str(tmp_path / "none")], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("error", [LibraryError, KeyboardInterrupt])
def test_a_progress_bar_is_closed_whatever_happens_and_each_size_of_work_has_its_own(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)

    def work() -> None:
        with commands._Progress("checking", unit="") as progress:
            progress(0, 1, "full text")
            progress(1, 1, "full text")
            progress(0, 7, "vectors")
            progress(3, 7, "vectors")
            raise error

    with pytest.raises(error):
        work()

    printed = terminal.getvalue()
    assert printed.endswith("\n"), "what is printed next begins a line"
    for shown in ("0/1", "1/1", "0/7", "3/7"):
        assert shown in printed
