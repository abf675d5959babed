"""Studies of a window move on from bar to bar; each must be what looking at the whole window again would give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.script.kernels import rolling, windows

# Few different values, so that windows have equals in them; halves, so that every sum is exact.
COLUMNS = st.lists(st.integers(-4, 4).map(lambda n: n / 2), max_size=60).map(np.array).map(lambda c: c.astype(float))
LENGTHS = st.integers(1, 12)
unhurried = settings(deadline=None, derandomize=True)
SIGNS = st.sampled_from([1.0, -1.0])


def _over(column, length, of_window):
    """The study of each window, told by its last bar; nothing before the first whole one."""
    found = [of_window(column[end - length : end]) for end in range(length, len(column) + 1)]
    return [np.nan] * min(length - 1, len(column)) + found


def _bars_back(window, sign):
    best = max(sign * window)
    return -float(min(back for back in range(len(window)) if sign * window[-1 - back] == best))


def test_the_median_of_an_even_window_lies_between_its_two_middle_values():
    prices = np.array([10.0, 40.0, 20.0, 30.0, 30.0, 5.0])
    assert rolling.median(prices, 4)[3:].tolist() == [25.0, 30.0, 25.0]
    assert rolling.median(prices, 3)[2:].tolist() == [20.0, 30.0, 30.0, 30.0]


def test_of_equal_highs_the_latest_is_the_highest():
    highs = np.array([5.0, 7.0, 7.0, 6.0, 1.0, 1.0])
    assert rolling.extreme_offset(highs, 3, 1.0)[2:].tolist() == [0.0, -1.0, -2.0, -2.0]
    assert rolling.extreme_offset(highs, 3, -1.0)[2:].tolist() == [-2.0, 0.0, 0.0, 0.0]


def test_a_pivot_is_above_all_bars_around_it_and_is_told_later():
    highs = np.array([1.0, 2.0, 5.0, 4.0, 3.0, 6.0, 6.0, 2.0])
    found = rolling.pivot(highs, 2, 2, 1.0)
    # 5 is told two bars on; neither 6 is a pivot, for the other is as high.
    assert found.tolist() == pytest.approx([np.nan] * 4 + [5.0] + [np.nan] * 3, nan_ok=True)


def test_a_pivot_ends_at_the_bar_that_is_higher():
    highs = np.array([9.0, 2.0, 1.0, 3.0, 0.0])
    assert rolling.pivot(highs, 2, 1, 1.0)[4] == 3.0
    assert np.isnan(rolling.pivot(highs, 3, 1, 1.0)[4])


def test_the_value_of_an_earlier_occasion():
    condition = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 1.0])
    prices = np.array([10.0, 11.0, 12.0, 13.0, 14.0, 15.0])
    assert windows.value_when(condition, prices, 0).tolist() == [10, 10, 12, 13, 13, 15]
    assert windows.value_when(condition, prices, 2)[3:].tolist() == [10, 10, 12]
    assert np.isnan(windows.value_when(condition, prices, 2)[:3]).all()


@unhurried
@given(COLUMNS, LENGTHS)
def test_the_median_is_that_of_the_sorted_window(column, length):
    expected = _over(column, length, np.median)
    assert rolling.median(column, length).tolist() == pytest.approx(expected, abs=0, nan_ok=True)


@unhurried
@given(COLUMNS, LENGTHS, SIGNS)
def test_the_extreme_is_found_where_the_window_has_it(column, length, sign):
    expected = _over(column, length, lambda window: _bars_back(window, sign))
    assert rolling.extreme_offset(column, length, sign).tolist() == pytest.approx(expected, abs=0, nan_ok=True)


@unhurried
@given(COLUMNS, LENGTHS, LENGTHS, SIGNS, st.sets(st.integers(0, 59)))
def test_a_pivot_is_what_beats_each_bar_of_its_window(column, left, right, sign, gaps):
    column = np.where(np.isin(np.arange(len(column)), list(gaps)), np.nan, column)

    def of_window(window):
        middle, others = window[left], np.delete(window, left)
        return middle if (sign * middle > sign * others).all() else np.nan

    expected = _over(column, left + right + 1, of_window)
    assert rolling.pivot(column, left, right, sign).tolist() == pytest.approx(expected, abs=0, nan_ok=True)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600])
@pytest.mark.parametrize("length", [1, 2, 8])
def test_the_mean_distance_is_that_of_each_window_alone(size, length):
    column = (np.arange(size) * 7 % 13).astype(float)
    expected = _over(column, length, lambda window: np.abs(window - window.mean()).mean())
    assert windows.mean_deviation(column, length).tolist() == pytest.approx(expected, rel=1e-12, nan_ok=True)
