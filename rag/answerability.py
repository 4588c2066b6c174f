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

    relevance: float = 0.0
    cosine: float = 0.0
    coverage: float = 0.0
    score: float = 0.0
    sentence: float = 0.0
    third: float = 0.0
    drop: float = 0.0
    standing: float = 0.0
    library: float = 0.0
    words_lacking: float = 0.0
    names_lacking: float = 0.0
    numbers_lacking_in_best: float = 0.0
    outlets_lacking: float = 0.0
    days_lacking: float = 0.0
    length: float = 0.0
    best_words: float = 0.0
    near_words: float = 0.0
    contradicted: float = 0.0
    denied: float = 0.0
    type_lacking: float = 0.0
    parts: float = 0.0
    several: float = 0.0
    several_parts: float = 0.0
    several_outlets: float = 0.0


CONSTANT = 0.0
COEFFICIENTS = Coefficients()
SIGNS = tuple(one.name for one in fields(Coefficients))
ANSWERED = 0.2
"""A question whose probability is below this is refused."""


def probability(query: Query, passages: Sequence[Passage], chunks: int) -> float:
    """That the passages, best first as a search found them among so many chunks, answer the question; 0 where there are none."""
    return probability_of(signs_of(query, passages, chunks) if passages else None)


def probability_of(signs: Mapping[str, float] | None) -> float:
    """The same of signs that were made already."""
    if signs is None:
        return 0.0
    odds = CONSTANT + sum(getattr(COEFFICIENTS, name) * signs[name] for name in SIGNS)
    return 1 / (1 + math.exp(-odds))
