"""How probable it is that passages answer a question: one logistic model over named signs, and one threshold.

Knows what each sign weighs; nothing of how signs are made, nor of what becomes of a question that is refused.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from rag.overviews import asks_for_overview
from rag.records import Passage, Query
from rag.signs import signs_of


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What each sign adds to the log odds: see ARCHITECTURE.md and `python -m evals.answerability --choose`."""

    relevance: float = 3.068
    cosine: float = 0.423
    coverage: float = 2.095
    score: float = 3.060
    sentence: float = -2.818
    names_lacking: float = -1.781
    numbers_lacking_in_best: float = -1.535
    outlets_lacking: float = -2.488
    days_lacking: float = -4.185
    length: float = 0.307
    best_words: float = 1.040
    near_words: float = 1.132
    contradicted: float = -1.184
    denied: float = -13.041
    type_lacking: float = -1.092
    parts: float = -1.341
    several: float = -2.730
    several_parts: float = 5.052
    several_outlets: float = 1.170


CONSTANT = -6.947
COEFFICIENTS = Coefficients()
SIGNS = tuple(one.name for one in fields(Coefficients))
ANSWERED = 0.083
"""A question whose probability is below this is refused."""


def probability(query: Query, passages: Sequence[Passage]) -> float:
    """That passages, best first as a search found them, answer the question; 0 where none may.

    A question without a topic is answered by all that was found for it.
    """
    if asks_for_overview(query):
        return float(bool(passages))
    return probability_of(signs_of(query, passages))


def probability_of(signs: Mapping[str, float] | None) -> float:
    """The same of signs that were made already."""
    if signs is None:
        return 0.0
    odds = CONSTANT + sum(getattr(COEFFICIENTS, name) * signs[name] for name in SIGNS)
    return 1 / (1 + math.exp(-odds))
