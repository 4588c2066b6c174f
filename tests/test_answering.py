"""From a question to an Answer, with a scripted model behind the real client and real documents."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from rag import Answer, Document, Library, Query, load_settings
from rag.errors import ModelError, QuestionError
from rag.export import answer_json
from rag.llamaindex import FootnoteQueryEngine
from rag.prompting import REFUSAL
from rag.publishing import how_new, markdown, plain
from tests.conftest import ScriptedModel, stream
from ui.rendering import answer_page

WHO = "Who leads the self-proclaimed Donetsk People's Republic?"


def exact(library: Library, answer: Answer) -> bool:
    """Every citation's words stand where it says, and its link names that very text."""
    return all(
        library.document(c.document.id).text[c.quote.start : c.quote.end] == c.quote.text
        and c.url == f"/source/{c.document.id}?v={c.sha256[:12]}&start={c.quote.start}&end={c.quote.end}"
        for c in answer.citations
    )


def test_a_supported_answer_is_written_with_exact_citations(asking: Callable[..., Any], seeds_folder: Any) -> None:
    answer = asking(WHO, "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1].")
    assert answer.mode == "written"
    assert answer.text == "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]."
    assert "Denis Pushilin" in answer.citations[0].quote.text
    assert answer.as_of == date(2022, 9, 20)
    with Library(seeds_folder, read_only=True) as library:
        assert exact(library, answer)


def test_one_statement_may_rest_on_two_quotes(asking: Callable[..., Any]) -> None:
    answer = asking(
        WHO,
        "Denis Pushilin leads the self-proclaimed Donetsk People's Republic and has no doubt about the result [1].",
    )
    assert answer.mode == "written"
    assert answer.statements[0].citations == (1, 2)


def test_what_the_sources_do_not_say_becomes_quotes(asking: Callable[..., Any]) -> None:
    answer = asking(WHO, "Donetsk is led by Igor Smirnov since 1991 [1].")
    assert answer.mode == "quoted"
    assert "Smirnov" not in answer.text
    assert "Denis Pushilin" in answer.text
    assert "Smirnov" in answer.dropped[0].text


def test_a_true_sentence_about_something_else_is_no_answer(asking: Callable[..., Any]) -> None:
    answer = asking(WHO, "In 2014 Russia held a referendum [4].")
    assert answer.mode == "quoted"


@pytest.mark.parametrize(
    ("question", "evasion"),
    [
        (WHO, "The self-proclaimed Donetsk People's Republic leads [1]."),
        ("In which year did Moscow partially occupy the Donbas?", "Moscow partially occupied the Donbas region [1]."),
    ],
)
def test_a_sentence_that_leaves_out_what_was_asked_for_is_no_answer(
    asking: Callable[..., Any], question: str, evasion: str
) -> None:
    assert asking(question, evasion).mode == "quoted"


def test_an_off_topic_question_is_refused_without_asking_the_model(
    asking: Callable[..., Any], model: ScriptedModel
) -> None:
    answer = asking("Who won the 2022 World Cup?")
    assert (answer.mode, answer.text, answer.citations) == ("refused", REFUSAL, ())
    assert model.requests == []


def test_a_model_may_refuse(asking: Callable[..., Any]) -> None:
    answer = asking(WHO, REFUSAL)
    assert (answer.mode, answer.text) == ("refused", REFUSAL)
    assert answer.closest


def test_invented_numbers_are_counted_in_a_notice(asking: Callable[..., Any]) -> None:
    answer = asking(WHO, "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1][42].")
    assert answer.text.endswith("Republic [1].")
    assert "cited 1 passage" in answer.notices[0]


def test_the_model_reads_evidence_between_fences_that_documents_cannot_forge(
    asking: Callable[..., Any], model: ScriptedModel
) -> None:
    asking(WHO, REFUSAL)
    asking(WHO, REFUSAL)
    fences = [request["messages"][1]["content"].splitlines()[1] for request in model.requests]
    assert fences[0] != fences[1]
    assert all(message["content"].count(fences[0]) == 3 for message in model.requests[0]["messages"][1:])
    assert "Denis Pushilin" in model.requests[0]["messages"][1]["content"]
    assert "Pushilin" not in model.requests[0]["messages"][0]["content"]


def test_a_stream_ends_with_the_answer_whose_text_it_gave(model: ScriptedModel, seeds_folder: Any) -> None:
    model.says(
        "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]. He is 41 years old [1]. "
        "Pushilin addressed an appeal to Putin in a post on social media [1]."
    )
    with Library(seeds_folder, settings=load_settings(llm_url=model.url, llm_model="m"), read_only=True) as library:
        query, passages, *pieces, answer = library.stream(WHO)
    assert isinstance(query, Query)
    assert [passage.number for passage in passages] == [1, 2, 3, 4, 5]
    assert len(pieces) == 2
    assert "".join(pieces) == answer.text
    assert "41" not in answer.text


def test_a_sentence_is_shown_when_the_next_has_begun(model: ScriptedModel, seeds_folder: Any) -> None:
    shown, in_time = threading.Event(), []

    def pieces() -> Iterator[str]:
        yield from ("Denis Pushilin leads the self-proclaimed Donetsk", " People's Republic [1].", " Pushilin", " ")
        in_time.append(shown.wait(10))
        yield "addressed an appeal to Putin in a post on social media [1]."

    model.says(lambda handler: stream(handler, pieces(), "stop"))
    with Library(seeds_folder, settings=load_settings(llm_url=model.url, llm_model="m"), read_only=True) as library:
        streamed = library.stream(WHO)
        first = next(piece for piece in streamed if isinstance(piece, str))
        shown.set()
        *_, answer = streamed
    assert in_time == [True]
    assert first == "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]."
    assert [statement.support for statement in answer.statements] == ["supported"] * 2


def test_it_makes_no_difference_in_what_pieces_a_text_comes(asking: Callable[..., Any]) -> None:
    said = (
        "He is bald. [2] Denis Pushilin leads the self-proclaimed Donetsk People's Republic. [3] [1] He addressed an "
        "appeal to Putin in a post on social media (1). It is led by Dr. Ivanov since 12.5 years."
    )
    for display in ("strict", "annotated"):
        at_once = asking(WHO, lambda handler: stream(handler, [said], "stop"), display=display)
        by_letters = asking(WHO, lambda handler: stream(handler, said, "stop"), display=display)
        assert (by_letters.text, by_letters.statements) == (at_once.text, at_once.statements)
        assert by_letters.mode == "written"


def test_annotated_display_strikes_what_nothing_supports_in_its_place(asked: Callable[[str], Any]) -> None:
    said = (
        "He is 41 years old [1]. Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]. "
        "He is bald [1]. ![map](https://evil.example/x.png) <b>He</b> leads nothing [7]."
    )
    *pieces, answer = asked(said)
    assert (answer.mode, answer.display, answer.dropped) == ("written", "annotated", ())
    assert [one.support == "supported" for one in answer.statements] == [False, True, False, False]
    assert pieces[0].startswith("~~He is 41 years old.~~ (not supported: ")
    assert pieces[0].endswith(") Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1].")
    assert pieces[1].startswith(" ~~He is bald.~~ (not supported: ")
    assert "".join(pieces) == answer.text
    assert not re.search(r"<b>|!\[|\[7\]", answer.text)


def test_annotated_display_strikes_all_above_the_quotes_where_nothing_is_supported(asked: Callable[[str], Any]) -> None:
    *pieces, answer = asked("Donetsk is led by Igor Smirnov since 1991 [1].")
    assert (answer.mode, answer.dropped) == ("quoted", ())
    assert [one.support == "supported" for one in answer.statements][:2] == [False, True]
    assert answer.text.startswith("~~Donetsk is led by Igor Smirnov since 1991.~~ (not supported: ")
    assert "\n\nDPR leader asks Putin" in answer.text
    assert "".join(pieces) == answer.text
    page = answer_page(answer)
    assert "<s>Donetsk is led by Igor Smirnov since 1991.</s>" in page
    assert page.count("<blockquote") == len(answer.citations)
    for text in (markdown(answer), plain(answer)):
        assert "Igor Smirnov" in text.split("As of")[0]


def test_annotated_display_may_be_refused(asked: Callable[[str], Any]) -> None:
    *pieces, answer = asked(f"He is 41 years old [1]. {REFUSAL}")
    assert (answer.mode, pieces, answer.text) == ("refused", [REFUSAL], REFUSAL)


@pytest.fixture
def asked(model: ScriptedModel, seeds_folder: Any) -> Iterator[Callable[[str], Any]]:
    """The pieces and the answer in annotated display, of a model that says this."""
    settings = load_settings(llm_url=model.url, llm_model="m")
    with Library(seeds_folder, settings=settings, read_only=True) as library:

        def ask(said: str) -> list[Any]:
            model.says(said)
            return list(library.stream(WHO, display="annotated"))[2:]

        yield ask


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (401, "FOOTNOTE_LLM_KEY"),
        (429, "429"),
        (404, "FOOTNOTE_LLM_MODEL"),
        (500, "HTTP 500"),
        (lambda handler: stream(handler, ["Denis Pushilin leads the"], None), "stopped in the middle"),
        (lambda handler: handler.connection.recv(1), "FOOTNOTE_LLM_TIMEOUT"),
    ],
    ids=["key", "too many", "unknown model", "failure", "cut off", "silence"],
)
def test_a_model_that_fails_is_one_line_and_no_answer(asking: Callable[..., Any], script: Any, words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        asking(WHO, script)
    assert "\n" not in str(caught.value)


def test_an_endpoint_that_is_not_there_is_named(seeds_folder: Any) -> None:
    settings = load_settings(llm_url="http://127.0.0.1:9/v1", llm_model="m")
    with (
        Library(seeds_folder, settings=settings, read_only=True) as library,
        pytest.raises(ModelError, match=r"127\.0\.0\.1:9"),
    ):
        library.ask(WHO)


def test_an_answer_cut_by_the_length_limit_keeps_whole_sentences(asking: Callable[..., Any]) -> None:
    text = "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]. He addressed an app"
    answer = asking(WHO, lambda handler: stream(handler, [text], "length"))
    assert answer.text == "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]."
    assert "length limit" in answer.notices[0]


def test_a_follow_up_is_searched_for_as_it_reads_without_its_history(asking: Callable[..., Any]) -> None:
    history = [{"question": WHO, "answer": "Denis Pushilin."}]
    answer = asking("And what did he ask Putin?", "What did Denis Pushilin ask Putin?", REFUSAL, history=history)
    assert answer.query.rewritten
    assert answer.query.text == "What did Denis Pushilin ask Putin?"
    assert answer.query.original == "And what did he ask Putin?"
    alone = "What does Chatham House say about the votes?"
    assert not asking(alone, alone, REFUSAL, history=history).query.rewritten


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"question": " \n "}, "empty"),
        ({"question": "Who?", "after": "yesterday-ish"}, "yesterday-ish"),
        ({"question": "Who?", "after": "2022-02-02", "before": "2022-01-01"}, "empty"),
        ({"question": "Who?", "history": ["Who?"]}, "history"),
    ],
)
def test_what_cannot_be_asked_is_said(library: Library, options: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionError, match=words):
        library.ask(**options)


@pytest.mark.parametrize(
    "question",
    [
        "AND OR NOT",
        '"',
        "title:vote*",
        "NEAR(a b)",
        "?",
        "-",
        "(((",
        "Ωμέγα 選挙",
        "é" * 300,
        "vote " * 500,
        "\x00",
        "'; DROP--",
    ],
)
def test_no_question_is_an_error(asking: Callable[..., Any], question: str) -> None:
    answer = asking(question, REFUSAL)
    assert answer.mode in ("refused", "quoted")


def test_how_new_an_answer_is_stands_beside_its_text(seeds_folder: Any, library: Library) -> None:
    with Library(seeds_folder, settings=load_settings(llm="none"), read_only=True) as seeds:
        answer = seeds.ask(WHO)
        response = FootnoteQueryEngine(library=seeds).query(WHO)
    assert how_new(answer) == "As of 20 September 2022."
    assert str(response) == f"{answer.text}\n\nAs of 20 September 2022."
    library.add(Document("bridge", "Ada Finch opened the new bridge of Marlow.", title="A bridge"))
    assert how_new(library.ask("Who opened the new bridge of Marlow?")) == "None of its sources has a date."
    assert how_new(library.ask("Who won the chess championship of Reykjavik?")) == ""


def test_an_empty_library_refuses(library: Library) -> None:
    answer = library.ask("Who leads the republic?")
    assert (answer.mode, answer.passages) == ("refused", ())


def test_the_json_object_has_the_fields_of_the_contract(asking: Callable[..., Any]) -> None:
    printed = answer_json(asking(WHO, "Denis Pushilin leads the self-proclaimed Donetsk People's Republic [1]."))
    assert {
        "id", "created", "question", "query", "text", "mode", "as_of", "model", "fingerprint", "notices", "statements",
        "dropped", "conflicts", "closest", "citations", "passages", "timings_ms",
    } <= set(printed)  # fmt: skip
    assert {"text", "rewritten", "after", "before", "asked_on"} <= set(printed["query"])
    assert {"text", "support", "reasons", "citations"} <= set(printed["statements"][0])
    assert {"number", "passage", "document", "start", "end", "quote", "url"} <= set(printed["citations"][0])
    assert {"id", "title", "date", "source", "locations", "sha256"} <= set(printed["citations"][0]["document"])
    assert {"number", "document_id", "start", "end", "text", "score"} <= set(printed["passages"][0])
    assert {"understand", "retrieve", "first_token", "first_statement", "total"} <= set(printed["timings_ms"])
