"""A question's parts, each of which something must answer: its clauses, with the outlets that they name.

"Which company, reported by A to ..., is also accused by B of ..." has two: one that A must say, one that B must. Knows
English wording and a question's own words; nothing of documents.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rag.clauses import clauses
from rag.records import Query
from rag.terms import QueryWords
from rag.words import stop_words, words_of

_LEAST_WORDS = 2  # that weigh anything: what is shorter asks for nothing of its own


@dataclass(frozen=True, slots=True)
class Part:
    """Words that weigh something, none of an outlet's name, and the outlets of which one must have said them."""

    words: frozenset[str]
    outlets: tuple[str, ...]


def parts_of(query: Query, words: tuple[str, ...]) -> tuple[Part, ...]:
    """In order; `words` are the question's words that weigh something. The whole question where no clause has two."""
    found = [part for part in _parts(query, frozenset(words)) if len(part.words) >= _LEAST_WORDS]
    return tuple(found) or (Part(frozenset(words), ()),)


def part_weights(query: Query, words: QueryWords) -> np.ndarray:
    """(k, pieces): of each part its pieces' weights in the question, so that they add up to 1."""
    rows = []
    for part in parts_of(query, words.words):
        held = np.array([word in part.words for word in words.words], bool)
        weights = words.weights * held[words.owners]
        rows.append(weights / max(float(weights.sum()), 1e-9))
    return np.array(rows, np.float32)


def _parts(query: Query, weighing: frozenset[str]) -> Iterator[Part]:
    names = {outlet: frozenset(words_of(outlet)) - stop_words() for outlet in query.sources}
    every = frozenset().union(*names.values())
    for clause in clauses(query.text) or (query.text,):
        said = frozenset(words_of(clause))
        yield Part((said & weighing) - every, tuple(outlet for outlet, own in names.items() if own & said))
