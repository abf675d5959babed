"""What a run's terms do to its trades, each worked out by hand on the closes of the factory.

ABOVE_100, all in, filled at the close: 110 buys floor(100000 / 110) = 909, 95 sells; 104 buys again, open at 130.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from apps.backtests.models import BacktestRun
from apps.core import clock
from apps.market import selectors as market_selectors
from apps.market.models import CorporateAction
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from apps.users.models import User
from marketdata.rulebook import charges
from tests.factories.backtests import make_candles, make_completed_run, make_prices
from tests.factories.options import EXPIRY, day_row, make_option_days
from tests.factories.sectors import make_sector, make_sector_prices

SCRIPT = """//@version=5
strategy("Above", process_orders_on_close=true, default_qty_type=strategy.percent_of_equity, default_qty_value=100)
level = input.float(100, "Level")
if close > level
    strategy.entry("in", strategy.long)
if close < level
    strategy.close("in")
"""
CALL = "NIFTY50-2025-09-16-25000-CE"
OPTION_DAYS = (date(2025, 9, 11), date(2025, 9, 12), date(2025, 9, 15), EXPIRY)
BUY_ONCE = {"name": "Hold", "enter_long": {"left": "CLOSE", "op": ">", "right": 50}}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


def trade_of(run: BacktestRun) -> dict[str, Any]:
    assert run.list_of_trades_json is not None
    trade: dict[str, Any] = run.list_of_trades_json[0]
    return trade


def run_option(owner: User, *, premiums: tuple[int, ...] = (100, 120, 150, 40), **values: Any) -> BacktestRun:
    make_option_days([day_row(date=day, price=price * 100) for day, price in zip(OPTION_DAYS, premiums, strict=True)])
    named = {"instrument_type": "option", "instrument_identifier": CALL, "rules": BUY_ONCE}
    span = {"start_date": OPTION_DAYS[0], "end_date": EXPIRY}
    return make_completed_run(owner, **{**named, **span, **values})


def test_flat_charges_are_paid_by_each_order_and_by_the_size(owner: User) -> None:
    # 908 x 110 = 99880.00 and 0.1 % of it 99.88 fit into 100000; 909 would not. Sold: 86260.00, 86.26.
    run = make_completed_run(owner, settings={"costs": {"kind": "flat_pct", "percent": 0.1}})

    trade = trade_of(run)
    assert (trade["quantity"], trade["charges"], trade["gross_pnl"], trade["pnl"]) == (908, 186.14, -13620.0, -13806.14)
    # 86193.86 buys 827 at 104 for 86008.00 and 86.01; they are worth 130 at the end.
    assert run.final_wallet_amount == Decimal("107609.85")
    assert run.extra["assumptions"]["costs"] == "0.1 % of each order's value as charges"


def test_indian_charges_are_those_of_the_rulebook_on_the_trade_dates(owner: User) -> None:
    run = make_completed_run(owner, settings={"costs": {"kind": "india"}})

    trade, rules = trade_of(run), market_selectors.rulebook_in_force()
    paid = [
        charges.charges(
            rules,
            charges.Leg("equity_delivery", side),
            price=Decimal(price),
            quantity=trade["quantity"],
            trade_date=day,
        ).total
        for side, price, day in (("BUY", 110, date(2024, 1, 2)), ("SELL", 95, date(2024, 1, 4)))
    ]
    assert Decimal(str(trade["charges"])) == sum(paid)
    assert trade["charges"] > 180, "STT alone is 0.1 % either way"
    assert run.settings["costs"] == {"kind": "india", "segment": "equity_delivery"}


@pytest.mark.parametrize(
    ("settings", "quantity", "entry", "exit_", "pnl"),
    [
        ({"slippage_ticks": 1}, 908, 110.05, 94.95, -13710.8),
        ({"slippage_bps": 100}, 900, 111.1, 94.05, -15345.0),
        ({"quantities": "lots", "lot_size": 50}, 900, 110.0, 95.0, -13500.0),
        ({"quantities": "fractional"}, 909.090909, 110.0, 95.0, -13636.363635),
        ({"sizing": {"kind": "risk_per_trade", "value": 1.0}, "stop_loss_points": 20.0}, 50, 110.0, 95.0, -750.0),
        ({"max_bars": 1}, 909, 110.0, 120.0, 9090.0),
        ({"fill_on": "next_open"}, 833, 120.0, 90.0, -24990.0),
    ],
)
def test_first_trade_on_other_terms(
    owner: User, settings: dict[str, Any], quantity: float, entry: float, exit_: float, pnl: float
) -> None:
    trade = trade_of(make_completed_run(owner, settings=settings))

    assert (trade["quantity"], trade["entry_price"], trade["exit_price"], trade["pnl"]) == (quantity, entry, exit_, pnl)


def test_fractional_quantity_is_kept_in_the_row_of_the_trade(owner: User) -> None:
    run = make_completed_run(owner, settings={"quantities": "fractional"})

    (row,) = market_selectors.list_round_trips(user=owner, backtest_run_id=run.pk)
    assert (row.quantity, row.pnl) == (Decimal("909.090909"), Decimal("-13636.36"))


def test_five_minute_bars_have_times_and_a_daily_curve(owner: User) -> None:
    make_candles()
    run = make_completed_run(owner, interval="5m")

    trade = trade_of(run)
    assert (trade["entry_time"], trade["exit_time"]) == ("2024-01-01T09:20:00+05:30", "2024-01-01T09:30:00+05:30")
    assert run.equity_curve_json == {"time": ["2024-01-01", "2024-01-02"], "equity": [86365.0, 107945.0]}
    assert run.extra["open_trade"]["entry_time"] == "2024-01-02T09:20:00+05:30"
    assert run.extra["assumptions"]["bars"] == 8


def test_day_ends_flat_at_the_time_of_square_off(owner: User) -> None:
    # 909 x (120 - 110) = 9090; 109090 buys 1048 at 104, sold at 130: 27248.
    make_candles()
    run = make_completed_run(owner, interval="5m", settings={"square_off": "09:30"})

    assert run.list_of_trades_json is not None
    assert [(trade["exit_reason"], trade["exit_time"], trade["pnl"]) for trade in run.list_of_trades_json] == [
        ("square_off", "2024-01-01T09:25:00+05:30", 9090.0),
        ("square_off", "2024-01-02T09:25:00+05:30", 27248.0),
    ]
    assert run.final_wallet_amount == Decimal("136338.00")
    assert "square off at 09:30" in run.strategy["sentence"]


def test_weeks_are_made_of_days(owner: User) -> None:
    run = make_completed_run(owner, interval="1w")

    # Monday 1 January to Sunday the 7th closes at 130, and the 8th begins another week.
    assert run.extra["assumptions"]["bars"] == 2
    assert run.extra["open_trade"]["entry_price"] == 130.0


@pytest.mark.parametrize(("adjusted", "entered"), [(False, "2024-01-02"), (True, "2024-01-06")])
def test_adjusted_prices_have_no_jump_at_a_split(owner: User, adjusted: bool, entered: str) -> None:
    # Two for one on the 4th: in today's shares the first days were 49.50, 55 and 60, and 104 is the first above 100.
    CorporateAction.objects.create(
        instrument="HANDMADE", kind="split", ex_date=date(2024, 1, 4), shares_before=1, shares_after=2
    )
    run = make_completed_run(owner, adjusted=adjusted)

    first = (run.list_of_trades_json or [run.extra["open_trade"]])[0]
    assert first["entry_date"] == entered
    assert run.extra["assumptions"]["adjusted"] is adjusted


def test_script_trades_as_the_same_rules_do(owner: User) -> None:
    run = make_completed_run(owner, strategy_custom_script=SCRIPT)

    assert (run.strategy["kind"], run.strategy["name"], run.strategy["parameters"]) == (
        "script",
        "Above",
        {"level": 100},
    )
    assert run.final_wallet_amount == Decimal("107945.00")
    assert (trade_of(run)["entry_tag"], trade_of(run)["pnl"]) == ("in", -13635.0)
    assert run.extra["assumptions"]["sizing"] == {"kind": "percent_of_equity", "value": 100}


def test_input_of_a_script_is_what_the_run_says(owner: User) -> None:
    run = make_completed_run(owner, strategy_custom_script=SCRIPT, parameters={"level": 115})

    # Only 120 and 130 are above 115: bought at 120, sold at 95.
    assert (trade_of(run)["entry_price"], trade_of(run)["exit_price"]) == (120.0, 95.0)


@pytest.mark.parametrize(("asked", "filled"), [(None, "same_close"), ("next_open", "next_open")])
def test_run_may_fill_a_script_otherwise_than_it_says(owner: User, asked: str | None, filled: str) -> None:
    settings = {} if asked is None else {"fill_on": asked}
    run = make_completed_run(owner, strategy_custom_script=SCRIPT, settings=settings)

    assert run.extra["assumptions"]["fill_on"] == filled


def test_option_is_settled_by_its_underlying_at_expiry(owner: User) -> None:
    # 100000 buys 13 lots of 75 at 100; NIFTY50 ends at 25200, so a call of 25000 is worth 200: 975 x 100.
    bar = ("2025-09-16", *("25200.00",) * 4, 0)
    make_sector_prices(sector=make_sector(), bars=[bar], extra={"source": "import"})
    run = run_option(owner)

    trade = trade_of(run)
    assert (trade["quantity"], trade["exit_price"], trade["exit_reason"], trade["pnl"]) == (
        975,
        200.0,
        "expiry",
        97500.0,
    )
    assert (run.settings["quantities"], run.settings["lot_size"]) == ("lots", 75)


def test_option_without_an_underlying_close_of_its_source_is_settled_at_its_last(owner: User) -> None:
    make_sector()
    trade = trade_of(run_option(owner))

    assert (trade["exit_price"], trade["exit_reason"]) == (40.0, "expiry")


def test_strategy_can_count_the_days_to_expiry(owner: User) -> None:
    make_sector()
    rules = {**BUY_ONCE, "exit_long": {"left": "DTE", "op": "<=", "right": 1}}
    trade = trade_of(run_option(owner, rules=rules))

    assert (trade["exit_date"], trade["exit_price"], trade["exit_reason"]) == ("2025-09-15", 150.0, "signal")


def test_holder_of_an_option_pays_charges_of_options(owner: User) -> None:
    make_sector()
    run = run_option(owner, settings={"costs": {"kind": "india"}})

    assert run.settings["costs"] == {"kind": "india", "segment": "options"}
    assert trade_of(run)["charges"] > 0


def test_terms_are_said_in_a_sentence(owner: User) -> None:
    run = make_completed_run(
        owner, settings={"fill_on": "next_open", "costs": {"kind": "india"}, "slippage_ticks": 2, "quantities": "lots"}
    )

    assert run.strategy["terms"] == (
        "Bars of 1 day, raw prices; orders fill at the next bar's open; levels stand off the fill price; "
        "of two levels in one bar the stop first; lots of 1; Indian charges by trade date for shares held overnight; "
        "slippage of 2 ticks an order."
    )


@pytest.mark.parametrize(("ticks", "trades", "final"), [(0, 1, "103960.00"), (1, 0, "100990.00")])
def test_a_target_that_is_only_touched_fills_unless_it_must_be_traded_through(
    owner: User, ticks: int, trades: int, final: str
) -> None:
    # 990 shares are bought at 101; the target is 105, which is the high of the day after; the close is 102.
    days = np.datetime64("2024-01-01") + np.arange(2)
    prices = {"open": [101, 102], "high": [101, 105], "low": [101, 101], "close": [101, 102]}
    columns: dict[str, Any] = {name: np.array(column, dtype=np.int64) * 100 for name, column in prices.items()}
    stocks_services.store_imported_bars(
        enum="TOUCHED",
        bars=stocks_selectors.PriceColumns(date=days, volume=np.ones(2, dtype=np.int64), **columns),
        extra={"source": "import", "file": "handmade"},
        data_until=clock.now(),
    )
    settings = {"target_points": 4, "penetration_ticks": ticks}
    run = make_completed_run(owner, instrument_identifier="TOUCHED", settings=settings)

    # Sold, it is bought again at the close of the same bar: 103960 buys 1019, which are worth what was paid.
    assert (run.number_of_trades, run.final_wallet_amount) == (trades, Decimal(final))
    assert run.extra["manifest"]["request"]["settings"]["penetration_ticks"] == ticks
    said = "a limit or target fills when traded through by 1 tick."
    assert run.strategy["terms"].endswith(said) == (ticks == 1)
