"""An optional cross-encoder that reads the question and a passage together, and puts the best passages in its order.

Any sentence-transformers CrossEncoder by name or path. Knows texts and their order; nothing of how passages were found.
"""

import functools
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rag.chunking import header
from rag.cross_encoders import load_cross_encoder
from rag.errors import ModelError
from rag.records import Passage

RERANKED = 30  # passages that it reads; those after keep their order


class Reranker:
    """A sentence-transformers CrossEncoder, loaded when it is first needed. Safe from any thread."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """How well each text answers the question (n,): the more, the better. Raises ModelError."""
        with self._lock:
            found = np.asarray(self._model.predict([(question, text) for text in texts], show_progress_bar=False))
        if found.ndim != 1:
            raise ModelError(
                f"reranker {self.name!r} gives {found.shape[-1]} scores a passage; set FOOTNOTE_RERANKER to one of one"
            )
        return found

    @functools.cached_property
    def _model(self) -> Any:
        return load_cross_encoder(self.name, "reranker", "FOOTNOTE_RERANKER")


@functools.cache
def load_reranker(name: str) -> Reranker:
    """One a process."""
    return Reranker(name)


def reranked(question: str, passages: Sequence[Passage], reranker: Reranker) -> tuple[Passage, ...]:
    """The first passages in the reranker's order, then the others. The scores stay, in their order, as one scale."""
    first, others = passages[:RERANKED], passages[RERANKED:]
    if not first:
        return ()
    judged = reranker.scores(question, [f"{header(passage.document)}\n{passage.chunk.text}" for passage in first])
    order = np.argsort(-judged, kind="stable").tolist()
    falling = sorted((passage.score for passage in first), reverse=True)
    ranked = [
        replace(first[i], score=falling[place], signals={**first[i].signals, "reranker": float(judged[i])})
        for place, i in enumerate(order)
    ]
    return tuple(replace(passage, number=number) for number, passage in enumerate([*ranked, *others], start=1))
