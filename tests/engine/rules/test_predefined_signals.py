"""On which bars the strategies that ship say what: series small enough to follow by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine import rules
from engine.rules import predefined
from engine.types import Bars
from tests.engine.indicators.samples import bars_of

MONDAY = 20332


def on(column):
    return np.flatnonzero(column).tolist()


def said(code, bars, direction="both", **params):
    """The bars of each slot, by number."""
    signals = rules.evaluate(predefined.build(code, params, direction=direction), bars)
    slots = (signals.enter_long, signals.exit_long, signals.enter_short, signals.exit_short)
    return tuple(on(column) for column in slots)


def day(*candles: tuple[str, float, float, float, float], session: int = MONDAY) -> list[tuple[int, ...]]:
    """Candles of one session: opening time, open, high, low, close."""
    start = session * 86_400 - 19_800
    rows = []
    for clock, *prices in candles:
        hour, minute = clock.split(":")
        rows.append((start + int(hour) * 3600 + int(minute) * 60, session, *(round(price * 100) for price in prices)))
    return rows


def bars(*days: list[tuple[int, ...]]) -> Bars:
    table = np.array([row for rows in days for row in rows])
    names = ("time", "session", "open", "high", "low", "close")
    return Bars.checked(**dict(zip(names, table.T, strict=True)), volume=np.full(len(table), 100))


def test_sma_crossover():
    #            0  1  2   3   4   5   6   7
    closes = [10, 9, 8, 10, 12, 12, 8, 6]
    # SMA(2) from 1: 9.5 8.5 9 11 12 10 7; SMA(3) from 2: 9 9 10 34/3 32/3 26/3.
    # Bar 3 is a tie, which is not above yet.
    assert said("sma_crossover", bars_of(closes), "long", fast=2, slow=3) == ([4], [6], [], [])


def test_ema_crossover():
    # EMA(1) is the close; EMA(2) starts with the mean of two, alpha 2/3: 9.5 8.5 9.5 11.17 8.72.
    assert said("ema_crossover", bars_of([10, 9, 8, 10, 12, 7.5]), fast=1, slow=2) == ([3], [5], [5], [3])


def test_triple_ema_enters_on_the_bar_that_completes_the_order():
    #            0   1  2  3   4   5   6   7   8   9
    closes = [12, 11, 10, 9, 10, 12, 14, 13, 10, 8]
    # EMA(2):  -  11.5 10.5 9.5 9.83 11.28 13.09 13.03 11.01 9.00
    # EMA(3):  -   -   11  10   10   11   12.5  12.75 11.38 9.69
    # EMA(4):  -   -    -  10.5 10.3 10.98 12.19 12.51 11.51 10.10
    # Bar 5: both orders begin. Bar 8: the fast is below the medium again, and so is the medium below the slow.
    assert said("triple_ema", bars_of(closes), fast=2, medium=3, slow=4) == ([5], [8], [8], [5])


def test_macd():
    # MACD(2,3,1): the signal of one bar is the MACD itself, so they never cross.
    assert said("macd", bars_of([10, 9, 8, 10, 12, 7]), fast=2, slow=3, signal=1) == ([], [], [], [])
    # With two bars the signal lags: the MACD rises through it on bar 5 and falls through it on bar 7.
    closes = [12, 11, 10, 9, 8, 9, 11, 9]
    # From bar 2, EMA(2): 10.5 9.5 8.5 8.83 10.28 9.43; EMA(3): 11 10 9 9 10 9.5; MACD: -.5 -.5 -.5 -.17 .28 -.07.
    # Its signal from bar 3: -.5 -.5 -.28 .09 -.02.
    assert said("macd", bars_of(closes), fast=2, slow=3, signal=2) == ([5], [7], [7], [5])


def test_supertrend_follows_the_direction():
    highs, lows = [11, 12, 16, 17, 18, 14, 13], [9, 10, 13, 15, 15, 11, 10]
    series = bars_of([10, 11, 15, 16, 16, 12, 11], highs=highs, lows=lows)
    # Directions as worked out with the indicator: down down up up up down down.
    assert said("supertrend", series, period=1, multiplier=1) == ([2], [5], [5], [2])


def test_adx_trend_wants_a_strong_trend_to_enter_and_none_to_leave():
    # Two bars down, then up all along: the indicators cross on the turn, and again on the fall at the end.
    closes = [20, 18, 16, 17, 20, 23, 26, 29, 20, 12]
    series = bars_of(closes, highs=[close + 1 for close in closes], lows=[close - 1 for close in closes])
    weak = said("adx_trend", series, period=2, strength=1)
    strong = said("adx_trend", series, period=2, strength=99)
    assert weak == ([4], [8], [8], [4])
    assert strong == ([], [8], [], [4])


def test_bollinger_breakout_and_reversion_read_the_same_bands():
    #            0   1   2   3   4   5   6
    closes = [10, 10, 10, 13, 11, 10, 7]
    # Means of 3: 10 11 11.33 11.33 9.33; one deviation: 0 1.41 1.25 1.25 1.70; upper 10 12.41 12.58 12.58 11.03;
    # lower 10 9.59 10.09 10.09 7.63.
    series = bars_of(closes)
    assert said("bollinger_breakout", series, period=3, deviations=1) == ([3], [4], [5], [3])
    assert said("bollinger_reversion", series, period=3, deviations=1) == ([5], [3], [3], [4])


def test_keltner_breakout():
    # Each bar is its close: ATR(1) is the move, EMA(2) follows two thirds of it; half a range each way.
    closes = [10, 10, 13, 13, 9]
    # EMA(2) from 1: 10 12 12.67 10.22; half ranges 0 1.5 0 2; upper 10 13.5 12.67 12.22; lower 10 10.5 12.67 8.22.
    assert said("keltner_breakout", bars_of(closes), period=2, ranges=1, multiplier=0.5) == ([3], [4], [], [2])


def test_donchian_compares_with_the_channel_of_the_bars_before():
    highs, lows = [10, 11, 12, 13, 12, 11], [8, 9, 10, 11, 10, 8]
    series = bars_of([9, 10, 11.5, 12.5, 10.5, 8.5], highs=highs, lows=lows)
    # Entry over 3 bars before: highs 12 (bar 3), 13, 13; lows 8, 9, 10. Exit over 2: from bar 2 lows 8 9 10 10, highs
    # 11 12 13 13.
    assert said("donchian", series, leave=2, enter=3) == ([3], [5], [5], [2, 3])


def test_gap_enters_on_the_first_bar_that_goes_on_and_leaves_when_it_is_filled():
    series = bars(
        day(("09:15", 100, 101, 99, 100), ("09:20", 100, 101, 99, 100)),
        day(("09:15", 102, 104, 101, 103), ("09:20", 103, 104, 100, 100), session=MONDAY + 1),
        day(("09:15", 101.5, 102, 101, 101.4), ("09:20", 101, 102, 101, 102), session=MONDAY + 2),
        day(("09:15", 100.5, 100.6, 99, 100), ("09:20", 100, 103, 100, 102), session=MONDAY + 3),
    )
    # Tuesday opens 2 % up and goes on; filled on its second bar (100 is the close before). Wednesday opens 1.5 % up and
    # closes below its open: nothing; its close is above 100. Thursday opens 1.47 % down under 102 and goes on down;
    # filled at 102.
    assert said("gap", series) == ([2], [3, 6, 7], [6], [2, 3, 4, 5, 7])


def test_rsi_reversal():
    # RSI(2) from 2, average gain and loss: (0, 1) 0; (0.5, 0.5) 50; (1.25, 0.25) 83.33; (0.625, 1.125) 35.71;
    # (0.3125, 1.5625) 16.67; (1.15625, 0.78125) 59.68.
    closes = [10, 9, 8, 9, 11, 9, 7, 9]
    assert said("rsi_reversal", bars_of(closes), period=2) == ([3, 7], [5], [5], [3, 7])


def test_rsi_trend_takes_only_the_dips_of_an_uptrend():
    closes = [10, 9, 8, 9, 11, 9, 7, 9]
    # RSI(2) as above: 0 50 83 36 17 60 from bar 2. SMA(2) from 1: 9.5 8.5 8.5 10 10 8 8. RSI crosses 40 upward on
    # bars 3 and 7, each with a close above the average; it is above 70 on bar 4, the close below on 1 2 5 6.
    # RSI crosses 70 downward on bar 5, below the average; it is below 40 on 2 5 6, the close above on 3 4 7.
    given = {"period": 2, "oversold": 40, "overbought": 70, "trend": 2}
    assert said("rsi_trend", bars_of(closes), **given) == ([3, 7], [1, 2, 4, 5, 6], [5], [2, 3, 4, 5, 6, 7])


OPENING = (
    ("09:15", 100, 102, 99, 101),
    ("09:20", 101, 103, 100, 102),
    ("09:25", 102, 103, 101, 102),
    ("09:30", 102, 105, 102, 104),
    ("09:35", 104, 105, 102, 102),
    ("09:40", 102, 103, 97, 98),
    ("14:35", 98, 106, 98, 105),
)


def test_opening_range_breakout():
    # The range of fifteen minutes is 99 to 103. Bar 3 closes above it, bar 5 below it, bar 6 above it but late.
    assert said("opening_range_breakout", bars(day(*OPENING))) == ([3], [5], [5], [3, 6])
    assert said("opening_range_breakout", bars(day(*OPENING)), last_entry=1435)[0] == [3, 6]


def test_premium_breakout():
    assert said("premium_breakout", bars(day(*OPENING)), "long") == ([3], [], [], [])


def test_vwap_reversion_waits_for_the_bands_to_form():
    # Typical prices 100 100 100 94 100 106: flat until a fall and a rise, each further than one deviation.
    flat = [(clock, 100, 100, 100, 100) for clock in ("09:15", "09:20", "09:45")]
    moves = [("09:50", 94, 94, 94, 94), ("09:55", 100, 100, 100, 100), ("10:00", 106, 106, 106, 106)]
    # VWAP: 100 100 100 98.5 98.8 100; a deviation: 0 0 0 2.6 2.4 3.46; lower 95.9, upper 101.2 then 103.46.
    assert said("vwap_reversion", bars(day(*flat, *moves)), deviations=1) == ([3], [4], [5], [3])
    assert said("vwap_reversion", bars(day(*flat, *moves)), deviations=1, first_entry=955) == ([], [4], [5], [3])
    assert said("vwap_reversion", bars(day(*flat, *moves)), deviations=1, last_entry=955) == ([3], [4], [], [3])


@pytest.mark.parametrize(("entry", "bar"), [(915, [0, 7]), (920, [1, 8]), (922, [2, 9]), (1000, [6, 13])])
def test_short_straddle_sells_once_a_session_at_the_first_bar_from_its_time_on(entry, bar):
    series = bars(day(*OPENING), day(*OPENING, session=MONDAY + 1))
    assert said("short_straddle", series, "short", entry=entry) == ([], [], bar, [])


def test_buy_and_hold_buys_and_never_sells():
    plan = predefined.build("buy_and_hold")
    assert said("buy_and_hold", bars_of([5, 6, 7]), "long") == ([0, 1, 2], [], [], [])
    assert (plan.exit_long, plan.exits.stop_loss_pct) == (None, None)


def test_dollar_cost_averaging_buys_on_one_trading_day_of_each_month():
    # 2025-08-28, 29, then September 1, 2, 3: which trading day of its month each is.
    sessions = [20328, 20329, 20332, 20333, 20334]
    series = bars_of([5, 6, 7, 8, 9], sessions=sessions)
    assert said("dollar_cost_averaging", series, "long") == ([0, 2], [], [], [])
    assert said("dollar_cost_averaging", series, "long", day=2) == ([1, 3], [], [], [])
    assert predefined.build("dollar_cost_averaging", {"amount": 5000}).sizing.value == 500_000
