"""Stops that follow the price: from the extremes of earlier bars, moved on after the check, as in a backtest (E7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.core.errors import DomainError
from apps.market.enums import InstrumentType
from apps.market.selectors import Instrument
from apps.trading import services
from apps.trading.models import Order, OrderEvent
from apps.trading.services import matching, trailing
from apps.trading.services.matching import Prices
from apps.users.models import User
from engine.simulation import interface as codes
from engine.simulation import levels
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock, place

OPEN = datetime.fromisoformat(OPEN_AT)
SHARE = Instrument(InstrumentType.STOCK, "ACME", 1, None, is_active=True)
DAY = date(2026, 1, 5)
BAR = st.lists(st.integers(9000, 11000), min_size=4, max_size=4)


def at(minutes: int) -> datetime:
    return OPEN + timedelta(minutes=minutes)


def stopped(user: User, **values: Any) -> Order:
    """A stop that follows the price by 5 rupees from 100 on, below a position of 10."""
    make_real_stock(close="100.00", previous="99.00")
    side = values.get("side", "SELL")
    place(user, now=OPEN, product="MIS", side="BUY" if side == "SELL" else "SELL")
    return place(user, now=OPEN, **{"product": "MIS", "side": side, "order_type": "SL-M", "trailing": "5.00", **values})


@pytest.mark.parametrize(
    ("values", "bars", "stops", "price"),
    [
        ({}, [(100, 110, 99, 108), (108, 108, 104, 104)], ["95.00", "105.00"], "105.00"),
        ({}, [(100, 110, 94, 108)], ["95.00"], "95.00"),
        ({}, [(100, 110, 99, 108), (103, 108, 102, 104)], ["95.00", "105.00"], "103.00"),
        ({}, [(100, 101, 99, 100), (100, 100, 96, 96)], ["95.00", "96.00"], "96.00"),
        ({"trailing_unit": "percent"}, [(100, 110, 99, 108), (108, 108, 104, 104)], ["95.00", "104.50"], "104.50"),
        ({"side": "BUY"}, [(100, 101, 90, 92), (92, 96, 92, 95)], ["105.00", "95.00"], "95.00"),
        ({"trigger_price": "97.00"}, [(100, 101, 98, 100), (100, 100, 96, 96)], ["97.00", "97.00"], "97.00"),
    ],
)
def test_a_stop_follows_the_bars_before(owner: User, values: Any, bars: Any, stops: list[str], price: str) -> None:
    """The first bar of the first row reaches 99: below the 105 to which that bar itself moves the stop."""
    order = stopped(owner, **values)
    make_bars(*bars)

    seen = []
    for number in range(len(bars)):
        seen.append(str(order.trigger_price))
        services.work_orders(now=at(5 * number + 5))
        order.refresh_from_db()

    assert (seen, order.status, order.average_price) == (stops, "COMPLETE", Decimal(price))


def test_every_move_of_a_stop_is_an_event_with_its_figures(owner: User) -> None:
    order = stopped(owner)
    make_bars((100, 110, 99, 108), (108, 109, 106, 107), (107, 107, 104, 105))

    services.work_orders(now=at(15))

    rows = OrderEvent.objects.for_user(owner).filter(order=order).order_by("id")
    assert list(rows.values_list("reason", flat=True)) == ["ACCEPTED", "TRAILED", "TRIGGERED", "FILLED"]
    assert (rows[1].details, rows[1].bar_at) == ({"trigger_price": "105.00", "best_price": "110.00"}, OPEN)


def test_a_stop_between_two_paise_is_met_by_the_paisa_beyond(owner: User) -> None:
    """1 % below 106.35 is 105.2865."""
    order = stopped(owner, trailing="1.00", trailing_unit="percent")
    make_bars((100, 106.35, 99.5, 106), (106, 106, 105.29, 106), (106, 106, 105.28, 106))

    services.work_orders(now=at(10))
    order.refresh_from_db()
    assert (order.status, order.trigger_price) == ("TRIGGER_PENDING", Decimal("105.28"))
    services.work_orders(now=at(15))

    order.refresh_from_db()
    assert (order.status, order.average_price) == ("COMPLETE", Decimal("105.28"))


def test_the_stop_of_a_bracket_follows_the_price_from_its_entry_on(owner: User) -> None:
    """The worker comes twice after the first bar, whose low of 99 is below the 103 that it moves the stop to."""
    make_real_stock(close="100.00", previous="99.00")
    values = {"variety": "bracket", "target": "120.00", "stoploss": "97.00", "trailing": "2.00"}
    entry = place(owner, now=OPEN, product="MIS", **values)
    make_bars((100, 105, 99, 104), (104, 104, 102.5, 103))

    for minutes in (5, 6, 10):
        services.work_orders(now=at(minutes))

    target, stop = Order.objects.unscoped().filter(parent=entry).order_by("id")
    assert (target.status, stop.status, stop.average_price) == ("CANCELLED", "COMPLETE", Decimal("103.00"))


def test_within_the_bar_of_a_limit_entry_only_its_close_moves_the_stop(owner: User) -> None:
    """Entered at 98 on a bar to 106 that ends at 100: the high may have come before."""
    make_real_stock(close="100.00", previous="99.00")
    values = {"variety": "bracket", "stoploss": "90.00", "trailing": "2.00", "order_type": "LIMIT", "price": "98.00"}
    entry = place(owner, now=OPEN, product="MIS", **values)
    make_bars((100, 106, 97, 100))

    services.work_orders(now=at(5))

    (stop,) = Order.objects.unscoped().filter(parent=entry)
    assert (stop.status, stop.trail_extreme, stop.trigger_price) == ("TRIGGER_PENDING", Decimal(100), Decimal(98))


def test_a_distance_that_leaves_no_stop_below_the_price_is_refused(owner: User) -> None:
    with pytest.raises(DomainError) as refused:
        stopped(owner, side="SELL", trigger_price="101.00")

    assert refused.value.code == "INVALID_TRIGGER"


def test_a_stop_that_follows_needs_no_trigger_over_http(api: APIClient, owner: User) -> None:
    make_real_stock(close="100.00", previous="99.00")
    place(owner, now=OPEN)
    body = {"instrument": "RELIANCE", "side": "SELL", "quantity": 10, "order_type": "SL-M", "trailing": "2.50"}

    answer = api.post("/api/v1/trading/orders/", body).json()

    shown = (answer["status"], answer["trigger_price"], answer["trailing"], answer["trailing_unit"])
    assert shown == ("TRIGGER_PENDING", "97.50", "2.50", "points")


@given(
    bars=st.lists(BAR, min_size=1, max_size=8),
    side=st.sampled_from([1, -1]),
    unit=st.sampled_from(["points", "percent"]),
    distance=st.integers(50, 900),
)
@settings(deadline=None, max_examples=150)
@pytest.mark.django_db
def test_the_stop_fills_where_a_backtests_trailing_stop_does(
    bars: list[list[int]], side: int, unit: str, distance: int
) -> None:
    order = Order(
        side="SELL" if side > 0 else "BUY",
        order_type="SL-M",
        quantity=1,
        fill_profile="instant",
        trailing=Decimal(distance) / 100,
        trailing_unit=unit,
    )
    trailing.begin(order, last_price=Decimal(100))
    account, rules = np.zeros(1, codes.ACCOUNT), np.zeros(1, codes.RULES)
    account["side"], account["extreme"], account["stop"], account["target"] = side, side * 10_000, -np.inf, np.inf
    account["trail_from"] = -np.inf
    account["trail_by"] = distance if unit == "points" else 0
    rules["trailing_pct"] = 0 if unit == "points" else distance / 100

    for figures in bars:
        bar = Prices(figures[0], max(figures), min(figures), figures[3])
        expected = levels.met(account[0], matching.record(bar), rules[0])
        found = matching.match(order, bar=bar, instrument=SHARE, on=DAY)

        assert (found.price is not None) == (expected.reason == codes.TRAILING)
        if found.price is not None:
            rounding = ROUND_FLOOR if side > 0 else ROUND_CEILING
            paise = Decimal(expected.price).quantize(Decimal("0.0001"))
            assert found.price * 100 == paise.to_integral_value(rounding)
            return
        levels.see(account[0], side * (bar.high if side > 0 else bar.low), side * bar.close, rules[0])
        trailing.follow(order, high=bar.high, low=bar.low)
