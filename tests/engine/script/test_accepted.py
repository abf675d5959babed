"""Scripts as people write them: each runs on the same bars, and what it did is known.

The table holds closed trades, those of them on the long side, and the profit in paise with the open position at the
last close. It was checked by the equalities below it, which need no table: the same strategy said in another way.
"""

from __future__ import annotations

import pytest

from engine import rules, runner, script
from engine.types import Settings
from tests.engine.script import running

BARS = running.five_minutes()
OUTCOMES = {
    "adx_trend": (45, 23, -2270.0),
    "average_by_input": (26, 26, 285.0),
    "bollinger_breakout": (27, 27, 680.0),
    "bollinger_reversion": (31, 15, 735.0),
    "cci_zero": (42, 42, 35.0),
    "day_of_week": (4, 4, 425.0),
    "donchian_stop_entries": (47, 24, -4205.0),
    "donchian_turtle": (66, 31, 270.0),
    "ema_crossover_both_sides": (68, 34, -225.0),
    "equity_guard": (12, 12, -345.0),
    "gap_and_go": (17, 9, 1440.0),
    "heikin_ashi": (148, 148, -340.0),
    "hull_average": (194, 97, -4075.0),
    "keltner_channel": (20, 20, 125.0),
    "limit_entry": (42, 42, 3035.97),
    "linear_regression": (74, 37, -15.0),
    "loop_average": (174, 174, -4515.0),
    "loop_count": (34, 0, 1845.0),
    "macd_histogram": (113, 56, 2305.0),
    "mfi_levels": (6, 6, 2870.0),
    "obv_trend": (122, 122, -2265.0),
    "opening_range_breakout": (20, 6, -4520.0),
    "opening_range_stop_orders": (20, 10, -1780.0),
    "order_and_net": (60, 60, -370.0),
    "parabolic_sar": (155, 77, -1230.0),
    "percent_stop": (54, 54, -217.68),
    "pivots": (22, 22, -820.0),
    "previous_day_levels": (4, 4, -1375.0),
    "pyramiding": (106, 106, -10320.0),
    "risk_sized": (27, 27, 179024.98),
    "rsi_reversal": (4, 4, 1055.0),
    "rsi_with_trend_filter": (12, 12, -1960.0),
    "scale_out": (119, 119, -14750.0),
    "sma_crossover": (47, 47, 1168215.0),
    "stochastic": (19, 19, 2455.0),
    "stop_and_target_in_ticks": (331, 166, -5770.0),
    "supertrend_built_in": (35, 18, -4975.0),
    "supertrend_by_hand": (35, 18, -4975.0),
    "three_bars": (48, 48, 440.0),
    "time_of_day": (20, 20, -370.0),
    "trailing_by_var": (95, 95, -5824.18),
    "trailing_points": (44, 44, -745.0),
    "triple_ema": (25, 25, -1645.0),
    "user_functions": (15, 15, 205.0),
    "value_when": (21, 21, -510.0),
    "volume_spike": (18, 18, -235.0),
    "vwap_cross_intraday": (77, 77, -1430.0),
    "vwap_reversion": (22, 22, 2670.0),
    "while_search": (78, 0, -240.0),
    "williams_r": (35, 35, 170.0),
    "wrapped_lines_and_comments": (376, 376, -232550.0),
}
FILES = {file.stem: file.read_text(encoding="utf-8") for file in (running.FOLDER / "accepted").glob("*.pine")}


def test_every_script_has_an_outcome():
    assert set(FILES) == set(OUTCOMES)
    assert len(FILES) >= 40


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_a_script_does_what_it_did(name):
    result = running.run(FILES[name], BARS)
    longs = sum(trade.side == "long" for trade in result.trades)
    profit = round(float(result.equity[-1]) - 1_000_000_00, 2)
    assert (len(result.trades), longs, profit) == OUTCOMES[name]
    assert not result.rejections


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_future_changes_nothing_before_it(name):
    whole = running.run(FILES[name], BARS)
    short = running.run(FILES[name], running.first(BARS, 700))
    assert short.equity.tolist() == whole.equity[:700].tolist()


# A script, and the same strategy as rules.
RULES: dict[str, dict[str, object]] = {
    "ema_crossover_both_sides": {
        "direction": "both",
        "enter_long": {"left": "EMA(9)", "op": "CROSS_ABOVE", "right": "EMA(21)"},
        "enter_short": {"left": "EMA(9)", "op": "CROSS_BELOW", "right": "EMA(21)"},
    },
    "rsi_reversal": {
        "enter_long": {"left": "RSI(14)", "op": "CROSS_ABOVE", "right": 30},
        "exit_long": {"left": "RSI(14)", "op": "CROSS_BELOW", "right": 70},
    },
    "macd_histogram": {
        "direction": "both",
        "enter_long": {"left": "MACD(12,26,9).hist", "op": "CROSS_ABOVE", "right": 0},
        "enter_short": {"left": "MACD(12,26,9).hist", "op": "CROSS_BELOW", "right": 0},
    },
    "bollinger_breakout": {
        "enter_long": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "BBANDS(20,2).upper"},
        "exit_long": {"left": "CLOSE", "op": "<", "right": "BBANDS(20,2)"},
    },
    "donchian_turtle": {
        "direction": "both",
        "enter_long": {"left": "HIGH", "op": ">", "right": "HIGHEST(20)[1]"},
        "enter_short": {"left": "LOW", "op": "<", "right": "LOWEST(20)[1]"},
        "exit_long": {"left": "LOW", "op": "<", "right": "LOWEST(10)[1]"},
        "exit_short": {"left": "HIGH", "op": ">", "right": "HIGHEST(10)[1]"},
    },
    "supertrend_by_hand": {
        "direction": "both",
        "enter_long": {"left": "SUPERTREND(10,3).direction", "op": "CROSS_ABOVE", "right": 0},
        "enter_short": {"left": "SUPERTREND(10,3).direction", "op": "CROSS_BELOW", "right": 0},
    },
    "williams_r": {
        "enter_long": {"left": "WILLR(14)", "op": "CROSS_BELOW", "right": -80},
        "exit_long": {"left": "WILLR(14)", "op": ">", "right": -20},
    },
    "mfi_levels": {
        "enter_long": {"left": "MFI(14)", "op": "CROSS_ABOVE", "right": 20},
        "exit_long": {"left": "MFI(14)", "op": ">", "right": 80},
    },
    "cci_zero": {
        "enter_long": {"left": "CCI(20)", "op": "CROSS_ABOVE", "right": 100},
        "exit_long": {"left": "CCI(20)", "op": "CROSS_BELOW", "right": 0},
    },
    "loop_average": {
        "enter_long": {"left": "CLOSE", "op": "CROSS_ABOVE", "right": "SMA(10)"},
        "exit_long": {"left": "CLOSE", "op": "CROSS_BELOW", "right": "SMA(10)"},
    },
    "three_bars": {
        "enter_long": {"left": "CLOSE", "op": "FALLING", "right": 3},
        "exit_long": {"left": "CLOSE", "op": "RISING", "right": 3},
    },
}


@pytest.mark.parametrize("fill_on", ["next_open", "same_close"])
@pytest.mark.parametrize("name", RULES)
def test_a_script_and_the_same_rules_trade_alike(name, fill_on):
    plan = rules.parse({"name": name, "sizing": {"kind": "quantity", "value": 1}, **RULES[name]})
    by_rules = runner.run(plan=plan, bars=BARS, settings=Settings(initial_cash=1_000_000_00, fill_on=fill_on))
    by_script = running.run(FILES[name], BARS, fill_on=fill_on)
    assert [when(trade) for trade in by_script.trades] == [when(trade) for trade in by_rules.trades]
    assert by_script.equity.tolist() == by_rules.equity.tolist()


def when(trade):
    return trade.side, trade.entry_index, trade.exit_index, trade.entry_price, trade.exit_price


def test_the_built_in_supertrend_is_the_one_by_hand():
    first, second = (running.run(FILES[name], BARS) for name in ("supertrend_built_in", "supertrend_by_hand"))
    assert [when(trade) for trade in first.trades] == [when(trade) for trade in second.trades]


def test_the_run_decides_where_orders_fill():
    program = script.compile(FILES["gap_and_go"])
    assert program.declared.fill_on == "same_close"
    at_open = running.run(FILES["gap_and_go"], BARS, fill_on="next_open")
    at_close = running.run(FILES["gap_and_go"], BARS, fill_on="same_close")
    assert at_open.trades[0].entry_index == at_close.trades[0].entry_index + 1
