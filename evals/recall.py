"""How many of the nearest chunks the library's scans find, beside a product with every stored vector.

Knows nothing of clocks or reports, nor of whether the nearest chunks answer anything.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from rag.catalog import Catalog
from rag.encoder import Encoder
from rag.indexing import Indexer
from rag.settings import Settings
from rag.stored import day_number
from rag.vectors import ExactVectors, Hit

Window = tuple[date, date]

_NEAREST = 10
_TOGETHER = 5000  # chunks whose vectors are in memory
_ROUNDING = 1e-4  # of a cosine: chunks that are as near as the last one that counts are as good


@dataclass(frozen=True, slots=True)
class VectorRecall:
    """Recall@10 of Chroma, which is asked without a window, and of the scan that is asked with one."""

    any_time: float
    within_window: float


def vector_recall(
    folder: Path, settings: Settings, encoder: Encoder, questions: Sequence[str], windows: Sequence[Window]
) -> VectorRecall:
    """Of a closed library; each question is asked without a window and with one. Chroma is asked as retrieval asks."""
    vectors = np.array([encoder.encode_query(question) for question in questions])
    with closing(Catalog(folder / "catalog.db")) as catalog:
        with closing(Indexer(catalog, folder / "vectors", encoder, settings, [])) as indexer:
            indexer.open()
            nearest = [indexer.vectors.nearest(vector, _NEAREST) for vector in vectors]
        scan = ExactVectors(catalog)
        within = [scan.nearest(vector, _NEAREST, *window) for vector, window in zip(vectors, windows, strict=True)]
        chunk_ids, days, cosines = _every_cosine(catalog, vectors)
    place = {chunk_id: number for number, chunk_id in enumerate(chunk_ids)}
    any_time: list[float] = []
    within_window: list[float] = []
    for number, window in enumerate(windows):
        first, last = (day_number(day) or 0 for day in window)
        held = cosines[:, number]
        any_time += _recall(nearest[number], place, held)
        within_window += _recall(within[number], place, np.where((days >= first) & (days <= last), held, -np.inf))
    return VectorRecall(*(float(np.mean(recalls)) if recalls else 1.0 for recalls in (any_time, within_window)))


def _every_cosine(catalog: Catalog, vectors: np.ndarray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Chunk ids, their days, and the cosine (chunks, questions) of each with each question."""
    chunk_ids = catalog.chunk_ids()
    held: list[str] = []
    days: list[int] = []
    cosines = []
    for start in range(0, len(chunk_ids), _TOGETHER):
        rows = list(catalog.vectors(chunk_ids[start : start + _TOGETHER]))
        held += [row.chunk_id for row in rows]
        days += [row.day or 0 for row in rows]
        cosines.append(np.array([row.vector for row in rows], dtype=np.float32) @ vectors.T)
    return held, np.array(days), np.concatenate(cosines)


def _recall(hits: Sequence[Hit], place: dict[str, int], cosines: np.ndarray) -> list[float]:
    """The share of the nearest that was found, as a list of one; empty where there is nothing to find."""
    there = np.isfinite(cosines)
    wanted = min(_NEAREST, int(there.sum()))
    if not wanted:
        return []
    least = np.partition(cosines[there], -wanted)[-wanted] - _ROUNDING
    return [sum(bool(cosines[place[hit.chunk_id]] >= least) for hit in hits) / wanted]
