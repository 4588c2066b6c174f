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

    relevance: float = 3.349
    cosine: float = -2.005
    coverage: float = 1.862
    score: float = 2.379
    sentence: float = -2.068
    interaction: float = 4.292
    names_lacking: float = -1.993
    numbers_lacking_in_best: float = -1.185
    outlets_lacking: float = -2.074
    days_lacking: float = -4.106
    length: float = 0.439
    best_words: float = 0.940
    contradicted: float = -1.544
    denied: float = -10.741
    type_lacking: float = -0.916
    parts: float = -1.865
    several: float = -2.704
    several_parts: float = 5.226
    several_outlets: float = 0.444


CONSTANT = -7.980
COEFFICIENTS = Coefficients()
SIGNS = tuple(one.name for one in fields(Coefficients))
ANSWERED = 0.086
"""A question whose probability is below this is refused."""
LEANING = 0.2
"""What it adds to the log odds that a question leans on earlier turns: of what it is about, it has hardly a word."""


def probability(query: Query, passages: Sequence[Passage]) -> float:
    """That passages, best first as a search found them, answer the question; 0 where none may.

    A question without a topic is answered by whatever was found for it.
    """
    if query.overview:
        return float(any(passage.evidence for passage in passages))
    return probability_of(signs_of(query, passages), leaning=query.earlier is not None)


def probability_of(signs: Mapping[str, float] | None, leaning: bool = False) -> float:
    """The same of signs that were made already, of a question that leans on earlier turns or not."""
    if signs is None:
        return 0.0
    odds = LEANING * leaning + CONSTANT + sum(getattr(COEFFICIENTS, name) * signs[name] for name in SIGNS)
    return 1 / (1 + math.exp(-odds))
