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

    relevance: float = 0.785
    cosine: float = 2.743
    coverage: float = 0.397
    score: float = 2.821
    sentence: float = -2.590
    third: float = 0.513
    drop: float = 0.449
    standing: float = 0.493
    words_lacking: float = -0.150
    names_lacking: float = -1.459
    numbers_lacking_in_best: float = -0.824
    outlets_lacking: float = -2.152
    days_lacking: float = -1.620
    length: float = 0.535
    best_words: float = 0.537
    near_words: float = 0.812
    contradicted: float = -1.312
    denied: float = -13.832
    type_lacking: float = -0.982
    parts: float = -0.004
    several: float = -2.178
    several_parts: float = 3.834
    several_outlets: float = 0.996


CONSTANT = -3.177
COEFFICIENTS = Coefficients()
SIGNS = tuple(one.name for one in fields(Coefficients))
ANSWERED = 0.139
"""A question whose probability is below this is refused."""


def probability(query: Query, passages: Sequence[Passage]) -> float:
    """That passages, best first as a search found them, answer the question; 0 where there are none."""
    return probability_of(signs_of(query, passages) if passages else None)


def probability_of(signs: Mapping[str, float] | None) -> float:
    """The same of signs that were made already."""
    if signs is None:
        return 0.0
    odds = CONSTANT + sum(getattr(COEFFICIENTS, name) * signs[name] for name in SIGNS)
    return 1 / (1 + math.exp(-odds))
