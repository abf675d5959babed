"""What an order costs: which statements it sends, and how old its price may be."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.trading.services import desk
from tests.conftest import client_of
from tests.factories.trading import OPEN_AT, make_real_stock, move_price, place
from tests.factories.users import make_user
from tests.trading.conftest import check_books

URL = "/api/v1/trading/orders/"
BUY = {"instrument": "RELIANCE", "side": "BUY", "quantity": 10}
# Who asks and may; the wallet, then what the order is about, under its locks; then everything that the fill writes.
ORDER = [
    "SELECT users_session",
    "SELECT users_role_permission",
    "SELECT users_user",
    "SELECT wallet_account",
    "SELECT trading_account",
    "SELECT trading_position",
    "INSERT trading_order",
    "INSERT trading_order_event; INSERT trading_order_event; UPDATE trading_position; INSERT trading_fill",
    "WITH wallet_entry",
]
WAITING = [
    *ORDER[:7],
    "INSERT trading_order_event",
    "SELECT market_status",
    "WITH wallet_entry",
    "UPDATE trading_order",
]
TABLE = re.compile(r'(?:FROM|INTO|UPDATE) "?(\w+)')


@pytest.fixture(autouse=True)
def _remembered(settings: Any) -> None:
    settings.QUOTE_CACHE_SECONDS = 1.0
    desk.forget_prices()


def summary(statement: str) -> str:
    """The verb and the first table of each of its parts."""
    parts = statement.split("; ")
    return "; ".join(f"{part.split()[0]} {TABLE.findall(part)[0]}" for part in parts)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("values", "expected"),
    [({}, ORDER), ({"order_type": "LIMIT", "price": "100.00"}, WAITING)],
    ids=["filled at once", "waiting"],
)
def test_an_order_sends_these_statements_and_no_other(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], expected: list[str]
) -> None:
    make_real_stock()
    user = make_user()
    client = client_of(user)
    monkeypatch.setattr(clock, "monotonic", lambda: 1000.0)
    monkeypatch.setattr("apps.core.market_clock.now", lambda: datetime.fromisoformat(OPEN_AT))
    client.post(URL, {**BUY, **values})

    with CaptureQueriesContext(connection) as sent:
        answer = client.post(URL, {**BUY, **values})

    assert answer.status_code == 201
    statements = [each["sql"] for each in sent.captured_queries if each["sql"] not in {"BEGIN", "COMMIT"}]
    assert [summary(each) for each in statements] == expected
    check_books(user)


@pytest.mark.django_db
def test_a_price_is_asked_again_once_it_is_a_second_old(monkeypatch: pytest.MonkeyPatch) -> None:
    make_real_stock()
    user = make_user()
    seen = []
    for seconds, price in ((0.0, "119.95"), (0.99, "130.00"), (1.0, "131.00")):
        move_price(price)
        monkeypatch.setattr(clock, "monotonic", lambda moment=1000 + seconds: moment)
        seen.append(place(user, now=datetime.fromisoformat(OPEN_AT)).average_price)

    assert seen == [Decimal("119.95"), Decimal("119.95"), Decimal("131.00")]


@pytest.mark.django_db
def test_another_moment_of_the_market_has_its_own_price() -> None:
    make_real_stock()
    user = make_user()
    place(user, now=datetime.fromisoformat(OPEN_AT))
    move_price("130.00")

    order = place(user, now=datetime.fromisoformat("2026-01-05T11:00:01+05:30"))

    assert order.average_price == Decimal("130.00")
