"""Exits wait for what their entry opened, and end with it, however it goes: netted, converted, closed (E7, E9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from apps.market.models import CorporateAction
from apps.notifications.models import Notification
from apps.trading import services
from apps.trading.models import Gtt, Order, OrderEvent, Position
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_bars, make_gtt, make_real_stock, place
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
OPEN = datetime.fromisoformat(OPEN_AT)
LONG = {"variety": "bracket", "target": "105.00", "stoploss": "98.00"}
SHORT = {"variety": "bracket", "target": "95.00", "stoploss": "102.00", "side": "SELL"}
Placing = Callable[..., Order]


@pytest.fixture
def order(owner: User) -> Placing:
    """Places an order for 10 at eleven, by default to buy at market, on a stock at 100."""
    make_real_stock(close="100.00", previous="99.00")

    def placed(**values: Any) -> Order:
        return place(owner, now=OPEN, **{"product": "MIS", **values})

    return placed


def exits(entry: Order) -> list[tuple[str, str, int]]:
    """Side, state and quantity of target and stop."""
    rows = Order.objects.unscoped().filter(parent=entry).order_by("id")
    return list(rows.values_list("side", "status", "quantity"))


def last_reason(order: Order) -> str:
    return OrderEvent.objects.unscoped().filter(order=order).latest("id").reason


def held(user: User, product: str = "MIS") -> int:
    return Position.objects.for_user(user).get(product=product).quantity


@pytest.mark.parametrize("product", ["CNC", "MIS"])
@pytest.mark.parametrize("quantity", [10, 4])
def test_a_bracket_that_only_closes_begins_no_exits(order: Placing, owner: User, product: str, quantity: int) -> None:
    order(quantity=10, product=product)

    entry = order(**SHORT, quantity=quantity, product=product)

    assert (entry.status, held(owner, product)) == ("COMPLETE", 10 - quantity)
    assert exits(entry) == []


def test_a_bracket_that_turns_a_position_round_protects_the_rest(order: Placing, owner: User) -> None:
    order(quantity=10)

    entry = order(**SHORT, quantity=14)

    assert held(owner) == -4
    assert exits(entry) == [("BUY", "OPEN", 4), ("BUY", "TRIGGER_PENDING", 4)]


def test_the_part_of_an_entry_that_opens_begins_the_exits(order: Placing, owner: User) -> None:
    order(quantity=150)
    entry = order(**SHORT, quantity=200, order_type="LIMIT", price="101.00")
    Order.objects.unscoped().filter(pk=entry.pk).update(fill_profile="india")
    # A tenth of each bar: 100 close, then 50 close and 50 open.
    make_bars((101, 101.5, 101, 101.5), (101.5, 101.5, 101, 101.5))

    services.work_orders(now=OPEN + timedelta(minutes=5))
    assert (held(owner), exits(entry)) == (50, [])

    services.work_orders(now=OPEN + timedelta(minutes=10))
    assert held(owner) == -50
    assert exits(entry) == [("BUY", "OPEN", 50), ("BUY", "TRIGGER_PENDING", 50)]


def test_what_is_left_of_an_entry_ends_when_what_it_opened_is_closed(order: Placing, owner: User) -> None:
    entry = order(**LONG, quantity=300, order_type="LIMIT", price="99.00")
    Order.objects.unscoped().filter(pk=entry.pk).update(fill_profile="india")
    make_bars((99, 99.5, 99, 99.5))
    services.work_orders(now=OPEN + timedelta(minutes=5))
    assert exits(entry) == [("SELL", "OPEN", 100), ("SELL", "TRIGGER_PENDING", 100)]

    services.close_all(user=owner, now=OPEN + timedelta(minutes=6))

    entry.refresh_from_db()
    assert (entry.status, entry.filled_quantity, last_reason(entry)) == ("CANCELLED", 100, "POSITION_CLOSED")
    assert {status for _, status, _ in exits(entry)} == {"CANCELLED"}


def test_exits_of_a_converted_position_end_and_the_user_is_told(
    order: Placing, owner: User, balances: Balances
) -> None:
    entry = order(**LONG)
    position = Position.objects.for_user(owner).get()

    def convert(quantity: int) -> None:
        services.convert_position(user=owner, position_id=position.pk, product="CNC", quantity=quantity, now=OPEN)

    convert(4)
    assert [status for _, status, _ in exits(entry)] == ["OPEN", "TRIGGER_PENDING"]
    convert(6)

    assert [status for _, status, _ in exits(entry)] == ["CANCELLED", "CANCELLED"]
    assert {last_reason(leg) for leg in Order.objects.unscoped().filter(parent=entry)} == {"POSITION_CONVERTED"}
    told = Notification.objects.for_user(owner).values_list("message", flat=True)
    assert sum("(POSITION_CONVERTED)" in message for message in told) == 2
    assert (held(owner), held(owner, "CNC")) == (0, 10)
    assert balances(owner) == (99_000, 0, 1_000, 0)


def test_an_exit_of_a_position_converted_in_part_takes_no_more_than_is_left(order: Placing, owner: User) -> None:
    entry = order(**LONG)
    position = Position.objects.for_user(owner).get()
    services.convert_position(user=owner, position_id=position.pk, product="CNC", quantity=4, now=OPEN)
    make_bars((105, 106, 105, 106))

    services.work_orders(now=OPEN + timedelta(minutes=5))

    assert (held(owner), held(owner, "CNC")) == (0, 4)
    assert exits(entry) == [("SELL", "CANCELLED", 10), ("SELL", "CANCELLED", 4)]


def test_a_split_ends_the_orders_and_triggers_of_before_it(order: Placing, owner: User, balances: Balances) -> None:
    evening, morning = OPEN.replace(hour=18), OPEN.replace(day=6, hour=8)
    old = place(owner, now=evening, variety="amo", order_type="LIMIT", price="90.00")
    new = place(owner, now=morning, variety="amo", order_type="LIMIT", price="19.00")
    before, after = make_gtt(owner, now=evening), make_gtt(owner, now=morning)
    assert balances(owner)[:2] == (100_000 - 900 - 190, 900 + 190)
    CorporateAction.objects.create(
        instrument="RELIANCE", ex_date=date(2026, 1, 6), kind="split", shares_before=1, shares_after=5
    )

    services.apply_corporate_actions(now=evening)
    assert Order.objects.unscoped().get(pk=old.pk).status == "AMO_QUEUED"
    for _ in range(2):
        services.apply_corporate_actions(now=morning)

    states = {row.pk: row.status for row in Order.objects.for_user(owner)}
    assert (states[old.pk], states[new.pk], last_reason(old)) == ("CANCELLED", "AMO_QUEUED", "CORPORATE_ACTION")
    triggers = {row.pk: (row.status, row.refusal_code) for row in Gtt.objects.for_user(owner)}
    assert triggers == {before.pk: ("cancelled", "CORPORATE_ACTION"), after.pk: ("active", "")}
    assert Notification.objects.for_user(owner).filter(message__contains="CORPORATE_ACTION").count() == 2
    assert balances(owner)[:2] == (100_000 - 190, 190)
