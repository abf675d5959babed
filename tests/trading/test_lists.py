"""Lists of orders, positions, holdings and trades: searched, filtered and in an order that is allowed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from apps.users.models import User
from apps.wallet import services as wallet_services
from tests.factories.trading import OPEN_AT, make_gtt, make_real_stock, move_price, place
from tests.factories.watching import make_alert

NOW = datetime.fromisoformat(OPEN_AT)
NEXT = NOW.replace(day=6)
BASE = "/api/v1/trading"
NEWEST_FIRST = ["ITC", "RELIANCE", "INFY"]
BY_NAME = ["INFY", "ITC", "RELIANCE"]
LISTS = ("orders", "positions", "holdings", "trades")


@pytest.fixture(autouse=True)
def _book(owner: User) -> None:
    """Three shares bought at 100 and half sold: ITC, the last, at 130, INFY, the first, at 110, RELIANCE at 90."""
    wallet_services.refill(user=owner, amount=Decimal(100_000))
    for enum in ("INFY", "RELIANCE", "ITC"):
        make_real_stock(enum=enum, close="100.00", previous="100.00")
        place(owner, now=NOW, instrument=enum, quantity=10)
    for enum, price in (("INFY", "110.00"), ("RELIANCE", "90.00"), ("ITC", "130.00")):
        move_price(price, enum=enum)
    for enum in ("INFY", "RELIANCE", "ITC"):
        place(owner, now=NEXT, instrument=enum, side="SELL", quantity=5)


def names(api: APIClient, path: str, **query: str) -> list[str]:
    rows = api.get(f"{BASE}/{path}/", query).json()["results"]
    return [row["instrument"] for row in rows if row.get("side") != "SELL"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("created_at", NEWEST_FIRST[::-1]),
        ("-created_at", NEWEST_FIRST),
        ("instrument", BY_NAME),
        ("-instrument", BY_NAME[::-1]),
    ],
)
def test_every_list_takes_the_same_orders(api: APIClient, path: str, ordering: str, expected: list[str]) -> None:
    assert names(api, path, ordering=ordering) == expected


def test_orders_of_one_instrument_go_the_same_way(api: APIClient) -> None:
    for ordering, sides in (("instrument", ["BUY", "SELL"]), ("-instrument", ["SELL", "BUY"])):
        rows = api.get(f"{BASE}/orders/", {"ordering": ordering}).json()["results"]
        assert [row["side"] for row in rows] == sides * 3


@pytest.mark.parametrize("path", ["positions", "holdings", "trades"])
def test_what_was_won_or_lost_orders_as_a_number(api: APIClient, path: str) -> None:
    """Sold and held, of ITC 5 x 30 each, of INFY 5 x 10, of RELIANCE 5 x -10."""
    by_profit = ["RELIANCE", "INFY", "ITC"]
    assert names(api, path, ordering="pnl") == by_profit
    assert names(api, path, ordering="-pnl") == by_profit[::-1]


def test_orders_by_their_last_change(api: APIClient, owner: User) -> None:
    waits = place(owner, now=NEXT, instrument="INFY", order_type="LIMIT", price="80.00", quantity=1)
    place(owner, now=NEXT, instrument="ITC", order_type="LIMIT", price="80.00", quantity=1)
    changed = api.patch(f"{BASE}/orders/{waits.pk}/", {"price": "81.00"}).json()

    first, second, *_ = api.get(f"{BASE}/orders/", {"ordering": "-updated_at"}).json()["results"]
    *_, last = api.get(f"{BASE}/orders/", {"ordering": "updated_at"}).json()["results"]

    assert [(row["instrument"], row["status"]) for row in (first, second)] == [("INFY", "OPEN"), ("ITC", "OPEN")]
    assert last["id"] == waits.pk
    assert changed["updated_at"] == first["updated_at"] > second["updated_at"]


@pytest.mark.parametrize("path", ["alerts", "gtt"])
def test_alerts_and_triggers_take_the_orders_of_orders(api: APIClient, owner: User, path: str) -> None:
    """INFY, ITC and RELIANCE in the order they were made; then INFY changes."""
    for enum in ("INFY", "RELIANCE", "ITC"):
        if path == "alerts":
            make_alert(owner, now=NEXT, instrument=enum)
        else:
            make_gtt(owner, ("50.00", "50.00"), now=NEXT, instrument=enum)
    *_, first = api.get(f"{BASE}/{path}/").json()["results"]
    assert api.delete(f"{BASE}/{path}/{first['id']}/").status_code == 200

    assert names(api, path) == names(api, path, ordering="-created_at") == NEWEST_FIRST
    assert names(api, path, ordering="created_at") == NEWEST_FIRST[::-1]
    assert names(api, path, ordering="instrument") == BY_NAME
    assert names(api, path, ordering="-instrument") == BY_NAME[::-1]
    assert names(api, path, ordering="updated_at") == ["RELIANCE", "ITC", "INFY"]
    assert names(api, path, ordering="-updated_at") == ["INFY", "ITC", "RELIANCE"]
    assert api.get(f"{BASE}/{path}/", {"ordering": "pnl"}).status_code == 400


@pytest.mark.parametrize("path", LISTS)
def test_search_looks_into_the_instrument_and_filters_name_it(api: APIClient, path: str) -> None:
    assert names(api, path, search="i", ordering="instrument") == BY_NAME
    assert names(api, path, search="it") == ["ITC"]
    assert names(api, path, search="tcs") == []
    assert names(api, path, instrument="INFY") == ["INFY"]
    assert names(api, path, instrument="INF") == []


@pytest.mark.parametrize(
    ("path", "query"),
    [("orders", {"product": "CNC"}), ("positions", {"product": "CNC"}), ("trades", {"trade_type": "long"})],
)
def test_each_list_has_filters_of_its_own(api: APIClient, path: str, query: dict[str, str]) -> None:
    (name,) = query
    other = {"product": "MIS", "trade_type": "short"}[name]
    assert len(names(api, path, **query)) == 3
    assert names(api, path, **{name: other}) == []


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("ordering", ["id", "paper_account__user", "-", "", "pnl,instrument"])
def test_no_other_order_is_taken(api: APIClient, path: str, ordering: str) -> None:
    answer = api.get(f"{BASE}/{path}/", {"ordering": ordering})

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["ordering"])


def test_the_default_orders_stay(api: APIClient) -> None:
    assert names(api, "orders") == NEWEST_FIRST
    for path in ("positions", "holdings", "trades"):
        assert names(api, path) == NEWEST_FIRST[::-1]


def test_an_order_says_until_when_it_waits(api: APIClient, owner: User) -> None:
    """Taken at 11:00: a day's order to 15:30, an intraday one to its square-off at 15:20, seven minutes to 11:07."""
    day = place(owner, now=NOW, order_type="LIMIT", price="80.00", quantity=1)
    intraday = place(owner, now=NOW, order_type="LIMIT", price="80.00", quantity=1, product="MIS")
    minutes = place(owner, now=NOW, order_type="LIMIT", price="80.00", quantity=1, validity="TTL", validity_minutes=7)

    found = [api.get(f"{BASE}/orders/{order.pk}/").json()["valid_until"] for order in (day, intraday, minutes)]

    assert found == [f"2026-01-05T{at}:00+05:30" for at in ("15:30", "15:20", "11:07")]
