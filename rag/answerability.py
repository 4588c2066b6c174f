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

    relevance: float = 2.082
    cosine: float = 1.130
    coverage: float = 1.646
    score: float = 3.294
    sentence: float = -3.221
    third: float = 0.165
    drop: float = 0.272
    standing: float = 0.154
    words_lacking: float = 0.187
    names_lacking: float = -1.621
    numbers_lacking_in_best: float = -1.055
    outlets_lacking: float = -2.220
    days_lacking: float = -1.679
    length: float = 0.263
    best_words: float = 0.801
    near_words: float = 1.051
    contradicted: float = -1.221
    denied: float = -14.247
    type_lacking: float = -1.010
    parts: float = -0.561
    several: float = -2.806
    several_parts: float = 4.812
    several_outlets: float = 0.868


CONSTANT = -6.195
COEFFICIENTS = Coefficients()
SIGNS = tuple(one.name for one in fields(Coefficients))
ANSWERED = 0.125
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
