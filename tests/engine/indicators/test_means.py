"""Rolling means compare exactly as the true means do, whatever their periods."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.indicators.means import rolling_mean
from engine.types import MAX_PRICE_PAISE

TOP = MAX_PRICE_PAISE
unhurried = settings(deadline=None, derandomize=True)
prices = st.lists(st.integers(1, TOP) | st.integers(1, 3), min_size=1, max_size=40)


def _true_mean(window: list[int]) -> Fraction:
    return Fraction(sum(window), len(window) * 100)


def _means(paise: list[int], period: int) -> list[float]:
    return rolling_mean(np.array(paise, dtype=np.int32), period=period).tolist()


@unhurried
@given(prices, st.integers(1, 40))
def test_a_mean_is_the_double_nearest_to_the_true_mean_in_rupees(paise, period):
    period = min(period, len(paise))
    means = _means(paise, period)
    for last in range(period - 1, len(paise)):
        assert means[last] == float(_true_mean(paise[last - period + 1 : last + 1]))


@unhurried
@given(prices, st.integers(1, 40), st.integers(1, 40))
@example([1, 2, 3, 2, 2, 2], 3, 6)
@example([TOP] * 39 + [TOP - 1], 39, 40)
def test_two_means_compare_as_their_true_means_do(paise, first, second):
    first, second = min(first, len(paise)), min(second, len(paise))
    left, right = Fraction(_true_mean(paise[-first:])), Fraction(_true_mean(paise[-second:]))
    ours_left, ours_right = _means(paise, first)[-1], _means(paise, second)[-1]
    assert (ours_left < ours_right, ours_left == ours_right) == (left < right, left == right)


def test_the_closest_means_of_the_longest_periods_at_the_highest_price_stay_apart():
    # k / 499 against (k + 1) / 500 with k = 498: 1 / (499 * 500) paise apart, the least there can be.
    paise = [TOP - 1] * 500
    paise[-1] = paise[0] = TOP
    near = [TOP - 1] * 500
    near[-1] = TOP
    longer, shorter = _means(near, 500)[-1], _means(near, 499)[-1]
    assert _true_mean(near) < _true_mean(near[1:])
    assert longer < shorter
    assert _means(paise, 500)[-1] > longer


def test_a_mean_ties_with_the_price_a_user_types():
    assert _means([10_110, 10_115, 10_120, 10_115], 4)[-1] == 101.15


def test_sums_do_not_lose_paise_over_long_histories():
    paise = [TOP] * 6000 + [1, 2, 3]
    assert _means(paise, 3)[-1] == 0.02
