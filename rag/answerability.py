"""How probable it is that passages answer a question: one logistic model over named signs, and one threshold.

Knows what each sign weighs; nothing of how signs are made, nor of what becomes of a question that is refused.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from rag.records import Passage, Query
from rag.signs import signs_of


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What each sign adds to the log odds: see ARCHITECTURE.md and `python -m evals.answerability --choose`."""

    relevance: float = 2.022
    cosine: float = 1.178
    coverage: float = 1.363
    score: float = 2.569
    sentence: float = -2.472
    third: float = 0.179
    drop: float = 0.268
    standing: float = 0.192
    words_lacking: float = 0.087
    names_lacking: float = -1.732
    numbers_lacking_in_best: float = -1.355
    outlets_lacking: float = -2.342
    days_lacking: float = -2.009
    length: float = 0.329
    best_words: float = 0.890
    near_words: float = 1.197
    contradicted: float = -1.233
    denied: float = -14.298
    type_lacking: float = -1.011
    parts: float = -0.981
    names_lacking_in_parts: float = 0.0
    several: float = -2.893
    several_parts: float = 5.110
    several_outlets: float = 1.106


CONSTANT = -6.114
COEFFICIENTS = Coefficients()
SIGNS = tuple(one.name for one in fields(Coefficients))
ANSWERED = 0.120
"""A question whose probability is below this is refused."""


def probability(query: Query, passages: Sequence[Passage]) -> float:
    """That passages, best first as a search found them, answer the question; 0 where none may."""
    return probability_of(signs_of(query, passages))


def probability_of(signs: Mapping[str, float] | None) -> float:
    """The same of signs that were made already."""
    if signs is None:
        return 0.0
    odds = CONSTANT + sum(getattr(COEFFICIENTS, name) * signs[name] for name in SIGNS)
    return 1 / (1 + math.exp(-odds))
