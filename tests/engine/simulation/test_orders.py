"""Orders from signals: where they fill, which side, how many shares, and what is refused. Hand-worked tables."""

from __future__ import annotations

import pytest

from engine.types import Rejection, Sizing
from tests.engine.simulation import candles

NEXT_OPEN = {"fill_on": "next_open"}

ROUND_TRIP = """
open high low close signal
  98  101  97   100 buy
 102  110 101   108 -
 109  112 104   105 sell
 103  106 102   104 -
"""


def test_same_close_fills_at_the_close_of_the_signals_bar():
    outcome = candles.run(ROUND_TRIP)
    assert outcome.fills == ["long 10: bar 0 at 100, bar 2 at 105, signal"]
    assert outcome.equity == [1000, 1080, 1050, 1050]


def test_next_open_fills_at_the_open_after_the_signals_bar():
    outcome = candles.run(ROUND_TRIP, settings=NEXT_OPEN)
    # 1,000 buys 9 at 102; 82 stay in cash.
    assert outcome.fills == ["long 9: bar 1 at 102, bar 3 at 103, signal"]
    assert outcome.equity == [1000, 82 + 9 * 108, 82 + 9 * 105, 1009]


def test_profit_bars_held_and_excursions_of_a_round_trip():
    (trade,) = candles.run(ROUND_TRIP).trades
    # Bars 1 and 2 were held through: their lowest low is 101, their highest high 112.
    assert (trade.pnl, trade.bars_held, trade.mae, trade.mfe) == (50_00, 2, 0, 12_00)


def test_excursions_of_an_exit_at_the_open_end_with_its_price():
    (trade,) = candles.run(ROUND_TRIP, settings=NEXT_OPEN).trades
    # Bought at 102; bars 1 and 2 span 101 to 112; bar 3 counts with its open of 103 only.
    assert (trade.pnl, trade.bars_held, trade.mae, trade.mfe) == (9_00, 2, 1_00, 10_00)


def test_a_bar_counts_as_exposed_when_it_is_traded_through_with_a_position():
    assert candles.run(ROUND_TRIP).exposed_bars == 2
    assert candles.run(ROUND_TRIP, settings=NEXT_OPEN).exposed_bars == 2


LAST_BAR = """
open high low close signal
  98  101  97   100 -
 102  110  99   100 buy
"""


def test_an_order_at_the_close_of_the_last_bar_fills_and_is_open():
    outcome = candles.run(LAST_BAR)
    assert outcome.fills == []
    assert outcome.still_open == ["long 10: bar 1 at 100, bar 1 at 100, end"]


def test_an_order_due_after_the_last_bar_does_not_fill():
    outcome = candles.run(LAST_BAR, settings=NEXT_OPEN)
    assert (outcome.fills, outcome.still_open, outcome.rejections) == ([], [], ())


def test_a_position_open_at_the_end_is_marked_at_the_last_close():
    outcome = candles.run("""
    open high low close signal
     100  100 100   100 buy
     101  107  99   103 -
    """)
    assert outcome.fills == []
    assert outcome.still_open == ["long 10: bar 0 at 100, bar 1 at 103, end"]
    (trade,) = outcome.open_trades
    assert (trade.pnl, trade.mae, trade.mfe, trade.bars_held) == (30_00, 1_00, 7_00, 1)


REVERSAL = """
open high low close signal
 100  100 100   100 buy
 110  110 110   110 short
 100  100 100   100 buy
  90   90  90    90 -
"""


def test_both_directions_reverse_on_the_opposite_entry():
    outcome = candles.run(REVERSAL, direction="both")
    assert outcome.fills == [
        "long 10: bar 0 at 100, bar 1 at 110, reverse",
        "short 10: bar 1 at 110, bar 2 at 100, reverse",
    ]
    # 1,000 + 100 + 100 = 1,200 buys 12 at 100.
    assert outcome.still_open == ["long 12: bar 2 at 100, bar 3 at 90, end"]
    assert outcome.equity == [1000, 1100, 1200, 1080]


def test_long_only_passes_over_the_short_signals():
    outcome = candles.run(REVERSAL, direction="long")
    assert (outcome.fills, outcome.still_open) == ([], ["long 10: bar 0 at 100, bar 3 at 90, end"])


def test_short_only_passes_over_the_long_signals():
    outcome = candles.run(REVERSAL, direction="short")
    assert (outcome.fills, outcome.still_open) == ([], ["short 9: bar 1 at 110, bar 3 at 90, end"])


def test_reversal_at_the_next_open_closes_and_opens_at_one_price():
    outcome = candles.run(REVERSAL, direction="both", settings=NEXT_OPEN)
    assert outcome.fills == [
        "long 9: bar 1 at 110, bar 2 at 100, reverse",
        "short 9: bar 2 at 100, bar 3 at 90, reverse",
    ]


def test_an_exit_with_the_opposite_entry_is_a_reversal():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         110  110 110   110 sell+short
        """,
        direction="both",
    )
    assert outcome.fills == ["long 10: bar 0 at 100, bar 1 at 110, reverse"]
    assert outcome.still_open == ["short 10: bar 1 at 110, bar 1 at 110, end"]


def test_an_entry_while_holding_is_ignored_also_where_an_exit_fires_with_it():
    outcome = candles.run("""
    open high low close signal
     100  100 100   100 buy
     101  101 101   101 buy
     102  102 102   102 buy+sell
     103  103 103   103 -
    """)
    assert outcome.fills == ["long 10: bar 0 at 100, bar 2 at 102, signal"]
    assert outcome.still_open == []


def test_an_exit_with_nothing_held_does_not_keep_an_entry_out():
    outcome = candles.run("""
    open high low close signal
     100  100 100   100 buy+sell
     101  101 101   101 -
    """)
    assert outcome.still_open == ["long 10: bar 0 at 100, bar 1 at 101, end"]


def test_long_and_short_entries_on_one_bar_cancel_out():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy+short
         101  101 101   101 buy
         102  102 102   102 buy+short
        """,
        direction="both",
    )
    assert outcome.fills == []
    assert outcome.still_open == ["long 9: bar 1 at 101, bar 2 at 102, end"]


def test_an_exit_of_the_other_side_does_nothing():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 short
         101  101 101   101 sell
         102  102 102   102 cover
        """,
        direction="both",
    )
    assert outcome.fills == ["short 10: bar 0 at 100, bar 2 at 102, signal"]
    assert outcome.equity == [1000, 990, 980]


def test_a_short_mirrors_profit_and_excursions():
    (trade,) = candles.run(
        """
        open high low close signal
         100  100 100   100 short
         101  104  93    95 cover
        """,
        direction="short",
    ).trades
    assert (trade.side, trade.pnl, trade.mae, trade.mfe) == ("short", 50_00, 4_00, 7_00)


def test_a_short_can_lose_more_than_everything_and_is_refused_after():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 short
         250  250 250   250 cover
          10   10  10    10 short
        """,
        direction="short",
    )
    assert outcome.equity == [1000, -500, -500]
    assert outcome.rejections == (Rejection(index=2, side="short", reason="insufficient_cash"),)


ONE_PRICE = """
open high low close signal
 {0}  {0} {0}   {0} buy
 {0}  {0} {0}   {0} -
"""


@pytest.mark.parametrize(
    ("price", "sizing", "shares"),
    [
        ("100", Sizing("all_in"), 10),
        ("1", Sizing("all_in"), 1000),
        ("300", Sizing("all_in"), 3),
        ("1000", Sizing("all_in"), 1),
        ("100", Sizing("quantity", 7), 7),
        ("100", Sizing("quantity", 10), 10),
        ("100", Sizing("cash", 550_00), 5),
        ("100", Sizing("cash", 1000_00), 10),
        ("100", Sizing("percent_of_equity", 50), 5),
        ("100", Sizing("percent_of_equity", 59.9), 5),
        ("1", Sizing("percent_of_equity", 100), 1000),
        # 33.3 % of 1,000 are 333, though not of floats.
        ("3.33", Sizing("percent_of_equity", 33.3), 100),
    ],
)
def test_whole_shares_by_sizing(price, sizing, shares):
    (trade,) = candles.run(ONE_PRICE.format(price), sizing=sizing).open_trades
    assert trade.quantity == shares


@pytest.mark.parametrize(
    ("price", "sizing", "reason"),
    [
        ("1000.05", Sizing("all_in"), "insufficient_cash"),
        ("100", Sizing("quantity", 11), "insufficient_cash"),
        ("100", Sizing("cash", 1100_00), "insufficient_cash"),
        ("100", Sizing("cash", 99_99), "below_one_lot"),
        ("100", Sizing("percent_of_equity", 9.99), "below_one_lot"),
        ("1000.05", Sizing("cash", 99_99), "insufficient_cash"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_recorded_with_its_reason(price, sizing, reason):
    outcome = candles.run(ONE_PRICE.format(price), sizing=sizing)
    assert outcome.rejections == (Rejection(index=0, side="long", reason=reason),)
    assert (outcome.fills, outcome.still_open, outcome.equity) == ([], [], [1000, 1000])


def test_a_rejection_at_the_next_open_is_on_the_bar_it_was_due():
    outcome = candles.run(ONE_PRICE.format("2000"), settings=NEXT_OPEN)
    assert outcome.rejections == (Rejection(index=1, side="long", reason="insufficient_cash"),)


def test_a_reversal_that_cannot_be_afforded_still_closes():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 short
         105  105 105   105 buy
        """,
        direction="both",
        sizing=Sizing("quantity", 10),
    )
    assert (outcome.fills, outcome.still_open) == (["short 10: bar 0 at 100, bar 1 at 105, reverse"], [])
    assert outcome.rejections == (Rejection(index=1, side="long", reason="insufficient_cash"),)


def test_percent_of_equity_compounds():
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
         200  200 200   200 sell
         100  100 100   100 buy
        """,
        sizing=Sizing("percent_of_equity", 50),
    )
    assert outcome.fills == ["long 5: bar 0 at 100, bar 1 at 200, signal"]
    # Half of 1,500 at 100.
    assert outcome.still_open == ["long 7: bar 2 at 100, bar 2 at 100, end"]
