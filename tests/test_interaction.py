"""How well sentences answer a question word by word, and what reading them again takes."""

import threading
from pathlib import Path

import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from rag import Document, Library
from rag.encoder import load_encoder
from rag.interaction import InPlace, interaction
from rag.settings import PACKAGED_ENCODER
from ui import cli

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


@pytest.mark.parametrize(
    "question", ["What was repaired?", "Which clock was repaired?", "The clock's repair", "What broke when it fell?"]
)
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
    with_words, without = found("Who repaired it?", BY_WHOM, "…")["interaction"]
    assert with_words == without > 0
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


def test_commands_take_one_of_blas_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.cli.main", lambda: len(blas_threads()) - 1 + max(blas_threads()))
    with threadpool_limits(limits=2, user_api="blas"):
        assert blas_threads() == {2}
        with pytest.raises(SystemExit) as ended:
            cli.entry()
        assert ended.value.code == 1


def test_a_search_does_not_queue_behind_texts_that_are_added() -> None:
    may_end, engine = threading.Event(), ENCODER._engine  # type: ignore[attr-defined]
    adding = [engine._workers.submit(may_end.wait, 60) for _ in range(8)]
    try:
        assert found("Who repaired the clock?", BY_WHOM, REPAIRED)["interaction"][0] > 0.5
        assert not any(one.done() for one in adding)
    finally:
        may_end.set()


def test_a_heading_is_not_read_in_the_place_of_what_stands_under_it(library: Library, tmp_path: Path) -> None:
    note = tmp_path / "pier.md"
    note.write_text("# Why was the pier closed?\n\nThe pier was closed on Monday. A pillar of it had cracked.\n")
    library.add(note)
    (passage,) = library.search("Why was the pier closed?")
    heading = found("Why was the pier closed?", "Why was the pier closed?")
    assert 0 < passage.signals["asked_for"] < heading["asked_for"][0] - 0.2


def test_a_larger_limit_does_not_change_what_is_quoted(library: Library) -> None:
    for number in range(90):
        library.add(Document(f"clock-{number}", f"Clock {number} was repaired by hand in {1900 + number}."))
    few, many = (library.search("When was clock 41 repaired?", limit=limit) for limit in (5, 80))
    scores = {one.document.id: one.evidence_scores for one in many}
    assert [scores[one.document.id] for one in few] == [one.evidence_scores for one in few]
    assert max(score for one in many[60:] for score in one.evidence_scores) < few[0].evidence_scores[0]
