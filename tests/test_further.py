"""Questions that ask for more than was told get what no earlier answer has."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Document, Library, load_settings
from rag.further import is_told, told_before

Turns = list[dict[str, str]]
FIRST = {"question": "Who is Oake?", "answer": "Oake is the harbour master [1]."}


@pytest.mark.parametrize(
    "question",
    [
        "What else?",
        "And what else, please?",
        "Tell me more",
        "Show me more details",
        "Anything else?",
        "What else happened?",
        "Who else signed it?",
        "What else did she say?",
        "Which other towns are there? Any others?",
        "Go on",
    ],
)
def test_what_asks_for_more(question: str) -> None:
    assert told_before(question, [FIRST]) == ("Oake is the harbour master.",)
    assert told_before(question, []) == ()


@pytest.mark.parametrize(
    "question", ["Who is Petra?", "Why?", "What more can Oake do?", "Who elsewhere?", "Did others sign the other one?"]
)
def test_what_does_not(question: str) -> None:
    assert told_before(question, [FIRST]) == ()


def test_refusals_tell_nothing() -> None:
    refused = {"question": "Who is Petra?", "answer": "The documents do not answer this question."}
    assert told_before("What else?", [refused, {"question": "Who is Tallis?"}, FIRST]) == (
        "Oake is the harbour master.",
    )


def test_a_sentence_is_told_by_one_answer_that_has_its_words() -> None:
    assert is_told("Oake is harbour master.", ["Of all the masters of the harbour, Oake is one."])
    assert not is_told("Oake is harbour master.", ["Oake is here.", "The harbour has a master."])


def asked(library: Library, *questions: str) -> list[Any]:
    history: Turns = []
    answers = []
    for question in questions:
        answers.append(library.ask(question, history=history))
        history.append({"question": question, "answer": answers[-1].text})
    return answers


def quotes(answer: Any) -> set[str]:
    return {citation.quote.text for citation in answer.citations}


def test_each_answer_tells_more(saltmere_folder: Path) -> None:
    with Library(saltmere_folder, settings=load_settings(llm="none"), read_only=True) as library:
        told: set[str] = set()
        for answer in asked(library, "What damage did storm Osric do?", "What else?", "Tell me more"):
            assert answer.mode == "quoted"
            assert quotes(answer)
            assert not quotes(answer) & told
            told |= quotes(answer)
        what_is_new = asked(library, "What's new?", "Anything else?")
        documents = [{citation.document.id for citation in answer.citations} for answer in what_is_new]
        assert documents[0]
        assert documents[1]
        assert not documents[0] & documents[1]


def test_what_is_told_out_is_said_to_be(library: Library) -> None:
    day = date(2031, 7, 8)
    library.add([Document("dam", "The dam at Volner was closed on Monday.", "Dam closed", day)])
    for question in ("When was the dam at Volner closed?", "What's new?"):
        first, second = asked(library, question, "What else?")
        assert first.mode == "quoted"
        assert second.mode == "refused"
        assert second.notices[-2] == "Nothing more was found than earlier answers tell."


def test_a_model_is_given_what_was_not_told(asking: Callable[..., Any]) -> None:
    said = "Kremlin-backed officials in four parts of Ukraine said that they would stage referendums [1]."
    first = asking("What did officials in four parts of Ukraine say?", said)
    history = [{"question": first.question, "answer": first.text}]
    alone = "What else did officials in four parts of Ukraine say?"
    second = asking("What else did they say?", alone, said, history=history)
    evidence = [quote.text for passage in second.passages for quote in passage.evidence]
    assert evidence
    assert not any(is_told(text, second.query.told) for text in evidence)
