"""Question sets and corpora of several forms -> Questions and Documents. Knows files; nothing of runs or metrics.

Read are: the project's own JSON Lines; a BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv: Thakur et al. 2021);
SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018); MultiHop-RAG's MultiHopRAG.json and corpus.json (Tang and Yang 2024).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.fields import date_field, field, items, json_lines, json_of, listed, text_of
from rag.errors import QuestionError
from rag.records import Document


@dataclass(frozen=True, slots=True)
class Gold:
    """A document that answers a question, and its words that do; an empty quote names the document only.

    `start` and `end` are offsets of the quote in the document's text, where they are known.
    """

    doc_id: str
    quote: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what a right answer contains and rests on."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    evidence: tuple[Gold, ...] = ()
    answerable: bool = True
    type: str = ""
    history: tuple[Mapping[str, str], ...] = ()
    asked_on: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and the corpus where the set has one of its own. `sha256` is of all that was read."""

    name: str
    questions: tuple[Question, ...]
    corpus: tuple[Document, ...]
    sha256: str


def load_questions(path: Path, corpus: Path | None = None) -> QuestionSet:
    """Raises QuestionError that names the file, the line and the field."""
    if path.is_dir():
        questions, documents, read = _beir(path)
    elif path.suffix == ".json":
        questions, documents, read = _json_set(path)
    else:
        questions, documents, read = [_question(where, row) for where, row in json_lines(path)], [], [path]
    if corpus:
        documents, read = _corpus(corpus), [*read, corpus]
        if not documents:
            raise QuestionError(f"the corpus {corpus} holds no documents")
    if not questions:
        raise QuestionError(f"{path} holds no questions")
    _reject_twins(path, "questions", (question.id for question in questions))
    _reject_twins(corpus or path, "documents", (document.id for document in documents))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in read)).hexdigest()
    return QuestionSet(path.stem, tuple(questions), tuple(documents), digest)


def _question(where: str, row: dict[str, Any]) -> Question:
    gold = [
        Gold(
            field(place, item, "doc_id", str),
            field(place, item, "quote", str, ""),
            field(place, item, "start", int, None),
            field(place, item, "end", int, None),
        )
        for place, item in items(where, row, "evidence", dict, [])
    ]
    answers = [str(answer) for _, answer in items(where, row, "answers", str | int | float, [])]
    history = [
        {"question": field(place, turn, "question", str), "answer": field(place, turn, "answer", str, "")}
        for place, turn in items(where, row, "history", dict, [])
    ]
    question, asked_on = field(where, row, "question", str), date_field(where, row, "asked_on")
    return Question(
        id=str(field(where, row, "id", str | int, "")) or _made_id(question, history),
        question=question,
        answers=tuple(answers),
        evidence=tuple(gold),
        answerable=field(where, row, "answerable", bool, bool(gold or answers)),
        type=field(where, row, "type", str, ""),
        history=tuple(history),
        asked_on=str(asked_on) if asked_on else None,
    )


def _made_id(question: str, history: list[dict[str, str]]) -> str:
    """For a question without one; after another history the same words are another question."""
    asked = question + (json.dumps(history) if history else "")
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _corpus(path: Path) -> list[Document]:
    if not path.exists():
        raise QuestionError(f"there is no corpus {path}")
    if path.is_dir():
        raise QuestionError(f"the corpus {path} is a folder; `footnote add` it to a library and name that by --library")
    if path.suffix == ".json":
        return _multihop_corpus(path)
    documents = []
    for where, row in json_lines(path):
        documents.append(_document(where, row))
        if not documents[-1].text.strip():
            raise QuestionError(f"{where}: field text: the document has neither text nor title")
    return documents


def _document(where: str, row: dict[str, Any]) -> Document:
    """A document of a title only, as BEIR has some, says its title."""
    name = "doc_id" if "doc_id" in row or "_id" not in row else "_id"
    text, title = field(where, row, "text", str, ""), field(where, row, "title", str, "")
    return Document(
        id=field(where, row, name, str),
        text=text if text.strip() else title,
        title=title,
        date=date_field(where, row, "date"),
        source=field(where, row, "source", str, ""),
        author=field(where, row, "author", str, ""),
    )


def _beir(folder: Path) -> tuple[list[Question], list[Document], list[Path]]:
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    judgements = sorted((folder / "qrels").glob("*.tsv"))
    chosen = next((path for path in judgements if path.stem == "test"), judgements[0] if judgements else None)
    if chosen is None:
        raise QuestionError(f"{folder / 'qrels'} holds no .tsv file of relevance judgements")
    relevant = _judged_relevant(chosen)
    questions = [
        Question(id=row["_id"], question=field(where, row, "text", str), evidence=tuple(relevant[row["_id"]]))
        for where, row in json_lines(queries)
        if field(where, row, "_id", str) in relevant
    ]
    documents = [_document(where, row) for where, row in json_lines(corpus)]
    return questions, [document for document in documents if document.text.strip()], [corpus, queries, chosen]


def _judged_relevant(path: Path) -> dict[str, list[Gold]]:
    """Query ids with the documents that were judged to be relevant for them."""
    relevant: dict[str, list[Gold]] = {}
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        row = line.split("\t")
        if not line.strip() or (number == 1 and row[-1] == "score"):
            continue
        if len(row) != 3 or not re.fullmatch(r"-?[0-9]+", row[2]):
            raise QuestionError(f"{path} line {number}: {row!r:.80} is not query-id, corpus-id and score")
        if int(row[2]) > 0:
            relevant.setdefault(row[0], []).append(Gold(row[1]))
    return relevant


def _json_set(path: Path) -> tuple[list[Question], list[Document], list[Path]]:
    content = json_of(path)
    if isinstance(content, dict) and isinstance(content.get("data"), list):
        questions, documents = _squad(path, content)
        return questions, documents, [path]
    if isinstance(content, list):
        beside = path.with_name("corpus.json")
        documents = _multihop_corpus(beside) if beside.is_file() else []
        ids = {document.title: document.id for document in documents}
        questions = [_multihop_question(where, row, ids) for where, row in listed(str(path), content, dict)]
        return questions, documents, [path, beside] if documents else [path]
    raise QuestionError(f'{path} is neither SQuAD (an object with "data") nor MultiHop-RAG (a list of objects)')


def _squad(path: Path, content: dict[str, Any]) -> tuple[list[Question], list[Document]]:
    """Each paragraph is a document; an answer's evidence is the paragraph, quoted where the answer stands."""
    questions, documents = [], []
    for article_number, (where, article) in enumerate(items(str(path), content, "data", dict), start=1):
        title = field(where, article, "title", str, "")
        for number, (place, paragraph) in enumerate(items(where, article, "paragraphs", dict)):
            doc_id = f"{title or article_number}#{number:02}"
            documents.append(Document(id=doc_id, text=field(place, paragraph, "context", str), title=title))
            questions += [_squad_question(*asked, doc_id) for asked in items(place, paragraph, "qas", dict)]
    return questions, documents


def _squad_question(where: str, row: dict[str, Any], doc_id: str) -> Question:
    starts: dict[str, int | None] = {}
    for place, answer in items(where, row, "answers", dict, []):
        starts.setdefault(field(place, answer, "text", str), field(place, answer, "answer_start", int, None))
    answers = tuple(starts)
    return Question(
        id=str(field(where, row, "id", str | int)),
        question=field(where, row, "question", str),
        answers=answers,
        evidence=tuple(
            Gold(doc_id, answer, start, None if start is None else start + len(answer))
            for answer, start in starts.items()
        ),
        answerable=bool(answers) and not field(where, row, "is_impossible", bool, False),
        type="squad",
    )


def _multihop_question(where: str, row: dict[str, Any], ids: Mapping[str, str]) -> Question:
    """`ids` are those of the corpus by title, by which this set names its documents."""
    kind = field(where, row, "question_type", str, "").removesuffix("_query")
    question = field(where, row, "query", str)
    gold = []
    for place, item in items(where, row, "evidence_list", dict, []):
        title = field(place, item, "title", str)
        gold.append(Gold(ids.get(title, title), field(place, item, "fact", str, "")))
    return Question(
        id=_made_id(question, []),
        question=question,
        answers=(field(where, row, "answer", str),) if kind != "null" else (),
        evidence=tuple(gold),
        answerable=kind != "null",
        type=kind,
    )


def _multihop_corpus(path: Path) -> list[Document]:
    return [
        Document(
            id=f"mh{number:03}",
            text=field(where, row, "body", str),
            title=field(where, row, "title", str, ""),
            date=date_field(where, row, "published_at"),
            source=field(where, row, "source", str, ""),
            author=field(where, row, "author", str, ""),
        )
        for number, (where, row) in enumerate(listed(str(path), json_of(path), dict))
    ]


def _reject_twins(path: Path, what: str, ids: Iterable[str]) -> None:
    seen: dict[str, int] = {}
    for number, name in enumerate(ids, start=1):
        if seen.setdefault(name, number) != number:
            raise QuestionError(f"{path}: two {what} have the id {name!r}: numbers {seen[name]} and {number}")
