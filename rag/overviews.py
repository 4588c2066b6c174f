"""A question without a topic -> how documents of its time begin: those that stand best for all of them, or the newest.

Knows how documents begin and where they lie among others; nothing of how such a question is told from others.
"""

from collections.abc import Mapping

import numpy as np

from rag.alone import stands_alone
from rag.catalog import Catalog
from rag.further import is_told
from rag.instructions import instructions
from rag.records import Chunk, Document, Passage, Query, Quote

_LOOKED_AT = 500  # documents, the newest of that time
_FALLING = 0.5  # what each further sentence of a beginning counts of the one before
_BEGINNING = 3  # sentences
_MORE = 10  # documents that each earlier answer may have told of


def overview(query: Query, limit: int, catalog: Catalog) -> tuple[tuple[Passage, ...], int]:
    """How documents begin that stand for all that the query allows, or the newest; and how many it allows in all."""
    after, before = (query.after, query.before) if query.strict else (None, None)
    wanted = limit + _MORE * len(query.told)
    looked_at = wanted if query.latest else max(wanted, _LOOKED_AT)
    chunk_ids, count = catalog.beginnings(looked_at, after, before, query.sources, query.documents)
    if chunk_ids and not query.latest:
        vectors = {one.chunk_id: one.vector for one in catalog.vectors(chunk_ids)}
        chosen = representative(np.array([vectors[one] for one in chunk_ids], np.float32), wanted)
        chunk_ids = [chunk_ids[i] for i in chosen]
    stored = catalog.chunks(chunk_ids)
    place = {stored.id(i): i for i in range(len(stored))}
    why = "newest" if query.latest else "representative"
    passages: list[Passage] = []
    for chunk_id in chunk_ids:
        chunk, document = stored.chunk(place[chunk_id]), stored.document(place[chunk_id])
        number = len(passages) + 1
        passage = _passage(number, chunk, document, {why: 1 / number})
        if not any(is_told(one.text, query.told) for one in passage.evidence[:1]):
            passages.append(passage)
    return tuple(passages[:limit]), count


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
    texts = chunk.texts
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
