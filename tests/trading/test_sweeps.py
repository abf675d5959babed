"""Whoever's row is refused, everybody else's is worked: here an option whose expiry a new rule takes away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from pytest_django import Settings

from apps.trading import services
from apps.trading.models import EquityDay, Gtt, Order, Position
from apps.trading.selectors import measures
from apps.trading.services import desk
from apps.users.models import User
from tests.factories.market_rules import make_rule
from tests.factories.sectors import make_sector
from tests.factories.trading import OPEN_AT, make_bars, make_contract_position, make_gtt, make_real_stock, place
from tests.factories.watching import make_alert, make_watchlist

OPEN = datetime.fromisoformat(OPEN_AT)
DUE = datetime.fromisoformat("2026-01-05T15:20:00+05:30")
CONTRACT = "NIFTY50-2026-01-06-26000-CE"
GONE = date(2026, 1, 6)


@pytest.fixture(autouse=True)
def _market(owner: User, settings: Settings) -> None:
    settings.TALLY_KEYS = uuid4().hex
    make_sector(enum="NIFTY50")
    make_real_stock(close="100.00", previous="99.00")


def left_alone() -> dict[str, float]:
    """How often each sweep that did left a row alone, as operators read it."""
    return {each.labels["sweep"]: each.value for each in measures.measure_unscoped() if each.value}


def lose_the_contract(admin: User) -> None:
    """Weekly options expire on Thursdays from then on."""
    columns = {"underlying": "NIFTY50", "cycle": "weekly", "weekday": "THU"}
    make_rule(admin, table="expiry_rules", valid_from=GONE, columns=columns)
    desk.forget_prices()


def test_a_held_contract_that_is_gone_keeps_nobody_from_being_squared_off(
    owner: User, stranger: User, admin: User
) -> None:
    make_contract_position(stranger, instrument=CONTRACT, quantity=65, price="10.00")
    place(owner, now=OPEN, product="MIS")
    lose_the_contract(admin)

    assert services.close_due(now=DUE + timedelta(days=3)) == 1

    # Its square-off, and then that and its settlement.
    assert left_alone() == {"closes": 3}
    assert Position.objects.for_user(owner).get().quantity == 0
    assert Position.objects.for_user(stranger).get().quantity == 65


def test_an_order_that_waits_for_a_contract_that_is_gone_keeps_nobody_waiting(
    owner: User, stranger: User, admin: User
) -> None:
    for product in ("MIS", "NRML"):
        place(
            stranger,
            now=OPEN,
            instrument=CONTRACT,
            quantity=65,
            order_type="LIMIT",
            price="1.00",
            product=product,
        )
    order = place(owner, now=OPEN, order_type="LIMIT", price="90.00")
    place(owner, now=OPEN, product="MIS")
    make_bars((100, 100, 89, 89))
    lose_the_contract(admin)

    assert services.work_orders(now=DUE) == 1
    # Both orders wait for its bars, of which there are none.
    assert left_alone() == {"orders": 1}
    assert services.close_due(now=DUE) == 1
    assert services.work_orders(now=DUE + timedelta(days=3)) == 0

    order.refresh_from_db()
    assert (order.status, order.average_price) == ("COMPLETE", Decimal("90.00"))
    assert set(Order.objects.for_user(stranger).values_list("status", flat=True)) == {"OPEN"}


def test_a_trigger_on_a_contract_that_is_gone_keeps_no_other_from_being_met(
    owner: User, stranger: User, admin: User
) -> None:
    make_gtt(stranger, ("1.00", "1.00"), instrument=CONTRACT, quantity=65, now=OPEN)
    trigger = make_gtt(owner, ("90.00", "90.00"), now=OPEN)
    make_bars((100, 100, 89, 89))
    lose_the_contract(admin)

    assert services.work_gtts(now=DUE) == 1
    assert left_alone() == {"gtts": 1}

    trigger.refresh_from_db()
    assert trigger.status == "triggered"
    assert Gtt.objects.for_user(stranger).get().status == "active"


def test_an_alert_on_a_contract_that_is_gone_keeps_no_other_from_firing(
    owner: User, stranger: User, admin: User
) -> None:
    make_alert(stranger, instrument=CONTRACT, level="1.00", now=OPEN)
    alert = make_alert(owner, condition="below", level="90.00", now=OPEN)
    make_bars((100, 100, 89, 89))
    lose_the_contract(admin)

    assert [services.check_alerts(now=DUE) for _ in range(2)] == [1, 0]

    alert.refresh_from_db()
    assert alert.status == "fired"
    assert left_alone() == {"alerts": 2}


def test_equity_is_put_on_record_with_the_last_fill_of_a_contract_that_is_gone(
    owner: User, stranger: User, admin: User
) -> None:
    make_contract_position(stranger, instrument=CONTRACT, quantity=65, price="10.00")
    place(owner, now=OPEN)
    lose_the_contract(admin)

    assert services.note_equity(now=DUE.replace(hour=16)) == 2

    values = {row.user_id: row.positions_value for row in EquityDay.objects.unscoped()}
    assert values == {owner.pk: Decimal(1000), stranger.pk: Decimal(650)}


def test_its_holder_sees_it_at_its_last_fill_and_lists_without_its_price(stranger: User, admin: User) -> None:
    make_contract_position(stranger, instrument=CONTRACT, quantity=65, price="10.00")
    watchlist = make_watchlist(stranger, instruments=[CONTRACT, "RELIANCE"])
    lose_the_contract(admin)

    (seen,) = services.list_positions(user=stranger, now=DUE)
    quotes = services.quote_watchlist(user=stranger, watchlist_id=watchlist.pk, now=DUE)

    assert (seen.position.instrument, seen.valuation.last_price) == (CONTRACT, Decimal("10.00"))
    assert ([each.instrument for each in quotes.quotes], quotes.missing) == (["RELIANCE"], [CONTRACT])
