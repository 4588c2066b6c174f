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

    relevance: float = 3.836
    cosine: float = -1.894
    coverage: float = 2.175
    score: float = 2.934
    sentence: float = -2.418
    names_lacking: float = -2.089
    numbers_lacking_in_best: float = -1.156
    outlets_lacking: float = -2.214
    days_lacking: float = -5.789
    length: float = 0.263
    best_words: float = 0.821
    near_words: float = 0.734
    contradicted: float = -1.216
    denied: float = -11.591
    type_lacking: float = -0.992
    parts: float = -1.860
    several: float = -2.552
    several_parts: float = 4.923
    several_outlets: float = 1.149


CONSTANT = -6.593
COEFFICIENTS = Coefficients()
SIGNS = tuple(one.name for one in fields(Coefficients))
ANSWERED = 0.081
"""A question whose probability is below this is refused."""
LEANING = math.log(4)
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
