"""Whether passages answer a question: signs of it, their weights, and what a refusal says. Documents are invented."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from evals.answerability import held_out, matrix, of_all
from evals.answerability import main as answerability
from evals.calibration import auroc, fitted, threshold_at
from evals.cases import Case
from evals.questions import load_questions
from rag import Document, Library, Query, load_settings
from rag.answerability import ANSWERED, SIGNS, probability, probability_of
from rag.parts import parts_of
from rag.prompting import REFUSAL
from rag.refusals import explained
from rag.signs import signs_of
from rag.terms import telling_words
from tests.conftest import ROOT

STORM = Document(
    "storm", "The storm tore the roof off the fish hall. Mayor Ilse Brandt closed the harbour on Monday.",
    title="Storm closes the harbour", source="Coast Radio", date=date(2032, 2, 24),
)  # fmt: skip
VOTE = Document(
    "vote", "The council voted for a new pier. It will cost 4.2 million crowns and open in May.",
    title="Council votes for a pier", source="Harbour Courier", date=date(2032, 3, 3),
)  # fmt: skip
PIANOS = Document(
    "pianos", "Quill & Sons was founded in Bristol in 1851 by Josiah Quill, who owned it until 1879. From 1879 to 1920"
    " it was owned by his sons Edwin and Hugh.",
    title="Quill & Sons",
)  # fmt: skip


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("harbour") / "library", settings=load_settings(llm="none")) as library:
        library.add(STORM, VOTE)
        yield library


def signs(library: Library, question: str) -> dict[str, float]:
    found = library.find(question)
    measured = signs_of(found.query, found.passages)
    assert measured
    return dict(measured)


def test_a_name_that_no_passage_has_is_a_sign(harbour: Library) -> None:
    assert signs(harbour, "When did Ilse Brandt close the harbour?")["names_lacking"] == 0
    assert signs(harbour, "When did Pamela Okafor close the harbour?")["names_lacking"] == 1
    assert signs(harbour, "When did Ilse Okafor close the harbour?")["names_lacking"] == 1 / 2


def test_a_number_that_the_best_passage_lacks_is_a_sign(harbour: Library) -> None:
    assert signs(harbour, "Will the pier cost 4.2 million crowns?")["numbers_lacking_in_best"] == 0
    assert signs(harbour, "Will the pier cost 9.7 million crowns?")["numbers_lacking_in_best"] == 1


def test_a_date_is_had_by_a_document_of_that_day(harbour: Library) -> None:
    right = signs(harbour, "What was closed by Mayor Ilse Brandt on 24 February 2032?")
    assert right["numbers_lacking_in_best"] == right["names_lacking"] == 0
    assert signs(harbour, "How did Mayor Ilse Brandt close room 2032?")["numbers_lacking_in_best"] == 1


def test_a_day_of_which_nothing_is_and_that_no_text_names_is_a_sign(harbour: Library) -> None:
    two = "Did the Coast Radio report on {} contradict the Harbour Courier report regarding the pier?"
    assert signs(harbour, two.format("24 February 2032"))["days_lacking"] == 0
    assert signs(harbour, two.format("7 February 2032"))["days_lacking"] == 1
    assert signs(harbour, "What did Mayor Brandt close on 9 June?")["days_lacking"] == 1


def test_a_day_that_a_text_names_without_its_year_is_not_lacking(tmp_path: Path) -> None:
    with Library(tmp_path / "library", settings=load_settings(llm="none")) as library:
        library.add(Document("mail", "The hut has room for us from 3 to 6 August. We meet at Imst.", date="2031-05-14"))
        assert signs(library, "Where do we meet on 3 August?")["days_lacking"] == 0
        assert signs(library, "Where do we meet on 9 June?")["days_lacking"] == 1


def test_a_time_that_the_best_sentence_lacks_is_a_sign(harbour: Library) -> None:
    assert signs(harbour, "When was the harbour closed by Mayor Brandt?")["type_lacking"] == 0
    assert signs(harbour, "When did the storm tear the roof off the fish hall?")["type_lacking"] == 1


def test_a_best_sentence_that_says_the_opposite_is_a_sign(harbour: Library) -> None:
    assert signs(harbour, "Why did the council vote for a new pier?")["contradicted"] == 0
    assert signs(harbour, "Why did the council not vote for a new pier?")["contradicted"] == 1


def test_a_part_counts_only_what_its_own_outlet_says(harbour: Library) -> None:
    asked = (
        "Did {} report that a storm tore the roof off the fish hall, while {} reported that a new pier opens in May?"
    )
    right = signs(harbour, asked.format("Coast Radio", "Harbour Courier"))
    wrong = signs(harbour, asked.format("Harbour Courier", "Coast Radio"))
    assert right["several_outlets"] == wrong["several_outlets"] == 1
    assert right["parts"] > wrong["parts"] + 0.2


@pytest.mark.parametrize(
    ("text", "outlets"),
    [
        ("Which storm in Coast Radio closed roads, and which new pier in Harbour Courier opens?", [1, 2]),
        ("Did Coast Radio report that roads closed after the storm?", [1]),
        (
            "Which storm closed roads, as Coast Radio said, and which pier opens in May, as Harbour Courier reported?",
            [1, 2],
        ),
        ("Which storm closed roads and which new pier opens in May?", [0, 0]),
    ],
)
def test_parts_are_clauses_with_their_outlets(text: str, outlets: list[int]) -> None:
    names = ("", "Coast Radio", "Harbour Courier")
    query = Query(text=text, original=text, asked_on=date(2032, 3, 4), sources=names[1:])
    parts = parts_of(query, telling_words(text))
    assert [part.outlets for part in parts] == [(names[one],) if one else () for one in outlets]
    assert not {"coast", "radio", "courier"} & frozenset().union(*(part.words for part in parts))


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Who closed the harbour?", True),
        ("What will the new pier cost?", True),
        ("Who won the chess championship in Reykjavik?", False),
        ("How do I renew a passport in Brazil?", False),
    ],
)
def test_probability_decides(harbour: Library, question: str, answered: bool) -> None:
    found = harbour.find(question)
    assert (probability(found.query, found.passages) >= ANSWERED) is answered
    answer = harbour.ask(question)
    assert (answer.mode != "refused") is answered
    assert answer.confidence == pytest.approx(probability(found.query, found.passages))


def test_passages_may_be_those_of_a_question_that_was_read_otherwise(harbour: Library) -> None:
    passages = harbour.find("Who closed the harbour?").passages
    query = harbour.find("Who closed the old harbour on Monday, and what will the new pier cost in May?").query
    assert 0 < probability(query, passages) < 1


def test_passages_without_a_sentence_that_may_answer_are_no_answer(harbour: Library) -> None:
    found = harbour.find("Who closed the harbour?")
    bare = [replace(one, evidence=(), evidence_scores=()) for one in found.passages]
    assert probability(found.query, bare) == 0
    assert explained(found.query, bare)[-1].startswith("Try")


def test_nothing_found_is_no_answer() -> None:
    query = Query(text="Who?", original="Who?", asked_on=date(2032, 3, 4))
    assert probability(query, ()) == probability_of(None) == 0
    assert explained(query, ()) == ("Nothing was found to answer from: there is no document to search.",)


def test_a_refusal_says_what_was_looked_for_what_is_closest_and_what_to_try(harbour: Library) -> None:
    answer = harbour.ask("Which chess club did Pamela Okafor beat in Reykjavik in a storm of sacrifices?")
    assert (answer.mode, answer.text) == ("refused", REFUSAL)
    looked, lacking, closest, tried = answer.notices[-4:]
    assert looked.startswith("Looked for “chess”, “club”, “pamela”, “okafor”")
    assert lacking == "No passage that was found has “pamela”, “okafor”, “reykjavik”."
    assert closest == "The closest speaks of “storm”: Storm closes the harbour (Coast Radio, 24 February 2032)."
    assert tried == "Try another spelling of the names, or add documents that have them."
    assert answer.closest[0].text in STORM.text


def test_a_refusal_repeats_no_endless_word(harbour: Library) -> None:
    looked_for, *_ = harbour.ask("a" * 10_000).notices
    assert looked_for == f"Looked for “{'a' * 40}…”."


def test_a_refusal_within_dates_says_them(harbour: Library) -> None:
    answer = harbour.ask("who won the chess championship?", after="2032-03-01", before="2032-03-09")
    assert answer.notices[0] == "Looked for “won”, “chess”, “championship”, dated 1 March 2032 to 9 March 2032."
    assert answer.notices[-1] == "Try other dates, or none."


def test_a_refusal_names_the_outlet_and_the_day_that_nothing_is_of(harbour: Library) -> None:
    passages = harbour.find("Who closed the harbour?").passages[:1]
    asked = Query(
        text="Who closed the harbour?", original="", asked_on=date(2032, 4, 1),
        sources=("Harbour Courier",), days=(date(2032, 2, 24), date(2032, 3, 30)),
    )  # fmt: skip
    said = explained(asked, passages)
    assert "Nothing of “Harbour Courier” was found for it." in said
    assert "Nothing dated 30 March 2032 was found for it." in said


@pytest.mark.parametrize(
    ("document", "question", "refused"),
    [
        (PIANOS, "Who owned Quill & Sons in 1790?", True),
        (PIANOS, "Who owned Quill & Sons in 1900?", False),
        (PIANOS, "Who owned Quill & Sons in 1855?", False),
        (PIANOS, "Who owned Quill & Sons?", False),
        (replace(PIANOS, date=date(1921, 3, 4)), "Who owned Quill & Sons in 1790?", True),
        (replace(PIANOS, date=date(1921, 3, 4)), "Who owned Quill & Sons in 1920?", False),  # "last year", perhaps
        (replace(PIANOS, text="Quill & Sons, a maker of pianos, is owned by Ida Quill."),
         "Who owned Quill & Sons in 1790?", False),
    ],
)  # fmt: skip
def test_a_year_of_which_the_likeliest_document_tells_nothing_is_refused(
    tmp_path: Path, document: Document, question: str, refused: bool
) -> None:
    with Library(tmp_path, settings=load_settings(llm="none")) as library:
        library.add([document])
        answer = library.ask(question)
    assert (answer.mode == "refused") is refused
    said = "What was found tells of other times than 1 January 1790 to 31 December 1790."
    assert (said in answer.notices) is refused


def test_a_refusal_within_chosen_documents_says_so(harbour: Library) -> None:
    answer = harbour.ask("Who won the chess championship in Reykjavik?", documents=["vote"])
    assert answer.notices[0].endswith("“reykjavik”, in the chosen documents only.")
    assert answer.notices[-1] == "Try it in all documents, or choose others."


def test_a_question_without_words_has_none_to_look_for(harbour: Library) -> None:
    answer = harbour.ask("?")
    assert answer.notices[0] == "The question has no words to look for."
    assert answer.notices[-1].startswith("Try a question with words")
    closest = [notice for notice in answer.notices if notice.startswith("The closest")]
    assert bool(closest) == bool(answer.closest)


@pytest.mark.parametrize(("questions", "low", "high"), [("saltmere", 0.0, 0.08), ("seeds", 0.85, 1.0)])
def test_questions_about_something_else_are_refused_and_hardly_any_others(
    saltmere_folder: Path, questions: str, low: float, high: float
) -> None:
    """Asked of Saltmere's documents: its own questions, and those about the seeds."""
    asked = load_questions(ROOT / "evals" / "questions" / f"{questions}.jsonl").questions
    with Library(saltmere_folder, settings=load_settings(llm="none"), read_only=True) as library:
        modes = [library.ask(one.question, history=one.history).mode for one in asked if one.answerable]
    assert low <= modes.count("refused") / len(modes) <= high


def test_logistic_regression_finds_the_odds_that_made_its_cases() -> None:
    random = np.random.default_rng(7)
    values = random.normal(size=(4000, 2)) * [1, 10]
    answered = random.random(4000) < 1 / (1 + np.exp(-(0.5 + 2 * values[:, 0] - 0.1 * values[:, 1])))
    model = fitted(values, answered.astype(float), np.ones(4000))
    assert model.constant == pytest.approx(0.5, abs=0.15)
    assert model.coefficients == pytest.approx([2, -0.1], abs=0.15)


def test_areas_and_thresholds_by_hand() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == (1 + 1 + 0.5 + 1) / 4
    assert threshold_at(np.array([0.4, 0.1, 0.3, 0.2]), 0.25) == 0.2
    assert threshold_at(np.array([0.4, 0.1, 0.3, 0.2]), 0.0) == 0.1


def test_a_group_is_judged_by_coefficients_fitted_without_it() -> None:
    def case(name: str, kind: str, value: float) -> Case:
        return Case(name, name, kind, f"{name}{value}", dict.fromkeys(SIGNS, value))  # type: ignore[arg-type]

    others = [case("b", "answerable", 1 + i / 10) for i in range(5)] + [
        case("b", "unanswerable", i / 10) for i in range(5)
    ]
    turned = [case("a", "answerable", 0.0), case("a", "unanswerable", 1.5)]
    judged = held_out([*turned, *others], ["a", "a", *["b"] * 10], {})
    assert judged[:2] == pytest.approx(of_all(others, {}).probabilities(matrix(turned)))
    assert judged[0] < judged[1], "what its own set would have taught is not known"


def test_the_command_judges_every_kind() -> None:
    sets = [
        f"{ROOT}/evals/questions/seeds.jsonl:{ROOT}/seeds",
        f"{ROOT}/evals/questions/saltmere.jsonl:{ROOT}/tests/data/saltmere",
    ]
    lines: list[str] = []
    answerability(sets, lines.append)
    rows = [line.split(" | ")[:2] for line in lines if line.startswith("| seeds")]
    assert [kind for _, kind in rows] == ["answerable", "unanswerable", "gold taken out", "asked elsewhere"]
