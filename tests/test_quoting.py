"""Answers of quotes: which sentences, in which order, and how they are introduced."""

from datetime import date

import pytest

from rag.quoting import quoted
from rag.records import Chunk, Document, Passage, Quote
from rag.sentences import sentence_spans

HARBOUR = (
    "Mira Oake became harbour master on 3 February 2032. The council kept the pilot boats. "
    "The harbour landed 1,250 tonnes of fish. The council paid four million crowns for the North Pier."
)
FERRY = "The ferry to Gull Point sails twelve times a day. The ferry to Gull Point sails twelve times a day."


def passage(number: int, text: str, scores: tuple[float, ...], title: str = "A piece") -> Passage:
    """The scores are those of its sentences, in the order of the text; 0 is no evidence."""
    document = Document(id=f"d{number}", text=text, title=title, date=date(2032, 2, 3), source="Gazette")
    spans = tuple(sentence_spans(text))
    chunk = Chunk(f"c{number}", document.id, 0, 0, len(text), text, spans)
    ranked = sorted(((score, span) for score, span in zip(scores, spans, strict=False) if score), reverse=True)
    evidence = tuple(Quote(document.id, start, end, text[start:end]) for _, (start, end) in ranked)
    scored = tuple(score for score, _ in ranked)
    return Passage(number, chunk, document.without_text, 1.0, evidence=evidence, evidence_scores=scored)


def test_the_best_come_first_without_copies_and_with_source_and_date() -> None:
    answer = quoted((passage(1, HARBOUR, (1.0, 0.3)), passage(2, FERRY, (0.95, 0.95))))
    assert [statement.text for statement in answer.statements] == [
        "Mira Oake became harbour master on 3 February 2032.",
        "The ferry to Gull Point sails twelve times a day.",
    ]
    first, second = answer.text.split("\n\n")
    assert first == "A piece (Gazette, 3 February 2032): “Mira Oake became harbour master on 3 February 2032.” [1]"
    assert second.endswith("“The ferry to Gull Point sails twelve times a day.” [2]")


def test_what_is_far_from_the_best_is_left_out() -> None:
    answer = quoted((passage(1, HARBOUR, (1.0, 0, 0.78, 0.7)),))
    assert [statement.text for statement in answer.statements] == [
        "Mira Oake became harbour master on 3 February 2032."
    ]


def test_quotes_of_one_document_stand_in_a_line_in_the_order_of_its_text() -> None:
    answer = quoted((passage(1, HARBOUR, (0.95, 0, 0, 1.0)),))
    assert answer.text == (
        "A piece (Gazette, 3 February 2032): “Mira Oake became harbour master on 3 February 2032.” [1] … "
        "“The council paid four million crowns for the North Pier.” [2]"
    )


def test_neighbours_are_one_quote() -> None:
    answer = quoted((passage(1, HARBOUR, (0, 0, 1.0, 0.95)),))
    (citation,) = answer.citations
    assert citation.quote.text == HARBOUR[citation.quote.start : citation.quote.end]
    assert citation.quote.text.startswith("The harbour landed")
    assert citation.quote.text.endswith("the North Pier.")


@pytest.mark.parametrize("scores", [(0, 1.0), (1.0, 0)])
def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it(scores: tuple[float, ...]) -> None:
    text = "Mira Oake became harbour master in May. She did not take over the pilot boats. The harbour is deep."
    answer = quoted((passage(1, text, scores),))
    (citation,) = answer.citations
    assert citation.quote.text == "Mira Oake became harbour master in May. She did not take over the pilot boats."
    assert text[citation.quote.start : citation.quote.end] == citation.quote.text


@pytest.mark.parametrize(
    "after", [" The harbour is deep.", "\nShe is from Hask.", f" She kept {'the boats and ' * 20}the pier."]
)
def test_a_quote_goes_on_with_nothing_that_stands_alone_apart_or_is_long(after: str) -> None:
    answer = quoted((passage(1, f"Mira Oake became harbour master in May.{after}", (1.0,)),))
    assert [statement.text for statement in answer.statements] == ["Mira Oake became harbour master in May."]


@pytest.mark.parametrize(
    ("question", "goes_on"),
    [
        ("Who has won the Halloran Prize?", True),
        ("When was the Halloran Prize given?", False),  # neither sentence has a time
        ("How old is the winner of the Halloran Prize?", True),
        ("What is the Halloran Prize given for?", False),
        ("Who is Bettina Crowe, that she won the prize?", False),  # the only name is one that the question has
        ("", False),
    ],
)
def test_a_quote_goes_on_to_what_is_asked_for(question: str, goes_on: bool) -> None:
    first, second = "The prize has gone to a lighthouse keeper.", "A jury chose Bettina Crowe, 41, over others."
    answer = quoted((passage(1, f"{first} {second}", (1.0,)),), question)
    assert [statement.text for statement in answer.statements] == [f"{first} {second}" if goes_on else first]


def test_a_quote_that_has_what_is_asked_for_does_not_go_on() -> None:
    first, second = "A jury chose Bettina Crowe.", "The old tower is kept by Pamela Okafor."
    answer = quoted((passage(1, f"{first} {second}", (1.0,)),), "Who has won the Halloran Prize?")
    assert [statement.text for statement in answer.statements] == [first]


def test_of_each_document_no_more_than_one_sentence_is_told() -> None:
    text = "Mira Oake became harbour master in May. She did not take over the pilot boats."
    answer = quoted((passage(1, text, (1.0,)),), of_each=True)
    assert [statement.text for statement in answer.statements] == ["Mira Oake became harbour master in May."]


def test_the_first_sentence_of_a_chunk_has_nothing_to_lean_on() -> None:
    answer = quoted((passage(1, "She left the council in May. Nobody was told.", (1.0,)),))
    assert [statement.text for statement in answer.statements] == ["She left the council in May."]


def test_words_with_quotation_marks_stand_in_other_marks() -> None:
    answer = quoted((passage(1, 'The mayor said: "We will build it."', (1.0,)),))
    assert answer.text.endswith('«The mayor said: "We will build it."» [1]')


def test_without_evidence_nothing_is_quoted() -> None:
    answer = quoted(())
    assert (answer.statements, answer.citations, answer.text) == ((), (), "")
