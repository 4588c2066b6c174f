"""Records -> plain dictionaries ready for JSON: the contract that the shell, the API and stored answers share."""

from typing import Any

from rag.outcomes import AddReport
from rag.records import Answer, Citation, Document, Passage, Query, Quote, Statement
from rag.stored import Listed


def answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.id,
        "created": answer.created.isoformat(),
        "question": answer.question,
        "query": query_json(answer.query),
        "text": answer.text,
        "mode": answer.mode,
        "confidence": round(answer.confidence, 3),
        "display": answer.display,
        "as_of": _iso(answer.as_of),
        "model": answer.model,
        "fingerprint": answer.fingerprint,
        "notices": list(answer.notices),
        "statements": [statement_json(statement) for statement in answer.statements],
        "dropped": [statement_json(statement) for statement in answer.dropped],
        "conflicts": [dict(conflict) for conflict in answer.conflicts],
        "closest": [quote_json(quote) for quote in answer.closest],
        "citations": [citation_json(citation) for citation in answer.citations],
        "passages": [passage_json(passage) for passage in answer.passages],
        "timings_ms": dict(answer.timings_ms),
        "usage": dict(answer.usage),
    }


def query_json(query: Query) -> dict[str, Any]:
    return {
        "text": query.text,
        "original": query.original,
        "rewritten": query.rewritten,
        "after": _iso(query.after),
        "before": _iso(query.before),
        "window": query.window,
        "strict": query.strict,
        "days": [day.isoformat() for day in query.days],
        "asked_on": _iso(query.asked_on),
        "sources": list(query.sources),
        "latest": query.latest,
        "earlier": query.earlier.asked[0] if query.earlier else "",
        "documents": list(query.documents),
        "any_time": query.any_time,
    }


def statement_json(statement: Statement) -> dict[str, Any]:
    return {
        "text": statement.text,
        "support": statement.support,
        "reasons": list(statement.reasons),
        "citations": list(statement.citations),
        "introduction": statement.introduction,
    }


def quote_json(quote: Quote) -> dict[str, Any]:
    return {"document_id": quote.document_id, "start": quote.start, "end": quote.end, "quote": quote.text}


def citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "passage": citation.passage,
        "document": document_json(citation.document),
        "start": citation.quote.start,
        "end": citation.quote.end,
        "quote": citation.quote.text,
        "url": citation.url,
    }


def passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "number": passage.number,
        "document_id": passage.document.id,
        "start": passage.chunk.start,
        "end": passage.chunk.end,
        "text": passage.chunk.text,
        "score": passage.score,
        "signals": dict(passage.signals),
        "matched": list(passage.matched),
        "title": passage.document.title,
        "date": _iso(passage.document.date),
        "source": passage.document.source,
        "author": passage.document.author,
        "sections": [list(one) for one in passage.sections],
        "sha256": passage.document.sha256,
        "evidence": [quote_json(quote) for quote in passage.evidence],
        "copies": [document_json(document) for document in passage.copies],
    }


def document_json(document: Document, *, text: bool = False) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": document.id,
        "title": document.title,
        "date": _iso(document.date),
        "date_origin": document.date_origin,
        "source": document.source,
        "author": document.author,
        "media_type": document.media_type,
        "locations": list(document.locations),
        "sha256": document.sha256,
    }
    return {**facts, "text": document.text} if text else facts


def listed_json(listed: Listed) -> dict[str, Any]:
    return {**document_json(listed.document), "added": listed.added.isoformat(), "chunks": listed.chunks}


def report_json(report: AddReport) -> dict[str, Any]:
    return {
        kind: [
            {"location": outcome.location, "id": outcome.document_id, "reason": outcome.reason}
            for outcome in getattr(report, kind)
        ]
        for kind in ("added", "updated", "unchanged", "failed", "renamed", "removed", "passed_over")
    }


def _iso(value: Any) -> str | None:
    return value.isoformat() if value else None
