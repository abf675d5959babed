"""Statistics against values worked by hand (E17 of the calculations, and small curves of a few days)."""

from __future__ import annotations

import math

import pytest

from tests.engine.metrics.measuring import measure

E17_EQUITY = (100_000, 101_000, 99_000, 102_500, 101_500, 104_000)
E17_TRADES = (500, -200, 300, -100, -50, 800)


@pytest.mark.parametrize(
    ("key", "value"),
    [("total_return_pct", 4.0), ("max_drawdown_pct", 1.9802), ("sharpe", 5.5791), ("sortino", 13.0010)],
)
def test_e17_curve(key, value):
    """Six values are five returns: the first value is the initial cash."""
    assert round(measure(E17_EQUITY)[key], 4) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("trades", 6),
        ("win_rate_pct", 50.0),
        ("profit_factor", 4.5714),
        ("expectancy", 208.3333),
        ("payoff_ratio", 4.5714),
        ("sqn", 1.2986),
        ("kelly", 0.3906),
        ("best_trade_pct", 80.0),
        ("worst_trade_pct", -20.0),
        ("max_consecutive_wins", 1),
        ("max_consecutive_losses", 2),
    ],
)
def test_e17_trades(key, value):
    assert round(measure(E17_EQUITY, pnl=E17_TRADES)[key], 4) == value


def test_the_daily_curve_is_the_last_equity_of_each_session():
    by_bar = measure(
        [100_500, 101_000, 98_000, 99_000, 102_500, 90_000, 101_500, 104_000],
        initial=100_000,
        sessions=[1, 1, 2, 2, 3, 4, 4, 5],
    )
    by_day = measure(E17_EQUITY, days=[1, 2, 3, 4, 5])
    different = [key for key, value in by_day.items() if by_bar[key] != value]
    assert different == []


def test_cagr_is_by_calendar_days():
    # 1,461 days are four years of 365.25: the fourth root of 1.4641 is 1.1.
    statistics = measure([120_000, 146_410], initial=100_000, days=[0, 1_461])
    assert statistics["cagr_pct"] == pytest.approx(10.0, rel=1e-12)


def test_calmar_is_cagr_over_the_maximum_drawdown():
    statistics = measure([120_000, 96_000, 146_410], initial=100_000, days=[0, 700, 1_461])
    assert statistics["max_drawdown_pct"] == 20.0
    assert statistics["calmar"] == pytest.approx(0.5, rel=1e-12)


UNDER_WATER = {"equity": [90, 100, 110, 99, 88, 110, 121, 121, 60.5], "initial": 100}
UNDER_WATER_DAYS = [3, 4, 5, 6, 10, 11, 12, 13, 20]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        # Episodes: 10 % (from the initial cash, day 3 to 4), 20 % (day 5 to 11), 50 % (day 13 on, not recovered).
        ("max_drawdown_pct", 50.0),
        ("average_drawdown_pct", 80 / 3),
        ("max_drawdown_days", 7),
        ("time_under_water_pct", 400 / 9),
        # Squares of 10, 10, 20, 50 over nine sessions: 3,100 / 9.
        ("ulcer_index", math.sqrt(3_100 / 9)),
    ],
)
def test_drawdowns(key, value):
    assert measure(**UNDER_WATER, days=UNDER_WATER_DAYS)[key] == pytest.approx(value, rel=1e-12)


def test_a_recovered_drawdown_can_be_the_longest():
    assert measure([110, 99, 110], initial=100, days=[0, 5, 9])["max_drawdown_days"] == 9


# Twenty-one days: returns -5 %, -4 %, ... +15 %, in an order that is not sorted.
LADDER = [percent / 100 for percent in (*range(5, 16), *range(-5, 5))]


def ladder():
    equity = [1e9]
    for value in LADDER:
        equity.append(equity[-1] * (1 + value))
    return measure(equity)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        # Place 0.05 x 20 = 1: the second worst day; the tail is the two worst.
        ("var_95_pct", 4.0),
        ("cvar_95_pct", 4.5),
        ("omega", 120 / 15),
        # Mean 5; squared deviations 2 x (1 + 4 + ... + 100) = 770; fourth powers 2 x 25,333 = 50,666.
        ("volatility_pct", math.sqrt(770 / 20) * math.sqrt(252)),
        ("sharpe", 5 / math.sqrt(770 / 20) * math.sqrt(252)),
        ("sortino", 5 / math.sqrt(55 / 21) * math.sqrt(252)),
        ("kurtosis", (50_666 / 21) / (770 / 21) ** 2 - 3),
    ],
)
def test_returns_of_a_ladder(key, value):
    assert ladder()[key] == pytest.approx(value, rel=1e-9)


def test_a_symmetric_ladder_has_no_skew():
    assert ladder()["skew"] == pytest.approx(0.0, abs=1e-9)


def test_skew_has_the_sign_of_the_long_tail():
    # Returns 0, 0, 3 %: deviations -1, -1, 2; 6 / 3 over (6 / 3) ^ 1.5.
    assert measure([100, 100, 100, 103])["skew"] == pytest.approx(2 / 2**1.5, rel=1e-9)


def test_value_at_risk_between_two_days_is_linear():
    # Six days: place 0.25 between -10 % and 0.
    assert measure([100, 90, 90, 90, 90, 90, 90])["var_95_pct"] == pytest.approx(7.5, rel=1e-12)


def test_trades_without_profit_or_loss_are_neither():
    statistics = measure([100, 100], pnl=[10, 0, -5, 0, 20, 30, -1, -1, -1], cost=[100] * 9, held=[*range(9)])
    assert statistics["win_rate_pct"] == pytest.approx(100 / 3)
    assert statistics["profit_factor"] == 60 / 8
    assert statistics["payoff_ratio"] == 20 / 2
    assert (statistics["max_consecutive_wins"], statistics["max_consecutive_losses"]) == (2, 3)
    assert (statistics["best_trade_pct"], statistics["worst_trade_pct"]) == (30.0, -5.0)
    assert statistics["average_bars_held"] == 4.0


def test_exposure_and_buy_and_hold():
    statistics = measure([100, 100, 100, 100, 100], exposed=3, closes=[200, 150, 180, 230])
    assert statistics["exposure_pct"] == 75.0
    assert statistics["buy_and_hold_return_pct"] == 15.0
