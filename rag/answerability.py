"""How probable it is that passages answer a question: a logistic model over named signs, and one threshold.

Knows what each sign weighs; nothing of how signs are made, nor of what becomes of a question that is refused.
"""

import math
from collections.abc import Mapping, Sequence

from rag.records import Passage, Query
from rag.signs import signs_of

CONSTANT = -7.948
COEFFICIENTS: Mapping[str, float] = {
    "relevance": 3.337,
    "cosine": -2.142,
    "coverage": 1.907,
    "score": 2.388,
    "sentence": -2.076,
    "interaction": 4.315,
    "names_lacking": -2.010,
    "numbers_lacking_in_best": -1.182,
    "outlets_lacking": -2.062,
    "days_lacking": -4.102,
    "length": 0.450,
    "best_words": 0.940,
    "contradicted": -1.572,
    "denied": -10.594,
    "type_lacking": -0.924,
    "parts": -1.867,
    "several": -2.715,
    "several_parts": 5.248,
    "several_outlets": 0.437,
}
"""What each sign adds to the log odds: see ARCHITECTURE.md and `python -m evals.answerability --choose`."""
SIGNS = tuple(COEFFICIENTS)
ANSWERED = 0.086
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
