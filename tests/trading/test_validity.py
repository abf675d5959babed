"""How long orders wait: minutes, and orders kept for the next session (E7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core.errors import DomainError, ValidationFailed
from apps.trading import services
from apps.trading.models import Fill, Order, OrderEvent
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock, place
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
OPEN = datetime.fromisoformat(OPEN_AT)
SUNDAY = datetime.fromisoformat("2026-01-04T20:00:00+05:30")
BELL = datetime.fromisoformat("2026-01-05T09:15:00+05:30")
AMO = {"variety": "amo", "order_type": "LIMIT", "price": "98.00"}
TTL = {"validity": "TTL", "validity_minutes": 12, "order_type": "LIMIT", "price": "98.00"}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock(close="100.00", previous="99.00")


def at(minutes: float) -> datetime:
    return OPEN + timedelta(minutes=minutes)


def steps(order: Order) -> list[tuple[str, str]]:
    rows = OrderEvent.objects.unscoped().filter(order=order).order_by("id")
    return list(rows.values_list("reason", "to_status"))


def test_an_order_for_minutes_expires_with_the_last_of_them(owner: User, balances: Balances) -> None:
    order = place(owner, now=OPEN, **TTL)
    assert balances(owner)[:2] == (99_020, 980)

    services.work_orders(now=at(11.99))
    order.refresh_from_db()
    assert order.status == "OPEN"
    services.work_orders(now=at(12))

    order.refresh_from_db()
    assert steps(order)[-1] == ("TTL_ENDED", "EXPIRED")
    assert OrderEvent.objects.unscoped().filter(order=order).latest("id").market_at == at(12)
    assert balances(owner)[:2] == (100_000, 0)


@pytest.mark.parametrize(("bars", "status"), [(2, "COMPLETE"), (3, "EXPIRED")])
def test_a_bar_that_ends_after_the_minutes_does_not_fill(owner: User, bars: int, status: str) -> None:
    """Twelve minutes from eleven: the bars to 11:05 and 11:10 count, however late the worker comes."""
    order = place(owner, now=OPEN, **TTL)
    make_bars(*[(100, 101, 99, 100)] * (bars - 1), (100, 101, 97, 98))

    services.work_orders(now=at(30))

    order.refresh_from_db()
    assert order.status == status


@pytest.mark.parametrize(("minutes", "status"), [(1, "EXPIRED"), (8, "EXPIRED"), (9, "COMPLETE")])
def test_only_a_bar_that_opens_and_ends_within_the_minutes_fills(owner: User, minutes: int, status: str) -> None:
    """Taken at 11:01: the bar of eleven has begun, the next one ends at 11:10; both fall through the limit."""
    order = place(owner, now=at(1), **{**TTL, "validity_minutes": minutes})
    make_bars((100, 101, 90, 97), (97, 98, 90, 92))

    for minute in range(2, 12):
        services.work_orders(now=at(minute))

    order.refresh_from_db()
    assert (order.status, order.valid_until) == (status, at(1 + minutes))


def test_minutes_beyond_the_session_end_with_it(owner: User) -> None:
    order = place(owner, now=OPEN, **{**TTL, "validity_minutes": 1_440})

    assert order.valid_until == OPEN.replace(hour=15, minute=30)
    services.work_orders(now=order.valid_until)
    assert steps(order)[-1] == ("SESSION_ENDED", "EXPIRED")


def test_minutes_can_be_changed_and_left(owner: User) -> None:
    order = place(owner, now=OPEN, **{**TTL, "validity_minutes": 5})
    longer = services.modify_order(user=owner, order_id=order.pk, now=at(1), validity_minutes=20)
    day = services.modify_order(user=owner, order_id=order.pk, now=at(2), validity="DAY")

    assert (longer.valid_until, day.validity_minutes) == (at(20), None)
    assert day.valid_until == OPEN.replace(hour=15, minute=30)
    with pytest.raises(ValidationFailed):
        services.modify_order(user=owner, order_id=order.pk, now=at(3), validity="TTL")


def test_an_order_for_the_next_session_opens_with_it(owner: User, balances: Balances) -> None:
    order = place(owner, now=SUNDAY, **AMO)
    assert (order.status, order.worked_until, order.valid_until) == (
        "AMO_QUEUED",
        BELL,
        BELL.replace(hour=15, minute=30),
    )
    assert balances(owner)[:2] == (99_020, 980)

    services.work_orders(now=BELL - timedelta(seconds=1))
    order.refresh_from_db()
    assert order.status == "AMO_QUEUED"
    services.work_orders(now=BELL)
    make_bars((97.5, 99, 97, 98), begin="09:15")
    services.work_orders(now=BELL + timedelta(minutes=5))

    order.refresh_from_db()
    assert steps(order) == [
        ("ACCEPTED", "AMO_QUEUED"),
        ("SESSION_OPENED", "OPEN"),
        ("FILLED", "COMPLETE"),
    ]
    assert order.average_price == Decimal("97.50")
    balances(owner)


def test_at_market_it_fills_at_the_open_of_the_session(owner: User, balances: Balances) -> None:
    order = place(owner, now=SUNDAY, variety="amo")
    make_bars((101.5, 103, 100, 102), begin="09:15")

    services.work_orders(now=BELL + timedelta(minutes=5))

    fill = Fill.objects.for_user(owner).get()
    assert (fill.price, fill.bar_at) == (Decimal("101.50"), BELL)
    order.refresh_from_db()
    assert order.status == "COMPLETE"
    balances(owner)


def test_a_stop_for_the_next_session_waits_for_its_trigger(owner: User) -> None:
    order = place(owner, now=SUNDAY, variety="amo", order_type="SL-M", trigger_price="105.00")

    services.work_orders(now=BELL)

    assert steps(order)[-1] == ("SESSION_OPENED", "TRIGGER_PENDING")


def test_it_can_be_changed_and_cancelled_before_the_session(owner: User, balances: Balances) -> None:
    order = place(owner, now=SUNDAY, **AMO)

    changed = services.modify_order(user=owner, order_id=order.pk, now=SUNDAY, price=Decimal("101.00"))
    assert (changed.status, changed.blocked, changed.worked_until) == ("AMO_QUEUED", Decimal("1010.00"), BELL)
    services.cancel_order(user=owner, order_id=order.pk, now=SUNDAY)

    assert steps(order)[-1] == ("CANCELLED_BY_USER", "CANCELLED")
    assert balances(owner)[:2] == (100_000, 0)


@pytest.mark.parametrize("profile", ["instant", "realistic", "india"])
def test_every_profile_takes_it_outside_sessions_only(owner: User, profile: str) -> None:
    services.choose_profile(user=owner, fill_profile=profile)

    with pytest.raises(DomainError) as refused:
        place(owner, now=OPEN, **AMO)

    assert refused.value.code == "AMO_NOT_ALLOWED"
    assert place(owner, now=SUNDAY, **AMO).status == "AMO_QUEUED"


def test_cancel_all_takes_everything_that_waits(api: APIClient, owner: User, balances: Balances) -> None:
    place(owner, now=OPEN, order_type="LIMIT", price="90.00")
    place(owner, now=OPEN, product="MIS", variety="bracket", target="105.00", stoploss="95.00")
    place(owner, now=SUNDAY, **AMO)

    body = api.post("/api/v1/trading/orders/cancel-all", {}).json()

    assert [(row["leg"], row["status"]) for row in body] == [
        ("", "CANCELLED"),
        ("target", "CANCELLED"),
        ("stop", "CANCELLED"),
        ("", "CANCELLED"),
    ]
    assert api.post("/api/v1/trading/orders/cancel-all", {}).json() == []
    assert balances(owner)[:2] == (99_000, 0)


def test_cancel_all_leaves_other_users_alone(stranger_api: APIClient, owner: User) -> None:
    order = place(owner, now=OPEN, order_type="LIMIT", price="90.00")

    assert stranger_api.post("/api/v1/trading/orders/cancel-all", {}).json() == []
    order.refresh_from_db()
    assert order.status == "OPEN"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"validity": "TTL"}, "validity_minutes"),
        ({"validity_minutes": 5}, "validity_minutes"),
        ({"validity": "TTL", "validity_minutes": 0}, "validity_minutes"),
        ({"validity": "TTL", "validity_minutes": 1441}, "validity_minutes"),
        ({"variety": "amo", "validity": "IOC"}, "validity"),
        ({"variety": "amo", "order_type": "SL-M", "trailing": "1.00"}, "trailing"),
    ],
)
def test_fields_that_do_not_fit_are_400(api: APIClient, owner: User, body: Any, field: str) -> None:
    answer = api.post("/api/v1/trading/orders/", {"instrument": "RELIANCE", "side": "BUY", "quantity": 1, **body})

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, [field])
    assert Order.objects.for_user(owner).count() == 0
