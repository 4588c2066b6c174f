"""Cases -> the coefficients and the threshold of answerability, and how well they tell cases apart.

Logistic regression with a ridge, by Newton's method (Hastie, Tibshirani and Friedman 2009, 4.4.1). Every group of
cases, a set's of one kind, has its own total weight, however many it has. Knows numbers; nothing of questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RIDGE = 1.0
_STEPS = 50
_ENOUGH = 1e-8


@dataclass(frozen=True, slots=True)
class Model:
    """Of k signs: `constant + signs @ coefficients` are the log odds that a question is answered."""

    constant: float
    coefficients: np.ndarray

    def probabilities(self, signs: np.ndarray) -> np.ndarray:
        """(n,) of signs (n, k)."""
        return 1 / (1 + np.exp(-np.clip(self.constant + signs @ self.coefficients, -30, 30)))


def fitted(signs: np.ndarray, answered: np.ndarray, weights: np.ndarray, ridge: float = RIDGE) -> Model:
    """Of signs (n, k) and answers 0 or 1 (n,), each case with its weight (n,).

    The ridge is on coefficients of signs of variance 1, so that it does not depend on their units.
    """
    weights = weights * len(weights) / weights.sum()
    mean = np.average(signs, axis=0, weights=weights)
    scale = np.sqrt(np.average((signs - mean) ** 2, axis=0, weights=weights))
    scale[scale < _ENOUGH] = 1
    design = np.column_stack([np.ones(len(signs)), (signs - mean) / scale])
    penalty = np.diag([0.0, *np.full(signs.shape[1], ridge)])
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        gradient = design.T @ (weights * (answered - likely)) - penalty @ found
        curvature = (design * (weights * likely * (1 - likely))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, gradient)
        found += step
        if np.abs(step).max() < _ENOUGH:
            break
    coefficients = found[1:] / scale
    return Model(float(found[0] - mean @ coefficients), coefficients)


def auroc(of_answered: Sequence[float], of_others: Sequence[float]) -> float:
    """The probability that an answered case has the higher value, ties counting half (Hanley and McNeil 1982)."""
    high, low = np.asarray(of_answered)[:, None], np.asarray(of_others)[None, :]
    return float(np.mean((high > low) + 0.5 * (high == low)))


def threshold_at(probabilities: np.ndarray, refused: float) -> float:
    """The highest threshold that refuses at most such a share of cases: what is below it is refused."""
    ranked = np.sort(probabilities)
    return float(ranked[min(int(refused * len(ranked)), len(ranked) - 1)])
