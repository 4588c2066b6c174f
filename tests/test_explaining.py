"""The words in which a search is explained, in the shell and on the page."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from rag import Library
from rag.conversations import Turn
from rag.export import answer_json
from rag.records import Answer, Chunk, Document, EventBound, Passage, Query
from rag.understood import dates, understood
from ui.explaining import asked_lines, passage_lines, query_lines
from ui.rendering import passages_html, turns_html

PLAIN: dict[str, Any] = {"text": "Who won?", "original": "Who won?", "asked_on": date(2032, 3, 1)}


def passage(matched: tuple[str, ...] = (), **signals: float) -> Passage:
    document = Document(id="a", text="", source="Coast Radio", date=date(2032, 2, 24))
    return Passage(1, Chunk("a-0", "a", 0, 0, 0, ""), document, 1.0, signals, matched=matched)


@pytest.mark.parametrize(
    ("after", "before", "words"),
    [
        (date(2022, 9, 1), date(2022, 9, 30), "1 to 30 September 2022"),
        (date(2022, 5, 1), date(2022, 9, 30), "1 May to 30 September 2022"),
        (date(2021, 9, 1), date(2022, 9, 30), "1 September 2021 to 30 September 2022"),
        (date(2022, 9, 5), date(2022, 9, 5), "5 September 2022"),
        (date(2022, 9, 5), None, "5 September 2022 or later"),
        (None, date(2022, 9, 5), "5 September 2022 or earlier"),
    ],
)
def test_a_window_says_no_month_or_year_twice(after: date | None, before: date | None, words: str) -> None:
    assert dates(Query(**PLAIN, after=after, before=before)) == f"{words}, as given"
    assert dates(Query(**PLAIN, after=after, before=before, window="then")) == f"{words}, from “then”"
    assert dates(Query(**PLAIN, after=after, before=before, window="then", strict=False)) == (
        f"{words} preferred, from “then”"
    )


def test_a_plain_question_needs_no_line_beside_its_answer() -> None:
    assert asked_lines(Query(**PLAIN)) == ()
    assert understood(Query(**PLAIN)) == ()
    assert query_lines(Query(**PLAIN)) == ("Searched for: Who won?",)


def test_all_that_a_query_shuts_out_or_prefers_is_said() -> None:
    query = Query(
        **PLAIN,
        rewritten=True,
        after=date(2022, 9, 1),
        before=date(2022, 9, 30),
        window="in September 2022",
        days=(date(2022, 9, 3), date(2022, 9, 4)),
        sources=("Coast Radio", "Harbour Courier"),
        latest=True,
    )
    assert asked_lines(query) == ("Searched for: Who won?", "Dates: 1 to 30 September 2022, from “in September 2022”")
    assert query_lines(query) == (
        "Searched for: Who won?",
        "Dates: 1 to 30 September 2022, from “in September 2022”; all others are left out",
        "Days preferred: 3 September 2022, 4 September 2022",
        "Outlets preferred: Coast Radio, Harbour Courier",
        "The newest documents are preferred",
    )
    untold = Query(**PLAIN, event=EventBound("after", "storm"))
    assert query_lines(untold)[1:] == ("Dates: none; no dated document tells of “storm”",)


def test_what_whoever_asked_has_set_is_said_to_those_who_read_the_answer() -> None:
    query = Query(**PLAIN, after=date(2022, 9, 1), documents=("a", "b"))
    assert asked_lines(query) == ()
    assert understood(query) == ("Dates: 1 September 2022 or later, as given", "Only 2 chosen documents")
    html = turns_html(
        [Turn(answer_json(Answer("1", datetime(2032, 3, 1), "Who?", query, "No.", "refused")))], last=True
    )
    assert [f'data-act="{act}"' in html for act in ("all-dates", "all-documents", "any-date")] == [True, True, False]


def test_every_signal_is_said_in_words() -> None:
    signals = {
        "coverage": 0.553, "cosine": 0.41, "best_sentence": 1.99, "full_text_rank": 2, "full_text": 0.98,
        "named_source": 0.45, "named_day": 0.45, "in_window": 0.2, "latest": 0.4, "relevance": 1.42,
    }  # fmt: skip
    assert passage_lines(passage(("coast", "storm"), **signals)) == (
        "Matched words: coast, storm",
        "Covers 55% of the question, rare words counting most",
        "Related in meaning (0.41 of 1)",
        "Best sentence scores 1.99",
        "Word search: number 2, at 98% of the first",
        "Of an outlet that the question names: Coast Radio",
        "Of a day that the question names: 24 February 2032",
        "Dated within the preferred dates",
        "Gains 0.40 for being recent",
        "Relevance in all 1.42",
    )


def test_what_a_passage_lacks_is_said_where_it_was_looked_for() -> None:
    nothing = {"cosine": -0.1, "full_text_rank": 0, "full_text": 0, "named_source": 0, "named_day": 0, "in_window": 0}
    assert passage_lines(passage(**nothing, relevance=0.1)) == (
        "Matched words: none",
        "Far in meaning (-0.10 of 1)",
        "Word search: not found",
        "Dated outside the preferred dates",
        "Relevance in all 0.10",
    )
    assert passage_lines(passage(("coast",))) == ("Matched words: coast",)


def test_a_signal_without_words_of_its_own_keeps_its_name() -> None:
    assert passage_lines(passage(nearest_clause=0.5))[1:] == ("Nearest clause 0.50",)


def test_what_retrieval_finds_has_words_for_every_signal(saltmere_folder: Path) -> None:
    with Library(saltmere_folder, read_only=True) as library:
        found = library.find("What is the latest that Coast Radio said on 24 February 2032 or 3 March 2032?")
    assert found.query.days
    for one in found.passages:
        unsaid = {f"{name.replace('_', ' ').capitalize()} {value:.2f}" for name, value in one.signals.items()}
        assert not unsaid & set(passage_lines(one))


def test_explanations_are_escaped_in_the_page() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    query = Query(**{**PLAIN, "text": hostile}, rewritten=True, after=date(2032, 1, 1), window=hostile)
    answer = Answer("1", datetime(2032, 3, 1), "Who won?", query, "Nobody says.", "refused")
    named = passage((hostile,), named_source=0.45)
    named = replace(named, document=replace(named.document, source=hostile))
    for html, times in ((turns_html([Turn(answer_json(answer))], last=True), 2), (passages_html((named,)), 3)):
        assert html.count("&lt;img src=x") >= times
        assert "<img" not in html
