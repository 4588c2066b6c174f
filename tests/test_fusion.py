"""What each part of retrieval adds, and weights that are fitted: over the project's own sets and invented signals."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from evals import evaluate, fusion
from evals.choosing import OF_PASSAGES, OF_QUOTES, OF_SENTENCES, choose, fitted
from evals.gathering import Gathered, gather
from evals.metrics import Range
from evals.questions import Gold, Question
from evals.ranking import BASELINES, PARTS, Part, full_text_alone, ranked, reciprocal_rank_fusion, scores_of
from rag import load_settings
from rag.scoring import WEIGHTS, Signals
from tests.conftest import ROOT, SALTMERE, SEEDS

SETS = ROOT / "evals" / "questions"


@pytest.fixture(scope="module")
def saltmere() -> list[Gathered]:
    return gather(SETS / "saltmere.jsonl", SALTMERE, load_settings(llm="none"), lambda _: None)


def part(name: str) -> Part:
    (found,) = [one for one in PARTS if one.name == name]
    return found


def invented(name: str = "", gold: int = 2, seed: int = 0, **found: list[int]) -> Gathered:
    """A question with four candidates of three sentences each, all signals noise but two that show what is gold."""
    random = np.random.default_rng(seed)
    noise: Callable[[int], np.ndarray] = lambda size: random.normal(0, 0.5, size).astype(np.float32)  # noqa: E731
    sentences = {one: noise(12) for one in ("sentence_cosine", "clause_cosine")}
    passages = {one: noise(4) for one in ("coverage", "full_text", "full_text_rank", "named_source")}
    coverage = noise(12)
    coverage[3 * gold + 1] += 1
    again = {one: noise(12) for one in ("interaction", "asked_for")}
    for signals, place in ((sentences, 3 * gold + 1), (again, 3 * gold + 1), (passages, gold)):
        if name in signals:
            signals[name][place] += 1
    shared = {"passage_coverage": noise(4), "passage_cosine": noise(4)}
    ranks = np.array(found.get("full_text", [1, 2, 3, 4]))
    signals = Signals(
        counts=np.full(4, 3),
        covered=np.zeros((1, 4)),
        sentences_covered=np.zeros((1, 12)),
        coverage=coverage,
        sentences=sentences,
        shared=shared,
        passages=passages,
        ranks=ranks,
        tokens=np.ones(12),
        headings=np.zeros(12, bool),
        allowance=0.0,
    )
    return Gathered(
        question=Question("q", "Q?", evidence=(Gold("d", "g", 10 * gold, 10 * gold + 10),)),
        ids=["c0", "c1", "c2", "c3"],
        ranges=[Range("d", 10 * i, 10 * i + 10) for i in range(4)],
        signals=signals,
        without={},
        held={},
        again=again,
        discounts=np.zeros(12),
        weights=np.ones(1),
        dense=np.array(found.get("dense", [1, 2, 3, 4])),
        named=np.zeros(4, bool),
        in_passages={gold: {0}},
        in_sentences={3 * gold + 1: {0}},
        gold=np.arange(4) == gold,
        chunks=[Range("d", 10 * i, 10 * i + 10) for i in range(4)],
    )


def test_leaving_nothing_out_scores_as_a_run_does(
    saltmere: list[Gathered], saltmere_folder: Path, tmp_path: Path
) -> None:
    run = evaluate(SETS / "saltmere.jsonl", library=saltmere_folder, out=tmp_path, llm=False)
    rows = {row["id"]: row for row in run["questions"]}
    for question in saltmere:
        row, ranking = rows[question.question.id], ranked(question)
        found = [(question.ranges[i].document, question.ranges[i].start) for i in ranking.passages]
        assert found[:60] == [(one["doc_id"], one["start"]) for one in row["retrieved"]][: len(found)], row["question"]
        scores = scores_of(question, ranking)
        assert scores == {name: row["scores"][name] for name in scores}, row["question"]


@pytest.mark.parametrize(
    "name",
    [
        "a sentence's cosine",
        "its passage's coverage",
        "a passage's own coverage",
        "clauses: the nearest one's cosine",
        "what a sentence borrows from the header",
        "what it borrows from the sentence before",
        "the answer's type",
        "words in their places: the question's words",
        "words in their places: the question word",
        "full text: both",
        "dense: all cosines",
    ],
)
def test_a_part_that_is_left_out_changes_what_is_found(name: str, saltmere: list[Gathered]) -> None:
    assert any(ranked(question) != ranked(question, WEIGHTS, part(name)) for question in saltmere)


def test_named_outlets_show_in_the_figures_of_questions_that_name_one(tmp_path: Path, elsewhere: Path) -> None:
    told = {
        "Coast Radio": "The harbour opened on Monday.",
        "The Gazette": "Radio masts stand by the harbour, a report says.",
    }
    rows = [{"doc_id": source, "text": text, "source": source} for source, text in told.items()]
    corpus, questions = tmp_path / "c.jsonl", tmp_path / "q.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows))
    gold = [{"doc_id": "Coast Radio", "quote": "The harbour opened on Monday."}]
    asked = {"question": "What does the Coast Radio report say of the harbour?", "evidence": gold}
    questions.write_text(json.dumps(asked))
    lines: list[str] = []
    fusion.main([f"{questions}:{corpus}:document_hit@1,token_recall@gold"], lines.append)
    table = dict(line.strip("| ").split(" | ", 1) for line in "\n".join(lines).splitlines() if line.startswith("| "))
    assert table["nothing: as it is"] == "1.000 | 1.000"
    assert table["named outlets: their preference"] == "0.000 | 0.000"
    assert set(table) == {"left out", "---", *(one.name for one in PARTS), *(f"instead: {one}" for one in BASELINES)}


def test_only_what_some_ways_found_is_ranked() -> None:
    question = invented(dense=[1, 0, 2, 0], full_text=[0, 1, 2, 0])
    assert sorted(ranked(question, WEIGHTS, Part("", found=("dense",))).passages) == [0, 2]
    assert sorted(ranked(question, WEIGHTS, Part("", found=("full_text", "named"))).passages) == [1, 2]
    assert ranked(question, WEIGHTS, Part("", found=("named",))).passages == ()


def test_baselines_by_hand() -> None:
    question = invented(dense=[1, 2, 0, 0], full_text=[0, 1, 2, 0])
    assert full_text_alone(question).passages == [1, 2]
    assert reciprocal_rank_fusion(question).passages == [1, 0, 2]  # 1/61 + 1/62, 1/61, 1/62
    assert scores_of(question, full_text_alone(question))["sentence_hit@3"] is None
    assert scores_of(question, full_text_alone(question))["passage_mrr@10"] == 1 / 2


@pytest.mark.parametrize("name", ["clause_cosine", "asked_for", "full_text", "named_source"])
def test_choosing_recovers_a_signal_that_was_planted(name: str) -> None:
    questions = [invented(name, gold=seed % 4, seed=seed) for seed in range(60)]
    weights = fitted([questions])
    others = {*OF_SENTENCES, *OF_QUOTES, *OF_PASSAGES} - {
        name,
        "answer_type",
        "asked_time",
        "passage_coverage",
        "coverage",
    }
    told = [abs(getattr(weights, other)) for other in others if getattr(weights, other) != getattr(WEIGHTS, other)]
    assert getattr(weights, name) > 2 * max(told)
    assert (weights.answer_type, weights.latest) == (WEIGHTS.answer_type, WEIGHTS.latest), "no question tells of them"
    borrowed = (WEIGHTS.header, WEIGHTS.section, WEIGHTS.previous)
    assert (weights.header, weights.section, weights.previous) == borrowed


def test_a_question_is_held_out_from_the_weights_that_rank_it() -> None:
    planted = [invented("full_text" if seed % 2 else "named_source", gold=seed % 4, seed=seed) for seed in range(40)]
    chosen = choose([planted], folds=2)
    weights = list(chosen.held_out(planted))
    assert weights[0].full_text > weights[0].named_source
    assert weights[1].named_source > weights[1].full_text
    assert weights[::2] == [weights[0]] * 20


def test_the_choice_is_printed_beside_the_weights_in_use(elsewhere: Path) -> None:
    lines: list[str] = []
    fusion.main([f"{SETS / 'seeds.jsonl'}:{SEEDS}:sentence_hit@3", "--choose", "--folds", "2"], lines.append)
    told = "\n".join(lines).splitlines()
    assert told[0] == "seeds: 67 questions"
    assert "| weight | in use | of all | without fold 1 | without fold 2 |" in told
    assert any(line.startswith(f"| sentence_cosine | {WEIGHTS.sentence_cosine:.3f} | ") for line in told)
    assert [line.split(" | ")[0] for line in told[-3:]] == ["| in use", "| held out", "| of all"]


@pytest.mark.parametrize("wrong", [["q.jsonl"], ["q.jsonl:c.jsonl", "--choose", "--folds", "1"]])
def test_wrong_usage_says_what_is_wanted(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        fusion.main(wrong)
    assert wrong[-1] in capsys.readouterr().err


def test_figures_fit_a_sets_evidence() -> None:
    quotes = [Gold("a", "x"), Gold("b", "y")]
    assert fusion.fitting_figures([Question("q", "Q?", evidence=tuple(quotes))]) == fusion.SEVERAL_DOCUMENTS
    assert fusion.fitting_figures([Question("q", "Q?", evidence=(quotes[0],))]) == fusion.ONE_DOCUMENT
    assert fusion.fitting_figures([Question("q", "Q?", evidence=(Gold("a", "x", 0, 1),))]) == fusion.EXACT_SPANS
