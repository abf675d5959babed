"""The registry as a whole: what it lists, what is undefined, and a slow second opinion on every value."""

from __future__ import annotations

import json
import math
import statistics as library
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.metrics import registry
from tests.engine.metrics.measuring import measure

# The first run of a process may compile; and the examples are the same on every run.
unhurried = settings(deadline=None, derandomize=True)

KEYS = [
    "total_return_pct", "cagr_pct", "volatility_pct", "sharpe", "probabilistic_sharpe", "sortino", "omega",
    "var_95_pct", "cvar_95_pct", "skew", "kurtosis", "exposure_pct", "turnover", "charges",
    "buy_and_hold_return_pct", "max_drawdown_pct", "max_drawdown_days", "average_drawdown_pct",
    "average_drawdown_days", "time_under_water_pct", "ulcer_index", "calmar", "trades", "win_rate_pct",
    "profit_factor", "expectancy", "payoff_ratio", "sqn", "kelly", "best_trade_pct", "worst_trade_pct",
    "average_bars_held", "max_consecutive_wins", "max_consecutive_losses", "average_mae_pct", "average_mfe_pct",
    "beta", "alpha_pct",
]  # fmt: skip
UNDEFINED_ON_A_FLAT_DAY = {
    "cagr_pct", "volatility_pct", "sharpe", "sortino", "omega", "skew", "kurtosis", "average_drawdown_pct",
    "calmar", "win_rate_pct", "profit_factor", "expectancy", "payoff_ratio", "sqn", "kelly", "best_trade_pct",
    "worst_trade_pct", "average_bars_held", "probabilistic_sharpe", "average_drawdown_days", "average_mae_pct",
    "average_mfe_pct", "beta", "alpha_pct",
}  # fmt: skip


def test_the_keys_and_their_order():
    assert [statistic.key for statistic in registry.STATISTICS] == KEYS


@pytest.mark.parametrize("statistic", registry.STATISTICS, ids=lambda statistic: statistic.key)
def test_each_entry_explains_itself(statistic):
    assert statistic.label
    assert statistic.formula
    assert statistic.source
    assert statistic.key.endswith("_pct") <= (statistic.unit == "percent")
    assert statistic.key.endswith("_days") <= (statistic.unit == "days")


def test_one_flat_day_without_trades():
    values = measure([100, 100])
    assert {key for key, value in values.items() if value is None} == UNDEFINED_ON_A_FLAT_DAY
    assert {value for value in values.values() if value is not None} == {0}


def test_no_loss_no_ratio():
    values = measure([100, 101, 103], pnl=[1.0, 2.0])
    undefined = {key for key, value in values.items() if value is None}
    assert undefined == {
        "sortino", "omega", "average_drawdown_pct", "average_drawdown_days", "calmar", "profit_factor",
        "payoff_ratio", "kelly", "beta", "alpha_pct",
    }  # fmt: skip


def test_equal_returns_have_no_sharpe():
    values = measure([100, 101, 102.01, 103.0301])
    assert (values["volatility_pct"], values["sharpe"], values["skew"]) == (0.0, None, None)


def test_equal_profits_have_no_quality_number():
    assert measure([100, 101], pnl=[0.1, 0.1, 0.1])["sqn"] is None


@pytest.mark.parametrize("equity", [[100, 0, 50], [100, -20, 50]])
def test_a_day_that_begins_with_nothing_leaves_the_returns_undefined(equity):
    values = measure(equity)
    for key in ("volatility_pct", "sharpe", "sortino", "omega", "var_95_pct", "cvar_95_pct", "skew", "kurtosis"):
        assert values[key] is None
    assert values["total_return_pct"] == -50.0


def test_growth_beyond_a_number_is_undefined():
    assert measure([100, 100, 1e6], days=[0, 1])["cagr_pct"] is None


def test_growth_of_what_is_lost_is_undefined():
    assert measure([100, 50, -10])["cagr_pct"] is None


def plain(equity, initial, pnl):
    """The definitions once more, in plain Python, as slowly and differently as they can be written."""
    curve = [initial, *equity]
    returns = [after / before - 1 for before, after in pairwise(curve)]
    mean, deviation = library.fmean(returns), library.stdev(returns)
    downside = math.sqrt(library.fmean([min(value, 0) ** 2 for value in returns]))
    falls = [1 - value / max(curve[: index + 2]) for index, value in enumerate(equity)]
    years = (len(equity) - 1) / 365.25
    wins, losses = [value for value in pnl if value > 0], [-value for value in pnl if value < 0]
    population = library.pstdev(returns)
    ordered = sorted(returns)
    place = 0.05 * (len(returns) - 1)
    low = math.floor(place)
    high = min(low + 1, len(returns) - 1)
    return {
        "total_return_pct": 100 * (curve[-1] / initial - 1),
        "cagr_pct": 100 * ((curve[-1] / initial) ** (1 / years) - 1),
        "volatility_pct": 100 * deviation * math.sqrt(252),
        "sharpe": mean * 252 / (deviation * math.sqrt(252)),
        "sortino": mean * 252 / (downside * math.sqrt(252)),
        "omega": sum(max(value, 0) for value in returns) / sum(max(-value, 0) for value in returns),
        "skew": library.fmean([(value - mean) ** 3 for value in returns]) / population**3,
        "kurtosis": library.fmean([(value - mean) ** 4 for value in returns]) / population**4 - 3,
        "var_95_pct": -100 * (ordered[low] * (1 - place + low) + ordered[high] * (place - low)),
        "cvar_95_pct": -100 * library.fmean(ordered[: low + 1]),
        "max_drawdown_pct": 100 * max(falls),
        "time_under_water_pct": 100 * sum(fall > 0 for fall in falls) / len(falls),
        "ulcer_index": math.sqrt(library.fmean([(100 * fall) ** 2 for fall in falls])),
        "win_rate_pct": 100 * len(wins) / len(pnl),
        "profit_factor": sum(wins) / sum(losses),
        "expectancy": library.fmean(pnl),
        "payoff_ratio": library.fmean(wins) / library.fmean(losses),
        "sqn": math.sqrt(len(pnl)) * library.fmean(pnl) / library.stdev(pnl),
    }


STEPS = st.lists(st.integers(-400, 400), min_size=30, max_size=120)


@unhurried
@given(STEPS, st.lists(st.integers(-900, 900), max_size=30))
def test_a_slow_second_opinion(steps, pnl):
    equity = [100_000]
    for step in (-7, 11, *steps):
        equity.append(equity[-1] + step)
    pnl = [-50, 70, *pnl]
    fast, slow = measure(equity, pnl=pnl), plain(equity[1:], equity[0], pnl)
    for key, value in slow.items():
        assert fast[key] == pytest.approx(value, rel=1e-6, abs=1e-7), key


@unhurried
@given(
    st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=30),
    st.integers(1, 10**12),
    st.lists(st.floats(-1e9, 1e9), max_size=10),
)
def test_nothing_is_nan_or_infinite(equity, initial, pnl):
    json.dumps(dict(measure(equity, initial=initial, pnl=pnl)), allow_nan=False)
