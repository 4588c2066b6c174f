"""Words, names, numbers and negations of a text, normalised so that two texts can be compared.

Knows English word forms; nothing of documents or answers.
"""

import functools
import re
from typing import Any

from rag.inert import without_invisible
from rag.sentences import nltk_module, static_data

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)")
_NAME = re.compile(r"\b[A-Z][\w’'-]*")
_NEGATIONS = {"no", "not", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot"}
_ASKING = {"many", "much", "tell", "say", "said", "says", "also"}
_SPELLED = {
    word: str(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}


def words_of(text: str) -> list[str]:
    """Lower-case words in order; an inner apostrophe or full stop stays (don't, U.S), a soft hyphen does not."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(without_invisible(text))]


@functools.lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning."""
    return frozenset(_stem(word.removesuffix("'s")) for word in words_of(text) if word not in stop_words())


@functools.lru_cache(maxsize=4096)
def numbers(text: str) -> frozenset[str]:
    """Numbers in digits, 1,000 as 1000, with spelled ones up to twenty (one is left out: it is mostly a pronoun)."""
    written = {found.replace(",", "").rstrip(".") for found in _NUMBER.findall(without_invisible(text))}
    spelled = {_SPELLED[word] for word in words_of(text) if word in _SPELLED and word != "one"}
    return frozenset(written | spelled)


def names(text: str) -> dict[str, str]:
    """Capitalised words by their stems, without the first word, which may be capitalised only for being first."""
    found = {}
    for match in _NAME.finditer(text):
        word = match[0].replace("’", "'").removesuffix("'s")
        if match.start() > 0 and word.lower() not in stop_words():
            found[_stem(word.lower())] = word
    return found


def negations(text: str) -> bool:
    """Whether the text denies something."""
    return any(word in _NEGATIONS or word.endswith("n't") for word in words_of(text))


@functools.cache
def stop_words() -> frozenset[str]:
    """nltk's English stop words, and words that only ask or report."""
    listed = static_data("nltk_cache", "corpora", "stopwords", "english").read_text(encoding="utf-8").split()
    return frozenset([*listed, *_ASKING])


@functools.lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return _stemmer().stem(word)


@functools.cache
def _stemmer() -> Any:
    return nltk_module("nltk.stem.porter").PorterStemmer()
