"""Follow-ups that name nothing themselves lean on the turns before: on their words, and on what tells of the same."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import numpy as np
import pytest

from evals import leaning
from evals.conversing import SETS
from evals.leaning import Leaning
from rag import Document, Library, load_settings
from rag.answerability import ANSWERED, COEFFICIENTS, LEANING_COEFFICIENTS, probability_of
from rag.catalog import Catalog
from rag.export import answer_json
from rag.matching import matcher_of
from rag.prompting import answer_prompt
from rag.questions import understand
from rag.records import Earlier
from rag.restoring import answer_of
from rag.retrieval import Candidates, candidates_of, read
from rag.terms import query_words
from rag.understood import understood
from rag.vectors import Hit
from ui.explaining import passage_lines

STRIKE = Document(
    "strike", "Some 380 teachers stayed away from work in Hask on Monday. They want smaller classes.",
    title="Teachers strike in Hask", source="Coast Radio", date=date(2032, 2, 24),
)  # fmt: skip
RACE = Document(
    "race", "Nearly everybody who took part in the race wore a hat. How many took part is not known.",
    title="A race at Marsh End", source="Coast Radio", date=date(2032, 2, 25),
)  # fmt: skip
WHY = {"question": "Why did the teachers in Hask strike?", "answer": "They want smaller classes."}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("hask") / "library", settings=load_settings(llm="none")) as library:
        library.add(STRIKE, RACE)
        yield library


@pytest.mark.parametrize("question", ["How many took part?", "how many stayed away", "What is asked for?"])
def test_what_names_nothing_leans_on_the_turn_before(question: str) -> None:
    query = understand(question, [WHY])
    assert (query.text, query.rewritten) == (question, False)
    assert query.earlier == Earlier(("Why did the teachers in Hask strike?",), "They want smaller classes.")


@pytest.mark.parametrize(
    ("question", "history"),
    [
        ("How many took part?", []),
        ("How many took part in the race at Marsh End?", [WHY]),
        ("What happened on 5 May 2031?", [WHY]),
        ("And in Tollen?", [WHY]),  # written out, it names what it is about
        ("what happened in kherson", [WHY]),
        ("who leads the donetsk republic?", [WHY]),
        ("Zelensky's wife?", [WHY]),
        ("What's new?", [WHY]),  # it has no topic
        ("What else?", [WHY]),  # what was told is not wanted
        ("???", [WHY]),
        ("What should somebody do who would like to know how many people took part in it?", [WHY]),
    ],
)
def test_what_says_itself_what_it_is_about_does_not(question: str, history: list[dict[str, str]]) -> None:
    assert understand(question, history).earlier is None


def test_turns_are_followed_back_to_one_that_names_something() -> None:
    history = [
        {"question": "Who is Ana Ferro?", "answer": "A runner."},
        WHY,
        {"question": "were the children at home?", "answer": "Yes."},
    ]
    asked = understand("Were the parents asked?", [*history, {"question": "who came second?", "answer": ""}]).earlier
    assert asked
    assert (asked.asked[0], asked.asked[-1], asked.answer) == (WHY["question"], "who came second?", "")


def test_what_tells_of_the_same_comes_first(library: Library) -> None:
    question = "How many took part?"
    assert library.search(question)[0].document.id == "race"
    first, *_ = library.search(question, history=[WHY])
    assert first.document.id == "strike"
    assert any("spoken of before" in line for line in passage_lines(first))


def test_what_is_near_to_earlier_turns_is_looked_at_however_far_from_the_question(library: Library) -> None:
    def found(history: list[dict[str, str]]) -> tuple[Candidates, list[np.ndarray]]:
        looked_for: list[np.ndarray] = []

        def nearest(vector: np.ndarray, limit: int, outlet: str = "") -> list[Hit]:
            assert (limit > 0, outlet) == (True, "")
            looked_for.append(vector)
            return [Hit(f"chunk {len(looked_for)}", 0.5)]

        with closing(Catalog(library.folder / "catalog.db", read_only=True)) as catalog:
            asked = read(understand("How many took part?", history), catalog, library.encoder)
            return candidates_of(asked, 1, catalog, nearest), looked_for

    leaning, (own, earlier) = found([WHY])
    spoken_of = library.encoder.encode_query(f"{WHY['question']} {WHY['answer']}")
    assert float(earlier @ spoken_of) == pytest.approx(1, abs=1e-3)
    assert float(own @ spoken_of) < 0.9
    assert (leaning.dense, leaning.earlier) == (["chunk 1"], ["chunk 2"])
    assert {"chunk 1", "chunk 2"} <= set(leaning.ids)
    alone, looked_for = found([])
    assert (len(looked_for), list(alone.earlier)) == (1, [])


def test_what_the_documents_do_not_tell_is_refused_in_a_chat_too(library: Library) -> None:
    for question in ("What is a mortgage?", "Who won the chess cup?"):
        assert library.ask(question, history=[WHY]).mode == "refused"


def test_a_model_is_told_what_was_spoken_of(library: Library) -> None:
    found = library.find("How many took part?", history=[WHY])
    assert (
        "(asked after: Why did the teachers in Hask strike?)" in answer_prompt(found.query, found.passages, 3000).user
    )


def test_it_is_said_and_kept_with_the_answer(library: Library) -> None:
    answer = library.ask("How many took part?", history=[WHY])
    assert "380 teachers" in answer.text
    said = "Searched for: How many took part? (after “Why did the teachers in Hask strike?”)"
    assert understood(answer.query) == understood(answer_of(answer_json(answer)).query) == (said,)
    assert not understood(library.ask("How many took part?").query)


def test_words_of_earlier_turns_weigh_less_than_its_own(library: Library) -> None:
    def weights(question: str) -> dict[str, float]:
        query = understand(question, [WHY])
        with closing(Catalog(library.folder / "catalog.db", read_only=True)) as catalog:
            words = query_words(query, catalog, matcher_of(library.encoder))
        return {words.words[owner]: float(weight) for owner, weight in zip(words.owners, words.weights, strict=True)}

    leaning, written_out = weights("How many stayed?"), weights("When did they strike?")
    assert leaning["stayed"] > leaning["teachers"] > 0
    assert written_out["strike"] > written_out["teachers"] > 0
    asked = weights("When did teachers strike?")
    assert asked["teachers"] / asked["strike"] > written_out["teachers"] / written_out["strike"]


def test_how_well_they_are_told_from_what_nobody_was_speaking_of() -> None:
    found, said = list(leaning.leaning(SETS[-1:])), list[str]()
    leaning.report(found, np.array([probability_of(one.signs, leaning=True) for one in found]), ANSWERED, said.append)
    rows = [line.split(" | ") for line in said[0].splitlines()[2:] + said[1:]]
    assert [row[0].strip("| ") for row in rows] == ["tuned", "heldout"]
    for _, follow_ups, refused, others, others_refused, area in rows:
        assert int(follow_ups) >= 15 <= int(others)
        assert float(refused.split()[0]) <= 0.1 < 0.25 <= float(others_refused.split()[0])
        assert float(area.strip("| ")) >= 0.75


def test_coefficients_are_fitted_to_the_tuned_split_alone() -> None:
    def chosen(cases: list[Leaning]) -> list[str]:
        said: list[str] = []
        leaning.choice(cases, 0.03, said.append)
        return said[: 1 + len(LEANING_COEFFICIENTS)]

    def case(split: str, place: int, *, answered: bool) -> Leaning:
        signs = dict.fromkeys(LEANING_COEFFICIENTS, place / 10 + answered)
        return Leaning(f"set {place % 2}", split, signs, answered)

    tuned = [case("tuned", place, answered=answered) for place in range(12) for answered in (True, False)]
    held_out = [case("heldout", place, answered=place > 5) for place in range(12)]
    turned = [Leaning(one.name, one.split, one.signs, not one.answered) for one in held_out]
    assert chosen(tuned + held_out) == chosen(tuned + turned)
    constant, *coefficients = chosen(tuned + held_out)
    assert all(float(line.split()[1]) > 0 for line in coefficients)
    assert "3% of the tuned ones are refused" in constant


def test_a_question_that_leans_is_judged_by_signs_of_its_own() -> None:
    signs = dict.fromkeys([*COEFFICIENTS, *LEANING_COEFFICIENTS], 0.0)
    nearer = {**signs, "best_cosine": 0.5}
    assert probability_of(nearer, leaning=True) > probability_of(signs, leaning=True)
    assert probability_of(nearer) == probability_of(signs)


@pytest.mark.parametrize("share", ["0", "1", "-1"])
def test_no_share_is_no_choice(share: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        leaning.main(["--choose", "--refused", share])
    assert f"--refused {share}: name a share between 0 and 1" in capsys.readouterr().err
