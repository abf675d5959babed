"""Values: TA-Lib's over prices in rupees, and the worked vectors of the specification.

What does not belong here: tables of what TA-Lib does not have (test_own_values).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import talib
from numpy.typing import NDArray

from engine import indicators
from engine.errors import InvalidRules
from engine.types import Bars
from tests.engine.indicators import test_own_values
from tests.engine.indicators.samples import bars_of, walk

Columns = dict[str, NDArray[np.float64]]
NAN = float("nan")
HLC = ("high", "low", "close")
CLOSES = [10, 11, 12, 11, 13, 14, 13, 15, 16, 15]


def _rupees(bars: Bars) -> Columns:
    prices = {name: getattr(bars, name) / 100.0 for name in HLC}
    return {**prices, "volume": bars.volume.astype(float)}


def _whole(columns: Columns) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """High, low and close in whole paise."""
    high, low, close = (np.rint(columns[name] * 100) for name in HLC)
    return high, low, close


TALIB: dict[str, tuple[dict[str, float], Callable[[Columns], tuple[NDArray[np.float64], ...]]]] = {
    "SMA": ({"timeperiod": 20}, lambda c: (talib.SMA(c["close"], 20),)),
    "EMA": ({"timeperiod": 21}, lambda c: (talib.EMA(c["close"], 21),)),
    "WMA": ({"timeperiod": 13}, lambda c: (talib.WMA(c["close"], 13),)),
    "RSI": ({"timeperiod": 14}, lambda c: (talib.RSI(c["close"], 14),)),
    "ROC": ({"timeperiod": 10}, lambda c: (talib.ROC(c["close"], 10),)),
    "HIGHEST": ({"timeperiod": 20}, lambda c: (talib.MAX(c["high"], 20),)),
    "LOWEST": ({"timeperiod": 20}, lambda c: (talib.MIN(c["low"], 20),)),
    "OBV": ({}, lambda c: (talib.OBV(c["close"], c["volume"]),)),
    # In whole paise: in rupees, noise of 1e-13 decides which of two equal moves is the larger (see below).
    "ADX": ({"timeperiod": 14}, lambda c: (talib.ADX(*_whole(c), 14),)),
    "MACD": (
        {"fastperiod": 12, "slowperiod": 26, "signalperiod": 9},
        lambda c: talib.MACD(c["close"], 12, 26, 9),
    ),
    "STOCH": (
        {"fastk_period": 14, "slowk_period": 3, "slowd_period": 5},
        lambda c: talib.STOCH(c["high"], c["low"], c["close"], 14, 3, slowd_period=5),
    ),
    "DEMA": ({"timeperiod": 15}, lambda c: (talib.DEMA(c["close"], 15),)),
    "TEMA": ({"timeperiod": 9}, lambda c: (talib.TEMA(c["close"], 9),)),
    "KAMA": ({"timeperiod": 10}, lambda c: (talib.KAMA(c["close"], 10),)),
    "MOM": ({"timeperiod": 10}, lambda c: (talib.MOM(c["close"], 10),)),
    "APO": ({"fastperiod": 5, "slowperiod": 13}, lambda c: (talib.APO(c["close"], 5, 13, talib.MA_Type.EMA),)),
    "PPO": ({"fastperiod": 5, "slowperiod": 13}, lambda c: (talib.PPO(c["close"], 5, 13, talib.MA_Type.EMA),)),
    "TRIX": ({"timeperiod": 7}, lambda c: (talib.TRIX(c["close"], 7),)),
    "STDDEV": ({"timeperiod": 12, "nbdev": 1.5}, lambda c: (talib.STDDEV(c["close"], 12, 1.5),)),
    "CCI": ({"timeperiod": 14}, lambda c: (talib.CCI(c["high"], c["low"], c["close"], 14),)),
    "WILLR": ({"timeperiod": 14}, lambda c: (talib.WILLR(c["high"], c["low"], c["close"], 14),)),
    "NATR": ({"timeperiod": 14}, lambda c: (talib.NATR(c["high"], c["low"], c["close"], 14),)),
    "AROON": ({"timeperiod": 14}, lambda c: talib.AROON(c["high"], c["low"], 14)[::-1]),
    "SAR": ({"acceleration": 0.03, "maximum": 0.3}, lambda c: (talib.SAR(c["high"], c["low"], 0.03, 0.3),)),
    "STOCHRSI": ({}, lambda c: talib.STOCHRSI(c["close"], 14, 5, 3)),
    # Whole, for the same reason as ADX: equal prices and equal moves must be equal.
    "AD": ({}, lambda c: (talib.AD(*_whole(c), c["volume"]),)),
    "MFI": ({"timeperiod": 14}, lambda c: (talib.MFI(*_whole(c), c["volume"], 14),)),
    "PLUS_DI": ({"timeperiod": 14}, lambda c: (talib.PLUS_DI(*_whole(c), 14),)),
    "MINUS_DI": ({"timeperiod": 14}, lambda c: (talib.MINUS_DI(*_whole(c), 14),)),
    "BBANDS": (
        {"timeperiod": 20, "nbdev": 2.5},
        lambda c: tuple(talib.BBANDS(c["close"], 20, 2.5, 2.5)[index] for index in (1, 0, 2)),
    ),
}
OWN_DEFINITION = {"ATR", *test_own_values.WORKED}


def test_every_indicator_is_compared_with_talib_or_has_its_own_worked_table():
    assert set(TALIB) | OWN_DEFINITION == set(indicators.REGISTRY)


@pytest.mark.parametrize("name", TALIB)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_values_are_those_of_talib_on_rupees(name, seed):
    params, oracle = TALIB[name]
    bars = walk(600, seed=seed)
    ours = indicators.compute(name, params, bars)
    for column, expected in zip(ours.values(), oracle(_rupees(bars)), strict=True):
        np.testing.assert_allclose(column, expected, rtol=1e-9, atol=1e-9)


def test_average_true_range_tends_to_that_of_talib_which_starts_one_bar_later():
    bars = walk(900)
    ours = indicators.compute("ATR", {"timeperiod": 14}, bars)["value"]
    rupees = _rupees(bars)
    theirs = talib.ATR(rupees["high"], rupees["low"], rupees["close"], 14)
    assert not np.isnan(ours[13])
    assert np.isnan(theirs[13])
    np.testing.assert_allclose(ours[600:], theirs[600:], rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "period", "expected"),
    [
        ("EMA", 3, [NAN, NAN, 11, 11, 12, 13, 13, 14, 15, 15]),
        ("SMA", 3, [NAN, NAN, 11, 34 / 3, 12, 38 / 3, 40 / 3, 14, 44 / 3, 46 / 3]),
        ("SMA", 5, [NAN] * 4 + [11.4, 12.2, 12.6, 13.2, 14.2, 14.6]),
        ("RSI", 5, [NAN] * 5 + [83.3333, 68.9655, 78.3133, 81.7490, 68.2359]),
    ],
)
def test_worked_vectors_of_the_specification(name, period, expected):
    values = indicators.compute(name, {"timeperiod": period}, bars_of(CLOSES))["value"]
    np.testing.assert_allclose(values, expected, rtol=0, atol=5e-5 if name == "RSI" else 1e-12)


def test_average_true_range_starts_with_high_less_low():
    bars = bars_of([9, 11, 12, 11, 13], highs=[10, 12, 13, 12, 14], lows=[8, 9, 11, 10, 11])
    # True ranges 2 3 2 2 3: the mean of three, then (2 * before + now) / 3.
    expected = [NAN, NAN, 7 / 3, (14 / 3 + 2) / 3, ((14 / 3 + 2) / 3 * 2 + 3) / 3]
    np.testing.assert_allclose(indicators.compute("ATR", {"timeperiod": 3}, bars)["value"], expected, rtol=1e-12)
    np.testing.assert_allclose(expected[2:], [2.3333, 2.2222, 2.4815], atol=5e-5)


def test_on_balance_volume_starts_with_the_first_volume_and_ignores_a_flat_close():
    bars = bars_of([10, 11, 11, 9], volumes=[5, 7, 11, 13])
    assert indicators.compute("OBV", {}, bars)["value"].tolist() == [5, 12, 12, -1]


def test_highest_and_lowest_read_the_highs_and_lows_and_include_the_bar():
    bars = bars_of([5, 5, 5, 5], highs=[9, 6, 7, 8], lows=[4, 3, 5, 5])
    assert indicators.compute("HIGHEST", {"timeperiod": 2}, bars)["value"].tolist()[1:] == [9, 7, 8]
    assert indicators.compute("LOWEST", {"timeperiod": 3}, bars)["value"].tolist()[2:] == [3, 3]


@pytest.mark.parametrize(("closes", "expected"), [(range(1, 20), 100.0), (range(20, 1, -1), 0.0), ([7] * 20, 0.0)])
def test_rsi_without_losses_is_100_and_without_any_move_0(closes, expected):
    assert indicators.compute("RSI", {"timeperiod": 5}, bars_of(list(closes)))["value"][-1] == expected


def test_averages_of_flat_prices_are_the_price_and_their_differences_nothing():
    bars = bars_of([0.07] * 100)
    for name in ("SMA", "EMA", "WMA"):
        assert set(indicators.compute(name, {"timeperiod": 7}, bars)["value"][6:]) == {0.07}
    assert set(indicators.compute("MACD", {}, bars)["macd"][33:]) == {0.0}
    bands = indicators.compute("BBANDS", {"timeperiod": 7}, bars)
    assert set(bands["upper"][6:]) == set(bands["lower"][6:]) == {0.07}


def test_prices_that_never_move_deviate_by_nothing():
    bars = bars_of([123.45] * 100)
    for name in ("CCI", "STDDEV", "APO", "PPO", "TRIX", "MOM", "NATR", "PLUS_DI"):
        column = indicators.compute(name, {}, bars)["value"]
        assert set(column[~np.isnan(column)]) == {0.0}


def test_adx_of_bars_that_widen_equally_both_ways_is_nothing():
    widths = np.arange(1, 61) * 0.05
    highs, lows, closes = np.round(1487.35 + widths, 2), np.round(1487.35 - widths, 2), np.full(60, 1487.35)
    bars = bars_of(closes, highs=highs, lows=lows)
    assert set(indicators.compute("ADX", {"timeperiod": 5}, bars)["value"][9:]) == {0.0}
    assert talib.ADX(highs, lows, closes, 5)[-1] > 20


def test_macd_refuses_what_talib_would_swap_in_silence():
    with pytest.raises(InvalidRules, match="fastperiod must be below slowperiod"):
        indicators.compute("MACD", {"fastperiod": 26, "slowperiod": 12}, walk(50))


@pytest.mark.parametrize(("name", "params", "pointer"), [("NOPE", {}, ""), ("SMA", {"length": 3}, "/length")])
def test_unknown_names_are_refused(name, params, pointer):
    with pytest.raises(InvalidRules) as refusal:
        indicators.compute(name, params, walk(5))
    assert refusal.value.pointer == pointer
