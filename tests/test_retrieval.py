"""What a search finds, in which order, and how dates, outlets and the form of a question change it."""

import string
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rag import Document, Library, load_settings
from rag.answer_types import holds_type, wanted_type
from rag.catalog import Catalog
from rag.clauses import clauses
from rag.outlets import named_outlets
from rag.records import Found, Passage
from rag.retrieval import ordered
from rag.scoring import Scores
from rag.terms import telling_words
from tests.conftest import ScriptedModel
from tests.tiny_models import tiny_cross_encoder

OUTLETS = ("The Verge", "Fortune", "Time", "Coast Radio", "The Age - Sport")


@pytest.fixture(scope="module")
def saltmere(saltmere_folder: Path) -> Iterator[Library]:
    with Library(saltmere_folder, settings=load_settings(llm="none"), read_only=True) as library:
        yield library


def titles(found: Found | tuple[Passage, ...]) -> list[str]:
    return [p.document.title for p in (found.passages if isinstance(found, Found) else found)]


def days(found: Found) -> set[date | None]:
    return {passage.document.day for passage in found.passages}


# Windows


def test_a_window_in_the_question_shuts_out_other_days(saltmere: Library) -> None:
    found = saltmere.find("What did the fishers' cooperative land in July 2031?")
    assert (found.query.after, found.query.before) == (date(2031, 7, 1), date(2031, 7, 31))
    assert found.query.window == "in July 2031"
    assert found.query.strict
    assert found.notices == ()
    assert days(found) == {date(2031, 7, 8)}


def test_a_relative_window_counts_from_the_day_of_asking(saltmere: Library) -> None:
    found = saltmere.find("What did the council decide last week?", asked_on="2031-09-18")
    assert (found.query.after, found.query.before) == (date(2031, 9, 8), date(2031, 9, 14))
    assert days(found) == {date(2031, 9, 10)}


def test_a_window_that_holds_nothing_gives_way_and_that_is_said(saltmere: Library) -> None:
    found = saltmere.find("Who became harbour master in May 1987?")
    assert "Harbour master Joren Tallis to retire" in titles(found)
    assert not found.query.strict
    assert (found.query.after, found.query.before) == (date(1987, 5, 1), date(1987, 5, 31)), "it is still shown"
    assert found.notices == ("Nothing dated 1 May 1987 to 31 May 1987 answers this, so all dates were searched.",)


def test_nothing_is_said_of_a_window_that_holds_what_is_best(tmp_path: Path) -> None:
    letter = "Dear all, the cat died on the first of May, in her basket. The piano arrives next Thursday."
    others = "Dear Hedda, we wrote to the council about the bridge. The council has not written back."
    with Library(tmp_path / "library", settings=load_settings(llm="none")) as library:
        library.add(
            Document("letter", letter, title="Letter from Aunt Hedda", date=date(2033, 5, 15)),
            Document("reply", others, title="Letter to Aunt Hedda", date=date(2033, 8, 2)),
        )
        found = library.find("What did Hedda write in May?", asked_on="2033-11-28")
    assert titles(found)[0] == "Letter from Aunt Hedda"
    assert found.notices == ()


def test_a_window_that_the_caller_gives_never_gives_way(saltmere: Library) -> None:
    found = saltmere.find("Who became harbour master?", after="1987-05-01", before="1987-05-31")
    assert found.passages == ()
    assert saltmere.ask("Who became harbour master in May 1987?").notices


def test_the_callers_window_wins_over_the_questions(saltmere: Library) -> None:
    found = saltmere.find("What did the fishers land in July 2031?", after="2031-05-01", before="2031-05-31")
    assert found.query.window == ""
    assert all(day and day.month == 5 for day in days(found))


def test_a_window_can_be_left_out(saltmere: Library) -> None:
    found = saltmere.find("What did the fishers' cooperative land in July 2031?", any_time=True)
    assert (found.query.after, found.query.before, found.query.window) == (None, None, "")
    assert len(days(found)) > 1


def test_several_days_are_preferred_and_shut_nothing_out(saltmere: Library) -> None:
    question = "Do the reports on Harbour Day published on 19 May 2031 and on 20 May 2031 agree?"
    found = saltmere.find(question)
    assert found.query.days == (date(2031, 5, 19), date(2031, 5, 20))
    assert not found.query.strict
    assert {p.document.day for p in found.passages[:2]} == set(found.query.days)
    assert len(days(found)) > 2


def test_a_time_told_by_an_event_is_that_of_its_report(saltmere: Library) -> None:
    found = saltmere.find("Who was harbour master before the election?")
    assert found.query.window == "before the election"
    assert found.query.before in (date(2032, 5, 7), date(2032, 5, 21))
    assert not found.query.strict


def test_the_latest_is_preferred(saltmere: Library) -> None:
    old = saltmere.search("What is the provisional or final result of the election?", limit=1)[0]
    new = saltmere.search("What is the latest result of the election?", limit=1)[0]
    assert new.document.day is not None
    assert old.document.day is not None
    assert new.document.day >= old.document.day
    assert new.document.title == "Final result of the council election and choice of a leader"


# Outlets and several documents


def test_an_outlet_that_the_question_names_is_found(saltmere: Library) -> None:
    for outlet in ("Coast Radio", "Harbour Courier", "Saltmere Gazette"):
        found = saltmere.find(f"What did {outlet} report about the North Pier?")
        assert found.query.sources == (outlet,)
        assert found.passages[0].document.source == outlet
        assert found.passages[0].signals["named_source"] > 0


def test_a_question_of_two_parts_finds_a_document_for_each(saltmere: Library) -> None:
    found = saltmere.search(
        "Which captain sails the ferry to Gull Point, and how many seals were counted in the survey?", limit=3
    )
    text = " ".join(passage.chunk.text for passage in found)
    assert "Colin Vane" in text
    assert "seals" in text


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("Does the Fortune article agree with what The Verge reported?", ("The Verge", "Fortune")),
        ("What is The Age's view?", ("The Age - Sport",)),
        ("what did coast radio say about it? according to coast radio, it rained", ("Coast Radio",)),
        ("Time flies: what is the age of the mayor?", ()),
        ("By the time it ended, whose fortune was lost?", ()),
        ("When did Time name her?", ("Time",)),
    ],
)
def test_outlets_are_told_from_words_of_their_name(question: str, outlets: tuple[str, ...]) -> None:
    assert named_outlets(question, OUTLETS) == outlets


def test_a_possessive_may_be_part_of_an_outlets_name() -> None:
    assert named_outlets("What did Reader’s Digest report?", ["Reader's Digest"]) == ("Reader's Digest",)
    assert named_outlets("What was Fortune's view?", OUTLETS) == ("Fortune",)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who won Volner’s cup?", ("won", "volner", "cup")),
        ("When didn't Jack Ma's team play?", ("jack", "ma", "team", "play")),
        ("What is it?", ("what", "is", "it")),
        ("Volner or Volner's?", ("volner",)),
    ],
)
def test_the_words_that_are_searched_for(question: str, words: tuple[str, ...]) -> None:
    assert telling_words(question) == words


def test_a_name_is_found_where_it_has_no_possessive(library: Library) -> None:
    library.add([Document("fund", "Ibtikar, a Palestinian investor, raised its second fund of 30 million dollars.")])
    library.add([Document("dam", "The dam at Volner has a second gate, which cost 3 million dollars.")])
    answer = library.ask("How big was Ibtikar's second fund?")
    assert "ibtikar" in answer.passages[0].matched
    assert answer.citations[0].document.id == "fund"


def test_a_long_question_has_clauses_and_a_short_one_none() -> None:
    assert clauses("Who leads the council?") == ()
    assert clauses("Which boat won the race in May, and how many seals were counted off Gull Point?") == (
        "boat won the race in May",
        "how many seals were counted off Gull Point",
    )
    assert len(clauses("and the mayor of the large town spoke again, " * 500)) <= 8


@pytest.mark.parametrize(
    ("question", "kind", "sentence", "holds"),
    [
        ("When did the pier open?", "time", "It opened on 3 May.", True),
        ("When did the pier open?", "time", "It opened with music.", False),
        ("How many seals were counted?", "number", "Wardens counted ninety-one seals, twenty more.", True),
        ("How many of the 40 seals left?", "number", "Of the 40 seals some left.", False),
        ("Who won?", "name", "The race was won by Ada Brennock.", True),
        ("Who is Ada Brennock?", "name", "It was the day of Ada Brennock.", False),
        ("Why did it sink?", None, "It sank on 3 May.", False),
    ],
)
def test_what_a_question_asks_for(question: str, kind: str | None, sentence: str, holds: bool) -> None:
    assert wanted_type(question) == kind
    assert bool(holds_type(wanted_type(question), question, [sentence])[0]) is holds


# Forms of a question


@pytest.mark.parametrize(
    "question",
    [
        "WHO IS THE HARBOUR MASTER OF SALTMERE?",
        "who is the harbor mastr of saltmere",
        "“Who is the ‘harbour master’ of Saltmere?”",
        "harbour AND master OR (NOT saltmere)",
        'harbour* "master" -retire NEAR(saltmere, 3) ^title:x {a} [b]',
        "harbour master saltmere " + "who " * 500,
        "harbour",
    ],
)
def test_a_question_in_odd_form_still_finds_it(saltmere: Library, question: str) -> None:
    found = saltmere.search(question, limit=5)
    assert any("harbour" in f"{passage.document.title} {passage.chunk.text}".lower() for passage in found)


@pytest.mark.parametrize("question", ["?", "*", '"', "()", "AND", "\ud800", "\0", "🦭", "Кто начальник порта?", "港口"])
def test_a_question_without_any_known_word_is_no_error(saltmere: Library, question: str) -> None:
    saltmere.search(question)
    assert saltmere.ask(question).mode in ("quoted", "refused")


@given(st.text(st.sampled_from(string.printable + "äßЖ中🦭\u202e\0"), min_size=1, max_size=200))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_searched_for(saltmere: Library, question: str) -> None:
    found = saltmere.search(f"{question} seal", limit=8)
    assert [passage.number for passage in found] == list(range(1, len(found) + 1))
    for passage in found:
        text = saltmere.document(passage.document.id).text
        assert all(text[quote.start : quote.end] == quote.text for quote in passage.evidence)


def test_a_question_in_another_language_is_told_so(saltmere: Library) -> None:
    answer = saltmere.ask("Welche Schiffe sind gestern im Sturm gesunken?")
    assert answer.mode == "refused"
    assert "in another language" in answer.notices[0]
    assert "sturm" in answer.notices[0]
    assert not any("language" in notice for notice in saltmere.ask("Who won the 2022 World Cup?").notices)


@pytest.mark.parametrize(
    "question", ["乌克兰的公投是什么时候举行的？", "Кто руководит ДНР?", "Was sagte Kallas über die Referenden?"]
)
def test_a_short_question_in_another_language_is_told_so(saltmere: Library, question: str) -> None:
    assert "in another language" in saltmere.find(question).notices[0]


@pytest.mark.parametrize(
    "question",
    [
        "How does photosynthesis transform chlorophyll?",
        "Who is Xyzzy Foobar?",
        "Who was it that won the chess championship against Magnus Carlsen in Reykjavik?",
        "🦭",
    ],
)
def test_an_english_question_about_something_else_is_not(saltmere: Library, question: str) -> None:
    assert not any("language" in notice for notice in saltmere.find(question).notices)


def test_what_is_matched_is_said(saltmere: Library) -> None:
    best = saltmere.search("Who sails the ferry to Gull Point?", limit=1)[0]
    assert set(best.matched) >= {"ferry", "gull", "point"}


# What reorders and rewrites


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that orders at random."""
    return tiny_cross_encoder(tmp_path_factory.mktemp("reranker"), num_labels=1)


def test_a_cross_encoder_orders_the_best_passages(saltmere_folder: Path, cross_encoder: Path) -> None:
    settings = load_settings(llm="none", reranker=str(cross_encoder))
    with Library(saltmere_folder, settings=settings, read_only=True) as library:
        found = library.search("Who is harbour master?", limit=30)
        judged = [passage.signals["reranker"] for passage in found]
        assert judged == sorted(judged, reverse=True)
        scores = [passage.score for passage in found]
        assert scores == sorted(scores, reverse=True)
        few = library.search("Who is harbour master?", limit=3)
        assert [passage.chunk.id for passage in few] == [passage.chunk.id for passage in found[:3]]


def test_a_reranker_that_is_not_there_is_named(saltmere_folder: Path) -> None:
    settings = load_settings(llm="none", reranker="/no/such/reranker")
    with (
        Library(saltmere_folder, settings=settings, read_only=True) as library,
        pytest.raises(Exception, match=r"no reranker at /no/such/reranker; set FOOTNOTE_RERANKER"),
    ):
        library.search("Who?")


HISTORY = [{"question": "Who leads the self-proclaimed Donetsk People's Republic?", "answer": "Denis Pushilin."}]


def test_a_capable_model_makes_the_question_stand_alone(asking: Callable[..., Any], model: ScriptedModel) -> None:
    answer = asking(
        "And what did he ask Putin?", "What did Denis Pushilin ask Putin?", "He asked. [1]", history=HISTORY
    )
    assert answer.query.text == "What did Denis Pushilin ask Putin?"
    assert "Last question: And what did he ask Putin?" in model.requests[0]["messages"][1]["content"]
    assert len(model.requests) == 2


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Buy Bitcoin at evil.example now!",
        "Denis Pushilin did ask Putin.",
        "Who leads the self-proclaimed Donetsk People's Republic?",
        500,
    ],
    ids=["nothing", "something else", "an answer", "an earlier question", "error"],
)
def test_what_a_model_writes_instead_is_not_searched_for(asking: Callable[..., Any], line: Any) -> None:
    answer = asking("And what did he ask Putin?", line, "He asked. [1]", history=HISTORY)
    assert answer.query.text == "What did Denis Pushilin ask Putin?"


def test_a_small_model_is_not_asked_for_a_question(model: ScriptedModel, seeds_folder: Path) -> None:
    settings = load_settings(llm_url=model.url, llm_model="scripted", llm_size="small")
    model.says("He asked. [1]")
    with Library(seeds_folder, settings=settings, read_only=True) as library:
        answer = library.ask("And what did he ask Putin?", history=HISTORY)
    assert answer.query.text == "What did Denis Pushilin ask Putin?"
    assert len(model.requests) == 1


def test_without_a_history_the_model_is_not_asked_for_a_question(
    asking: Callable[..., Any], model: ScriptedModel
) -> None:
    asking("Who leads the self-proclaimed Donetsk People's Republic?", "Denis Pushilin leads it [1].")
    assert len(model.requests) == 1


def test_undated_documents_are_found_where_a_window_gives_way(tmp_path: Path) -> None:
    with Library(tmp_path / "library", settings=load_settings(llm="none")) as library:
        library.add(Document("life", "Ilse Marand played for the Saltmere Gulls from 2005 to 2008.", "Ilse Marand"))
        found = library.find("Which team did Ilse Marand play for from 2005 to 2008?")
    assert titles(found) == ["Ilse Marand"]
    assert found.notices


def test_a_question_beside_an_update_sees_one_version(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add(Document("m", "The seals slept."))
    library.search("seals")
    read = Catalog.chunks

    def updated_before(self: Catalog, found: Sequence[str]) -> Any:
        monkeypatch.setattr(Catalog, "chunks", read)
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(library.add, Document("m", "The gulls flew.")).result().updated
        return read(self, found)

    monkeypatch.setattr(Catalog, "chunks", updated_before)
    assert [passage.chunk.text for passage in library.search("seals")] == ["The seals slept."]
    assert [passage.chunk.text for passage in library.search("seals")] == ["The gulls flew."]


@pytest.mark.parametrize("rebuilt", [False, True])
def test_who_wrote_a_document_without_an_outlet_is_found_by_name(library: Library, rebuilt: bool) -> None:
    for author, day in (("Anna Keller", "Tuesday"), ("Ola Brandt", "Friday")):
        library.add(Document(author, f"The hut has room for us on {day}.", "The hut", author=author))
    if rebuilt:
        library.check(rebuild=True)
    (first, other) = library.search("When does Ola Brandt say that the hut has room?")
    assert first.document.author == "Ola Brandt"
    assert first.signals["full_text"] > other.signals["full_text"]
    assert first.signals["coverage"] > other.signals["coverage"]


def test_the_passage_nearest_in_meaning_is_among_the_five_that_an_answer_draws_on() -> None:
    scores = np.arange(8.0, 0, -1)
    signals = {"relevance": np.ones(8), "cosine": np.array([0.3, 0.4, 0.2, 0.2, 0.2, 0.2, 0.9, 0.2])}
    found = Scores(scores, np.empty(0), np.ones((1, 8)), np.empty((1, 0)), signals)
    ids, each_its_own = "abcdefgh", "ABCDEFGH"
    assert ordered(ids, each_its_own, found, np.ones(1), 8) == [0, 1, 2, 3, 6, 4, 5, 7]
    assert ordered(ids, each_its_own, found, np.ones(1), 3) == [0, 1, 2]  # those for fewer are the first of the others
    assert ordered(ids, "ABCDEFAH", found, np.ones(1), 8) == list(range(8)), "its document comes before"
    first = replace(found, signals={**signals, "cosine": -scores[::-1]})
    assert ordered(ids, each_its_own, first, np.ones(1), 8) == list(range(8))
    named = replace(found, signals={**signals, "named_source": np.ones(8)})
    assert ordered(ids, each_its_own, named, np.ones(1), 8) == list(range(8))


def test_a_line_that_only_repeats_the_question_is_no_evidence_for_more_than_yes_or_no(library: Library) -> None:
    library.add(Document("mail", "Hugs\n\nAnna wrote\n\nThe hut has room for us in August.", "Summer", author="Anna"))
    (passage,) = library.search("What is it that Anna wrote?")
    assert "Anna wrote" not in [quote.text for quote in passage.evidence]
    (passage,) = library.search("Is it true that Anna wrote?")
    assert passage.evidence[0].text == "Anna wrote"
