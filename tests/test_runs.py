"""Whole evaluation runs over the seeds: figures, resumption, failures, comparison and gates."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from evals import compare_runs, evaluate, read_run
from evals.aggregation import aggregate, ratio
from evals.judge import Judge, read_grade, read_verdict
from evals.metrics import Range
from evals.questions import Gold, Question
from evals.rows import Asker
from evals.scoring import answer_scores, token_scores
from rag import Document, Library, load_settings
from rag.answerability import ANSWERED
from rag.conversations import Conversations
from rag.embedded import Address, EmbeddedServer
from rag.errors import QuestionError, SettingsError
from tests.conftest import ROOT, SALTMERE, ScriptedModel
from ui.cli import main, parser

SEEDS_SET = ROOT / "evals" / "questions" / "seeds.jsonl"


@pytest.fixture(scope="module")
def run(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A finished run with quotes only."""
    return evaluate(SEEDS_SET, library=seeds_folder, out=tmp_path_factory.mktemp("run"), llm=False)


def without_cost(run: dict[str, Any]) -> dict[str, Any]:
    figures = {name: value for name, value in run["metrics"].items() if "_ms_" not in name}
    rows = [{key: value for key, value in row.items() if key != "timings_ms"} for row in run["questions"]]
    return {"metrics": figures, "questions": rows, "risk_coverage": run["risk_coverage"]}


def test_figures_are_the_means_of_their_rows(run: dict[str, Any]) -> None:
    assert run["metrics"]["document_recall@10"]["mean"] > 0.9
    for name, figure in run["metrics"].items():
        scores = [row["scores"][name] for row in run["questions"] if row["scores"].get(name) is not None]
        if scores:
            assert figure["mean"] == pytest.approx(np.mean(scores))
            assert (figure["n"], figure["low"] <= figure["mean"] <= figure["high"]) == (len(scores), True)


def test_refusal_counts_unanswerable_questions(run: dict[str, Any]) -> None:
    refused = [row for row in run["questions"] if row["mode"] == "refused"]
    right = [row for row in refused if not row["answerable"]]
    unanswerable = [row for row in run["questions"] if not row["answerable"]]
    assert run["metrics"]["refusal_precision"]["mean"] == pytest.approx(len(right) / len(refused))
    assert run["metrics"]["refusal_recall"]["mean"] == pytest.approx(len(right) / len(unanswerable))


def test_a_question_without_evidence_gives_no_score(run: dict[str, Any]) -> None:
    row = next(row for row in run["questions"] if not row["answerable"])
    assert row["scores"]["document_recall@10"] is None
    assert row["scores"]["citation_recall"] is None


def test_token_figures_stand_beside_the_others(run: dict[str, Any]) -> None:
    names = ("token_recall@5", "token_precision@5", "token_iou@5", "token_recall@gold", "token_iou@gold")
    quoted = [row for row in run["questions"] if row["evidence"]]
    assert all(run["metrics"][name]["n"] == len(quoted) for name in names)
    assert all(row["scores"][name] is None for row in run["questions"] if not row["evidence"] for name in names)
    assert "| token_iou@gold | " in Path(run["folder"], "summary.md").read_text()
    assert ">token_iou@gold<" in Path(run["folder"], "report.html").read_text()


def test_token_scores_by_hand() -> None:
    passages = [Range("one", 0, 10), Range("two", 0, 30), Range("one", 10, 20)]
    asked = Question("a", "Q?", evidence=(Gold("one", "x" * 5, 5, 10), Gold("one", "y" * 10, 10, 20)))
    chunks = [Range("one", 0, 10), Range("one", 10, 20), Range("one", 20, 30)]
    assert token_scores(asked, passages, chunks) == {
        "token_recall@5": 1,
        "token_precision@5": 15 / 50,
        "token_iou@5": 15 / 50,
        "token_recall@gold": 5 / 15,
        "token_iou@gold": 5 / (40 + 15 - 5),
    }
    assert set(token_scores(replace(asked, evidence=(Gold("one"),)), passages, chunks).values()) == {None}


def test_every_row_says_what_was_found_and_cited(run: dict[str, Any]) -> None:
    row = run["questions"][0]
    assert {"id", "type", "status", "retrieved", "mode", "answer", "citations", "scores"} <= set(row)
    assert {"doc_id", "start", "end", "score"} <= set(row["retrieved"][0])
    assert len({found["doc_id"] for found in row["retrieved"]}) == 7


def test_files_are_written_and_read_again(run: dict[str, Any]) -> None:
    folder = Path(run["folder"])
    assert {path.name for path in folder.iterdir()} == {"run.json", "summary.md", "report.html"}
    assert read_run(folder)["metrics"] == run["metrics"]


def test_two_runs_give_identical_figures(run: dict[str, Any], seeds_folder: Path, tmp_path: Path) -> None:
    again = evaluate(SEEDS_SET, library=seeds_folder, out=tmp_path, llm=False, workers=3)
    assert without_cost(again) == without_cost(run)
    comparison = compare_runs(run, again, gates=["document_ndcg@10>=-0.01"])
    assert all((found.difference, found.p) == (0, 1) for found in comparison.differences.values())
    assert comparison.broken == {}


def test_a_killed_run_resumes(run: dict[str, Any], seeds_folder: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from evals import evaluate\n"
        f"evaluate({str(SEEDS_SET)!r}, library={str(seeds_folder)!r}, out={str(tmp_path)!r}, llm=False)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    while process.poll() is None:
        unfinished = list(tmp_path.glob("unfinished-*.jsonl"))
        if unfinished and unfinished[0].read_text().count("\n") >= 5:
            process.kill()
            process.wait()
        time.sleep(0.005)
    (unfinished,) = tmp_path.glob("unfinished-*.jsonl")
    kept = unfinished.read_text().count("\n")
    assert 5 <= kept < len(run["questions"])
    with unfinished.open("a") as file:
        file.write('{"id": "half a li')
    asked: list[int] = []
    resumed = evaluate(
        SEEDS_SET, library=seeds_folder, out=tmp_path, llm=False, progress=lambda done, *_: asked.append(done)
    )
    assert asked[0] == kept + 1
    assert without_cost(resumed) == without_cost(run)


def test_a_worse_setting_breaks_the_gate_with_any_seed(run: dict[str, Any], seeds_folder: Path, tmp_path: Path) -> None:
    worse = evaluate(SEEDS_SET, library=seeds_folder, out=tmp_path, llm=False, top_k=1)
    for seed in range(20):
        assert list(compare_runs(run, worse, ["document_ndcg@10>=-0.01"], seed).broken) == ["document_ndcg@10>=-0.01"]
    assert main(["compare", run["folder"], str(tmp_path), "--gate", "document_recall@5>=0"]) == 1
    assert main(["compare", run["folder"], run["folder"], "--gate", "document_recall@5>=0"]) == 0


def scored(*scores: dict[str, float | None]) -> dict[str, Any]:
    """A run of questions with these scores."""
    facts = {"type": "", "answerable": True, "mode": "quoted", "answers": []}
    return {"questions": [{"id": str(i), "scores": one, **facts} for i, one in enumerate(scores)]}


@pytest.mark.parametrize("gate", ["f1>=-0.5", "f1<=0.5"])
@pytest.mark.parametrize("lost", [{"f1": None}, {}], ids=["no score", "no such metric"])
def test_a_gate_breaks_where_one_run_has_no_score(gate: str, lost: dict[str, float | None]) -> None:
    full, empty = scored({"f1": 1.0}, {"f1": 0.5}), scored(lost, lost)
    assert compare_runs(full, empty, [gate]).broken == {gate: "B has no score of f1"}
    assert compare_runs(empty, full, [gate]).broken == {gate: "A has no score of f1"}


def test_a_comparison_without_scores_is_written_without_nan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, score in (("a", 1.0), ("b", None)):
        (tmp_path / f"{name}.json").write_text(json.dumps(scored({"f1": score})))
    runs = [str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    assert main(["compare", *runs, "--gate", "f1>=0", "--json"]) == 1
    printed = capsys.readouterr()
    found = json.loads(printed.out)["differences"]["f1"]
    assert "NaN" not in printed.out
    assert (found["a"], found["b"], found["difference"], found["p"]) == (1, None, None, 1)
    assert "broken: f1>=0 (B has no score of f1)" in printed.err
    main(["compare", *runs])
    assert "| f1 | 1.000 | – | – | [–, –] | 1.000 | 0 | 0 |" in capsys.readouterr().out


def test_a_gate_must_name_a_metric(run: dict[str, Any]) -> None:
    with pytest.raises(QuestionError, match="no metric beauty"):
        compare_runs(run, run, ["beauty>=0"])
    with pytest.raises(QuestionError, match="is no gate"):
        compare_runs(run, run, ["document_ndcg@10 is good"])


def test_failed_questions_are_counted_as_wrong(seeds_folder: Path, tmp_path: Path, model: ScriptedModel) -> None:
    settings = load_settings(llm_url=model.url, llm_model="m")  # with an empty script every call fails
    run = evaluate(SEEDS_SET, library=seeds_folder, out=tmp_path, settings=settings, limit=12, seed=1)
    failed = [row for row in run["questions"] if row["status"] == "failed"]
    assert run["failed"] == len(failed) > 0
    answerable = [row for row in run["questions"] if row["answerable"]]
    assert run["metrics"]["contains_answer"]["n"] == len([row for row in answerable if row["answers"]])
    assert all(row["scores"]["contains_answer"] == 0 for row in failed if row["answerable"])
    assert all("HTTP 500" in row["error"] for row in failed)
    assert f"failed: {len(failed)}" in (tmp_path / "summary.md").read_text()


def test_a_failed_answer_has_the_worst_score_wherever_a_right_one_would_have_any() -> None:
    asked = Question("a", "Was it?", ("Yes", "The"), (Gold("one", "It was."),))
    worst = {
        "exact_match": 0, "f1": 0, "contains_answer": 0, "yes_no_accuracy": 0, "citation_precision": 0,
        "citation_overlap_precision": 0, "citation_recall": 0, "statements_supported": 0, "invented_numbers": 1,
    }  # fmt: skip
    assert answer_scores(asked, None) == worst
    assert set(answer_scores(replace(asked, answerable=False), None).values()) == {None}


def test_a_failed_answer_is_a_wrong_refusal_decision() -> None:
    # One right refusal, one right answer, and of each kind one that failed.
    rows = [{"answerable": answerable, "mode": mode} for answerable in (True, False) for mode in ("", "quoted")]
    rows[3]["mode"] = "refused"
    names = ("refusal_precision", "refusal_recall", "refusal_f1")
    assert [ratio(rows, name).value for name in names] == [1 / 2, 1 / 2, 1 / 2]


def test_confidence_is_the_probability_that_refusal_goes_by(run: dict[str, Any]) -> None:
    answered = [row["mode"] != "refused" for row in run["questions"]]
    assert answered == [row["confidence"] >= ANSWERED for row in run["questions"]]
    above = [point for point in run["risk_coverage"] if point["threshold"] >= ANSWERED]
    assert above[-1]["coverage"] == pytest.approx(np.mean(answered))
    wrong = [not row["scores"]["best_evidence"] for row in run["questions"] if row["mode"] != "refused"]
    assert above[-1]["risk"] == pytest.approx(np.mean(wrong))


def test_what_cannot_be_told_right_is_no_part_of_the_curve() -> None:
    facts = {"type": "", "status": "ok", "mode": "quoted", "answers": [], "timings_ms": {"total": 7.0}, "usage": {}}
    told = [(0.9, True, 1.0), (0.8, False, None), (0.7, True, None), (None, True, 0.0)]
    rows = [
        {"confidence": sure, "answerable": answerable, "scores": {"best_evidence": best}, **facts}
        for sure, answerable, best in told
    ]
    found = aggregate(rows, seed=0)
    assert [point["threshold"] for point in found["risk_coverage"]] == [0.9, 0.8]
    assert [point["coverage"] for point in found["risk_coverage"]] == pytest.approx([1 / 3, 2 / 3])
    assert [point["risk"] for point in found["risk_coverage"]] == [0, 1 / 2]
    assert found["metrics"]["best_evidence"]["n"] == 2
    assert found["metrics"]["total_ms_p50"] == {"mean": 7.0, "low": None, "high": None, "n": 4}
    json.dumps(found, allow_nan=False)


def test_times_are_those_of_the_first_search(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add(*(Document(f"{i}", f"The pier opened on day {i}.") for i in range(3)))
    clock, hour = [0.0], 3600.0
    search = Library.search

    def slow_search(*arguments: Any, **options: Any) -> Any:
        clock[0] += hour
        return search(*arguments, **options)

    monkeypatch.setattr(Library, "search", slow_search)
    monkeypatch.setattr("evals.rows.time", SimpleNamespace(perf_counter=lambda: clock[0]))
    monkeypatch.setattr("evals.rows._DEPTHS", (1, 2, 4))
    row = Asker(library, None, None).row(Question("a", "When did the pier open?"))
    assert (clock[0], len(row["retrieved"])) == (3 * hour, 3)
    assert row["timings_ms"]["total"] // (hour * 1000) == 1


def test_a_documents_own_id_wins_over_the_name_of_anothers_file(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("date 2032-01-01\nThe mill\n\nThe mill burned on Monday.")
    with Library(tmp_path / "library", settings=load_settings(llm="none")) as library:
        library.add(tmp_path / "one.txt", Document("one.txt", "The pier opened.", date=date(2031, 1, 1)))
    (tmp_path / "q.jsonl").write_text('{"question": "What opened?", "evidence": [{"doc_id": "one.txt"}]}')
    run = evaluate(tmp_path / "q.jsonl", library=tmp_path / "library", out=tmp_path / "out", llm=False)
    assert run["questions"][0]["evidence"][0]["doc_id"] == "one.txt"


@pytest.mark.parametrize("limit", ["1", "9", "10000000"])
def test_a_limit_may_be_any_number_of_questions(limit: str) -> None:
    assert parser().parse_args(["eval", "q.jsonl", "--limit", limit]).limit == int(limit)


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "all"])
def test_a_limit_of_no_questions_is_wrong_usage(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["eval", "q.jsonl", f"--limit={limit}"])
    assert f"argument --limit: {limit} is not a number from 1 to" in capsys.readouterr().err


def test_a_corpus_gets_a_library_that_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    corpus, questions = tmp_path / "c.jsonl", tmp_path / "q.jsonl"
    rows = [
        {"doc_id": path.name, "text": path.read_text(encoding="utf-8")} for path in sorted(SALTMERE.glob("storm-*.md"))
    ]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows))
    gold = {"doc_id": "storm-petra-radio.md", "quote": ""}
    questions.write_text(json.dumps({"question": "What did Storm Petra damage?", "evidence": [gold]}))
    added: list[int] = []
    for _ in range(2):
        run = evaluate(questions, corpus=corpus, out=tmp_path / "out", llm=False)
        assert run["metrics"]["document_hit@1"]["mean"] == 1
        added.append(len(list((tmp_path / "cache" / "footnote" / "evals").iterdir())))
    assert added == [1, 1]


def test_outlets_can_be_blanked_and_the_run_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    questions, corpus = tmp_path / "q.jsonl", tmp_path / "c.jsonl"
    told = [("a", "Coast Radio"), ("b", "The Saltmere Gazette")]
    rows = [{"doc_id": name, "text": "The storm took the pier.", "source": source} for name, source in told]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked = {"id": "q", "question": "What did the Coast Radio report say of the storm?", "evidence": [{"doc_id": "a"}]}
    questions.write_text(json.dumps(asked))
    command = ["eval", str(questions), "--corpus", str(corpus), "--no-llm"]
    monkeypatch.chdir(tmp_path)
    for options in ([], ["--blank-outlets"]):
        assert main([*command, *options]) == 0
    plain, blank = sorted(map(read_run, (tmp_path / "runs").iterdir()), key=lambda run: run["blank_outlets"])
    assert plain["key"] != blank["key"]
    assert plain["questions"][0]["question"] == asked["question"]
    assert blank["questions"][0]["question"] == "What did a news outlet report say of the storm?"
    assert plain["metrics"]["document_hit@1"]["mean"] == 1
    assert compare_runs(plain, blank).questions == 1


def test_evidence_that_the_library_lacks_is_an_error(seeds_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps({"question": "Q?", "evidence": [{"doc_id": "nowhere.txt"}]}))
    with pytest.raises(QuestionError, match=r"lacks 'nowhere\.txt'"):
        evaluate(path, library=seeds_folder, out=tmp_path, llm=False)


def test_a_judge_is_read_strictly(seeds_folder: Path, tmp_path: Path, model: ScriptedModel) -> None:
    assert [read_verdict(text) for text in ("YES", "no, because", "Perhaps yes", None)] == [1, 0, None, None]
    assert [read_grade(text) for text in ("5\nfine", "1.0", "6", "4 out of 5", "")] == [1, 0, None, None, None]
    path = tmp_path / "q.jsonl"
    asked = {"question": "Who leads the self-proclaimed Donetsk People's Republic?", "answers": ["Denis Pushilin"]}
    path.write_text(json.dumps(asked))
    model.says("YES", "4.0\nIt names him.")
    run = evaluate(
        path, library=seeds_folder, out=tmp_path, llm=False, judge=Judge(model.url, "judge", load_settings())
    )
    assert run["questions"][0]["scores"]["judge_faithfulness"] == 1
    assert run["questions"][0]["scores"]["judge_correctness"] == 0.75


def test_a_judge_gets_its_own_key_and_no_other(seeds_folder: Path, tmp_path: Path, model: ScriptedModel) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps({"question": "Who leads the Donetsk People's Republic?", "answers": ["Pushilin"]}))
    sent: list[str] = []

    def refuse(handler: Any) -> None:
        sent.append(handler.headers["Authorization"])
        handler.send_error(401)

    model.says(refuse)
    settings = load_settings(llm_key="sk-answers", judge_key="sk-judge")
    run = evaluate(
        path, library=seeds_folder, out=tmp_path, llm=False, settings=settings,
        judge=Judge(model.url, "judge", settings),
    )  # fmt: skip
    assert sent == ["Bearer sk-judge"]
    assert not {"llm_key", "judge_key"} & set(run["settings"])
    assert settings.fingerprint == load_settings().fingerprint
    assert "FOOTNOTE_JUDGE_KEY" in run["questions"][0]["error"]
    assert run["metrics"]["judge_faithfulness"] == {"mean": 0, "low": 0, "high": 0, "n": 1}
    with pytest.raises(SettingsError, match=r"judge_key = \*\*\*"):
        load_settings(judge_key=["sk-judge"])


def test_marked_answers_become_question_rows(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_LLM", "none")
    assert main(["add", str(ROOT / "seeds")]) == 0
    capsys.readouterr()
    main(["ask", "Who leads the DPR?", "--json"])
    answer = json.loads(capsys.readouterr().out)
    with Conversations(Path("library") / "conversations.db") as conversations:
        conversations.keep(answer)
    assert main(["feedback"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["feedback", "--mark", answer["id"], "--as", "right", "--comment", "yes"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["question"], row["answerable"], row["verdict"]) == ("Who leads the DPR?", True, "right")
    assert "Denis Pushilin" in row["evidence"][0]["quote"]
    Path("marked.jsonl").write_text(json.dumps(row))
    assert main(["eval", "marked.jsonl", "--no-llm", "--out", "out"]) == 0
    assert main(["feedback", "--mark", "no-such-answer"]) == 1
    assert "only those given by the page or the API are kept" in capsys.readouterr().err


def test_an_embedded_model_that_fails_is_a_failed_question_too(
    seeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmbeddedServer, "address", lambda _: Address("http://127.0.0.1:9/v1", "key"))
    monkeypatch.setenv("FOOTNOTE_LLM_SIZE", "small")  # else so small a model is not asked
    run = evaluate(SEEDS_SET, library=seeds_folder, out=tmp_path, limit=3)
    assert {row["status"] for row in run["questions"] if row["mode"] != "refused"} == {"failed"}
