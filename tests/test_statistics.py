"""Intervals and p-values."""

import numpy as np
import pytest

from evals.statistics import Ratio, compare, figure, plain


def test_a_figure_is_the_mean_of_what_is_there() -> None:
    found = figure(Ratio.mean([1.0, None, 0.0, 1.0, None]), seed=0)
    assert (found.mean, found.n) == (pytest.approx(2 / 3), 3)
    assert 0 <= found.low <= found.mean <= found.high <= 1


def test_an_interval_is_that_of_the_normal_approximation_where_that_holds() -> None:
    scores = [float(i % 4 == 0) for i in range(400)]
    found = figure(Ratio.mean(scores), seed=3)
    half = 1.96 * np.sqrt(0.25 * 0.75 / 400)
    assert (found.low, found.high) == (pytest.approx(0.25 - half, abs=0.01), pytest.approx(0.25 + half, abs=0.01))


def test_a_ratio_of_sums_is_not_a_mean_of_ratios() -> None:
    assert Ratio(np.array([1.0, 0.0]), np.array([1.0, 3.0])).value == 0.25


def test_equal_seeds_give_equal_intervals() -> None:
    ratio = Ratio.mean(np.random.default_rng(0).random(40).tolist())
    assert figure(ratio, 5) == figure(ratio, 5)
    assert figure(ratio, 5) != figure(ratio, 6)


def test_nothing_compared_with_itself_differs() -> None:
    scores = Ratio.mean([float(i % 3 == 0) for i in range(50)])
    found = compare(scores, scores, seed=1)
    assert (found.difference, found.p, found.low, found.high) == (0, 1, 0, 0)


@pytest.mark.parametrize("seed", range(20))
def test_a_real_loss_is_found_and_noise_is_not(seed: int) -> None:
    random = np.random.default_rng(99)
    before = random.random(200) < 0.8
    worse = before & (random.random(200) < 0.8)
    noise = random.permutation(before)
    a = Ratio.mean(before.astype(float).tolist())
    assert compare(a, Ratio.mean(worse.astype(float).tolist()), seed).p < 0.001
    assert compare(a, Ratio.mean(noise.astype(float).tolist()), seed).p > 0.05


def test_the_randomisation_test_agrees_with_the_exact_one() -> None:
    # Five pairs, all better: of the 32 assignments of signs two are as extreme.
    found = compare(Ratio.mean([0.0] * 5), Ratio.mean([1.0] * 5), seed=0)
    assert found.p == pytest.approx(2 / 32, abs=0.01)


def test_without_scores_there_is_no_difference_and_nothing_to_find() -> None:
    found = compare(Ratio.mean([1.0, 0.0, 1.0]), Ratio.mean([None] * 3), seed=0)
    assert (found.p, found.n) == (1, 3)
    assert plain(found) == {"a": 2 / 3, "b": None, "difference": None, "low": None, "high": None, "p": 1, "n": 3}


def test_a_shuffle_without_scores_counts_as_extreme() -> None:
    # Each side has one score, of another question: half of the shuffles give both to one side.
    found = compare(Ratio.mean([1.0, None]), Ratio.mean([None, 0.0]), seed=0)
    assert (found.difference, found.p) == (-1, 1)


def test_figures_of_nothing_are_no_figures() -> None:
    assert figure(Ratio.mean([None, None]), 0).n == 0
