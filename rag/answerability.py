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

    relevance: float = 3.918
    cosine: float = -2.019
    coverage: float = 1.508
    score: float = 2.169
    sentence: float = -3.100
    third: float = 0.747
    drop: float = 1.049
    standing: float = 0.006
    words_lacking: float = 0.085
    names_lacking: float = -1.389
    numbers_lacking_in_best: float = -0.600
    outlets_lacking: float = -2.440
    days_lacking: float = -1.803
    length: float = 0.164
    best_words: float = -0.080
    near_words: float = 1.245
    contradicted: float = -1.224
    denied: float = -14.056
    type_lacking: float = -0.978
    parts: float = -1.664
    several: float = -2.957
    several_parts: float = 5.303
    several_outlets: float = 1.046


CONSTANT = -4.811
COEFFICIENTS = Coefficients()
SIGNS = tuple(one.name for one in fields(Coefficients))
ANSWERED = 0.12
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
