"""Triggers that stand: compared with final bars, each once; they place one limit order and are gone (E7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from apps.core.errors import DomainError
from apps.notifications.models import Notification
from apps.trading import services
from apps.trading.models import Gtt, Order
from apps.users.models import RolePermission, User
from tests.factories.sectors import make_sector
from tests.factories.trading import OPEN_AT, make_bars, make_gtt, make_real_stock, place
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
OPEN = datetime.fromisoformat(OPEN_AT)
GTT = "/api/v1/trading/gtt/"
PAIR = (("95.00", "94.50"), ("105.00", "105.00"))
CALL = "NIFTY50-2026-01-06-26000-CE"


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock(close="100.00", previous="99.00")


def at(minutes: int) -> datetime:
    return OPEN + timedelta(minutes=minutes)


def worked(row: Gtt, *, minutes: int) -> tuple[str, Decimal | None]:
    """Where the trigger stands, and the limit of what it placed."""
    services.work_gtts(now=at(minutes))
    row.refresh_from_db()
    return row.status, row.order.price if row.order is not None else None


@pytest.mark.parametrize(
    ("side", "prices", "bar", "status", "limit"),
    [
        ("BUY", [("95.00", "95.50")], (100, 101, 95, 96), "triggered", "95.50"),
        ("BUY", [("95.00", "95.50")], (100, 101, 95.05, 96), "active", None),
        ("BUY", [("105.00", "106.00")], (100, 105, 99, 100), "triggered", "106.00"),
        ("BUY", [("105.00", "106.00")], (100, 104.95, 99, 100), "active", None),
        ("SELL", PAIR, (100, 101, 94, 96), "triggered", "94.50"),
        ("SELL", PAIR, (100, 106, 99, 104), "triggered", "105.00"),
        ("SELL", PAIR, (100, 106, 94, 104), "triggered", "94.50"),
        ("BUY", PAIR, (100, 106, 94, 104), "triggered", "105.00"),
        ("SELL", PAIR, (100, 104, 96, 104), "active", None),
    ],
)
def test_a_bar_that_meets_a_trigger_places_its_limit_order(
    owner: User, side: str, prices: Any, bar: Any, status: str, limit: str | None, balances: Balances
) -> None:
    if side == "SELL":
        place(owner, now=OPEN)
    row = make_gtt(owner, *prices, now=OPEN, side=side)
    make_bars(bar)

    assert worked(row, minutes=4) == ("active", None)
    assert worked(row, minutes=5) == (status, None if limit is None else Decimal(limit))
    balances(owner)


def test_what_is_placed_is_an_order_like_any_other(owner: User, balances: Balances) -> None:
    row = make_gtt(owner, ("95.00", "95.50"), now=OPEN, product="MIS")
    make_bars((100, 101, 95, 96), (96, 97, 95.4, 96))
    worked(row, minutes=5)

    order = Order.objects.for_user(owner).get()
    assert (order.order_type, order.product, order.quantity, order.tag) == ("LIMIT", "MIS", 10, "GTT")
    assert (order.client_order_id, order.accepted_market_at) == (f"gtt:{row.pk}", at(5))
    assert (row.triggered_bar_at, Notification.objects.for_user(owner).get().title) == (OPEN, "GTT triggered: RELIANCE")
    balances(owner)


def test_it_fires_once_and_nothing_is_lost_where_a_worker_dies(owner: User) -> None:
    row = make_gtt(owner, ("95.00", "95.50"), now=OPEN)
    make_bars((100, 101, 95, 96), (96, 97, 94, 95))

    with transaction.atomic():
        assert services.work_gtts(now=at(10)) == 1
        transaction.set_rollback(True)
    assert (services.work_gtts(now=at(10)), services.work_gtts(now=at(10))) == (1, 0)

    assert Order.objects.for_user(owner).count() == 1
    row.refresh_from_db()
    assert row.triggered_bar_at == OPEN


def test_a_bar_that_opened_before_it_does_not_count(owner: User) -> None:
    row = make_gtt(owner, ("95.00", "95.50"), now=OPEN)
    make_bars((100, 101, 90, 100), (100, 101, 99, 100), begin="10:55")

    assert worked(row, minutes=5) == ("active", None)
    assert row.worked_until == at(5)


def test_met_on_the_last_bar_of_a_session_it_orders_for_the_next(owner: User) -> None:
    row = make_gtt(owner, ("95.00", "95.50"), now=OPEN)
    make_bars((100, 101, 95, 96), begin="15:25")

    services.work_gtts(now=OPEN.replace(hour=15, minute=30))

    order = Order.objects.for_user(owner).get()
    assert (order.variety, order.status) == ("amo", "AMO_QUEUED")
    row.refresh_from_db()
    assert row.status == "triggered"


def test_a_refused_order_rejects_the_trigger_with_its_code(owner: User, balances: Balances) -> None:
    row = make_gtt(owner, ("95.00", "95.50"), now=OPEN, quantity=2_000)
    make_bars((100, 101, 95, 96))

    assert worked(row, minutes=5)[0] == "rejected"
    assert row.refusal_code == "INSUFFICIENT_FUNDS"
    assert row.order is not None
    assert row.order.status == "REJECTED"
    assert balances(owner) == (100_000, 0, 0, 0)


def test_it_ends_after_its_days(owner: User) -> None:
    row = make_gtt(owner, now=OPEN, days=2)

    services.work_gtts(now=OPEN + timedelta(days=2) - timedelta(seconds=1))
    row.refresh_from_db()
    assert row.status == "active"
    services.work_gtts(now=OPEN + timedelta(days=2))

    row.refresh_from_db()
    assert (row.status, Order.objects.for_user(owner).count()) == ("expired", 0)


def test_over_http_it_is_set_listed_and_taken_away(api: APIClient, owner: User) -> None:
    triggers = [{"trigger_price": "95.00", "price": "94.50"}, {"trigger_price": "105.00", "price": "105.00"}]
    body = {"instrument": "RELIANCE", "side": "SELL", "quantity": 10, "triggers": triggers}

    placed = api.post(GTT, body)
    row = placed.json()
    listed = api.get(GTT, {"status": "active"}).json()["results"]
    ended = api.delete(f"{GTT}{row['id']}/").json()
    again = api.delete(f"{GTT}{row['id']}/")

    assert (placed.status_code, row["lower_price"], row["upper_trigger"]) == (201, "94.50", "105.00")
    assert (row["product"], row["last_price"], row["order_id"]) == ("CNC", "100.00", None)
    assert listed == [row]
    assert (ended["status"], again.status_code, again.json()["code"]) == ("cancelled", 409, "ORDER_NOT_OPEN")
    assert api.get(GTT, {"status": "active"}).json()["count"] == 0


@pytest.mark.parametrize(
    ("prices", "code"),
    [
        ([("100.00", "100.00")], "INVALID_TRIGGER"),
        ([("95.00", "95.00"), ("96.00", "96.00")], "INVALID_TRIGGER"),
        ([("105.00", "95.00"), ("106.00", "96.00")], "INVALID_TRIGGER"),
    ],
)
def test_triggers_that_make_no_sense_are_refused(owner: User, prices: Any, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        make_gtt(owner, *prices, now=OPEN)

    assert refused.value.code == code
    assert Gtt.objects.for_user(owner).count() == 0


def test_options_need_their_permission_and_no_delivery(owner: User) -> None:
    make_sector(enum="NIFTY50")
    with pytest.raises(DomainError) as delivery:
        make_gtt(owner, ("1.00", "1.00"), now=OPEN, instrument=CALL, quantity=75, product="CNC")
    RolePermission.objects.filter(permission__code="options.trade").delete()
    with pytest.raises(DomainError) as permission:
        make_gtt(owner, ("1.00", "1.00"), now=OPEN, instrument=CALL, quantity=75)

    assert (delivery.value.code, permission.value.code) == ("PRODUCT_NOT_ALLOWED", "PERMISSION_DENIED")


def test_nothing_waits_for_a_contract_that_has_expired(owner: User) -> None:
    make_sector(enum="NIFTY50")
    with pytest.raises(DomainError) as over:
        make_gtt(owner, ("1.00", "1.00"), now=OPEN, instrument="NIFTY50-2020-01-02-12000-CE", quantity=75)

    assert (over.value.code, Gtt.objects.for_user(owner).count()) == ("EXPIRED_CONTRACT", 0)


@pytest.mark.parametrize(
    "values",
    [
        {"triggers": []},
        {"triggers": [{"trigger_price": "95.00", "price": "95.00"}] * 3},
        {"triggers": [{"trigger_price": "95.00"}]},
        {"triggers": [{"trigger_price": "NaN", "price": "95.00"}]},
        {"triggers": [{"trigger_price": "95.00", "price": "95.00", "extra": 1}]},
        {"quantity": 0},
        {"days": 366},
    ],
)
def test_what_is_no_trigger_is_400(api: APIClient, owner: User, values: Any) -> None:
    body = {"instrument": "RELIANCE", "side": "BUY", "quantity": 1, "triggers": [], **values}
    body["triggers"] = values.get("triggers", [{"trigger_price": "95.00", "price": "95.00"}])

    assert api.post(GTT, body).status_code == 400
    assert Gtt.objects.for_user(owner).count() == 0


def test_changed_triggers_count_from_then_on_and_a_fired_one_stays(
    api: APIClient, stranger_api: APIClient, owner: User
) -> None:
    row = make_gtt(owner, ("95.00", "95.50"), now=OPEN, side="BUY")

    services.modify_gtt(user=owner, gtt_id=row.pk, now=at(5), quantity=7)
    changed = services.modify_gtt(
        user=owner, gtt_id=row.pk, now=at(5), triggers=(services.Trigger(Decimal("97.00"), Decimal("97.50")),)
    )
    make_bars((100, 101, 94, 96), (96, 96, 96, 96), (96, 97, 89, 90))
    assert (changed.quantity, changed.lower_trigger, changed.upper_trigger) == (7, Decimal("97.00"), None)
    # The first bar met both the old trigger and the new one, and opened before the change.
    assert worked(row, minutes=5) == ("active", None)
    assert worked(row, minutes=10) == ("triggered", Decimal("97.50"))
    assert Order.objects.for_user(owner).get().quantity == 7

    late = api.patch(f"{GTT}{row.pk}/", {"quantity": 8})
    assert (late.status_code, late.json()["code"]) == (409, "ORDER_NOT_OPEN")
    standing = make_gtt(owner, ("89.00", "89.00"))
    path = f"{GTT}{standing.pk}/"
    both = [{"trigger_price": "95.00", "price": "95.00"}, {"trigger_price": "96.00", "price": "96.00"}]
    answer = api.patch(path, {"triggers": both}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_TRIGGER")
    assert (api.patch(path, {"quantity": 3}).json()["quantity"], api.patch(path, {"days": 3}).status_code) == (3, 400)
    assert stranger_api.patch(path, {"quantity": 4}).status_code == 404
    standing.refresh_from_db()
    assert (standing.quantity, standing.lower_trigger) == (3, Decimal("89.00"))
