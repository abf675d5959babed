"""Lots, fractions, risk, slippage and charges: what is bought, what it costs, what is left. Hand-worked tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.costs.schedule import DayRates, Schedule, flat_percent
from engine.errors import InvalidCosts
from engine.types import Exits, Expiry, Sizing
from tests.engine.simulation import candles

ROUND_TRIP = """
open high low close signal
 100  100 100   100 buy
 110  110 110   110 sell
"""
SHORT_TRIP = """
open high low close signal
 100  100 100   100 short
 110  110 110   110 cover
"""
LOTS = {"units": "lots", "lot_size": 3}
FRACTIONS = {"units": "fractional"}


@pytest.mark.parametrize(
    ("settings", "sizing", "quantity"),
    [
        (LOTS, Sizing(), 9),
        (LOTS, Sizing("cash", 550_00), 3),
        (LOTS, Sizing("quantity", 6), 6),
        (LOTS, Sizing("percent_of_equity", 60), 6),
        (FRACTIONS, Sizing("cash", 555_55), 5.5555),
        (FRACTIONS, Sizing("quantity", 0.25), 0.25),
        (FRACTIONS, Sizing("percent_of_equity", 37.55), 3.755),
    ],
)
def test_lots_and_fractions(settings, sizing, quantity):
    (trade,) = candles.run(ROUND_TRIP, settings=settings, sizing=sizing).trades
    assert trade.quantity == quantity
    assert trade.pnl == pytest.approx(quantity * 10_00, rel=1e-12)


def test_fractions_end_at_a_millionth():
    (trade,) = candles.run(ROUND_TRIP.replace("100", "300"), settings=FRACTIONS).trades
    assert trade.quantity == 3.333333


@pytest.mark.parametrize(
    ("rupees", "sizing", "reason"),
    [
        (1_000, Sizing("cash", 299_99), "below_one_lot"),
        (299, Sizing(), "insufficient_cash"),
        (1_000, Sizing("quantity", 12), "insufficient_cash"),
    ],
)
def test_less_than_a_lot(rupees, sizing, reason):
    assert candles.run(ROUND_TRIP, rupees=rupees, settings=LOTS, sizing=sizing).refused == [f"bar 0 long: {reason}"]


@pytest.mark.parametrize(
    ("exits", "percent", "quantity"),
    [
        # 1 % of 1,000 is 10; 2 % of 100 is 2 a share.
        (Exits(stop_loss_pct=2), 1, 5),
        (Exits(stop_loss_points=2_50), 1, 4),
        (Exits(trailing_stop_pct=4), 1, 2),
        # The tighter of two stops is met first.
        (Exits(stop_loss_pct=5, trailing_stop_pct=2), 1, 5),
        # 5 % risked on 2 a share would be 25 shares; the cash buys 10.
        (Exits(stop_loss_pct=2), 5, 10),
    ],
)
def test_risk_per_trade_is_what_the_stop_loses(exits, percent, quantity):
    (trade,) = candles.run(ROUND_TRIP, exits=exits, sizing=Sizing("risk_per_trade", percent)).trades
    assert trade.quantity == quantity


def test_a_risk_of_less_than_a_share():
    outcome = candles.run(ROUND_TRIP, exits=Exits(stop_loss_pct=50), sizing=Sizing("risk_per_trade", 1))
    assert outcome.refused == ["bar 0 long: below_one_lot"]


def test_risk_with_a_stop_on_the_wrong_side_of_the_fill():
    # Signalled at 100, stop 98; filled at 97: there is nothing between the fill and the stop.
    outcome = candles.run(
        """
        open high low close signal
         100  100 100   100 buy
          97   97  97    97 -
        """,
        exits=Exits(stop_loss_pct=2),
        sizing=Sizing("risk_per_trade", 1),
        settings={"fill_on": "next_open", "stop_basis": "signal_close"},
    )
    assert outcome.refused == ["bar 1 long: no_stop_distance"]


SLIP = {"slippage_ticks": 2, "tick_size": 25.0}


def test_slippage_makes_both_fills_worse():
    assert candles.run(ROUND_TRIP, settings=SLIP).fills == ["long 9: bar 0 at 100.5, bar 1 at 109.5, signal"]
    assert candles.run(SHORT_TRIP, settings=SLIP, direction="short").fills == [
        "short 10: bar 0 at 99.5, bar 1 at 110.5, signal"
    ]
    assert candles.run(ROUND_TRIP, settings={"slippage_bps": 10}).fills == [
        "long 9: bar 0 at 100.1, bar 1 at 109.89, signal"
    ]


BOUGHT = """
open high low close signal
 100  100 100   100 buy
{}
"""


@pytest.mark.parametrize(
    ("bar", "fill"),
    [
        # Levels are off the fill of 100.50: stop 90.45, target 110.55.
        ("100 101 90 95 -", "at 89.95, stop"),
        ("80 81 79 80 -", "at 79.5, stop"),
        ("100 111 99 105 -", "at 110.55, target"),
        ("112 113 99 105 -", "at 112, target"),
    ],
)
def test_a_stop_slips_and_a_target_does_not(bar, fill):
    outcome = candles.run(BOUGHT.format(bar), stop=10, target=10, settings=SLIP)
    assert outcome.fills == [f"long 9: bar 0 at 100.5, bar 1 {fill}"]


@pytest.mark.parametrize(("high", "filled"), [("105.49", False), ("105.5", True)])
def test_a_target_must_be_traded_through_by_the_penetration(high, filled):
    settings = {"penetration_ticks": 2, "tick_size": 25.0}
    outcome = candles.run(BOUGHT.format(f"100 {high} 99 100 -"), target=5, settings=settings)
    assert outcome.fills == (["long 10: bar 0 at 100, bar 1 at 105, target"] if filled else [])


PERCENT = {"costs": flat_percent(Decimal(1))}


def test_charges_come_off_the_profit_and_the_equity():
    outcome = candles.run(ROUND_TRIP, settings=PERCENT)
    # Ten cost 1,000 and 10.00 more: nine. 9.00 to buy, 9.90 to sell.
    (trade,) = outcome.trades
    assert outcome.fills == ["long 9: bar 0 at 100, bar 1 at 110, signal"]
    assert (trade.gross_pnl, trade.charges, trade.pnl) == (90_00, 18_90, 71_10)
    assert outcome.equity == [991, 1071.1]
    assert (outcome.charges, outcome.traded) == (18.9, 900 + 990)


def test_of_an_open_trade_only_the_entry_has_been_charged():
    outcome = candles.run(BOUGHT.format("110 110 110 110 -"), settings=PERCENT)
    (trade,) = outcome.open_trades
    assert (trade.charges, trade.pnl) == (9_00, 81_00)
    assert outcome.equity == [991, 1081]


def test_all_in_leaves_exactly_what_the_charges_take():
    # 1,010.00 pays for ten and their 10.00; 1,009.99 does not.
    for rupees, quantity in ((1_010, 10), (1_009, 9)):
        (trade,) = candles.run(ROUND_TRIP, rupees=rupees, settings=PERCENT).trades
        assert trade.quantity == quantity


@pytest.mark.parametrize(("budget", "quantity"), [(102_00, 100), (102_01, 101)])
def test_the_most_shares_that_fit_with_their_charges(budget, quantity):
    # 102 at 1.00 would be charged 1.02, which leaves 100; but 101 and their 1.01 come to 102.01.
    table = ROUND_TRIP.replace("100", "1").replace("110", "2")
    (trade,) = candles.run(table, settings=PERCENT, sizing=Sizing("cash", budget)).trades
    assert trade.quantity == quantity


def test_a_quantity_whose_charges_cannot_be_paid_is_refused():
    outcome = candles.run(ROUND_TRIP, settings=PERCENT, sizing=Sizing("quantity", 10))
    assert outcome.refused == ["bar 0 long: insufficient_cash"]


INDIA = DayRates(
    valid_from=date(2024, 1, 1),
    brokerage_flat=Decimal(20),
    brokerage_pct=Decimal("0.03"),
    stt_sell_pct=Decimal("0.025"),
    exchange_pct=Decimal("0.00307"),
    sebi_pct=Decimal("0.0001"),
    stamp_buy_pct=Decimal("0.003"),
    gst_pct=Decimal(18),
)
INTRADAY = {"costs": Schedule.checked(segment="equity_intraday", rows=(INDIA,))}
ROUNDED = {"costs": Schedule.checked(segment="equity_intraday", rows=(INDIA,), duty_rounding="nearest_rupee")}
THOUSAND = """
open high low close signal
1000 1000 1000 1000 buy
1010 1010 1010 1010 sell
"""


def test_an_indian_round_trip():
    (trade,) = candles.run(THOUSAND, rupees=200_000, settings=INTRADAY, sizing=Sizing("quantity", 100)).trades
    # 30.34 to buy and 52.63 to sell.
    assert (trade.charges, trade.pnl) == (82_97, 1000_00 - 82_97)


def test_a_short_sells_first_and_is_charged_so():
    table = THOUSAND.replace("buy", "short").replace("sell", "cover")
    outcome = candles.run(table, rupees=200_000, settings=INTRADAY, sizing=Sizing("quantity", 100), direction="short")
    (trade,) = outcome.trades
    # Sold at 1,000: 20 + 25.00 + 3.07 + 0.10 + 4.17; bought at 1,010: 20 + 3.10 + 0.10 + 3.03 + 4.18.
    assert trade.charges == 52_34 + 30_41
    assert outcome.equity[0] == 200_000 - 52.34


def test_duties_of_a_day_are_rounded_to_rupees_together():
    table = """
    time    open high low close signal
    0-09:15 1000 1000 1000 1000 buy
    0-09:20 1010 1010 1010 1010 sell
    0-09:25 1000 1000 1000 1000 buy
    0-09:30 1010 1010 1010 1010 sell
    1-09:15 1000 1000 1000 1000 buy
    """
    trades = candles.run(table, rupees=200_000, settings=ROUNDED, sizing=Sizing("quantity", 100))
    first, second = trades.trades
    # Buying: services 27.34, stamp 3.00. Selling: 27.38, STT 25.25, of which 25 then 50.50 rounded to 51.
    assert (first.charges, second.charges) == (27_34 + 3_00 + 27_38 + 25_00, 27_34 + 3_00 + 27_38 + 26_00)
    assert trades.open_trades[0].charges == 27_34 + 3_00


def test_the_holder_of_an_option_pays_stt_when_it_is_settled():
    option = DayRates(valid_from=date(2024, 1, 1), exercise_stt_pct=Decimal("0.15"))
    settings = {
        "costs": Schedule.checked(segment="options", rows=(option,)),
        "expiry": Expiry(session=20_001, settlement=150_35),
    }
    bars = BOUGHT.replace("100", "120").format("130 130 130 130 -")
    (trade,) = candles.run(bars, rupees=8_000, settings=settings, sizing=Sizing("quantity", 65)).trades
    assert trade.charges == 14_66
    (trade,) = candles.run(
        bars.replace("buy", "short"), rupees=8_000, settings=settings, sizing=Sizing("quantity", 65), direction="short"
    ).trades
    assert trade.charges == 0


def test_a_date_without_charges_is_an_error():
    late = DayRates(valid_from=date(2030, 1, 1))
    with pytest.raises(InvalidCosts, match="not known"):
        candles.run(ROUND_TRIP, settings={"costs": Schedule.checked(segment="futures", rows=(late,))})
