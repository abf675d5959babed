"""One day's orders through the backtest and through a replayed account: the same fills, the same charges.

Both fill market orders at the close of the bar that has just ended (``same_close``). Prices lie where 0.05 % is a whole
number of ticks, for the backtest rounds no price to the tick. A backtest fills whole orders whatever a bar trades, by
design; paper fills what is larger than its share of the volume bar by bar.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest

from apps.market import selectors as market_selectors
from apps.trading import services
from apps.trading.models import Fill, Replay
from apps.users.models import User
from engine import runner
from engine.types import Direction, Entries, Exits, Plan, Settings, Signals, Sizing, Trade
from tests.factories.replays import DAY, make_replay, move, place_in
from tests.factories.trading import make_bars, make_real_stock
from tests.trading import page

# The bars of the day from 09:15 on; after the eighth nothing moves.
BARS = [
    (1000, 1000, 1000, 1000),
    (1000, 1002, 998, 1000),
    (1000, 1010, 990, 1005),
    (950, 960, 890, 905),
    (905, 930, 900, 920),
    (980, 1000, 975, 990),
    (990, 1000, 985, 1000),
    *[(1000, 1000, 1000, 1000)] * 68,
]
SIGNAL_AT = 1
LONG: Direction = "long"
SHORT: Direction = "short"
# What the plan says; what a user orders after the second bar, and after how many more bars what exit; fills by hand.
CASES = {
    "market, then a stop": (
        LONG,
        Entries(),
        Exits(stop_loss_points=10_050),
        {"side": "BUY"},
        (0, {"side": "SELL", "order_type": "SL-M", "trigger_price": "900.00"}),
        ("1000.50", "899.55"),
    ),
    "limit, then a target": (
        LONG,
        Entries(kind="limit", offset_pct=10.0, valid_bars=5),
        Exits(target_points=9_500),
        {"side": "BUY", "order_type": "LIMIT", "price": "900.00"},
        (2, {"side": "SELL", "order_type": "LIMIT", "price": "995.00"}),
        ("900.00", "995.00"),
    ),
    "limit, then a gap beyond the target": (
        LONG,
        Entries(kind="limit", offset_pct=10.0, valid_bars=5),
        Exits(target_points=7_000),
        {"side": "BUY", "order_type": "LIMIT", "price": "900.00"},
        (2, {"side": "SELL", "order_type": "LIMIT", "price": "970.00"}),
        ("900.00", "980.00"),
    ),
    "short by a stop, then squared off": (
        SHORT,
        Entries(kind="stop", offset_pct=10.0, valid_bars=5),
        Exits(square_off=15 * 60 + 20),
        {"side": "SELL", "order_type": "SL-M", "trigger_price": "900.00"},
        None,
        ("899.55", "1000.50"),
    ),
    "market, then squared off": (
        LONG,
        Entries(),
        Exits(square_off=15 * 60 + 20),
        {"side": "BUY"},
        None,
        ("1000.50", "999.50"),
    ),
}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock(close="950.00", previous="950.00")
    make_bars(*BARS, begin="09:15")


def backtested(direction: Direction, entries: Entries, exits: Exits, *, quantity: int = 10) -> Trade:
    """The trade of so many shares that the engine makes of a signal on the second bar."""
    instrument = market_selectors.get_named_instrument(identifier="RELIANCE")
    bars = market_selectors.load_bars(instrument=instrument, interval="5m", start=DAY, end=DAY).bars
    said, silent = np.zeros(len(bars), dtype=np.bool_), np.zeros(len(bars), dtype=np.bool_)
    said[SIGNAL_AT] = True
    signals = (
        Signals(said, silent, silent, silent, 0) if direction == "long" else Signals(silent, silent, said, silent, 0)
    )
    plan = Plan(
        name="one order",
        direction=direction,
        entries=entries,
        exits=exits,
        sizing=Sizing("quantity", quantity),
    )
    costs = market_selectors.get_charge_schedule(segment="equity_intraday", start=DAY, end=DAY, plan="india")
    rules = Settings(initial_cash=20_000_000, tick_size=5.0, slippage_bps=5.0, penetration_ticks=1.0, costs=costs)
    (trade,) = runner.simulate(signals=signals, plan=plan, bars=bars, settings=rules).trades
    return trade


def replayed(user: User, entry: dict[str, Any], leave: tuple[int, dict[str, str]] | None) -> list[Fill]:
    """The fills of the same orders, given to a replayed account when the second bar has ended."""
    replay: Replay = move(make_replay(user, fill_profile="india"), bars=SIGNAL_AT + 1)
    place_in(replay, **entry)
    if leave is not None:
        later, order = leave
        if later:
            move(replay, bars=later)
        place_in(replay, **order)
    services.advance_replay(user=user, replay_id=replay.pk, to=datetime.fromisoformat(f"{DAY}T15:30:00+05:30"))
    return list(Fill.objects.for_user(user).order_by("id"))


def rupees(paise: float) -> Decimal:
    return (Decimal(repr(paise)) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("name", CASES)
def test_the_same_fills_and_charges(owner: User, name: str) -> None:
    way, entries, exits, entry, leave, by_hand = CASES[name]

    trade = backtested(way, entries, exits)
    fills = replayed(owner, entry, leave)

    assert [fill.price for fill in fills] == [Decimal(price) for price in by_hand]
    assert [rupees(trade.entry_price), rupees(trade.exit_price)] == [Decimal(price) for price in by_hand]
    assert [fill.quantity for fill in fills] == [10, 10]
    assert sum(fill.charges for fill in fills) == rupees(trade.charges)
    assert sum(fill.realised for fill in fills) == rupees(trade.gross_pnl)


TOLD = ("market, then a stop", "limit, then a target", "short by a stop, then squared off", "market, then squared off")


@pytest.mark.parametrize(("row", "name"), list(zip(page.rows("Replay", "orders"), TOLD, strict=True)), ids=str)
def test_the_page_about_trading_has_these_fills(row: list[str], name: str) -> None:
    orders, *fills = row
    _, _, _, entry, leave, by_hand = CASES[name]
    asked = [order for order in (entry, leave and leave[1]) if order]

    levels = [order[key] for order in asked for key in ("price", "trigger_price") if key in order]
    assert fills == list(by_hand)
    assert [f"{level}.00" for level in re.findall(r"\b\d{3}\b", orders)] == levels


@pytest.mark.parametrize(("quantity", "parts"), [(100, [100]), (150, [100, 50])])
def test_in_parts_at_one_price_it_costs_the_same(owner: User, quantity: int, parts: list[int]) -> None:
    """A bar trades 1,000, of which an order may take a tenth; the rest of 150 fills at the next open, 1,000.50 too."""
    exits = Exits(square_off=15 * 60 + 20)
    trade = backtested(LONG, Entries(), exits, quantity=quantity)
    fills = replayed(owner, {"side": "BUY", "quantity": quantity}, None)

    assert [fill.quantity for fill in fills] == [*parts, quantity]
    assert {fill.price for fill in fills[:-1]} == {rupees(trade.entry_price)} == {Decimal("1000.50")}
    assert (fills[-1].price, rupees(trade.exit_price)) == (Decimal("999.50"), Decimal("999.50"))
    assert sum(fill.charges for fill in fills) == rupees(trade.charges)
    assert sum(fill.realised for fill in fills) == rupees(trade.gross_pnl)


@pytest.mark.parametrize(("quantity", "filled"), [(100, 100), (150, 100)])
def test_a_backtest_fills_at_a_level_what_paper_fills_in_part(owner: User, quantity: int, filled: int) -> None:
    """One bar falls through 900 and no other: paper gets a tenth of what that bar trades, a backtest everything."""
    entries, exits = Entries(kind="limit", offset_pct=10.0, valid_bars=5), Exits(square_off=15 * 60 + 20)
    trade = backtested(LONG, entries, exits, quantity=quantity)
    order = {"side": "BUY", "order_type": "LIMIT", "price": "900.00", "quantity": quantity}
    entry, leave = replayed(owner, order, None)

    assert (rupees(trade.entry_price), trade.quantity) == (Decimal("900.00"), quantity)
    assert (entry.price, entry.quantity, leave.quantity) == (Decimal("900.00"), filled, filled)
    assert (entry.charges + leave.charges == rupees(trade.charges)) == (filled == quantity)
