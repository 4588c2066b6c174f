"""Quoted words and a text that has changed since -> where the text says them now, or nearly so.

Pure; knows nothing of documents or links.
"""

import re
from collections import Counter
from collections.abc import Sequence

from rag.records import Span
from rag.sentences import sentence_spans
from rag.words import words_of

_NEARLY = 0.5
"""The least F1 of words at which a stretch counts as the quote in other words."""


def find_again(words: str, text: str, near: int = 0) -> Span | None:
    """Where the text has the same words, whatever the white space, the nearest to an offset; else nearly the same.

    Nearly the same are as many sentences in a row as the quote has, or one fewer or more, that share the most words
    with it (F1 over the bags of words, as SQuAD scores answers), at least half.
    """
    return _the_same(words, text, near) or _nearly_the_same(words, text)


def _the_same(words: str, text: str, near: int) -> Span | None:
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = [Span(*match.span()) for match in re.finditer(pattern, text)] if pattern else []
    return min(found, key=lambda span: abs(span.start - near), default=None)


def _nearly_the_same(words: str, text: str) -> Span | None:
    wanted = Counter(words_of(words))
    spans = sentence_spans(text)
    bags = [Counter(words_of(text[span.start : span.end])) for span in spans]
    length = len(sentence_spans(words)) if words.strip() else 0
    best, best_score = None, _NEARLY
    for sentences in {max(1, length - 1), max(1, length), length + 1}:
        for start in range(len(spans) - sentences + 1):
            score = _f1(wanted, bags[start : start + sentences])
            if score > best_score:
                best, best_score = Span(spans[start].start, spans[start + sentences - 1].end), score
    return best


def _f1(wanted: Counter[str], bags: Sequence[Counter[str]]) -> float:
    """Twice the words in common, over the words of both."""
    there: Counter[str] = sum(bags, Counter())
    size = wanted.total() + there.total()
    return 2 * (wanted & there).total() / size if size else 0.0
