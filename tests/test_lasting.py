"""From when until when sentences tell of something, and what that does for a question about a time."""

from datetime import date
from pathlib import Path

import pytest

from rag import Document, Library, load_settings
from rag.lasting import goes_on, tells_of

LIFE = (
    "Ida Brenn (3 May 1890 – 12 July 1978) was a chemist. She studied at Oster from 1909 to 1914. She joined the Dye "
    "Works in March 1917 and stayed for some years. Dismissed in 1933, she taught at Hask until 1946. Between 1947 and "
    "1960 she held the chair at Tollen. In 1951 she was elected to the academy. Since 1962 she lived in Saltmere, "
    "where she wrote her memoirs. Her first press counted 1500 copies."
)


def told(sentence: str, after: str, before: str = "") -> float:
    last = date.fromisoformat(before) if before else None
    return float(tells_of([sentence], date.fromisoformat(after), last)[0])


@pytest.mark.parametrize(
    "sentence",
    [
        "She studied at Oster from 1909 to 1914.",
        "She studied there from the autumn of 1909 until she was called home in March 1914.",
        "Between 1909 and 1914 she studied there.",
        "She studied at Oster (1909–1914).",
        "She studied at Oster, 1909–14.",
        "She came to Oster in 1909, where she studied until 1914.",
        "She has studied since 1909.",
        "She studied in the 1910s.",
        "She studied there until 1914.",
        "Oster, March 1909 - May 1913",
        "She came in 1907, and four years later to Oster.",
        "She came to Oster in 1909, where she stayed four years.",
        "She left Hask in 1909; she taught at Oster for the next three years.",
        "She flew for Oster until the firm was sold in 1914.",
    ],
)
def test_a_sentence_tells_of_the_years_between_its_dates(sentence: str) -> None:
    assert told(sentence, "1911-01-01", "1911-12-31") == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "She studied at Oster from 1900 to 1910.",
        "She left in 1915.",
        "She has lived there since 1912.",
        "She was born in Hask in 1890.",
        "Ida Brenn (1890–1978) was a chemist.",
        "Ida Brenn (3 May 1890, Hask – 12 July 1978, Tollen) was a chemist.",
        "1911 copies were sold, and 1,911 given away.",
        "It cost $1911.",
        "She studied.",
        "",
    ],
)
def test_a_sentence_about_other_years_or_none_does_not(sentence: str) -> None:
    assert told(sentence, "1911-01-01", "1911-12-31") == 0


def test_what_is_to_be_done_is_no_end_of_what_begins() -> None:
    assert told("Building is to begin in 1909 and the school is to open in 1914.", "1911-01-01", "1911-12-31") == 0.5


def test_what_nothing_ends_holds_until_the_next_date_and_counts_less() -> None:
    text = ["She joined the Dye Works in March 1917.", "She liked it there.", "She was dismissed in 1933."]
    assert tells_of(text, date(1925, 1, 1), date(1925, 12, 31)).tolist() == [0.5, 0, 0]
    assert tells_of(text, date(1940, 1, 1), date(1940, 12, 31)).tolist() == [0, 0, 0.5]


def test_of_a_longer_time_a_part_counts_in_part() -> None:
    assert told("She studied from 1909 to 1914.", "1905-01-01", "1914-12-31") == pytest.approx(0.6, abs=0.01)
    assert told("In June 1911 she was elected.", "1910-01-01", "1919-12-31") == 0.5
    assert told("She was born in June 1911.", "1910-01-01", "1919-12-31") == 0.5


@pytest.mark.parametrize(
    ("sentence", "share"),
    [
        ("The hall opened on 5 October 2023.", 1),
        ("The hall opened on October 5th, 2023.", 1),
        ("The hall was open from 1 October 2023 to 9 October 2023.", 1),
        ("The hall has been open since October 2023.", 1),
        ("The hall opened in October 2023.", 0.5),
        ("The hall opened in 2023.", 0.5),
        ("The hall opened on 6 October 2023.", 0),
        ("The hall opened on October 31, 2023.", 0),
    ],
)
def test_of_a_day_the_days_of_dates_count(sentence: str, share: float) -> None:
    assert told(sentence, "2023-10-05", "2023-10-05") == share


def test_an_open_time_means_the_year_beside_its_end() -> None:
    assert told("She has lived in Saltmere since 1962.", "1965-01-01") == 1
    assert tells_of(["She studied from 1909 to 1914."], None, date(1911, 12, 31)).tolist() == [1]
    assert tells_of(["She studied from 1909 to 1914."], None, date(1905, 12, 31)).tolist() == [0]


def test_what_has_an_end_alone_begins_when_that_is_reported() -> None:
    sentences = ["She stays until 31 January 2032."]
    assert tells_of(sentences, date(1987, 5, 1), date(1987, 5, 31), published=date(2031, 12, 16)).tolist() == [0]
    assert tells_of(sentences, date(2032, 1, 1), date(2032, 1, 20), published=date(2031, 12, 16)).tolist() == [1]
    assert tells_of(sentences, date(1987, 5, 1), date(1987, 5, 31)).tolist() == [0]


def test_a_report_names_days_beside_its_own() -> None:
    sentences = ["On Wednesday Ida Brenn opened the fair.", "It was Nov. 29.", "It rained on Friday.", "She may come."]
    asked = date(2023, 11, 29), date(2023, 11, 29)
    assert tells_of(sentences, *asked, published=date(2023, 11, 30)).tolist() == [1, 1, 0, 0]
    assert tells_of(sentences, *asked, published=date(2024, 1, 30)).tolist() == [0, 0, 0, 0]
    assert tells_of(sentences, *asked).tolist() == [0, 0, 0, 0]


def test_what_began_and_has_no_end_goes_on() -> None:
    sentences = [
        "She has led it since 2018.",
        "She led it from 2010 to 2016.",
        "She came in 2009.",
        "It will be so from 2041.",
    ]
    assert goes_on(sentences, date(2031, 5, 5)).tolist() == [1, 0, 0, 0]


def test_the_last_and_the_first_days_of_the_calendar_are_asked_about() -> None:
    assert tells_of(["In 2001."], date.max, None).tolist() == [0.5]
    assert tells_of(["In 2001."], None, date.min).tolist() == [0]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where did Ida Brenn study in 1911?", "Oster"),
        ("Who did Ida Brenn work for in 1925?", "Dye Works"),
        ("Where did Ida Brenn teach between 1940 and 1945?", "Hask"),
        ("Where did Ida Brenn hold a chair in May 1955?", "Tollen"),
        ("Where did Ida Brenn live after 1965?", "Saltmere"),
        ("Where does Ida Brenn live now?", "Saltmere"),
    ],
)
def test_a_question_about_a_time_gets_the_sentence_that_tells_of_it(tmp_path: Path, question: str, answer: str) -> None:
    with Library(tmp_path, settings=load_settings(llm="none")) as library:
        library.add([Document(id="brenn", title="Ida Brenn", text=LIFE)])
        found = library.find(question)
        assert any(answer in one.text for one in found.passages[0].evidence[:2])
        assert found.passages[0].signals["asked_time"] > 0
        assert answer in library.ask(question).text


def test_what_was_published_then_needs_to_tell_of_no_time(tmp_path: Path) -> None:
    with Library(tmp_path, settings=load_settings(llm="none")) as library:
        library.add([Document(id="a", title="Fair", text="Ida Brenn opened the fair.", date=date(1955, 5, 2))])
        (passage,) = library.search("What did Ida Brenn open in 1955?")
        assert passage.signals["asked_time"] == 0


def test_what_happened_on_a_day_is_found_in_the_report_of_the_next(tmp_path: Path) -> None:
    with Library(tmp_path, settings=load_settings(llm="none")) as library:
        library.add(
            [
                Document(id="fair", title="Fair", text="Ida Brenn opened the fair on Monday.", date=date(2031, 5, 6)),
                Document(id="old", title="Fair", text="Ida Brenn opened a fair in Hask.", date=date(2031, 3, 6)),
                Document(id="port", title="Port", text="The port was closed.", date=date(2031, 5, 5)),
            ]
        )
        answer = library.ask("What did Ida Brenn open on 5 May 2031?")
        assert answer.citations[0].document.id == "fair"


def test_where_other_documents_tell_of_a_time_that_is_said(tmp_path: Path) -> None:
    with Library(tmp_path, settings=load_settings(llm="none")) as library:
        library.add([Document(id="brenn", title="Ida Brenn", text=LIFE)])
        (notice,) = library.find("Where did Ida Brenn study in 1911?").notices
        dates = "1 January 1911 to 31 December 1911"
        assert notice == f"Nothing dated {dates} answers this; other documents tell of that time."
