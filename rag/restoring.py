"""Stored JSON -> the Answer that it was made of: what `rag.export` wrote, read again.

Forgives what an older Footnote did not write. What is not exported does not come back: the texts of documents, the
sentences of chunks, the scores of evidence, and of the turns that a question leant on all but the first question.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rag.dates import parse_date
from rag.records import Answer, Chunk, Citation, Document, Earlier, Passage, Query, Quote, Statement

Stored = Mapping[str, Any]


def answer_of(stored: Stored) -> Answer:
    """`answer_json(answer_of(stored))` is `stored` again."""
    return Answer(
        id=stored["id"],
        created=datetime.fromisoformat(stored["created"]),
        question=stored["question"],
        query=_query(stored["query"]),
        text=stored["text"],
        mode=stored["mode"],
        statements=tuple(_statement(one) for one in stored["statements"]),
        dropped=tuple(_statement(one) for one in stored["dropped"]),
        citations=tuple(_citation(one) for one in stored["citations"]),
        passages=tuple(_passage(one) for one in stored["passages"]),
        as_of=_day(stored["as_of"]),
        conflicts=tuple(stored.get("conflicts", ())),
        closest=tuple(_quote(one) for one in stored.get("closest", ())),
        notices=tuple(stored["notices"]),
        timings_ms=stored.get("timings_ms", {}),
        usage=stored.get("usage", {}),
        model=stored["model"],
        fingerprint=stored["fingerprint"],
        confidence=stored.get("confidence", 0.0),
        display=stored.get("display", "strict"),
    )


def _query(stored: Stored) -> Query:
    return Query(
        text=stored["text"],
        original=stored.get("original", stored["text"]),
        asked_on=date.fromisoformat(stored["asked_on"]),
        rewritten=stored["rewritten"],
        after=_day(stored["after"]),
        before=_day(stored["before"]),
        window=stored.get("window", ""),
        strict=stored.get("strict", True),
        days=tuple(date.fromisoformat(day) for day in stored.get("days", ())),
        sources=tuple(stored.get("sources", ())),
        latest=stored.get("latest", False),
        earlier=Earlier((stored["earlier"],)) if stored.get("earlier") else None,
        documents=tuple(stored.get("documents", ())),
        any_time=stored.get("any_time", False),
    )


def _statement(stored: Stored) -> Statement:
    return Statement(
        text=stored["text"],
        citations=tuple(stored["citations"]),
        support=stored["support"],
        reasons=tuple(stored["reasons"]),
        introduction=stored.get("introduction", ""),
    )


def _citation(stored: Stored) -> Citation:
    document = _document(stored["document"])
    quote = Quote(document.id, stored["start"], stored["end"], stored["quote"])
    return Citation(stored["number"], stored["passage"], quote, document)


def _passage(stored: Stored) -> Passage:
    document = _document({**stored, "id": stored["document_id"]})
    return Passage(
        number=stored["number"],
        chunk=Chunk("", document.id, 0, stored["start"], stored["end"], stored["text"]),
        document=document,
        score=stored["score"],
        signals=stored.get("signals", {}),
        evidence=tuple(_quote(one) for one in stored.get("evidence", ())),
        matched=tuple(stored.get("matched", ())),
        copies=tuple(_document(one) for one in stored.get("copies", ())),
        sections=tuple((start, heading) for start, heading in stored.get("sections", ())),
    )


def _quote(stored: Stored) -> Quote:
    return Quote(stored["document_id"], stored["start"], stored["end"], stored["quote"])


def _document(stored: Stored) -> Document:
    return Document(
        id=stored["id"],
        text="",
        title=stored.get("title", ""),
        date=parse_date(stored["date"]) if stored.get("date") else None,
        date_origin=stored.get("date_origin", ""),
        source=stored.get("source", ""),
        author=stored.get("author", ""),
        media_type=stored.get("media_type", "text/plain"),
        locations=tuple(stored.get("locations", ())),
        sha256=stored.get("sha256", ""),
    )


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
