"""The last price of imported 5-minute bars: what orders fill at, what a position is worth, when it is too old."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from apps.core import configuration
from apps.trading import errors, services
from apps.trading.models import Fill
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock, place

OPEN = datetime.fromisoformat(OPEN_AT)


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    """The last day closed at 119.95; bars of the day end at 11:05 and 11:10."""
    make_real_stock()
    make_bars((100, 106, 97, 104), (104, 105, 99, 99.5))


@pytest.mark.parametrize(
    ("minutes", "price", "price_at"),
    [(4, "119.95", "2025-01-03T15:30"), (5, "104.00", "2026-01-05T11:05"), (12, "99.50", "2026-01-05T11:10")],
)
def test_an_order_fills_at_the_last_bar_that_is_final(owner: User, minutes: int, price: str, price_at: str) -> None:
    now = OPEN + timedelta(minutes=minutes)
    order = place(owner, now=now)

    fill = Fill.objects.for_user(owner).get(order=order)
    assert (fill.price, fill.price_at) == (Decimal(price), datetime.fromisoformat(f"{price_at}+05:30"))
    assert timedelta(seconds=fill.age_seconds) == now - fill.price_at


def test_a_price_is_live_for_two_bars_after_its_own(owner: User) -> None:
    configuration.override("trading.fill_profile", "realistic")

    for seconds, is_live in ((4 * 60, False), (5 * 60, True), (20 * 60, True), (20 * 60 + 1, False)):
        now = OPEN + timedelta(seconds=seconds)
        if is_live:
            assert place(owner, now=now, product="MIS").filled_quantity > 0
        else:
            with pytest.raises(errors.StalePrice):
                place(owner, now=now, product="MIS")


def test_a_position_is_worth_its_last_bar(owner: User) -> None:
    place(owner, now=OPEN)

    (row,) = services.value_positions(user=owner, now=OPEN + timedelta(minutes=10))

    assert (row.valuation.last_price, row.valuation.unrealised) == (Decimal("99.50"), Decimal("-204.50"))
