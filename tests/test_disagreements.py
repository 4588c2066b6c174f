"""Where sources give different values for one thing, and where they only seem to."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.disagreements import SPLITS, load_pairs, passage_of, precision, recall
from rag import Library, load_settings
from rag.amounts import agree, amounts_in
from rag.copies import grouped
from rag.disagreements import conflicts_of
from rag.export import answer_json
from ui.cli import main

HOW_MANY = "How many people were killed in the Garrow mill fire?"
FIRST = "Eleven people were killed in a fire at the Garrow mill on Monday night, the fire service said."


def conflicts(question: str, *texts: str, days: tuple[str, ...] = ("2031-03-04", "2031-03-05")) -> Any:
    """Of passages of different outlets, published on these days."""
    rows = [
        {"title": "A report", "source": f"Outlet {name}", "date": day, "text": text}
        for name, text, day in zip("ABC", texts, [*days, days[-1]], strict=False)
    ]
    return conflicts_of(question, grouped([passage_of(row["source"], row) for row in rows], 3))


def test_two_values_stand_side_by_side_with_their_words_and_the_newer_is_called_newer() -> None:
    (found,) = conflicts(HOW_MANY, FIRST, "The fire at the Garrow mill killed 14 people, the hospital says.")
    assert set(found) == {"subject", "values", "superseded", "text"}
    assert found["subject"] == HOW_MANY.rstrip("?")
    older, newer = found["values"]
    assert (older["value"], newer["value"]) == ("Eleven", "14")
    assert (older["newer"], newer["newer"], found["superseded"]) == (False, True, False)
    assert older["quote"] == FIRST
    assert older["quote"] == FIRST[older["start"] : older["end"]]
    assert older["url"].startswith("/source/Outlet%20A?v=")
    assert (older["source"], older["title"], older["date"]) == ("Outlet A", "A report", "2031-03-04")
    assert found["text"] == (
        "The sources differ: Outlet A of 4 March 2031 has “Eleven” "
        "and Outlet B of 5 March 2031, the newer report, has “14”."
    )


def test_an_update_is_told_as_such() -> None:
    (found,) = conflicts(HOW_MANY, FIRST, "The number of people killed in the Garrow mill fire has risen to 14.")
    assert found["superseded"]
    assert found["text"].startswith("A later report updates an earlier one: ")


def test_one_more_counts_on_from_an_earlier_report() -> None:
    (found,) = conflicts(HOW_MANY, FIRST, "A twelfth worker has died after the fire at the Garrow mill.")
    assert [value["value"] for value in found["values"]] == ["Eleven", "twelfth"]
    assert found["superseded"]
    assert not conflicts(HOW_MANY, FIRST, "An eleventh worker has died after the fire at the Garrow mill.")
    (found,) = conflicts(
        "How many people died in the fire at the Garrow mill?",
        "Two workers died and eleven were injured when fire broke out at the Garrow mill.",
        "A third worker has died after the fire at the Garrow mill.",
    )
    assert [value["value"] for value in found["values"]] == ["Two", "third"]
    assert not amounts_in("The third house on the left has a red door, and a second one is for sale.")


def test_of_a_short_question_every_word_must_be_told_of() -> None:
    closing = "The library will close for good in June.", "Lund, who closed the bridge in February, has left."
    assert not conflicts("When did the bakery close?", *closing)


def test_on_one_day_neither_is_newer() -> None:
    texts = FIRST, "The fire at the Garrow mill killed 14 people."
    (found,) = conflicts(HOW_MANY, *texts, days=("2031-03-04", "2031-03-04"))
    assert not any(value["newer"] for value in found["values"])


@pytest.mark.parametrize(
    "other",
    [
        "The fire at the Garrow mill killed 11 people.",
        "More than ten people were killed in the fire at the Garrow mill.",
        "Three children were killed in the fire at the Garrow mill.",
        "The fire at the Garrow mill left 30 people injured.",
        "A fire at a mill in Lisk killed three people.",
        "In 1974 a fire at the Garrow mill killed 40 people.",
        "The fire at the Garrow mill killed two more people.",
        f"{FIRST} It was out by dawn.",
    ],
    ids=["the same", "rounded", "a part", "injured", "another place", "another fire", "more", "a copy"],
)
def test_what_is_merely_similar_is_no_conflict(other: str) -> None:
    assert conflicts(HOW_MANY, FIRST, other) == ()


def test_a_third_source_that_agrees_with_one_side_is_shown_with_it() -> None:
    others = "The fire at the Garrow mill killed 14 people.", "Fourteen people were killed in the Garrow mill fire."
    (found,) = conflicts(HOW_MANY, FIRST, *others)
    assert [value["value"] for value in found["values"]] == ["Eleven", "14", "Fourteen"]


def test_a_denial_is_no_copy_of_what_it_denies() -> None:
    texts = (
        "The driver of the bus was hurt, the hospital said.",
        "The driver of the bus was not hurt, the hospital said.",
    )
    (found,) = conflicts("Was the driver of the bus hurt?", *texts)
    assert [value["value"] for value in found["values"]] == ["hurt", "not hurt"]


def test_only_documents_of_the_days_that_are_asked_about_count() -> None:
    rows = [
        {
            "title": "A report",
            "source": f"Outlet {day}",
            "date": f"2031-03-0{day}",
            "text": f"The fire killed {day} people.",
        }
        for day in (4, 5)
    ]
    passages = [passage_of(row["source"], row) for row in rows]
    question = "How many people were killed in the fire?"
    assert conflicts_of(question, passages)
    assert conflicts_of(question, passages, after=date(2031, 3, 5)) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("about 1,000", "1,012", True),
        ("more than 500", "520", True),
        ("more than 500", "900", False),
        ("7.4 kilometres", "7,400 metres", True),
        ("two million", "2,000,000", True),
        ("52 percent", "52.4 per cent", True),
        ("52.4 percent", "54.1 percent", False),
        ("$3.5 million", "3.5 million dollars", True),
        ("two hundred and fifty", "250", True),
        ("a dozen", "12", True),
        ("60,000", "95,000", False),
    ],
)
def test_amounts(one: str, other: str, same: bool) -> None:
    (first,), (second,) = amounts_in(one), amounts_in(other)
    assert first.unit == second.unit
    assert agree(first, second) is agree(second, first) is same


@given(st.text(), st.text(), st.text(min_size=1))
def test_no_text_is_too_odd(question: str, one: str, other: str) -> None:
    for conflict in conflicts(question, f"{FIRST} {one}", other):
        for value in conflict["values"]:
            assert value["end"] - value["start"] == len(value["quote"])


PHRASES = [
    *(
        "the",
        "fire",
        "at",
        "the Garrow mill",
        "killed,",
        "1,204",
        "people,",
        "which cost,",
        "who had,",
        "made at Zurich,",
    ),
    *(
        "opened in,",
        "of",
        "300,000 years,",
        "to within",
        "4.5%,",
        "on 4 March 2031;",
        "until Monday",
        "—",
        "after 3 pm",
    ),
    *("and", "between 12 and 19", "of them", ".", "He said", "no", "not", "updated to"),
]

JUMBLED = st.lists(st.sampled_from(PHRASES), min_size=3, max_size=25).map(" ".join)


@given(JUMBLED, JUMBLED, st.sampled_from([HOW_MANY, "When did the Garrow mill open?", "How old is the Garrow mill?"]))
def test_no_order_of_the_words_that_it_knows_is_too_odd(one: str, other: str, question: str) -> None:
    found = conflicts(question, f"{FIRST} {one}", f"The fire at the Garrow mill killed 14 people. {other}")
    assert all(value["quote"] for conflict in found for value in conflict["values"])


def test_a_comma_within_a_number_ends_no_clause() -> None:
    measured = "The skull of the Garrow whale, opened at laboratories within 30{},000 years, is 34 million years old."
    asked = "How old is the skull of the Garrow whale?"
    assert conflicts(asked, *(measured.format(digit) for digit in (0, 1))) == ()
    (found,) = conflicts(asked, measured.format(0), "The skull of the Garrow whale is 29 million years old.")
    assert {value["value"] for value in found["values"]} == {"34 million years", "29 million years"}


def test_an_answer_carries_the_conflict_and_the_shell_prints_it(
    saltmere_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "What did the North Pier cost in the end?"
    with Library(saltmere_folder, settings=load_settings(llm="none"), read_only=True) as library:
        answer = library.ask(question, asked_on=date(2032, 12, 31))
    (found,) = answer_json(answer)["conflicts"]
    assert [value["value"] for value in found["values"]] == ["2.4 million crowns", "3.1 million crowns"]
    assert found["text"] not in answer.text
    monkeypatch.setenv("FOOTNOTE_LLM", "none")
    assert main(["ask", question, "--asked-on", "2032-12-31", "--library", str(saltmere_folder)]) == 0
    printed = capsys.readouterr().out
    assert found["text"] in printed
    assert "  3.1 million crowns: " in printed
    assert "Harbour Courier · 2031-02-13 (newer)\n" in printed


def test_the_labelled_set_and_its_floors() -> None:
    pairs = load_pairs()
    assert len({pair.id for pair in pairs}) == len(pairs)
    assert sum(pair.disagrees for pair in pairs) >= 50 <= sum(not pair.disagrees for pair in pairs)
    for split in SPLITS:
        chosen = [pair for pair in pairs if pair.split == split]
        assert precision(chosen).value >= 0.9
        assert recall(chosen).value >= 0.7
