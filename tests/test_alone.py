"""Which sentences tell something, and which of them can be read alone."""

import pytest

from rag.alone import stands_alone, tells
from rag.library import Library
from rag.records import Document


@pytest.mark.parametrize(
    "sentence",
    [
        "The ferry was late.",
        "“The ferry was late.”",
        "She called it “ the end of an age . ”",
        'The clerk was asked by the coroner on Monday, "Did you see the boat leave?"',
        "She asked each of the masters how much he had “given back to the owners?”",
        "Many wonder whether the pier will stand another winter?",
        "Marsh End knew that a draw would do but Ola Brandt scored the only goal in a 1-0 win for the hosts",
    ],
)
def test_what_tells_something(sentence: str) -> None:
    assert tells(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "1. Harbour",
        "1. Harbour dues.",
        "Ferry timetable",
        "Was the ferry late?",
        "“Was the ferry late?”",
        "These are the rules of the harbour:",
        "26 Points for the Visitors and a Long Night for the Hosts of the First Cup Final at Marsh End",
        "Photo: Ola Brandt",
        "2031 | 1,250 | 1,190 | 60 | landed by the boats of the old harbour in the spring of that year",
    ],
)
def test_headings_captions_items_and_questions_tell_nothing(sentence: str) -> None:
    assert not tells(sentence)


def test_what_stands_alone_ends_with_a_full_stop_and_leans_on_nothing() -> None:
    assert stands_alone("The ferry was late on all three days.")
    assert not stands_alone("It was late on all three days of the week.")
    assert not stands_alone("the long line of words below a picture of the harbour that has no stop at its end")


def test_a_question_that_somebody_is_told_to_have_asked_is_evidence_like_any_sentence(library: Library) -> None:
    text = (
        "Senators and bankers met on Wednesday. He began with the Marsh Bank chief executive Jon Ruel, and asked "
        "Hask Bank chief executive Ines Vole how much each had “returned to customers in the form of redress and "
        "payments at their own initiative, after all these fines?” Hask Bank has loosened its rules since its chief "
        "executive was fined."
    )
    library.add([Document(id="banks", title="Bankers before the senate", text=text)])
    (passage,) = library.search("Who is the chief executive of Hask Bank?")
    assert "Ines Vole" in passage.evidence[0].text
