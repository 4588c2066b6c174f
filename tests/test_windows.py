"""The time window of a question, and what looks like one and is none."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.windows import load_cases, shares
from rag.events import EventBound, event_bound
from rag.periods import Days, calendar_unit, months, portion
from rag.questions import understand
from rag.records import Holdings
from rag.windows import Window, named_days, read_window, wants_latest

ASKED = date(2022, 9, 28)  # a Wednesday
DAYS = st.dates(date(1000, 1, 1), date(2099, 12, 31))


def ends(question: str, asked_on: date = ASKED) -> tuple[str | None, str | None] | None:
    window = read_window(question, asked_on)
    return window and (str(window.after) if window.after else None, str(window.before) if window.before else None)


def test_a_window_keeps_the_words_it_was_read_from() -> None:
    found = read_window("What did Kallas say between 15 and 25 September 2022 about visas?", ASKED)
    assert found == Window(date(2022, 9, 15), date(2022, 9, 25), "between 15 and 25 September 2022")
    reports = "After the report published on October 6, 2023, and the one of October 9, was there a change?"
    assert read_window(reports, date(2026, 1, 1)) == Window(
        date(2023, 10, 6), date(2023, 10, 9), "on October 6, 2023; October 9", strict=False
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("in September", ("2022-09-01", "2022-09-30")),
        ("in October", ("2021-10-01", "2021-10-31")),
        ("since the start of 2022", ("2022-01-01", None)),
        ("by the end of August", (None, "2022-08-31")),
        ("before the end of 2021", (None, "2021-12-31")),
        ("after 2020 and before 2022", ("2021-01-01", "2021-12-31")),
        ("before October 2 and before October 7, 2021", ("2021-10-02", "2021-10-07")),
        ("in the third quarter of 2021", ("2021-07-01", "2021-09-30")),
        ("in the second half of August", ("2022-08-16", "2022-08-31")),
        ("in winter 2021", ("2021-12-01", "2022-02-28")),
        ("in the late 1980s", ("1987-01-01", "1989-12-31")),
        ("around September 10, 2022", ("2022-09-07", "2022-09-13")),
        ("the week before last", ("2022-09-12", "2022-09-18")),
        ("two weeks ago", ("2022-09-12", "2022-09-18")),
        ("on 29 February", ("2020-02-29", "2020-02-29")),
        ("on 30 February 2022", ("2022-02-01", "2022-02-28")),
        ("on 02/10/2022", None),
        ("999 decades ago", None),
        ("in 2030", None),
        ("on 7 May 2032", ("2032-05-07", "2032-05-07")),
    ],
)
def test_expressions(words: str, expected: tuple[str | None, str | None] | None) -> None:
    assert ends(f"What happened {words}?") == expected


def test_an_event_that_a_date_belongs_to_is_inside_the_window() -> None:
    assert ends("What changed after the invasion of February 24, 2022?") == ("2022-02-24", None)
    assert ends("Where did she live before she moved to Paris in 1921?") == (None, "1921-12-31")
    assert ends("After the vote, what did he say on September 20, 2022?") == ("2022-09-20", "2022-09-20")


def test_one_dated_report_among_several_bounds_nothing() -> None:
    compared = "Does the Fortune report published on October 4, 2023 contradict the report by TechCrunch?"
    assert ends(compared, date(2024, 1, 1)) is None
    assert ends("What does the Fortune report published on October 4, 2023 say?") == ("2023-10-04", "2023-10-04")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Why does the club have less money than a year ago?", None),
        ("Did fewer ferries sail than in 2019?", None),
        ("Unlike last year, who may fish?", None),
        ("Was it drier in March 2022 than in February 2022?", ("2022-02-01", "2022-03-31")),
    ],
)
def test_what_is_compared_with_a_time_is_of_another(question: str, expected: tuple[str, str] | None) -> None:
    assert ends(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Which clubs signed him after the 2022 World Cup?",
        "Why was it built in 2000 metres of water?",
        "Was Theresa May there before May resigned?",
        "What is Last Week Tonight about?",
        "Is the town still Polish today?",
        "What did he do for the last two years of the war?",
        "Which wall fell in 44 BC?",
        "What did the Third Quarter score in the second half?",
        "Who designed the early 1970s logo?",
    ],
)
def test_no_window(question: str) -> None:
    assert read_window(question, ASKED) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the latest on the strike?", True),
        ("Who is the current head of the bank?", True),
        ("Who leads the council now?", True),
        ("Is the town still Polish today?", True),
        ("Who directed Apocalypse Now?", False),
        ("Who had resigned by now?", False),
        ("What happened at the vote?", False),
        ("What has she said recently?", True),
        ("What has changed in recent weeks?", True),
        ("Which recently opened museum burned down?", False),
    ],
)
def test_the_newest(question: str, expected: bool) -> None:
    assert wants_latest(question) == expected


def test_a_question_in_capitals_is_read_in_lower_case() -> None:
    found = understand("WHAT DID KYIV SAY IN MAY ABOUT GAS?", asked_on=ASKED)
    assert (found.after, found.before) == (date(2022, 5, 1), date(2022, 5, 31))
    assert understand("WHAT IS THE LATEST ON THE STRIKE?", asked_on=ASKED).latest
    assert understand("WHAT TIME DID THE VOTE BEGIN?", holdings=Holdings(("Time",))).sources == ()
    assert understand("NATO GDP?").text == "NATO GDP?"


def test_of_named_reports_now_is_the_time_that_they_tell_of() -> None:
    assert not wants_latest("Which company, as Coast Radio reported, now owns the pier?", of_some_reports=True)
    assert wants_latest("What is the latest from Coast Radio on the pier?", of_some_reports=True)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Medvedev demand before the vote?", EventBound("before", "vote")),
        ("Who governed after the ceasefire in Gaza was signed?", EventBound("after", "ceasefire in Gaza")),
        ("What has changed since the presidential election, and why?", EventBound("since", "presidential election")),
        ("Prior to the collapse of FTX, who trusted him?", EventBound("before", "collapse of FTX")),
        ("What has changed since the start of the war?", EventBound("since", "war")),
        ("What did they eat after the end of the siege?", EventBound("after", "siege")),
        ("Who has fled since Russia's invasion?", EventBound("since", "Russia's invasion")),
        ("What happened after Putin's speech?", EventBound("after", "Putin's speech")),
        ("Who appeared before the court?", None),
        ("Who ran after the company car?", None),
        ("Who spoke before the election commission?", None),
        ("What did he say before the vote of 23 September 2022?", None),
    ],
)
def test_events(question: str, expected: EventBound | None) -> None:
    assert event_bound(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What happened on 20 September 2022?", ["2022-09-20"]),
        ("What do the reports of 19 May 2022 and 20 May 2022 say?", ["2022-05-19", "2022-05-20"]),
        ("What was planned before September 20, 2022?", []),
        ("How many have died since February 24, 2022?", []),
        ("Where was voting held between September 23 and September 27, 2022?", []),
        ("What was found around September 10, 2022?", []),
        ("What did he say the day after September 10, 2022?", ["2022-09-11"]),
        ("What happened in July 2022?", []),
        ("Do the reports before 6 May 2022 and before 9 May 2022 agree?", ["2022-05-06", "2022-05-09"]),
    ],
)
def test_a_day_is_named_where_the_question_is_about_it(question: str, expected: list[str]) -> None:
    assert [str(day) for day in named_days(question, ASKED)] == expected


@pytest.mark.parametrize(
    ("question", "strict"),
    [
        ("What was built after 2018 and before 2021?", True),
        ("Do the reports of 6 October 2021 and 9 October 2021 agree?", False),
        ("Did its reports after 6 October 2021 and before 9 October 2021 agree?", False),
    ],
)
def test_dates_of_several_things_shut_nothing_out(question: str, strict: bool) -> None:
    found = read_window(question, ASKED)
    assert found
    assert found.strict == strict


def test_a_pasted_timetable_is_read_without_end() -> None:
    found = read_window("Who came in " + "May to " * 2000 + "May 2021?", ASKED)
    assert found
    assert found.before == date(2021, 5, 31)


@pytest.mark.parametrize("asked_on", [date.min, date.max])
@pytest.mark.parametrize("words", ["on Friday", "after today", "in May", "last week", "an hour ago", "around today"])
def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_on(words: str, asked_on: date) -> None:
    read_window(f"What happened {words}?", asked_on)
    named_days(f"What happened {words}?", asked_on)


PERIODS = st.sampled_from(
    [(1, "decade"), (1, "year"), (3, "season"), (1, "month"), (2, "month"), (1, "week"), (1, "day"), (11, "day")]
)
UNITS = ("third", "half", "quarter", "month", "week", "weekend", "day")


@given(DAYS, PERIODS, st.sampled_from(UNITS), st.integers(-1, 3), st.integers(1, 12))
def test_a_portion_lies_inside(day: date, period: tuple[int, str], unit: str, number: int, count: int) -> None:
    length, name = period
    if name in ("season", "month"):
        whole = months(day.year, day.month, length)
    else:
        whole = calendar_unit(day, name)
        whole = Days(whole.first, whole.last + timedelta(days=length - 1))
    part = portion(whole, unit, number, count)
    beyond = timedelta(days=unit == "weekend")  # the Sunday of a weekend that begins inside
    assert whole.first <= part.first <= part.last <= whole.last + beyond


@given(DAYS)
def test_halves_and_thirds_leave_no_gap(day: date) -> None:
    for whole in (months(day.year, day.month, 3), months(day.year, 1, 12), months(day.year // 10 * 10, 1, 120)):
        for unit, parts in (("half", 2), ("third", 3)):
            found = [portion(whole, unit, at) for at in range(parts)]
            assert (found[0].first, found[-1].last) == whole
            assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(found))


@given(DAYS, st.integers(0, 6))
def test_a_day_is_the_same_however_it_is_written(day: date, form: int) -> None:
    ordinal = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in (11, 12, 13) else 0, "th")
    written = [
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%B} {day.year}",
        f"the {day.day}{ordinal} of {day:%b} {day.year}",
        f"{day:%A}, {day:%B} {day.day}{ordinal}, {day.year}",
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%b} {day.day} {day.year}",
    ][form]
    found = read_window(f"What was reported on {written}?", ASKED)
    assert found
    assert (found.after, found.before) == (day, day)
    assert written in found.words


@given(DAYS, DAYS, st.sampled_from(["between {} and {}", "from {} to {}", "on {} and on {}", "from {} until {}"]))
def test_a_range_is_from_its_first_to_its_last_day(first: date, last: date, form: str) -> None:
    first, last = min(first, last), max(first, last)
    found = read_window(f"What happened {form.format(f'{first:%d %B %Y}', last)}?", ASKED)
    assert found
    assert (found.after, found.before) == (first, last)


WORDS = """what did the he in on since after before until by between and to from last this past next two few 20 2022
1990s 30 999 May March september Friday week weekend month year decade ago early mid- late first end of quarter half
today yesterday summer , ? ; 2022-09-20 31.12.1999 - – report around days onwards not"""
PIECES = st.sampled_from(WORDS.split())


@given(st.lists(PIECES, max_size=14), st.dates(date(1, 1, 8), date(9999, 1, 1)))
def test_any_words_give_ordered_ends_and_words_of_the_question(pieces: list[str], asked_on: date) -> None:
    question = " ".join(pieces)
    found = read_window(question, asked_on)
    if found:
        assert found.after or found.before
        assert not (found.after and found.before) or found.after <= found.before
        assert "; " in question or all(words in question for words in found.words.split("; "))


@given(st.integers(0, 6))
def test_a_weekday_lies_before_the_day_of_asking(ahead: int) -> None:
    asked_on = ASKED + timedelta(days=ahead)
    found = read_window("What was said on Friday?", asked_on)
    assert found
    assert found.after
    assert found.after.weekday() == 4
    assert 1 <= (asked_on - found.after).days <= 7


@pytest.mark.parametrize("split", ["tuned", "held-out", "fresh", "development", "second"])
def test_the_labelled_questions(split: str) -> None:
    exact, none = shares([case for case in load_cases() if case.split == split])
    assert exact >= 0.95
    assert none >= 0.98
