"""How well sentences answer a question word by word, and that searching takes one of BLAS's threads."""

from typing import Any

import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from rag import Document, Library
from rag.encoder import load_encoder
from rag.interaction import InPlace, interaction
from rag.retrieval import read
from rag.scoring import Asked
from rag.settings import PACKAGED_ENCODER

ENCODER = load_encoder(PACKAGED_ENCODER)
REPAIRED, BY_WHOM = "The clock was repaired in the spring.", "Marta Olsen repaired the clock."


def found(question: str, *sentences: str, before: str = "") -> dict[str, list[float]]:
    places = [InPlace(before, sentence) for sentence in sentences]
    return {name: values.tolist() for name, values in interaction(question, places, ENCODER).items()}


@pytest.mark.parametrize(
    ("question", "answering", "other"),
    [
        ("Who repaired the clock?", "The repair was the work of Marta Olsen.", "The clock was repaired."),
        ("When was the clock repaired?", "The clock was repaired in 1987.", "Marta Olsen repaired the clock."),
        ("Where is the clock?", "The clock hangs in the station.", "The clock is slow."),
        ("Why was the pier closed?", "It was closed because a pillar had cracked.", "The pier was closed on Monday."),
    ],
)
def test_a_question_word_is_nearer_to_what_answers_it(question: str, answering: str, other: str) -> None:
    right, wrong = found(question, answering, other)["asked_for"]
    assert right > wrong + 0.05


@pytest.mark.parametrize("question", ["What was repaired?", "Which clock was repaired?", "The clock's repair", "时钟"])
def test_a_question_that_names_no_kind_of_answer_asks_for_none(question: str) -> None:
    assert found(question, BY_WHOM, REPAIRED)["asked_for"] == [0, 0]


def test_what_stands_before_a_sentence_may_hold_the_questions_words_and_is_no_answer() -> None:
    question, sentence = "When was the clock repaired?", "It took a month."
    alone, after = found(question, sentence), found(question, sentence, before="The clock was repaired in 1987. ")
    assert after["interaction"][0] > alone["interaction"][0] + 0.2
    assert after["asked_for"][0] < found(question, "The clock was repaired in 1987.")["asked_for"][0] - 0.05


@pytest.mark.parametrize("question", ["", "???", "🕰️"])
def test_without_words_nothing_is_near(question: str) -> None:
    assert found(question, BY_WHOM, "…") == {"interaction": [0, 0], "asked_for": [0, 0]}
    assert found("Who repaired it?", "…", "") == {"interaction": [0, 0], "asked_for": [0, 0]}
    assert found("Who repaired it?") == {"interaction": [], "asked_for": []}


def test_figures_do_not_depend_on_the_sentences_beside_them() -> None:
    together, alone = found("Who repaired the clock?", BY_WHOM, REPAIRED), found("Who repaired the clock?", REPAIRED)
    assert together["interaction"][1] == alone["interaction"][0]
    assert together["asked_for"][1] == alone["asked_for"][0]


def test_the_sentence_that_gives_the_reason_is_quoted_first(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The pier was closed on Monday. Ferries go elsewhere. The pier was closed because a pillar had cracked."
    library.add(Document("pier", text, "News from the harbour"))
    (passage,) = library.search("Why was the pier closed?")
    assert "a pillar had cracked" in passage.evidence[0].text
    assert 0 < passage.signals["interaction"] <= 1
    monkeypatch.setattr("rag.scoring.read_again", lambda *_: {})
    (passage,) = library.search("Why was the pier closed?")
    assert "on Monday" in passage.evidence[0].text


def blas_threads() -> set[int]:
    """Of numpy's BLAS; scipy brings its own."""
    return {one["num_threads"] for one in ThreadpoolController().info() if "numpy" in one["filepath"]}


def test_a_search_takes_one_of_blas_threads(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add(Document("clock", REPAIRED, "The station clock"))
    while_searching = list[set[int]]()

    def watched(*given: Any) -> Asked:
        while_searching.append(blas_threads())
        return read(*given)

    monkeypatch.setattr("rag.retrieval.read", watched)
    with threadpool_limits(limits=2, user_api="blas"):
        library.search("When was the clock repaired?")
        assert while_searching == [{1}]
        assert blas_threads() == {2}
