"""How much of a question's words each of many texts covers, piece by piece, without running a model.

This is ColBERT's MaxSim (Khattab and Zaharia 2020) over the encoder's input embeddings instead of its outputs. These
put "owner" no nearer to "owned" than "increase" to "decrease", so forms of a word are known by their stem. Of the
pieces that the texts hold few are near any of the question's, so only those are compared text by text. Knows nothing of
documents or scores.
"""

import functools
import re

import numpy as np

from rag.encoder import Encoder
from rag.words import root

# Below this, two input embeddings are as near as unrelated words of English are: no coverage at all.
_UNRELATED = 0.35
# How near forms of one word are at least. Where their embeddings are unrelated they are two words ("news" and "new").
_OF_ONE_STEM = np.float32(0.65)
_DOER = re.compile(r"(?<=...)[eo]rs?$")  # Porter leaves it where the rest is short: "owner", "player"
_STEPS = np.float32(2048)
_REMEMBERED = 20_000  # words and titles


class Matcher:
    """How near the pieces of an encoder's vocabulary are to each other, and the pieces of texts that come again."""

    def __init__(self, encoder: Encoder) -> None:
        # Multiples of 1/2048 have exact products and sums in float32, in whichever order a matrix product adds them up:
        # what is near a piece does not depend on the pieces that are looked up beside it.
        self._rows = np.round(np.asarray(encoder.piece_vectors) * _STEPS) / _STEPS
        self.pieces = functools.lru_cache(maxsize=_REMEMBERED)(lambda text: encoder.pieces([text])[0])
        """Token ids of a word or a title, which come again and again."""
        self._stems = functools.lru_cache(maxsize=_REMEMBERED)(lambda piece: _stems(encoder.word(piece)))

    def matches(self, question: np.ndarray, pieces: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """(question pieces, texts): how near the nearest piece of each text is, 0 to 1.

        `pieces` are the token ids of all texts one after another, of which each text has `counts`.
        """
        best = np.zeros((len(question), len(counts)), dtype=np.float32)
        near, column = self._near(question, pieces)
        found = column[pieces]
        kept = np.flatnonzero(found)
        if len(kept):
            owner = np.repeat(np.arange(len(counts)), counts)[kept]
            starts = np.flatnonzero(np.diff(owner, prepend=-1))
            best[:, owner[starts]] = np.maximum.reduceat(near[:, found[kept] - 1], starts, axis=1)
        return best

    def _near(self, question: np.ndarray, pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(question pieces, k): how near each is, 0 to 1, to the k of `pieces` that are near any of them.

        And for each piece of the vocabulary which of these columns it has, from 1, or 0 where it has none.
        """
        held = np.zeros(len(self._rows), dtype=bool)
        held[pieces] = True
        ids = np.flatnonzero(held)
        nearness = (self._rows.take(ids, axis=0) @ self._rows[question].T - _UNRELATED) / (1 - _UNRELATED)
        any_near = np.flatnonzero((nearness > 0).any(axis=1))
        near = np.clip(nearness[any_near], 0, 1)
        self._raise_forms(near, ids[any_near], question)
        column = np.zeros(len(self._rows), dtype=np.int32)
        column[ids[any_near]] = np.arange(1, len(any_near) + 1)
        return near.T, column

    def _raise_forms(self, near: np.ndarray, pieces: np.ndarray, question: np.ndarray) -> None:
        """Change what forms of one word have in `near` (pieces, question pieces)."""
        for row, place in np.argwhere((near > 0) & (near < _OF_ONE_STEM)).tolist():
            if self._stems(int(question[place])) & self._stems(int(pieces[row])):
                near[row, place] = _OF_ONE_STEM


def _stems(word: str) -> frozenset[str]:
    """Of the word, and of what somebody does whom it names; none of what is no word."""
    return frozenset(root(form) for form in (word, _DOER.sub("", word)) if form)


def matcher_of(encoder: Encoder) -> Matcher:
    """One for each vocabulary."""
    if encoder.fingerprint not in _matchers:
        _matchers[encoder.fingerprint] = Matcher(encoder)
    return _matchers[encoder.fingerprint]


_matchers: dict[str, Matcher] = {}
