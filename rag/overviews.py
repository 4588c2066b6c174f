"""Questions without a topic but a time ("What happened last week?", "What's new?"): which they are, and what is found.

No passage is nearer to such a question than another, so what some documents of that time begin with answers it: those
that stand best for all of them, or the newest. Knows English wording, and of documents only how they begin.
"""

import re
from collections.abc import Mapping

import numpy as np

from rag.alone import stands_alone
from rag.catalog import Catalog
from rag.instructions import instructions
from rag.outlets import outlet_spans
from rag.records import Chunk, Document, Passage, Query, Quote
from rag.words import bare_words, stop_words

_LOOKED_AT = 500  # documents, the newest of that time
_EVENTS = {"happen", "happened", "happening", "happens", "occur", "occurred", "event", "events", "place"}
_NEW = {"new", "newest", "latest", "recent", "recently", "lately", "update", "updates"}
_NEWS = {
    "news", "headline", "headlines", "development", "developments", "summary", "summarise", "summarize", "overview",
    "digest", "briefing", "recap",
}  # fmt: skip
_REPORTS = {"report", "reports", "reported", "publish", "published", "cover", "covered", "write", "wrote", "written"}
_DOCUMENTS = {
    "document", "documents", "file", "files", "text", "texts", "article", "articles", "collection", "library", "contain"
}  # fmt: skip
_BESIDE = {
    "main", "top", "biggest", "important", "major", "key", "tell", "give", "show", "list", "please", "brief", "short",
    "quick", "thing", "things", "anything", "everything", "something", "day", "days", "week", "weeks", "month",
    "months", "year", "time", "period", "today", "going", "took", "story", "stories",
}  # fmt: skip
_OF_A_THING = re.compile(
    r"\b(?:who|whom|whose|where|when|why|how|he|him|his|she|her|hers|it|its|they|them|their|theirs)\b", re.IGNORECASE
)
_NOW = re.compile(r"\b(?:going on|happening)\b", re.IGNORECASE)
_OF_ALL = re.compile(
    r"\bwhat(?:['’]s| is| are| do)\s+(?:(?:all|of|the|my|this|these|those)\s+)*(?:\w+\s+)?(?:about|contain)\W*$"
    r"|^\W*what happened\W*$",
    re.IGNORECASE,
)
_FALLING = 0.5  # what each further sentence of a beginning counts of the one before
_BEGINNING = 3  # sentences


def asks_for_overview(query: Query) -> bool:
    """Whether it asks what there was at a time, of late, in an outlet or in all the documents, and not of anything."""
    text, told = _told(query)
    if _OF_A_THING.search(text) or not told <= _EVENTS | _NEW | _NEWS | _REPORTS | _DOCUMENTS | _BESIDE:
        return False
    timed = bool((query.after or query.before) and not query.event)
    return bool(
        told & (_NEW | _NEWS)
        or (told & (_EVENTS | _REPORTS) and timed)
        or (told & _REPORTS and query.sources)
        or _NOW.search(text)
        or _OF_ALL.search(text)
    )


def overview(query: Query, limit: int, catalog: Catalog) -> tuple[tuple[Passage, ...], int]:
    """How documents begin that stand for all that the query allows, or the newest; and how many it allows in all."""
    after, before = (query.after, query.before) if query.strict else (None, None)
    newest = query.latest or bool(_told(query)[1] & _NEW)
    looked_at = limit if newest else max(limit, _LOOKED_AT)
    chunk_ids, count = catalog.beginnings(looked_at, after, before, query.sources, query.documents)
    if not newest and chunk_ids:
        vectors = {one.chunk_id: one.vector for one in catalog.vectors(chunk_ids)}
        chosen = representative(np.array([vectors[one] for one in chunk_ids], np.float32), limit)
        chunk_ids = [chunk_ids[i] for i in chosen]
    stored = catalog.chunks(chunk_ids)
    place = {stored.id(i): i for i in range(len(stored))}
    why = "newest" if newest else "representative"
    passages = []
    for rank, chunk_id in enumerate(chunk_ids):
        chunk, document = stored.chunk(place[chunk_id]), stored.document(place[chunk_id])
        passages.append(_passage(rank + 1, chunk, document, {why: 1 / (rank + 1)}))
    return tuple(passages), count


def representative(vectors: np.ndarray, limit: int) -> list[int]:
    """The places of `limit` of n unit vectors (n, d) to which all n are nearest, the one that helps most first.

    Greedy facility location (Lin and Bilmes 2011): each time the one by which the sum of the likeness of every vector
    to the nearest chosen one grows most.
    """
    likeness = np.maximum(vectors @ vectors.T, 0)
    nearest = np.zeros(len(vectors), np.float32)
    chosen: list[int] = []
    for _ in range(min(limit, len(vectors))):
        gains = np.maximum(likeness - nearest, 0).sum(axis=1)
        gains[chosen] = -1
        chosen.append(int(np.argmax(gains)))
        nearest = np.maximum(nearest, likeness[chosen[-1]])
    return chosen


def _passage(number: int, chunk: Chunk, document: Document, signals: Mapping[str, float]) -> Passage:
    """With the first of its sentences that can be read alone as evidence."""
    texts = [chunk.text[start - chunk.start : end - chunk.start] for start, end in chunk.sentences]
    ordering = [i for i, ordered in enumerate(instructions(texts)) if ordered]
    able = [i for i in range(len(texts)) if i not in ordering]
    told = ([i for i in able if stands_alone(texts[i])] or able)[:_BEGINNING]
    return Passage(
        number=number,
        chunk=chunk,
        document=document,
        score=sum(signals.values()),
        signals=signals,
        evidence=tuple(Quote(document.id, *chunk.sentences[i], texts[i]) for i in told),
        evidence_scores=tuple(_FALLING**place for place in range(len(told))),
        instructions=tuple(chunk.sentences[i] for i in ordering),
    )


def _told(query: Query) -> tuple[str, set[str]]:
    """The question without the words for its time and the outlets that it names, and its words that carry meaning."""
    text = query.text
    for span in sorted((span for spans in outlet_spans(text, query.sources).values() for span in spans), reverse=True):
        text = f"{text[: span.start]} {text[span.end :]}"
    for words in query.window.split("; ") if query.window and not query.event else ():
        text = text.replace(words, " ")
    return text, {word for word in bare_words(text) if word not in stop_words()}
