"""Question sets and corpora of several forms -> Questions and Documents. Knows files; nothing of runs or metrics.

Read are: the project's own JSON Lines; a BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv: Thakur et al. 2021);
SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018); MultiHop-RAG's MultiHopRAG.json and corpus.json (Tang and Yang 2024).
"""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.dates import parse_date
from rag.errors import QuestionError
from rag.records import Document


@dataclass(frozen=True, slots=True)
class Gold:
    """A document that answers a question, and its words that do; an empty quote names the document only."""

    doc_id: str
    quote: str = ""


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
        questions, documents, read = [_question(where, row) for where, row in _lines(path)], [], [path]
    if corpus:
        documents, read = _corpus(corpus), [*read, corpus]
        if not documents:
            raise QuestionError(f"the corpus {corpus} holds no documents")
    if not questions:
        raise QuestionError(f"{path} holds no questions")
    _reject_twins(path, questions)
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in read)).hexdigest()
    return QuestionSet(path.stem, tuple(questions), tuple(documents), digest)


def _question(where: str, row: dict[str, Any]) -> Question:
    evidence = _field(where, row, "evidence", list, [])
    gold = []
    for item in evidence:
        if not isinstance(item, dict) or not isinstance(item.get("doc_id"), str):
            raise QuestionError(f'{where}: field evidence: {item!r:.80} is not {{"doc_id": ..., "quote": ...}}')
        gold.append(Gold(item["doc_id"], str(item.get("quote") or "")))
    answers = _field(where, row, "answers", list, [])
    question = _field(where, row, "question", str)
    return Question(
        id=str(row.get("id") or hashlib.sha256(question.encode()).hexdigest()[:12]),
        question=question,
        answers=tuple(str(answer) for answer in answers),
        evidence=tuple(gold),
        answerable=_field(where, row, "answerable", bool, bool(evidence or answers)),
        type=_field(where, row, "type", str, ""),
        history=tuple(_field(where, row, "history", list, [])),
        asked_on=_field(where, row, "asked_on", str, None),
    )


def _corpus(path: Path) -> list[Document]:
    if not path.exists():
        raise QuestionError(f"there is no corpus {path}")
    if path.suffix == ".json":
        return _multihop_corpus(path)
    return [_document(where, row) for where, row in _lines(path)]


def _document(where: str, row: dict[str, Any]) -> Document:
    name = "doc_id" if "doc_id" in row else "_id" if "_id" in row else "doc_id"
    try:
        day = parse_date(row["date"]) if row.get("date") else None
    except ValueError as error:
        raise QuestionError(f"{where}: field date: {error}") from None
    return Document(
        id=_field(where, row, name, str),
        text=_field(where, row, "text", str),
        title=str(row.get("title") or ""),
        date=day,
        source=str(row.get("source") or ""),
        author=str(row.get("author") or ""),
    )


def _beir(folder: Path) -> tuple[list[Question], list[Document], list[Path]]:
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    judgements = sorted((folder / "qrels").glob("*.tsv"))
    chosen = next((path for path in judgements if path.stem == "test"), judgements[0] if judgements else None)
    if chosen is None:
        raise QuestionError(f"{folder / 'qrels'} holds no .tsv file of relevance judgements")
    relevant: dict[str, list[Gold]] = {}
    with chosen.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t"), start=1):
            if number == 1 and row and row[-1] == "score":
                continue
            if len(row) != 3 or not row[2].lstrip("-").isdigit():
                raise QuestionError(f"{chosen} line {number}: {row!r:.80} is not query-id, corpus-id and score")
            if int(row[2]) > 0:
                relevant.setdefault(row[0], []).append(Gold(row[1]))
    questions = [
        Question(id=_field(where, row, "_id", str), question=_field(where, row, "text", str), evidence=tuple(gold))
        for where, row in _lines(queries)
        if (gold := relevant.get(str(row.get("_id"))))
    ]
    documents = [_document(where, row) for where, row in _lines(corpus)]
    return questions, [d for d in documents if d.text.strip()], [corpus, queries, chosen]


def _json_set(path: Path) -> tuple[list[Question], list[Document], list[Path]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionError(f"{path} cannot be read: {error}") from None
    if isinstance(content, dict) and isinstance(content.get("data"), list):
        questions, documents = _squad(path, content["data"])
        return questions, documents, [path]
    if isinstance(content, list):
        beside = path.with_name("corpus.json")
        documents = _multihop_corpus(beside) if beside.is_file() else []
        questions = [_multihop_question(f"{path} item {i}", row, documents) for i, row in enumerate(content, start=1)]
        return questions, documents, [path, beside] if documents else [path]
    raise QuestionError(f'{path} is neither SQuAD (an object with "data") nor MultiHop-RAG (a list of objects)')


def _squad(path: Path, articles: list[Any]) -> tuple[list[Question], list[Document]]:
    """Each paragraph is a document; an answer's evidence is the paragraph, quoted where the answer stands."""
    questions, documents = [], []
    for article_number, article in enumerate(articles, start=1):
        where = f"{path} article {article_number}"
        title = _field(where, article, "title", str, "")
        for number, paragraph in enumerate(_field(where, article, "paragraphs", list)):
            doc_id = f"{title or article_number}#{number:02}"
            text = _field(f"{where} paragraph {number}", paragraph, "context", str)
            documents.append(Document(id=doc_id, text=text, title=title))
            for asked in _field(f"{where} paragraph {number}", paragraph, "qas", list):
                answers = [answer["text"] for answer in asked.get("answers", [])]
                questions.append(
                    Question(
                        id=str(asked.get("id")),
                        question=_field(where, asked, "question", str),
                        answers=tuple(dict.fromkeys(answers)),
                        evidence=tuple(Gold(doc_id, answer) for answer in dict.fromkeys(answers)),
                        answerable=bool(answers) and not asked.get("is_impossible", False),
                        type="squad",
                    )
                )
    return questions, documents


def _multihop_question(where: str, row: Any, documents: list[Document]) -> Question:
    kind = _field(where, row, "question_type", str, "").removesuffix("_query")
    ids = {document.title: document.id for document in documents}
    gold = [
        Gold(ids.get(item.get("title", ""), item.get("title", "")), item.get("fact", ""))
        for item in _field(where, row, "evidence_list", list, [])
    ]
    return Question(
        id=hashlib.sha256(_field(where, row, "query", str).encode()).hexdigest()[:12],
        question=row["query"],
        answers=(_field(where, row, "answer", str),) if kind != "null" else (),
        evidence=tuple(gold),
        answerable=kind != "null",
        type=kind,
    )


def _multihop_corpus(path: Path) -> list[Document]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    documents = []
    for number, row in enumerate(rows, start=1):
        where = f"{path} item {number}"
        written = row.get("published_at")
        documents.append(
            Document(
                id=f"mh{number - 1:03}",
                text=_field(where, row, "body", str),
                title=_field(where, row, "title", str, ""),
                date=parse_date(written) if written else None,
                source=row.get("source") or "",
                author=row.get("author") or "",
            )
        )
    return documents


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of a JSON Lines file with its place in words."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path} line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise QuestionError(f"{where}: not JSON: {error}") from None
        if not isinstance(row, dict):
            raise QuestionError(f"{where}: {row!r:.60} is not an object")
        yield where, row


_REQUIRED = object()


def _field(where: str, row: Any, name: str, kind: type, default: Any = _REQUIRED) -> Any:
    value = row.get(name) if isinstance(row, dict) else None
    if value is None and default is not _REQUIRED:
        return default
    if not isinstance(value, kind) or (default is _REQUIRED and value == ""):
        raise QuestionError(f"{where}: field {name}: {value!r:.80} is not a {kind.__name__}")
    return value


def _reject_twins(path: Path, questions: list[Question]) -> None:
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise QuestionError(f"{path}: two questions have the id {question.id!r}")
        seen.add(question.id)
