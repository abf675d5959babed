"""Statistics beyond the curve and its trades: benchmark, turnover, excursions, sure Sharpe ratios, periods."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest

from engine.metrics import periods, sharpe
from tests.engine.metrics.measuring import measure


def test_beta_and_alpha_of_a_run_that_is_its_benchmark():
    closes = [100, 110, 99, 108, 120]
    values = measure(closes, initial=100, closes=closes)
    assert values["beta"] == pytest.approx(1.0, rel=1e-12)
    assert values["alpha_pct"] == pytest.approx(0.0, abs=1e-9)


def test_beta_and_alpha_by_hand():
    # The benchmark: +10 %, -10 %; the run: +6 %, -4 %. Means 0 and 1 %; covariance 1 %, variance 2 % (of n - 1 = 1).
    values = measure([1_000, 1_060, 1_017.6], initial=1_000, closes=[1_000, 1_100, 990])
    assert values["beta"] == pytest.approx(0.5, rel=1e-9)
    assert values["alpha_pct"] == pytest.approx(252.0, rel=1e-9)


def test_a_given_benchmark_takes_the_place_of_the_bars():
    values = measure([1_000, 1_060, 1_017.6], initial=1_000, closes=[7, 7, 7], benchmark=[1_000, 1_100, 990])
    assert values["beta"] == pytest.approx(0.5, rel=1e-9)


def test_a_benchmark_that_does_not_move_says_nothing():
    values = measure([1_000, 1_060, 1_017.6], initial=1_000)
    assert (values["beta"], values["alpha_pct"]) == (None, None)


def test_the_benchmark_is_read_at_the_end_of_each_session():
    by_day = measure([1_000, 1_060, 1_017.6], initial=1_000, closes=[1_000, 1_100, 990])
    by_bar = measure(
        [990, 1_000, 1_060, 1_030, 1_017.6],
        initial=1_000,
        sessions=[1, 1, 2, 3, 3],
        closes=[900, 1_000, 1_100, 1_300, 990],
    )
    assert (by_bar["beta"], by_bar["alpha_pct"]) == (by_day["beta"], by_day["alpha_pct"])


def test_turnover_counts_a_round_trip_once_and_a_year():
    # Orders of 6,000 in all over four sessions, mean equity 1,000: three times in 4 of 252.
    values = measure([900, 1_100, 1_000, 1_000], initial=1_000, traded=6_000)
    assert values["turnover"] == 3.0 * 252 / 4


def test_charges_are_what_was_paid():
    assert measure([100, 100], charges=82_97.0)["charges"] == 82_97.0


def test_mean_excursions_are_percent_of_the_entry_price():
    values = measure([100, 100], pnl=[1, 2], mae=[2.0, 4.0], mfe=[5.0, 0.0])
    assert (values["average_mae_pct"], values["average_mfe_pct"]) == (3.0, 2.5)


def test_the_mean_length_of_drawdowns():
    # From the initial cash (day 3) to day 4, from day 5 to day 11, from day 13 to the last, day 20.
    values = measure([90, 100, 110, 99, 88, 110, 121, 121, 60.5], initial=100, days=[3, 4, 5, 6, 10, 11, 12, 13, 20])
    assert values["average_drawdown_days"] == pytest.approx((1 + 6 + 7) / 3, rel=1e-12)


def test_the_probabilistic_ratio_of_the_papers_manager():
    # Monthly 0.458, 24 months, skew -2.448, kurtosis 10.164 (7.164 in excess): 0.913 above 0.
    found = sharpe.probabilistic(sharpe=0.458, benchmark=0.0, returns=24, skew=-2.448, kurtosis=7.164)
    assert found == pytest.approx(0.913, abs=5e-4)


def test_the_deflated_ratio_of_the_papers_example():
    # 2.5 a year over five years of 250 days, skew -3, kurtosis 10, the best of 100 trials whose variance is 1/2.
    luck = sharpe.expected_maximum(trials=100, variance=0.5 / 250)
    assert luck == pytest.approx(0.1132, abs=5e-5)
    found = sharpe.deflated(
        sharpe=2.5 / math.sqrt(250), returns=1250, skew=-3.0, kurtosis=7.0, trials=100, variance=0.5 / 250
    )
    assert found == pytest.approx(0.9004, abs=5e-5)


def test_one_trial_needs_no_deflation():
    facts: dict[str, Any] = {"sharpe": 0.1, "returns": 100, "skew": 0.2, "kurtosis": 1.0}
    assert sharpe.deflated(**facts, trials=1, variance=0.3) == sharpe.probabilistic(**facts, benchmark=0.0)


@pytest.mark.parametrize(("skew", "returns"), [(30.0, 100), (0.0, 1)])
def test_a_ratio_without_a_spread_is_undefined(skew, returns):
    assert math.isnan(sharpe.probabilistic(sharpe=1.0, benchmark=0.0, returns=returns, skew=skew, kurtosis=-2.0))


def test_the_probabilistic_ratio_of_a_run():
    # Returns 0, 0, 3 %: mean 1 %, deviation sqrt(3) %, skew 2 / 2^1.5, excess kurtosis 18 / 3 / 4 - 3.
    ratio = 1 / math.sqrt(3)
    spread = 1 - 2 / 2**1.5 * ratio + (-1.5 + 2) / 4 / 3
    expected = 0.5 * (1 + math.erf(ratio * math.sqrt(2 / spread) / math.sqrt(2)))
    assert measure([100, 100, 100, 103])["probabilistic_sharpe"] == pytest.approx(expected, rel=1e-9)


def sessions(*days: str):
    return np.array([(date.fromisoformat(day) - date(1970, 1, 1)).days for day in days], np.int32)


CURVE: dict[str, Any] = {
    "equity": np.array([105.0, 110.0, 99.0, 121.0, 60.5]),
    "session": sessions("2023-12-28", "2023-12-29", "2024-01-01", "2024-01-31", "2024-03-04"),
    "initial_cash": 100.0,
}


def test_returns_by_month_leave_out_a_month_without_sessions():
    found = periods.monthly(**CURVE)
    assert [(each.year, each.month) for each in found] == [(2023, 12), (2024, 1), (2024, 3)]
    assert [each.percent for each in found] == pytest.approx([10.0, 10.0, -50.0])


def test_returns_by_year():
    found = periods.yearly(**CURVE)
    assert [(each.year, each.month) for each in found] == [(2023, 0), (2024, 0)]
    assert [each.percent for each in found] == pytest.approx([10.0, -45.0])


def test_a_period_that_begins_with_nothing_has_no_return():
    broke = {**CURVE, "equity": np.array([105.0, -5.0, 1.0, 1.0, 2.0])}
    assert [found.percent for found in periods.monthly(**broke)] == [pytest.approx(-105.0), None, pytest.approx(100.0)]
