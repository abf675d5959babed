"""Entries that wait at a limit or a stop, windows, entries a day, several entries. Hand-worked tables."""

from __future__ import annotations

import pytest

from engine.types import Entries, Exits, Sizing
from tests.engine.simulation import candles

NEXT_OPEN = {"fill_on": "next_open"}
LIMIT_2 = Entries(kind="limit", offset_pct=2)
STOP_2 = Entries(kind="stop", offset_pct=2)

SAID_AT_100 = """
open high low close signal
 100  100 100   100 buy
{}
"""


def bought(bars, entries, **others):
    return candles.run(SAID_AT_100.format(bars), entries=entries, **others)


@pytest.mark.parametrize("settings", [{}, NEXT_OPEN])
@pytest.mark.parametrize(
    ("entries", "bar", "price"),
    [
        (LIMIT_2, "100 101 98.01 100 -", None),
        (LIMIT_2, "100 101 98 100 -", "98"),
        (LIMIT_2, "97 101 96 100 -", "97"),
        (STOP_2, "100 101.99 98 100 -", None),
        (STOP_2, "100 102 98 100 -", "102"),
        (STOP_2, "104 105 98 100 -", "104"),
    ],
)
def test_a_limit_waits_for_a_better_price_and_a_stop_for_a_worse(settings, entries, bar, price):
    # Whatever market orders do, these can fill on bars after the signal's only.
    outcome = bought(bar, entries, settings=settings, sizing=Sizing("quantity", 5))
    assert outcome.still_open == ([] if price is None else [f"long 5: bar 1 at {price}, bar 1 at 100, end"])
    assert outcome.refused == []


def test_a_short_mirrors_them():
    table = SAID_AT_100.replace("buy", "short")
    for entries, bar, price in ((LIMIT_2, "100 102 100 100 -", 102), (STOP_2, "100 100 98 100 -", 98)):
        outcome = candles.run(table.format(bar), entries=entries, direction="short", sizing=Sizing("quantity", 5))
        assert outcome.still_open == [f"short 5: bar 1 at {price}, bar 1 at 100, end"]


LATE = " 100 101 99 100 -\n 100 101 98 100 -"


@pytest.mark.parametrize(("bars", "filled"), [(1, False), (2, True)])
def test_it_waits_for_so_many_bars(bars, filled):
    outcome = bought(LATE, Entries(kind="limit", offset_pct=2, valid_bars=bars))
    assert outcome.still_open == (["long 10: bar 2 at 98, bar 2 at 100, end"] if filled else [])


def test_a_later_signal_replaces_what_waits():
    outcome = bought(" 110 110 108 110 buy\n 109 110 107 108 -", Entries(kind="limit", offset_pct=2, valid_bars=9))
    # 98 is out of reach; from bar 1 on the limit is 107.80.
    assert outcome.still_open == ["long 9: bar 2 at 107.8, bar 2 at 108, end"]


def test_it_can_be_filled_once():
    outcome = bought(" 100 101 98 100 sell\n 100 101 98 100 -", Entries(kind="limit", offset_pct=2, valid_bars=9))
    assert outcome.fills == ["long 10: bar 1 at 98, bar 1 at 100, signal"]
    assert outcome.still_open == []


def test_the_other_side_at_a_stop_turns_the_position():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         100  103 100   103 short
         103  104 100   101 -
        """,
        entries=STOP_2,
        direction="both",
        sizing=Sizing("quantity", 5),
    )
    # Bought at 102; sold short at 98 % of 103.
    assert outcome.fills == ["long 5: bar 1 at 102, bar 2 at 100.94, reverse"]
    assert outcome.still_open == ["short 5: bar 2 at 100.94, bar 2 at 101, end"]


@pytest.mark.parametrize(
    ("stop", "fill"),
    [
        # The stop of the position is nearer to the open than the order that would turn it, or farther.
        (1, "bar 1 at 102, bar 2 at 100.98, stop"),
        (3, "bar 1 at 102, bar 2 at 100.94, reverse"),
    ],
)
def test_of_a_stop_and_an_opposite_order_the_nearer_acts(stop, fill):
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         102  103 102   103 short
         103  104 98    101 -
        """,
        entries=STOP_2,
        direction="both",
        sizing=Sizing("quantity", 5),
        exits=Exits(stop_loss_pct=stop),
    )
    assert outcome.fills[0] == f"long 5: {fill}"


LEVELS = Exits(stop_loss_points=5_00, target_points=5_00)


@pytest.mark.parametrize(
    ("entries", "bar", "pessimistic", "tv_path", "optimistic"),
    [
        # Limit 98, stop 93, target 103. The low came after the entry, the high may have come before.
        (LIMIT_2, "100 103 96 99 -", "open", "open", "at 103, target"),
        (LIMIT_2, "100 104 97 103 -", "at 103, target", "at 103, target", "at 103, target"),
        (LIMIT_2, "100 101 93 99 -", "at 93, stop", "at 93, stop", "at 93, stop"),
        (LIMIT_2, "100 108 93 99 -", "at 93, stop", "at 93, stop", "at 103, target"),
        # The low is nearer: open, 97 (bought on the way), 106, close.
        (LIMIT_2, "100 106 97 99 -", "open", "at 103, target", "at 103, target"),
        # Stop entry 102, stop 97, target 107. The high came after the entry, the low may have come before.
        (STOP_2, "100 103 97 102 -", "at 97, stop", "open", "open"),
        (STOP_2, "100 107 99 103 -", "open", "at 107, target", "at 107, target"),
        (STOP_2, "100 103 96 97 -", "at 97, stop", "at 97, stop", "at 97, stop"),
        # The high is nearer: open, 103 (bought on the way), 95, close.
        (STOP_2, "100 103 95 99 -", "at 97, stop", "at 97, stop", "open"),
    ],
)
def test_levels_within_the_bar_of_the_entry(entries, bar, pessimistic, tv_path, optimistic):
    for path_mode, fill in (("pessimistic", pessimistic), ("tv_path", tv_path), ("optimistic", optimistic)):
        outcome = bought(bar, entries, exits=LEVELS, settings={"path_mode": path_mode})
        paid = 98 if entries is LIMIT_2 else 102
        quantity = 1_000 // paid
        assert outcome.fills == ([] if fill == "open" else [f"long {quantity}: bar 1 at {paid}, bar 1 {fill}"])
        for trade in outcome.trades:
            assert trade.ambiguous == (len({pessimistic, optimistic}) > 1)


def test_a_position_entered_within_a_bar_is_exposed_on_it():
    assert bought("100 101 98 100 -", LIMIT_2).exposed_bars == 1


def test_what_was_stopped_is_not_entered_again_within_the_bar():
    outcome = bought(" 100 101 98 100 buy\n 100 101 90 99 -", LIMIT_2, exits=Exits(stop_loss_pct=5))
    assert outcome.fills == ["long 10: bar 1 at 98, bar 2 at 93.1, stop"]
    assert outcome.still_open == []


DAY = """
time    open high low close signal
0-09:15  100  100 100   100 buy
0-09:20  101  101 101   101 sell
0-09:25  102  102 102   102 buy
0-09:30  103  103 103   103 sell
0-09:35  104  104 104   104 buy
1-09:15  105  105 105   105 sell
1-09:20  106  106 106   106 buy
"""


def test_entries_outside_the_window_are_refused_and_exits_are_not():
    # The close of 09:20 is 09:25; of 09:25 it is 09:30.
    window = Entries(first_minute=9 * 60 + 25, last_minute=9 * 60 + 30)
    outcome = candles.run(DAY, entries=window)
    assert outcome.fills == ["long 9: bar 2 at 102, bar 3 at 103, signal"]
    assert outcome.refused == ["bar 0 long: outside_session", "bar 4 long: outside_session"]
    # Day 1, 09:20: its close is 09:25.
    assert outcome.still_open == ["long 9: bar 6 at 106, bar 6 at 106, end"]


def test_the_window_at_opens():
    window = Entries(first_minute=9 * 60 + 20, last_minute=9 * 60 + 20)
    outcome = candles.run(DAY, entries=window, settings=NEXT_OPEN)
    assert outcome.fills == ["long 9: bar 1 at 101, bar 2 at 102, signal"]
    assert outcome.refused == ["bar 3 long: outside_session", "bar 5 long: outside_session"]


def test_so_many_entries_a_day():
    outcome = candles.run(DAY, entries=Entries(max_per_day=1))
    assert outcome.refused == ["bar 2 long: max_trades_per_day", "bar 4 long: max_trades_per_day"]
    assert [fill.split(":")[1].split(" at")[0] for fill in (*outcome.fills, *outcome.still_open)] == [
        " bar 0",
        " bar 6",
    ]


def test_several_entries_into_one_position_at_their_mean():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         120  120 120   120 buy
         130  130 130   130 buy
         110  110 110   110 sell
        """,
        entries=Entries(max_entries=2),
        sizing=Sizing("quantity", 4),
    )
    # The third signal finds two entries made.
    assert outcome.fills == ["long 8: bar 0 at 110, bar 3 at 110, signal"]
    (trade,) = outcome.trades
    assert (trade.entries, trade.pnl, trade.mfe) == (2, 0, 20_00)
    assert outcome.equity == [1000, 1080, 1160, 1000]


def test_a_further_entry_has_only_the_cash_that_is_not_bound():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         100  100 100   100 buy
        """,
        entries=Entries(max_entries=2),
        sizing=Sizing("quantity", 6),
    )
    assert outcome.refused == ["bar 1 long: insufficient_cash"]
    assert outcome.still_open == ["long 6: bar 0 at 100, bar 1 at 100, end"]


def test_the_levels_of_a_position_are_those_of_its_last_entry():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         120  120 120   120 buy
         120  120 107   110 -
        """,
        entries=Entries(max_entries=2),
        sizing=Sizing("quantity", 4),
        exits=Exits(stop_loss_pct=10),
    )
    assert outcome.fills == ["long 8: bar 0 at 110, bar 2 at 108, stop"]


@pytest.mark.parametrize(
    ("entries", "exits", "reason"),
    [(LIMIT_2, Exits(), "limit"), (STOP_2, Exits(), "stop"), (Entries(), Exits(), "signal")],
)
def test_a_trade_says_how_it_was_entered(entries, exits, reason):
    (trade,) = bought("100 103 97 100 -", entries, exits=exits).open_trades
    assert trade.entry_reason == reason
