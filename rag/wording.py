"""How much of a statement's wording each of many texts covers, and how near two sentences are in meaning.

Without an encoder only equal stems count. With one, words also count that its input embeddings have nearby (ColBERT's
MaxSim, rag/matching.py), and its vectors compare whole sentences. Knows nothing of what is compared.
"""

import functools
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.encoder import Encoder
from rag.matching import matcher_of
from rag.words import Word, located_words


class Wording(Protocol):
    """What compares words and sentences."""

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        """(words, texts): how near the nearest word of each text is, 0 to 1."""

    def similarity(self, statement: str, quote: str) -> float:
        """Of two sentences, 0 to 1."""


class StemWording:
    """Words are the same or not, by their stems; sentences are as similar as the share of words that they share."""

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        held = [_stems(text) for text in texts]
        shape = (len(words), len(texts))
        return np.array([[word.stem in stems for stems in held] for word in words], dtype=np.float32).reshape(shape)

    def similarity(self, statement: str, quote: str) -> float:
        stems = _stems(statement)
        return len(stems & _stems(quote)) / max(len(stems), 1)


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
        return np.maximum(equal, np.stack(rows))

    def similarity(self, statement: str, quote: str) -> float:
        return float(max(self._vector(statement) @ self._vector(quote), 0.0))


@functools.lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in located_words(text))
