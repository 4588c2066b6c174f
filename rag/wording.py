"""How much of a statement's wording each of many texts covers, and whether two sentences say the same on the whole.

Words count as the same by their stems; an encoder's vectors compare words in their places, and whole sentences. Knows
nothing of what is compared, or of exact facts.
"""

import functools
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rag.directions import one_sided
from rag.encoder import Encoder
from rag.word_vectors import encode_words
from rag.words import Word, located_words

TOO_LITTLE = "the quote says too little of it"
TOO_MUCH = "it says more than the quote does"

# Chosen on evals/questions/statements-development.jsonl; `python -m evals.statements` measures what they do.
_ENOUGH_STEMS = 0.8
_NEARLY_A_COPY = 0.95  # with so much of its words covered, a statement needs no comparison of meanings
_ENOUGH = 0.7
_FIRM = 0.4  # what a number or a date that agrees is worth
_FARTHEST = 4  # of a statement's words, one in so many decide
# So many words' worth of meaning that the quote lacks are too much: for each sentence quoted, and for each word.
_WORDS_OF_ITS_OWN = 1.2
_OF_EACH_WORD = 0.36
_WORDS_FOR_A_NUMBER = 2.0  # less with numbers and dates that agree
_REMEMBERED = 2048  # sentences, of some 40 kB each


class Wording(Protocol):
    """What compares words and sentences."""

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        """(words, texts): how near the nearest word of each text is, 0 to 1."""

    def likeness(self, statement: str, texts: Sequence[str]) -> np.ndarray:
        """(texts,): how near each is in meaning, 0 to 1; all 0 where that cannot be told."""

    def nearness(self, statement: str, text: str) -> np.ndarray:
        """(words of the statement, words of the text): how near each two are, up to 1."""

    def doubt(self, statement: str, quotes: Sequence[str], covered: float, firm: float) -> str:
        """Why sentences that cover this share of a statement's words do not say the same; empty where they do.

        `firm` is how much of the statement is numbers and dates that they have, 0 to 1.
        """


class StemWording:
    """Words are the same or not, by their stems, and so is what most of them say."""

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        held = [_stems(text) for text in texts]
        found = np.array([[word.stem in stems for stems in held] for word in words], dtype=np.float32)
        return found.reshape(len(words), len(texts))

    def likeness(self, statement: str, texts: Sequence[str]) -> np.ndarray:  # noqa: ARG002  it takes an encoder
        return np.zeros(len(texts), dtype=np.float32)

    def nearness(self, statement: str, text: str) -> np.ndarray:
        own, other = ([word.stem for word in located_words(one)] for one in (statement, text))
        return np.array([[float(word == one) for one in other] for word in own], np.float32).reshape(
            len(own), len(other)
        )

    def doubt(self, statement: str, quotes: Sequence[str], covered: float, firm: float) -> str:  # noqa: ARG002
        return "" if covered >= _ENOUGH_STEMS else TOO_LITTLE


class EncoderWording(StemWording):
    """Sentences are as near as an encoder's vectors of them are, and their words in their places.

    Words are compared by their outputs (BERTScore, Zhang et al. 2020), and the farthest of a statement's decide: those
    that the quote has nothing like. Words that tell of one direction ("fell", "dropped") count as the same.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._read = functools.lru_cache(maxsize=_REMEMBERED)(lambda text: encode_words(encoder, [text])[0])

    def coverage(self, words: Sequence[Word], texts: Sequence[str]) -> np.ndarray:
        return np.maximum(super().coverage(words, texts), one_sided(words, texts))

    def likeness(self, statement: str, texts: Sequence[str]) -> np.ndarray:
        own = self._read(statement).vector
        return np.array([max(float(self._read(text).vector @ own), 0.0) for text in texts], dtype=np.float32)

    def nearness(self, statement: str, text: str) -> np.ndarray:
        return np.maximum(
            self._read(statement).sentences @ self._read(text).sentences.T, super().nearness(statement, text)
        )

    def doubt(self, statement: str, quotes: Sequence[str], covered: float, firm: float) -> str:
        if covered >= _NEARLY_A_COPY:
            return ""
        quote = " ".join(quotes)
        near = np.sort(self._nearest(statement, quote))
        allowed = _WORDS_OF_ITS_OWN * len(quotes) + _OF_EACH_WORD * len(near)
        if (1 - near).sum() - _WORDS_FOR_A_NUMBER * firm > allowed:
            return TOO_MUCH
        farthest = near[: max(1, len(near) // _FARTHEST)].mean() if len(near) else 0.0
        whole = float(self.likeness(statement, [quote])[0])
        return "" if farthest + whole + _FIRM * firm >= _ENOUGH else TOO_LITTLE

    def _nearest(self, statement: str, quote: str) -> np.ndarray:
        """(words that carry meaning,): the cosine of each with the nearest word of the quote."""
        places = [i for i, word in enumerate(located_words(statement)) if word.content]
        own, other = self._read(statement).sentences[places], self._read(quote).sentences
        return (own @ other.T).max(axis=1) if len(other) else np.zeros(len(own), dtype=np.float32)


@functools.lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in located_words(text))
