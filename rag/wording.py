"""How much of a statement's wording each of many texts covers, and whether two sentences say the same on the whole.

Without an encoder only equal stems count. With one, words also count that its input embeddings have nearby (ColBERT's
MaxSim, rag/matching.py), and its vectors compare whole sentences. Knows nothing of what is compared, or of exact facts.
"""

import functools
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.encoder import Encoder
from rag.matching import matcher_of
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

    def closest(self, statement: str, texts: Sequence[str]) -> int | None:
        """Which of some texts is nearest in meaning, where that can be told from more than words."""


class StemWording:
    """Words are the same or not, by their stems, and so is what most of them say."""

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        held = [_stems(text) for text in texts]
        found = np.array([[word.stem in stems for stems in held] for word in words], dtype=np.float32)
        return found.reshape(len(words), len(texts))

    def doubt(self, statement: str, quote: str, covered: float) -> str:  # noqa: ARG002  others compare the texts
        return "" if covered >= _ENOUGH_STEMS else TOO_LITTLE

    def closest(self, statement: str, texts: Sequence[str]) -> int | None:  # noqa: ARG002
        return None


class EncoderWording(StemWording):
    """Words are as near as an encoder's input embeddings put their pieces, sentences as its vectors are."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vector = functools.lru_cache(maxsize=512)(encoder.encode_query)

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        equal = super().coverage(words, texts)
        if not words or not texts:
            return equal
        matcher = matcher_of(self._encoder)
        own = [matcher.pieces(word.text) for word in words]
        held = [matcher.pieces(text) for text in texts]
        near = matcher.matches(np.concatenate(own), np.concatenate(held), np.array([len(pieces) for pieces in held]))
        ends = np.cumsum([len(pieces) for pieces in own])
        rows = [near[end - len(pieces) : end].mean(axis=0) for pieces, end in zip(own, ends, strict=True)]
        return np.maximum.reduce([equal, np.stack(rows), one_sided(words, texts)])

    def doubt(self, statement: str, quote: str, covered: float) -> str:
        if covered >= _PLAIN or covered + _COSINES * self.similarity(statement, quote) >= _ENOUGH:
            return ""
        return TOO_LITTLE

    def closest(self, statement: str, texts: Sequence[str]) -> int | None:
        return int(np.argmax([self.similarity(statement, text) for text in texts])) if texts else None

    def similarity(self, statement: str, quote: str) -> float:
        """Cosine of two sentences' vectors."""
        return float(self._vector(statement) @ self._vector(quote))


@functools.lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in located_words(text))
