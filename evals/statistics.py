"""How sure a figure is: bootstrap intervals and paired randomisation tests. Knows numbers only.

Every figure is a ratio of two sums over questions: a mean has 1 (or 0, where a question gives no score) in the
denominator, precision counts what was predicted, F1 counts both sides. So one resampling serves all of them.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

RESAMPLES = 1000
SHUFFLES = 5000


@dataclass(frozen=True, slots=True)
class Ratio:
    """Per question what it adds above and below the line, both (n,)."""

    above: np.ndarray
    below: np.ndarray

    @classmethod
    def mean(cls, scores: Sequence[float | None]) -> "Ratio":
        """The mean of the scores that are there."""
        given = np.array([score is not None for score in scores], dtype=float)
        return cls(np.array([score or 0.0 for score in scores], dtype=float), given)

    @property
    def value(self) -> float:
        return float(_divide(self.above.sum(), self.below.sum()))

    @property
    def n(self) -> int:
        """Questions that count."""
        return int(np.count_nonzero(self.below))


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval and the number of questions that it rests on."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """B minus A over the same questions, its 95 % interval, and the probability of one as large by chance.

    Where one of the two has no score at all, it and the difference are NaN, and p is 1.
    """

    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    n: int


def figure(ratio: Ratio, seed: int) -> Figure:
    """Percentile bootstrap by question (Efron 1979), seeded."""
    drawn = _draws(len(ratio.above), seed)
    values = _divide(ratio.above[drawn].sum(axis=1), ratio.below[drawn].sum(axis=1))
    low, high = np.nanpercentile(values, [2.5, 97.5]) if ratio.n else (np.nan, np.nan)
    return Figure(float(ratio.value), float(low), float(high), ratio.n)


def compare(a: Ratio, b: Ratio, seed: int) -> Difference:
    """Paired bootstrap for the interval; paired randomisation (Smucker, Allan and Carterette 2007) for p.

    A shuffle that leaves one side without scores counts as extreme: p may be too large, and is never too small.
    """
    drawn = _draws(len(a.above), seed)
    spread = _divide(b.above[drawn].sum(axis=1), b.below[drawn].sum(axis=1)) - _divide(
        a.above[drawn].sum(axis=1), a.below[drawn].sum(axis=1)
    )
    low, high = np.nanpercentile(spread, [2.5, 97.5]) if a.n and b.n else (np.nan, np.nan)
    difference = b.value - a.value
    swaps = np.random.default_rng(seed).random((SHUFFLES, len(a.above))) < 0.5
    shuffled = _swapped(a, b, swaps) - _swapped(b, a, swaps)
    less_extreme = np.abs(shuffled) < abs(difference) - 1e-12  # false where either is NaN
    p = (1 + np.count_nonzero(~less_extreme)) / (1 + SHUFFLES)
    return Difference(
        a.value, b.value, float(difference), float(low), float(high), float(p), int(np.count_nonzero(a.below + b.below))
    )


def plain(found: Figure | Difference) -> dict[str, float | int | None]:
    """As JSON has it, which has no NaN."""
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value for name, value in asdict(found).items()
    }


def _swapped(first: Ratio, second: Ratio, swaps: np.ndarray) -> np.ndarray:
    above = first.above.sum() + swaps @ (second.above - first.above)
    below = first.below.sum() + swaps @ (second.below - first.below)
    return _divide(above, below)


def _draws(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, max(n, 1), (RESAMPLES, n))


def _divide(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(below) > 0, np.asarray(above) / np.asarray(below), np.nan)
