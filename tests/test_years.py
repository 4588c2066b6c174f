"""Dates without a year: of the year that the documents are of, where there are none of the most recent days."""

from datetime import date
from pathlib import Path

import pytest

from rag import Document, Library, load_settings
from rag.questions import understand
from rag.records import Holdings
from rag.years import counted_from

ASKED = date(2026, 11, 27)
OF_2022 = (date(2022, 2, 24), date(2022, 9, 20), date(2022, 9, 27))


@pytest.mark.parametrize(
    ("question", "after", "before"),
    [
        ("What was announced on 20 September?", date(2022, 9, 20), date(2022, 9, 20)),
        ("What happened in September?", date(2022, 9, 1), date(2022, 9, 30)),
        ("What has Ukraine won since 1 September?", date(2022, 9, 1), None),
        ("What happened between 1 February and 3 March?", date(2022, 2, 1), date(2022, 3, 3)),
        # No year has one of these days, or they have a year, or are counted from the day of asking.
        ("What happened in October?", date(2026, 10, 1), date(2026, 10, 31)),
        ("What was announced on 20 September 2024?", date(2024, 9, 20), date(2024, 9, 20)),
        ("What was announced last September?", date(2026, 9, 1), date(2026, 9, 30)),
        ("What was announced last week?", date(2026, 11, 16), date(2026, 11, 22)),
        ("What was announced on Friday?", date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_the_year_is_that_of_the_documents(question: str, after: date, before: date | None) -> None:
    query = understand(question, asked_on=ASKED, holdings=Holdings(days=OF_2022))
    assert (query.after, query.before) == (after, before)


def test_the_most_recent_days_that_a_document_has_are_meant() -> None:
    question = "What was announced on 20 September?"
    assert counted_from(question, ASKED, [date(2021, 9, 20), date(2024, 9, 20), date(2025, 3, 1)]) == date(2024, 12, 31)
    assert counted_from(question, ASKED, [date(2022, 9, 20), date(2026, 9, 20)]) == ASKED
    assert counted_from(question, ASKED, [date(2023, 9, 1), date(2023, 10, 2)]) == date(2023, 10, 2)  # among them
    assert counted_from(question, ASKED, []) == ASKED
    assert counted_from(question, date(2024, 9, 10), [date(2024, 9, 20)]) == date(2024, 9, 10)  # not yet published


def test_single_days_are_of_that_year_too() -> None:
    query = understand("What did the report of 20 September say?", asked_on=ASKED, holdings=Holdings(days=OF_2022))
    assert query.days == (date(2022, 9, 20),)


def test_a_library_knows_the_days_of_its_documents(tmp_path: Path) -> None:
    with Library(tmp_path / "library", settings=load_settings(llm="none")) as library:
        library.add([Document("dam", "The dam at Volner was opened by the mayor.", "Dam", date(2019, 5, 3))])
        found = library.find("What was opened on 3 May?", asked_on=ASKED)
        assert (found.query.after, found.query.before) == (date(2019, 5, 3), date(2019, 5, 3))
        assert [passage.document.title for passage in found.passages] == ["Dam"]
        library.add([Document("bridge", "The bridge at Volner was opened.", "Bridge", date(2023, 5, 3))])
        assert library.find("What was opened on 3 May?", asked_on=ASKED).query.after == date(2023, 5, 3)
