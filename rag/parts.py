"""A question's parts, each of which something must answer: its clauses, with the outlets that they name.

"Which company, reported by A to ..., is also accused by B of ..." has two: one that A must say, one that B must. Knows
English wording and a question's own words; nothing of documents.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from rag.clauses import clauses
from rag.records import Query
from rag.terms import QueryWords
from rag.words import bare_words, stop_words

_LEAST_WORDS = 2  # that weigh anything: what is shorter asks for nothing of its own
_REPORTING = frozenset(
    ["report", "reports", "reported", "reporting", "article", "articles", "story", "stories", "according"]
)
_ATTRIBUTING = re.compile(r"(?:as|according|reported|by|in|per)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Words that weigh something, none of a date or an outlet, and the outlets of which one must have said them."""

    words: frozenset[str]
    outlets: tuple[str, ...]


def parts_of(query: Query, words: tuple[str, ...]) -> tuple[Part, ...]:
    """In order; `words` are the question's words that weigh something. The whole question where no clause has two.

    A clause of an outlet alone ("as The Courier reported") lends it to the clause that it tells of.
    """
    found: list[Part] = []
    lent: tuple[str, ...] = ()
    for part, attributing in _clauses(query, frozenset(words)):
        if len(part.words) >= _LEAST_WORDS:
            found.append(replace(part, outlets=part.outlets or lent))
            lent = ()
        elif attributing and found and not found[-1].outlets:
            found[-1] = replace(found[-1], outlets=part.outlets)
        else:
            lent = part.outlets or lent
    return tuple(found) or (Part(frozenset(words), ()),)


def part_weights(query: Query, words: QueryWords) -> np.ndarray:
    """(k, pieces): of each part its pieces' weights in the question, so that they add up to 1."""
    rows = []
    for part in parts_of(query, words.words):
        held = np.array([word in part.words for word in words.words], bool)
        weights = words.weights * held[words.owners]
        rows.append(weights / max(float(weights.sum()), 1e-9))
    return np.array(rows, np.float32)


def date_words(query: Query) -> frozenset[str]:
    """The question's words for the dates of its window: a document's own date tells of them, hardly its words."""
    return frozenset() if query.event else frozenset(bare_words(query.window))


def _clauses(query: Query, weighing: frozenset[str]) -> Iterator[tuple[Part, bool]]:
    """Each with whether it attributes what came before it."""
    names = {outlet: frozenset(bare_words(outlet)) - stop_words() for outlet in query.sources}
    every = frozenset(date_words(query)).union(*names.values())
    for clause in clauses(query.text) or (query.text,):
        said = frozenset(bare_words(clause))
        outlets = tuple(outlet for outlet, own in names.items() if own & said)
        yield Part((said & weighing) - every - _REPORTING, outlets), bool(_ATTRIBUTING.match(clause))
