"""Stop, target and trailing stop: when they are live, when they are met, and at what price. Hand-worked tables."""

from __future__ import annotations

import pytest

from tests.engine.simulation import candles

NEXT_OPEN = {"fill_on": "next_open"}
SIGNAL_CLOSE = {"fill_on": "next_open", "stop_basis": "signal_close"}

BOUGHT_AT_100 = """
open high low close signal
 100  100 100   100 buy
{}
 100  100 100   100 -
"""
SOLD_AT_100 = BOUGHT_AT_100.replace("buy", "short")


@pytest.mark.parametrize(
    ("bar", "fill"),
    [
        ("100 103 98.01 99 -", None),
        ("100 103 98.00 99 -", "at 98, stop"),
        ("99 99 90 91 -", "at 98, stop"),
        ("98 99 90 91 -", "at 98, stop"),
        ("95 99 90 91 -", "at 95, stop"),
        ("100 104.99 99 100 -", None),
        ("100 105 99 100 -", "at 105, target"),
        ("105 106 99 100 -", "at 105, target"),
        ("107 108 99 100 -", "at 107, target"),
    ],
)
def test_touching_counts_and_a_gap_fills_at_the_open(bar, fill):
    outcome = candles.run(BOUGHT_AT_100.format(bar), stop=2, target=5)
    assert outcome.fills == ([f"long 10: bar 0 at 100, bar 1 {fill}"] if fill else [])


@pytest.mark.parametrize(
    ("bar", "fill"),
    [
        ("100 101.99 97 99 -", None),
        ("100 102 97 99 -", "at 102, stop"),
        ("104 110 97 99 -", "at 104, stop"),
        ("100 101 95.01 99 -", None),
        ("100 101 95 99 -", "at 95, target"),
        ("93 101 92 99 -", "at 93, target"),
    ],
)
def test_the_levels_of_a_short_are_mirrored(bar, fill):
    outcome = candles.run(SOLD_AT_100.format(bar), direction="short", stop=2, target=5)
    assert outcome.fills == ([f"short 10: bar 0 at 100, bar 1 {fill}"] if fill else [])


@pytest.mark.parametrize(
    ("path_mode", "side", "bar", "fill"),
    [
        # |106 - 100| > |100 - 97|: the low comes first.
        ("pessimistic", "buy", "100 106 97 100 -", "at 98, stop"),
        ("tv_path", "buy", "100 106 97 100 -", "at 98, stop"),
        ("optimistic", "buy", "100 106 97 100 -", "at 105, target"),
        # Both only touched.
        ("pessimistic", "buy", "100 105 98 104 -", "at 98, stop"),
        ("optimistic", "buy", "100 105 98 104 -", "at 105, target"),
        # |105 - 100| < |100 - 94|: the high comes first.
        ("pessimistic", "buy", "100 105 94 100 -", "at 98, stop"),
        ("tv_path", "buy", "100 105 94 100 -", "at 105, target"),
        # Equal distances: the low comes first.
        ("tv_path", "buy", "100 106 94 100 -", "at 98, stop"),
        # A short: stop 102, target 95.
        ("pessimistic", "short", "100 103 94 100 -", "at 102, stop"),
        ("tv_path", "short", "100 103 94 100 -", "at 102, stop"),
        ("tv_path", "short", "100 107 94 100 -", "at 95, target"),
        ("optimistic", "short", "100 103 94 100 -", "at 95, target"),
    ],
)
def test_both_levels_in_one_bar_by_path_mode(path_mode, side, bar, fill):
    table = BOUGHT_AT_100.replace("buy", side).format(bar)
    outcome = candles.run(table, direction="both", stop=2, target=5, settings={"path_mode": path_mode})
    name = "long" if side == "buy" else "short"
    assert outcome.fills == [f"{name} 10: bar 0 at 100, bar 1 {fill}"]
    assert outcome.trades[0].ambiguous


@pytest.mark.parametrize("bar", ["100 104 97 100 -", "100 106 99 100 -", "97 106 96 100 -", "106 107 97 100 -"])
def test_a_bar_whose_order_is_known_is_not_ambiguous(bar):
    (trade,) = candles.run(BOUGHT_AT_100.format(bar), stop=2, target=5).trades
    assert not trade.ambiguous


ENTRY_BAR = """
open high low close signal
 100  100 100   100 buy
 100  101  94    99 buy
 100  101  99   100 -
"""


def test_filled_at_the_open_the_stop_is_live_on_the_entry_bar():
    outcome = candles.run(ENTRY_BAR, stop=5, settings=NEXT_OPEN)
    assert outcome.fills == ["long 10: bar 1 at 100, bar 1 at 95, stop"]
    assert outcome.trades[0].bars_held == 0


def test_filled_at_a_close_the_stop_is_live_from_the_next_bar():
    outcome = candles.run(
        """
        open high low close signal
         100  101  90   100 buy
         100  101  96    99 -
         100  101  95    99 -
        """,
        stop=5,
    )
    assert outcome.fills == ["long 10: bar 0 at 100, bar 2 at 95, stop"]


def test_an_entry_at_the_close_of_the_bar_of_a_stop_is_allowed():
    outcome = candles.run(ENTRY_BAR, stop=5)
    assert outcome.fills == ["long 10: bar 0 at 100, bar 1 at 95, stop"]
    # 950 buys 9 at 99.
    assert outcome.still_open == ["long 9: bar 1 at 99, bar 2 at 100, end"]


def test_an_entry_at_the_open_after_the_bar_of_a_stop_is_allowed():
    outcome = candles.run(ENTRY_BAR, stop=5, settings=NEXT_OPEN)
    assert outcome.still_open == ["long 9: bar 2 at 100, bar 2 at 100, end"]


def test_an_exit_due_at_the_open_goes_before_the_stop_of_its_bar():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         100  101  99   100 sell
         100  101  90    91 -
        """,
        stop=5,
        settings=NEXT_OPEN,
    )
    assert outcome.fills == ["long 10: bar 1 at 100, bar 2 at 100, signal"]


def test_a_stop_goes_before_an_exit_at_the_close_of_its_bar():
    outcome = candles.run(BOUGHT_AT_100.format("100 101 90 99 sell"), stop=5)
    assert outcome.fills == ["long 10: bar 0 at 100, bar 1 at 95, stop"]


TRAIL = """
open high low close signal
 100  120  90   100 buy
 100  110  95   108 -
 108  112 103   104 -
 104  105 100   101 -
"""


def test_the_trailing_stop_follows_the_highs_of_earlier_bars_only():
    # Bar 0 was over when bought. Bar 1: 90 % of 100 is 90. Bar 2: 90 % of 110 is 99 (not 100.8, from its own
    # high). Bar 3: 90 % of 112 is 100.8, which its low of 100 touches.
    outcome = candles.run(TRAIL, trailing=10)
    assert outcome.fills == ["long 10: bar 0 at 100, bar 3 at 100.8, trailing"]


def test_the_trailing_stop_of_the_entry_bar_starts_at_the_fill():
    # Filled at the open of bar 1 at 100: 95 is live at once, and bar 1's own high of 110 does not lift it.
    outcome = candles.run(TRAIL, trailing=5, settings=NEXT_OPEN)
    assert outcome.fills == ["long 10: bar 1 at 100, bar 1 at 95, trailing"]


def test_the_trailing_stop_of_a_short_follows_the_lows():
    # Bar 2: 110 % of 80 is 88, above its open of 85 and met by its high.
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 short
          99  105  80    85 -
          85   90  84    86 -
        """,
        direction="short",
        trailing=10,
    )
    assert outcome.fills == ["short 10: bar 0 at 100, bar 2 at 88, trailing"]


def test_the_trailing_stop_never_moves_back():
    # Bar 1 lifts it to 99; bar 2's lower high leaves it there.
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         100  110 100   105 -
         105  105 100   100 -
         100  100  98    98 -
        """,
        trailing=10,
    )
    assert outcome.fills == ["long 10: bar 0 at 100, bar 3 at 99, trailing"]


@pytest.mark.parametrize(
    ("stop", "trailing", "fill"),
    [(5, 10, "at 95, stop"), (10, 5, "at 95, trailing"), (5, 5, "at 95, stop")],
)
def test_the_tighter_of_stop_and_trailing_acts_and_gives_the_reason(stop, trailing, fill):
    outcome = candles.run(BOUGHT_AT_100.format("100 101 80 85 -"), stop=stop, trailing=trailing)
    assert outcome.fills == [f"long 10: bar 0 at 100, bar 1 {fill}"]


def test_levels_are_not_rounded():
    outcome = candles.run(
        """
        open    high    low  close signal
        100.33 100.33 100.33 100.33 buy
        100    101     98     99    -
        """,
        stop=1.25,
    )
    assert outcome.fills == ["long 9: bar 0 at 100.33, bar 1 at 99.075875, stop"]
    assert outcome.trades[0].pnl == pytest.approx(-9 * 125.4125, rel=1e-12)


GAP_UP = """
open high low close signal
 100  100 100   100 buy
 110  112 105   106 -
 106  107  96    97 -
"""


@pytest.mark.parametrize(
    ("settings", "fill"),
    [(NEXT_OPEN, "bar 1 at 110, bar 2 at 99, stop"), (SIGNAL_CLOSE, "bar 1 at 110, bar 2 at 90, stop")],
)
def test_the_stop_is_set_off_the_fill_or_off_the_signals_close(settings, fill):
    table = GAP_UP.replace("96    97", "90    97")
    assert candles.run(table, stop=10, settings=settings).fills == [f"long 9: {fill}"]


def test_a_trailing_stop_off_the_signals_close_starts_there():
    # Bar 1: 94 % of 100 is 94. Bar 2: 94 % of 112 is 105.28.
    outcome = candles.run(GAP_UP, trailing=6, settings=SIGNAL_CLOSE)
    assert outcome.fills == ["long 9: bar 1 at 110, bar 2 at 105.28, trailing"]


def test_a_fill_beyond_a_target_off_the_signals_close_leaves_at_the_same_open():
    outcome = candles.run(GAP_UP, target=5, settings=SIGNAL_CLOSE)
    assert outcome.fills == ["long 9: bar 1 at 110, bar 1 at 110, target"]


def test_the_basis_changes_nothing_where_the_fill_is_the_signals_close():
    table = BOUGHT_AT_100.format("100 101 90 99 -")
    basis = candles.run(table, stop=5, settings={"stop_basis": "signal_close"})
    assert basis.fills == candles.run(table, stop=5).fills == ["long 10: bar 0 at 100, bar 1 at 95, stop"]


def test_excursions_of_a_stopped_bar_end_with_the_exit_price():
    # Bar 1 was held through: 97 to 104. Bar 2 is left at 95; its high of 109 may have come after.
    (trade,) = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         100  104  97   100 -
         100  109  90    91 -
        """,
        stop=5,
    ).trades
    assert (trade.mae, trade.mfe) == (5_00, 4_00)


def test_a_target_of_a_short_at_all_of_the_price_is_never_met():
    outcome = candles.run(SOLD_AT_100.format("50 50 0.05 1 -"), direction="short", target=100)
    assert outcome.fills == []
