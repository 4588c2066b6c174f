"""Question sets of every form that is read, and what is said of those that cannot be."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.questions import Gold, load_questions
from rag.errors import QuestionError
from tests.conftest import ROOT, SALTMERE, SEEDS


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_our_own_form(tmp_path: Path) -> None:
    row = {
        "id": "a", "question": "Who?", "answers": ["Mira Oake"], "type": "who", "asked_on": "2032-01-01",
        "evidence": [{"doc_id": "one", "quote": "Mira Oake came."}], "history": [{"question": "x", "answer": "y"}],
    }  # fmt: skip
    corpus = lines(
        tmp_path / "c.jsonl", {"doc_id": "one", "text": "Mira Oake came.", "date": "2032-01-01", "title": None}
    )
    found = load_questions(lines(tmp_path / "q.jsonl", row, {"question": "What?", "answerable": False}), corpus)
    first, second = found.questions
    assert (first.answers, first.evidence) == (("Mira Oake",), (Gold("one", "Mira Oake came."),))
    assert (second.answerable, second.evidence, bool(second.id)) == (False, (), True)
    assert found.corpus[0].day is not None


def test_beir_folders(tmp_path: Path) -> None:
    lines(tmp_path / "corpus.jsonl", {"_id": "d1", "title": "T", "text": "One."}, {"_id": "d2", "text": "Two."})
    lines(tmp_path / "queries.jsonl", {"_id": "q1", "text": "One?"}, {"_id": "q2", "text": "Unjudged?"})
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n")
    found = load_questions(tmp_path)
    assert [(q.id, q.evidence) for q in found.questions] == [("q1", (Gold("d1"),))]
    assert [document.id for document in found.corpus] == ["d1", "d2"]


def test_squad(tmp_path: Path) -> None:
    answered = {"id": "1", "question": "Where?", "answers": [{"text": "in a port", "answer_start": 0}] * 2}
    impossible = {"id": "2", "question": "Why?", "answers": [], "is_impossible": True}
    paragraph = {"context": "in a port it lay", "qas": [answered, impossible]}
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"version": "v2.0", "data": [{"title": "Ships", "paragraphs": [paragraph]}]}))
    found = load_questions(path)
    assert found.questions[0].evidence == (Gold("Ships#00", "in a port"),)
    assert [question.answerable for question in found.questions] == [True, False]
    assert found.corpus[0].text == "in a port it lay"


def test_multihop_rag(tmp_path: Path) -> None:
    asked = {
        "query": "Who?",
        "answer": "Yes",
        "question_type": "comparison_query",
        "evidence_list": [{"title": "T", "fact": "F"}],
    }
    nothing = {
        "query": "None?",
        "answer": "Insufficient information.",
        "question_type": "null_query",
        "evidence_list": [],
    }
    (tmp_path / "MultiHopRAG.json").write_text(json.dumps([asked, nothing]))
    article = {"title": "T", "body": "F is so.", "published_at": "2023-11-27T08:45:59+00:00", "source": "S"}
    (tmp_path / "corpus.json").write_text(json.dumps([article]))
    found = load_questions(tmp_path / "MultiHopRAG.json")
    assert (found.questions[0].type, found.questions[0].evidence) == ("comparison", (Gold("mh000", "F"),))
    assert (found.questions[1].answerable, found.questions[1].answers) == (False, ())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: not JSON"),
        ("[]", "line 1: [] is not an object"),
        ('{"id": "a"}', "line 1: field question: None is not a str"),
        ('{"question": "Q", "evidence": [{"quote": "x"}]}', "line 1: field evidence"),
        ('{"question": "Q", "answers": "x"}', "line 1: field answers"),
        ('{"question": "Q", "id": "a"}\n{"question": "R", "id": "a"}', "two questions have the id 'a'"),
        ("", "holds no questions"),
    ],
)
def test_a_malformed_line_is_named_with_its_field(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(line)
    with pytest.raises(QuestionError) as caught:
        load_questions(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match=r"nowhere\.jsonl"):
        load_questions(tmp_path / "nowhere.jsonl")
    with pytest.raises(QuestionError, match="no corpus"):
        load_questions(lines(tmp_path / "q.jsonl", {"question": "Q"}), tmp_path / "nowhere.jsonl")


@pytest.mark.parametrize(("name", "folder"), [("seeds", SEEDS), ("saltmere", SALTMERE)])
def test_the_projects_own_questions_quote_their_documents_exactly(name: str, folder: Path) -> None:
    found = load_questions(ROOT / "evals" / "questions" / f"{name}.jsonl")
    assert len(found.questions) >= 60
    assert sum(not question.answerable for question in found.questions) >= 15
    for question in found.questions:
        assert bool(question.evidence) == question.answerable, question.id
        for gold in question.evidence:
            assert gold.quote in (folder / gold.doc_id).read_text(encoding="utf-8"), question.id
