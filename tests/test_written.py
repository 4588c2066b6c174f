"""How written answers are measured: texts are kept, and judged again without the model."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from evals.afterwards import report, signs
from evals.overhearing import Draft
from evals.questions import Question
from evals.written import Written, chosen, main
from rag.records import Answer, Chunk, Citation, Document, Passage, Query, Quote, Statement
from tests.conftest import ScriptedModel

CORPUS = [
    {"doc_id": "bridge", "title": "A bridge", "text": "Ada Finch opened the new bridge of Marlow in May 2019."},
    {"doc_id": "mill", "title": "A mill", "text": "Tom Reed bought the old mill of Marlow for 40,000 euros."},
]
QUESTIONS = [
    {"id": "1", "question": "Who opened the new bridge of Marlow?", "answers": ["Ada Finch"]},
    {"id": "2", "question": "Who bought the old mill of Marlow?", "answers": ["Tom Reed"]},
    {"id": "3", "question": "Who sold the old mill of Marlow?", "answers": [], "answerable": False},
]


@pytest.fixture
def sets(elsewhere: Path) -> str:
    for name, rows in (("questions", QUESTIONS), ("corpus", CORPUS)):
        elsewhere.joinpath(f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return "questions.jsonl:corpus.jsonl"


def figures(said: list[str]) -> dict[str, str]:
    """Of the table's first two columns."""
    rows = [line.split(" | ") for line in "\n".join(said).splitlines() if line.startswith("| ")]
    return {row[0].removeprefix("| "): row[1].split(" [")[0] for row in rows}


def test_texts_are_kept_and_judged_again_without_the_model(
    sets: str, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_LLM_URL", model.url)
    monkeypatch.setenv("FOOTNOTE_LLM_MODEL", "scripted-0.5b")
    by_name = {
        "bridge": "Ada Finch opened the new bridge of Marlow in May 2019 [1].",
        "mill": "Tom Reed stole the old mill of Utrecht in 1755 [1].",
    }
    order = ["bridge" if one.id == "1" else "mill" for one in _chosen(sets)]
    model.says(*(by_name[name] for name in order))
    first: list[str] = []
    main([sets, "--library", "library", "--save", "texts.jsonl"], first.append)
    assert first[0].startswith("scripted-0.5b, prompted as a small model: 2 questions")
    measured = figures(first)
    assert measured["mode written"] == "0.500"
    assert measured["raw text contains the gold answer"] == "1.000"
    assert measured["written: contains the gold answer"] == "1.000"
    assert measured["written: a cited quote contains it"] == "1.000"
    assert measured["written: F1"] == "0.333", "2 words of 10 are gold, articles aside: 2 x .2 x 1 / 1.2"
    assert any("dropped" in name for name in measured)
    kept = [json.loads(line) for line in Path("texts.jsonl").read_text().splitlines()]
    assert [row["text"] for row in kept] == [by_name[name] for name in order]
    assert "Ada Finch opened" in kept[order.index("bridge")]["user"]

    again: list[str] = []
    main([sets, "--library", "library", "--texts", "texts.jsonl"], again.append)
    assert figures(again) == measured
    assert len(model.requests) == 2


def test_what_is_known_after_writing_is_measured_beside_what_was_known_before() -> None:
    query = Query("Who opened the bridge?", "Who opened the bridge?", date(2032, 1, 1))
    best = Quote("bridge", 0, 23, "Ada Finch opened the bridge.")
    found = Passage(1, Chunk("c", "bridge", 0, 0, 23, best.text), Document("bridge", ""), 1.0, {}, (best,), (1.0,))

    def written(number: int, said: str) -> Written:
        question = Question("1", query.text + " " * number, ("Ada Finch",), answerable=bool(said))
        shown = (Statement(said, (1,), "supported"),) if said else ()
        dropped = () if said else (Statement("Tom Reed opened it.", (), "unsupported", ("no",)),)
        answer = Answer(
            "1", datetime(2032, 1, 1), query.text, query, said, "written" if said else "quoted", statements=shown,
            dropped=dropped, citations=(Citation(1, 1, best, found.document),) if said else (), passages=(found,),
            confidence=0.5,
        )  # fmt: skip
        return Written(question, Draft(str(number)), answer)

    assert signs(written(0, "Ada Finch opened the bridge.")) == [0.0, 1.0, 1.0, 1.0, 1.0]
    assert signs(written(0, "")) == [0.0, 0.0, 0.0, 0.0, 0.0]
    said: list[str] = []
    report([written(number, "Ada Finch opened the bridge." if number % 2 else "") for number in range(40)], said.append)
    areas = {row.split(" | ")[0]: row.split(" | ")[1] for row in said if row.startswith("| before")}
    assert areas["| before and afterwards"] == "1.000" > areas["| before"]


def test_only_answerable_questions_are_asked_in_an_order_that_the_seed_decides(sets: str) -> None:
    assert {one.id for one in _chosen(sets)} == {"1", "2"}
    first, second = (_chosen(sets, limit=1, skip=skip)[0].id for skip in (0, 1))
    assert {first, second} == {"1", "2"}


def _chosen(sets: str, limit: int = 200, skip: int = 0) -> list:  # type: ignore[type-arg]
    from evals.questions import load_questions

    return chosen(load_questions(*map(Path, sets.split(":"))).questions, limit, skip, 0)
