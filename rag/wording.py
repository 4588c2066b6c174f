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


class Wording(Protocol):
    """What compares words and sentences."""

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        """(words, texts): how near the nearest word of each text is, 0 to 1."""

    def doubt(self, statement: str, quote: str, covered: float) -> str:
        """Why a quote that covers this share of a statement's words does not say the same; empty where it does."""

    def closest(self, statement: str, texts: Sequence[str]) -> list[int]:
        """Some texts in the order of their nearness in meaning, where that can be told from more than words."""


class StemWording:
    """Words are the same or not, by their stems, and so is what most of them say."""

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        held = [_stems(text) for text in texts]
        found = np.array([[word.stem in stems for stems in held] for word in words], dtype=np.float32)
        return found.reshape(len(words), len(texts))

    def doubt(self, statement: str, quote: str, covered: float) -> str:  # noqa: ARG002  others compare the texts
        return "" if covered >= _ENOUGH_STEMS else TOO_LITTLE

    def closest(self, statement: str, texts: Sequence[str]) -> list[int]:  # noqa: ARG002
        return []


class EncoderWording(StemWording):
    """Sentences are as near as an encoder's vectors of them are; words that tell of one direction are near too."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vector = functools.lru_cache(maxsize=512)(encoder.encode_query)

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        equal = super().coverage(words, texts)
        return np.maximum(equal, one_sided(words, texts))

    def doubt(self, statement: str, quote: str, covered: float) -> str:
        if covered >= _PLAIN or covered + _COSINES * self.similarity(statement, quote) >= _ENOUGH:
            return ""
        return TOO_LITTLE

    def closest(self, statement: str, texts: Sequence[str]) -> list[int]:
        return np.argsort([-self.similarity(statement, text) for text in texts], kind="stable").tolist()

    def similarity(self, statement: str, quote: str) -> float:
        """Cosine of two sentences' vectors."""
        return float(self._vector(statement) @ self._vector(quote))


@functools.lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in located_words(text))
