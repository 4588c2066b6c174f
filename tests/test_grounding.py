"""Statements, their quotes, and what is dropped."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.grounding import ground, marked
from rag.prompting import REFUSAL
from rag.records import Chunk, Document, Passage, Quote
from rag.sentences import sentence_spans

HARBOUR = (
    "Mira Oake became harbour master on 3 February 2032. She did not take over the pilot boats. "
    "The harbour landed 1,250 tonnes of fish. The council paid four million crowns for the North Pier."
)
FERRY = "The ferry to Gull Point sails twelve times a day. The ferry to Gull Point sails twelve times a day."


def passage(number: int, text: str, title: str = "A piece", scores: tuple[float, ...] = ()) -> Passage:
    document = Document(id=f"d{number}", text=text, title=title, date=date(2032, 2, 3), source="Gazette")
    spans = tuple(sentence_spans(text))
    chunk = Chunk(f"c{number}", document.id, 0, 0, len(text), text, spans)
    evidence = tuple(Quote(document.id, span.start, span.end, text[span.start : span.end]) for span in spans)
    return Passage(number, chunk, document.without_text, 1.0, {}, evidence[: len(scores)], scores)


PASSAGES = (passage(1, HARBOUR), passage(2, FERRY))


def test_a_statement_gets_the_sentence_that_carries_it() -> None:
    grounded = ground("Mira Oake became harbour master in February 2032 [1].", PASSAGES)
    assert grounded.text == "Mira Oake became harbour master in February 2032 [1]."
    assert [c.quote.text for c in grounded.citations] == ["Mira Oake became harbour master on 3 February 2032."]


def test_markers_name_passages_and_are_renumbered_by_quote() -> None:
    grounded = ground(
        "The ferry to Gull Point sails twelve times a day [2]. Mira Oake became harbour master [1].", PASSAGES
    )
    assert [statement.citations for statement in grounded.statements] == [(1,), (2,)]
    assert [citation.passage for citation in grounded.citations] == [2, 1]


def test_a_table_stands_apart_with_its_marker_below() -> None:
    table, said = "| Quarter | Tonnes |\n|---|---|\n| First | 1,190 |", "The harbour landed these amounts of fish"
    wrong = table.replace("9", "8")
    grounded = ground(f"{said} [1].\n\n{table} [1]\n\n{wrong} [1]", (passage(1, f"{said}.\n\n{table}"),))
    assert grounded.text == f"{said} [1].\n\n{table}\n[2]"
    assert [statement.text for statement in grounded.dropped] == [wrong]


@pytest.mark.parametrize(
    "written",
    [
        "Mira Oake became harbour master. [1]",
        "Mira Oake became harbour master [1, 2].",
        "Mira Oake became harbour master [1][2].",
        "Mira Oake became harbour master.[1]",
        "- Mira Oake became harbour master [1-2].",
        "Answer: Mira Oake became harbour master [1].",
        "1. Mira Oake became harbour master [1].",
        "Sure, here it is: Mira Oake became harbour master (1).",
        "Mira Oake became harbour master【1】.",
        "Mira Oake became harbour master. [Source 1]",
        "Mira Oake became harbour master (passage 1).",
    ],
)
def test_the_ways_in_which_models_write_markers(written: str) -> None:
    grounded = ground(written, PASSAGES)
    assert [statement.text for statement in grounded.statements] == ["Mira Oake became harbour master."]
    assert grounded.citations[0].passage == 1


def test_numbers_that_no_passage_has_are_counted_and_dropped() -> None:
    grounded = ground("Mira Oake became harbour master [1][7][99999].", PASSAGES)
    assert grounded.invented == 2
    assert grounded.text == "Mira Oake became harbour master [1]."


@pytest.mark.parametrize(
    ("altered", "reason"),
    [
        ("The harbour landed 1,520 tonnes of fish [1].", "the sources say 1,250, not 1,520"),
        ("Tom Oake became harbour master on 3 February 2032, said Tom [1].", "do not name Tom"),
        ("Mira Brennock became harbour master on 3 February 2032 [1].", "do not name Mira Brennock"),
        ("Mira Oake did not become harbour master on 3 February 2032 [1].", "do not deny it: they say “became”"),
        (
            "The council paid five million crowns for the North Pier [1].",
            "say four million, not five million",
        ),
        ("The gulls slept on warm roofs all summer [1].", "too little"),
    ],
)
def test_an_altered_statement_is_dropped_with_its_reason(altered: str, reason: str) -> None:
    grounded = ground(altered, PASSAGES)
    assert grounded.statements == ()
    assert grounded.dropped[0].support == "unsupported"
    assert any(reason in given for given in grounded.dropped[0].reasons)


def test_numbers_are_compared_by_value() -> None:
    assert ground("The harbour landed 1250 tonnes of fish [1].", PASSAGES).statements
    assert ground("The council paid 4 million crowns for the North Pier [1].", PASSAGES).statements


def test_a_statement_without_a_marker_is_tied_to_what_carries_it_or_called_uncited() -> None:
    grounded = ground("The ferry to Gull Point sails twelve times a day. The mayor of Paris resigned.", PASSAGES)
    assert grounded.citations[0].passage == 2
    assert [statement.support for statement in grounded.dropped] == ["uncited"]


def test_a_wrong_marker_is_corrected_to_the_passage_that_says_it() -> None:
    grounded = ground("Mira Oake became harbour master [2].", PASSAGES)
    assert grounded.citations[0].passage == 1


def test_of_repeated_sentences_a_quote_names_one_by_its_offsets() -> None:
    (citation,) = ground("The ferry to Gull Point sails twelve times a day [2].", PASSAGES).citations
    assert FERRY[citation.quote.start : citation.quote.end] == citation.quote.text


def test_two_sentences_of_a_document_may_carry_one_statement() -> None:
    joined = "Mira Oake became harbour master and the harbour landed 1,250 tonnes of fish [1]."
    assert len(ground(joined, PASSAGES).citations) == 2


def test_what_is_said_twice_is_shown_once() -> None:
    assert (
        len(ground("Mira Oake became harbour master [1]. Mira Oake became harbour master [1].", PASSAGES).statements)
        == 1
    )


def test_what_is_repeated_is_recorded_and_what_is_denied_is_no_repetition() -> None:
    told = "Mira Oake became harbour master [1]."
    repeated, denied = ground(f"{told} {told} Mira Oake did not become harbour master [1].", PASSAGES).dropped
    assert repeated.reasons == ("it says nothing new",)
    assert "deny" in denied.reasons[0]


def test_a_statement_may_join_a_cited_passage_with_another() -> None:
    joined = "Mira Oake became harbour master and the ferry to Gull Point sails twelve times a day [1]."
    assert {citation.passage for citation in ground(joined, PASSAGES).citations} == {1, 2}


def test_reasons_hold_nothing_that_acts() -> None:
    source = passage(1, "The <img src=x onerror=alert(1)> chief said it was [safe](javascript:alert(1)).")
    (dropped,) = ground("The mayor said it was safe [1].", [source]).dropped
    assert not any(sign in marked(dropped) for sign in "<[")


def test_the_refusal_is_no_statement() -> None:
    grounded = ground(REFUSAL, PASSAGES)
    assert grounded.refused
    assert (grounded.statements, grounded.dropped) == ((), ())


@given(st.text())
def test_whatever_a_model_writes_only_exact_quotes_are_cited(text: str) -> None:
    texts = {"d1": HARBOUR, "d2": FERRY}
    for citation in ground(text, PASSAGES).citations:
        found = citation.quote
        assert texts[found.document_id][found.start : found.end] == found.text


def test_in_annotated_display_unsupported_statements_are_struck_with_the_reason_in_their_place() -> None:
    judged = ground("Mira Oake landed 9,000 tonnes [1]. Mira Oake became harbour master [1].", PASSAGES).judged
    assert [statement.support for statement in judged] == ["unsupported", "supported"]
    assert marked(judged[0]).startswith("~~Mira Oake landed 9,000 tonnes.~~ (not supported: ")
    assert marked(judged[1]) == "Mira Oake became harbour master [1]."
