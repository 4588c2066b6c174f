"""Question sets of every form that is read, and what is said of those that cannot be."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.blanking import blank, blanked
from evals.libraries import gold_chunks, located, resolved
from evals.questions import Gold, Question, load_questions
from rag import Document, Library
from rag.errors import QuestionError
from tests.conftest import ROOT, SALTMERE, SEEDS

PAPERS = ROOT / "evals" / "questions" / "papers"


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
    empty, titled = {"_id": "d3", "text": ""}, {"_id": "d4", "title": "Four.", "text": " "}
    judged = {"_id": "d1", "title": "T", "text": "One."}
    lines(tmp_path / "corpus.jsonl", judged, {"_id": "d2", "text": "Two."}, empty, titled)
    lines(tmp_path / "queries.jsonl", {"_id": "q1", "text": "One?"}, {"_id": "q2", "text": "Unjudged?"})
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq1\td4\t2\n")
    found = load_questions(tmp_path)
    assert [(q.id, q.evidence) for q in found.questions] == [("q1", (Gold("d1"), Gold("d4")))]
    assert [(document.id, document.text) for document in found.corpus] == [
        ("d1", "One."),
        ("d2", "Two."),
        ("d4", "Four."),
    ]


def test_squad(tmp_path: Path) -> None:
    answered = {"id": "1", "question": "Where?", "answers": [{"text": "in a port", "answer_start": 0}] * 2}
    impossible = {"id": "2", "question": "Why?", "answers": [], "is_impossible": True}
    paragraph = {"context": "in a port it lay", "qas": [answered, impossible]}
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"version": "v2.0", "data": [{"title": "Ships", "paragraphs": [paragraph]}]}))
    found = load_questions(path)
    assert found.questions[0].evidence == (Gold("Ships#00", "in a port", 0, 9),)
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
        ('{"question": ""}', "line 1: field question is empty"),
        ('{"question": "Q", "evidence": [{"quote": "x"}]}', "line 1: field evidence item 1: field doc_id"),
        ('{"question": "Q", "answers": "x"}', "line 1: field answers"),
        ('{"question": "Q", "answers": ["x", [1]]}', "line 1: field answers item 2: [1] is not a str | int | float"),
        ('{"question": "Q", "history": ["Who?"]}', "line 1: field history item 1: 'Who?' is not an object"),
        ('{"question": "Q", "history": [{"answer": "A"}]}', "line 1: field history item 1: field question"),
        (
            '{"question": "Q", "history": [{"question": "P", "answer": 1}]}',
            "line 1: field history item 1: field answer",
        ),
        ('{"question": "Q", "asked_on": "soon"}', "line 1: field asked_on: 'soon' is not a date"),
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


ARTICLE: dict[str, Any] = {"title": "T", "body": "F is so."}
ASKED: dict[str, Any] = {"query": "Who?", "answer": "F", "question_type": "inference_query"}


def squad(answers: Any) -> dict[str, Any]:
    return {"data": [{"paragraphs": [{"context": "C", "qas": [{"id": "1", "question": "Q", "answers": answers}]}]}]}


@pytest.mark.parametrize(
    ("content", "corpus", "words"),
    [
        ({"data": ["x"]}, [], "set.json: field data item 1: 'x' is not an object"),
        (squad([{"answer_start": 0}]), [], "qas item 1: field answers item 1: field text: None is not a str"),
        (squad("x"), [], "qas item 1: field answers: 'x' is not a list"),
        (squad(["x"]), [], "qas item 1: field answers item 1: 'x' is not an object"),
        ([ASKED | {"evidence_list": ["x"]}], [], "set.json item 1: field evidence_list item 1: 'x' is not an object"),
        (["x"], [], "set.json item 1: 'x' is not an object"),
        ([ASKED], {}, "corpus.json: {} is not a list"),
        ([ASKED], [ARTICLE, 7], "corpus.json item 2: 7 is not an object"),
        ([ASKED], [ARTICLE | {"published_at": "soon"}], "corpus.json item 1: field published_at: 'soon' is not a date"),
    ],
)
def test_a_malformed_item_is_named_with_its_field(tmp_path: Path, content: Any, corpus: Any, words: str) -> None:
    (tmp_path / "set.json").write_text(json.dumps(content))
    (tmp_path / "corpus.json").write_text(json.dumps(corpus))
    with pytest.raises(QuestionError) as caught:
        load_questions(tmp_path / "set.json")
    assert words in str(caught.value)


def test_files_that_are_no_json_or_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "set.json").write_text(json.dumps([ASKED]))
    (tmp_path / "corpus.json").write_text("{")
    with pytest.raises(QuestionError, match=r"corpus\.json: not JSON"):
        load_questions(tmp_path / "set.json")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_bytes(b"q\xe9\td1\t1\n")
    with pytest.raises(QuestionError, match=r"test\.tsv cannot be read"):
        load_questions(tmp_path)


def test_a_folder_as_a_corpus_says_what_to_do(tmp_path: Path) -> None:
    asked = lines(tmp_path / "q.jsonl", {"question": "Who?"})
    with pytest.raises(QuestionError, match=r"is a folder; `footnote add` it .* --library"):
        load_questions(asked, tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('\ufeff{"question": "Q"}', encoding="utf-8")
    assert load_questions(tmp_path / "q.jsonl").questions[0].question == "Q"


def test_two_documents_under_one_id_are_an_error(tmp_path: Path) -> None:
    corpus = lines(tmp_path / "c.jsonl", *({"doc_id": name, "text": name} for name in ("one", "two", "one")))
    with pytest.raises(QuestionError, match=r"c\.jsonl: two documents have the id 'one': numbers 1 and 3"):
        load_questions(lines(tmp_path / "q.jsonl", {"question": "Q"}), corpus)


def test_a_follow_up_is_another_question_after_another_history(tmp_path: Path) -> None:
    histories = [[{"question": f"Who voted in {place}?", "answer": "Few."}] for place in ("Donetsk", "Luhansk")]
    rows = [{"question": "And in Kherson?", "history": history} for history in ([], *histories)]
    assert len({question.id for question in load_questions(lines(tmp_path / "q.jsonl", *rows)).questions}) == 3


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match=r"nowhere\.jsonl"):
        load_questions(tmp_path / "nowhere.jsonl")
    with pytest.raises(QuestionError, match="no corpus"):
        load_questions(lines(tmp_path / "q.jsonl", {"question": "Q"}), tmp_path / "nowhere.jsonl")


def test_offsets_of_a_quote_are_read(tmp_path: Path) -> None:
    gold = {"doc_id": "one", "quote": "came", "start": 10, "end": 14}
    found = load_questions(lines(tmp_path / "q.jsonl", {"question": "Who?", "evidence": [gold]}))
    assert found.questions[0].evidence == (Gold("one", "came", 10, 14),)


@pytest.mark.parametrize(
    ("gold", "span"),
    [
        (Gold("one", "It rained."), (0, 10)),
        (Gold("one", "It rained.", 11, 21), (11, 21)),
        (Gold("one", "It rained.", 12, 22), (0, 10)),
        (Gold("one", "It rained.", -10, 21), (0, 10)),
        (Gold("one", "rained. It\nrained"), (3, 20)),
        (Gold("one", "It snowed."), None),
        (Gold("one", " "), None),
    ],
)
def test_a_quote_is_located_by_its_offsets_or_else_where_it_first_stands(
    gold: Gold, span: tuple[int, int] | None
) -> None:
    assert located(gold, "It rained. It rained.") == span


def test_offsets_are_those_of_the_stored_text(library: Library) -> None:
    text = "One.\r\n\r\nIt rained.\r\nIt rained."
    library.add(Document("one", text))
    start = text.index("It rained.")
    asked = Question("a", "Did it?", evidence=(Gold("one", "It rained.", start, start + 10), Gold("one")))
    (found,) = resolved([asked], library)
    assert found.evidence == (Gold("one", "It rained.", 6, 16), Gold("one"))
    assert library.document("one").text[6:16] == "It rained."


def test_the_chunks_of_a_quoted_document_are_those_that_are_found(library: Library) -> None:
    text = "\n\n".join(f"On day {day} the pier of Saltmere was shut for the storm." * 4 for day in range(40))
    library.add(Document("one", text), Document("two", "The mill burned."))
    asked = Question("a", "Did it?", evidence=(Gold("one", "On day 0", 0, 8), Gold("two")))
    found = [passage for passage in library.search("Was the pier shut?", limit=50) if passage.document.id == "one"]
    spans = sorted((passage.chunk.start, passage.chunk.end) for passage in found)
    assert len(spans) > 2
    assert gold_chunks(asked, library) == [("one", *span) for span in spans]
    assert library.chunk_spans("three") == []


OUTLETS = ("Coast Radio", "The Age - Sport", "The Verge", "Time", "Time Out")


@pytest.mark.parametrize(
    ("question", "without"),
    [
        ("Did the 'Coast Radio' report name a boat?", "Did a news outlet report name a boat?"),
        ("What says “The Verge”, or Coast Radio's piece?", "What says a news outlet, or a news outlet's piece?"),
        ("Was it in Time Out or in The Age?", "Was it in a news outlet or in a news outlet?"),
        ("what did time, according to the verge, do?", "what did time, according to a news outlet, do?"),
        ("At what time does the verge of the road end?", "At what time does the verge of the road end?"),
        ("Coast Radio", "a news outlet"),
    ],
)
def test_outlets_are_blanked_with_the_marks_around_them(question: str, without: str) -> None:
    assert blank(question, OUTLETS) == without


def test_what_was_said_before_is_blanked_too() -> None:
    asked = Question("a", "And The Verge?", history=({"question": "What says Coast Radio?", "answer": "No."},))
    found = blanked(asked, OUTLETS)
    assert found.question == "And a news outlet?"
    assert found.history == ({"question": "What says a news outlet?", "answer": "No."},)


@pytest.mark.parametrize(("name", "folder"), [("seeds", SEEDS), ("saltmere", SALTMERE), ("papers", PAPERS)])
def test_the_projects_own_questions_quote_their_documents_exactly(name: str, folder: Path) -> None:
    found = load_questions(ROOT / "evals" / "questions" / f"{name}.jsonl")
    assert len(found.questions) >= 60
    assert sum(not question.answerable for question in found.questions) >= 12
    for question in found.questions:
        assert bool(question.evidence) == question.answerable, question.id
        for gold in question.evidence:
            assert gold.quote in (folder / gold.doc_id).read_text(encoding="utf-8"), question.id
