"""How probable it is that passages answer a question: a logistic model over named signs, and one threshold.

Knows what each sign weighs; nothing of how signs are made, nor of what becomes of a question that is refused.
"""

import math
from collections.abc import Mapping, Sequence

from rag.records import Passage, Query
from rag.signs import signs_of

CONSTANT = -7.947
COEFFICIENTS: Mapping[str, float] = {
    "relevance": 3.313,
    "cosine": -2.106,
    "coverage": 1.918,
    "score": 2.389,
    "sentence": -2.076,
    "interaction": 4.320,
    "names_lacking": -2.022,
    "numbers_lacking_in_best": -1.183,
    "outlets_lacking": -2.060,
    "days_lacking": -4.104,
    "length": 0.452,
    "best_words": 0.929,
    "contradicted": -1.521,
    "denied": -10.809,
    "type_lacking": -0.925,
    "parts": -1.858,
    "several": -2.718,
    "several_parts": 5.244,
    "several_outlets": 0.431,
}
"""What each sign adds to the log odds: see ARCHITECTURE.md and `python -m evals.answerability --choose`."""
SIGNS = tuple(COEFFICIENTS)
ANSWERED = 0.085
"""A question whose probability is below this is refused."""
LEANING_CONSTANT = -5.547
LEANING_COEFFICIENTS: Mapping[str, float] = {"sentence": 2.220, "best_cosine": 7.466}
"""The same of a question that leans on earlier turns, which has hardly a word of what it is about: see
`python -m evals.leaning --choose`."""


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
    constant, coefficients = (LEANING_CONSTANT, LEANING_COEFFICIENTS) if leaning else (CONSTANT, COEFFICIENTS)
    odds = constant + sum(coefficient * signs[name] for name, coefficient in coefficients.items())
    return 1 / (1 + math.exp(-odds))
