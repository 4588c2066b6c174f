"""How much of a statement's wording each of many texts covers, and whether two sentences say the same on the whole.

Words count as the same by their stems, or where they stand on one side of a pair of opposites ("fell", "dropped"); an
encoder's vectors compare whole sentences. Knows nothing of what is compared, or of exact facts.
"""

import functools
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.encoder import Encoder
from rag.polarity import one_sided
from rag.words import Word, located_words

TOO_LITTLE = "the quote says too little of it"

# Chosen on evals/questions/statements-development.jsonl; `python -m evals.statements` measures what they do.
_ENOUGH_STEMS = 0.8
_PLAIN = 0.85  # with so much of its words covered, a statement needs no comparison of meanings
_COSINES = 2.0
_ENOUGH = 1.5
_REMEMBERED = 2048  # vectors, of some 2 kB each


class Wording(Protocol):
    """What compares words and sentences."""

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        """(words, texts): how near the nearest word of each text is, 0 to 1."""

    def likeness(self, statement: str, texts: Sequence[str]) -> np.ndarray:
        """(texts,): how near each is in meaning, 0 to 1; all 0 where that cannot be told."""

    def doubt(self, statement: str, quote: str, covered: float) -> str:
        """Why a quote that covers this share of a statement's words does not say the same; empty where it does."""


class StemWording:
    """Words are the same or not, by their stems, and so is what most of them say."""

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        held = [_stems(text) for text in texts]
        found = np.array([[word.stem in stems for stems in held] for word in words], dtype=np.float32)
        return found.reshape(len(words), len(texts))

    def likeness(self, statement: str, texts: Sequence[str]) -> np.ndarray:  # noqa: ARG002  it takes an encoder
        return np.zeros(len(texts), dtype=np.float32)

    def doubt(self, statement: str, quote: str, covered: float) -> str:  # noqa: ARG002
        return "" if covered >= _ENOUGH_STEMS else TOO_LITTLE


class EncoderWording(StemWording):
    """Sentences are as near as an encoder's vectors of them are; words that tell of one direction are near too."""

    def __init__(self, encoder: Encoder) -> None:
        self._vector = functools.lru_cache(maxsize=_REMEMBERED)(encoder.encode_query)

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        return np.maximum(super().coverage(words, texts), one_sided(words, texts))

    def likeness(self, statement: str, texts: Sequence[str]) -> np.ndarray:
        own = self._vector(statement)
        return np.array([max(float(self._vector(text) @ own), 0.0) for text in texts], dtype=np.float32)

    def doubt(self, statement: str, quote: str, covered: float) -> str:
        if covered >= _PLAIN or covered + _COSINES * float(self.likeness(statement, [quote])[0]) >= _ENOUGH:
            return ""
        return TOO_LITTLE


@functools.lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in located_words(text))
