"""How much of a question's words each of many texts covers, piece by piece, without running a model.

This is ColBERT's MaxSim (Khattab and Zaharia 2020) over the encoder's input embeddings instead of its outputs. Few of a
vocabulary's pieces are near any of a question's, so only those are ever compared. Knows nothing of documents or scores.
"""

import functools
import threading
from dataclasses import dataclass

import numpy as np

from rag.encoder import Encoder

# Below this, two input embeddings are as near as unrelated words of English are: no coverage at all.
_UNRELATED = 0.35
_STEPS = np.float32(2048)
_REMEMBERED = 20_000  # pieces, of some 0.2 kB each


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Vocabulary ids (k,) of the pieces that are near one, and how near they are, above 0 to 1."""

    ids: np.ndarray
    nearness: np.ndarray


class Matcher:
    """What is near each piece of an encoder's vocabulary, and the pieces of texts, remembered from their first use."""

    def __init__(self, encoder: Encoder) -> None:
        # Multiples of 1/2048 have exact products and sums in float32, in whichever order a matrix product adds them up:
        # what is near a piece does not depend on the pieces that are looked up beside it.
        self._rows = np.round(np.asarray(encoder.piece_vectors) * _STEPS) / _STEPS
        self._known: dict[int, Neighbours] = {}
        self._lock = threading.Lock()
        self.pieces = functools.lru_cache(maxsize=_REMEMBERED)(lambda text: encoder.pieces([text])[0])
        """Token ids of a word or a title, which come again and again."""

    def matches(self, question: np.ndarray, pieces: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """(question pieces, texts): how near the nearest piece of each text is, 0 to 1.

        `pieces` are the token ids of all texts one after another, of which each text has `counts`.
        """
        near = self._of(question)
        best = np.zeros((len(question), len(counts)), dtype=np.float32)
        held = np.unique(np.concatenate([np.empty(0, np.int64), *(one.ids for one in near)]))
        column = np.zeros(len(self._rows) + 1, dtype=np.int32)
        column[held] = np.arange(1, len(held) + 1)
        table = np.zeros((len(question), len(held) + 1), dtype=np.float32)
        for row, one in enumerate(near):
            table[row, column[one.ids]] = one.nearness
        found = column[pieces]
        kept = np.flatnonzero(found)
        if len(kept):
            owner = np.repeat(np.arange(len(counts)), counts)[kept]
            starts = np.flatnonzero(np.diff(owner, prepend=-1))
            best[:, owner[starts]] = np.maximum.reduceat(table[:, found[kept]], starts, axis=1)
        return best

    def _of(self, question: np.ndarray) -> list[Neighbours]:
        with self._lock:
            new = sorted({int(piece) for piece in question} - self._known.keys())
            if len(self._known) + len(new) > _REMEMBERED:
                self._known.clear()
                new = sorted({int(piece) for piece in question})
            nearness = (self._rows[new] @ self._rows.T - _UNRELATED) / (1 - _UNRELATED)
            for piece, row in zip(new, nearness, strict=True):
                ids = np.flatnonzero(row > 0)
                self._known[piece] = Neighbours(ids, np.minimum(row[ids], 1))
            return [self._known[int(piece)] for piece in question]


def matcher_of(encoder: Encoder) -> Matcher:
    """One for each vocabulary."""
    if encoder.fingerprint not in _matchers:
        _matchers[encoder.fingerprint] = Matcher(encoder)
    return _matchers[encoder.fingerprint]


_matchers: dict[str, Matcher] = {}
