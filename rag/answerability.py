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

    relevance: float = 0.696
    cosine: float = 0.701
    coverage: float = 0.702
    score: float = 0.700
    sentence: float = 0.698
    names_lacking: float = 0.698
    numbers_lacking_in_best: float = 0.696
    outlets_lacking: float = 0.701
    days_lacking: float = 0.701
    length: float = 0.703
    best_words: float = 0.699
    near_words: float = 0.701
    contradicted: float = 0.691
    denied: float = 0.692
    type_lacking: float = 0.697
    parts: float = 0.702
    several: float = 0.703
    several_parts: float = 0.703
    several_outlets: float = 0.701


CONSTANT = -6.925
COEFFICIENTS = Coefficients()
SIGNS = tuple(one.name for one in fields(Coefficients))
ANSWERED = 0.085
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
