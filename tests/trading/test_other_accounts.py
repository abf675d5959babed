"""Accounts beside practice: what is asked about or done to one of them leaves the others as they are."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from apps.trading import services
from apps.trading.models import Order
from apps.users.models import User
from apps.wallet.models import PaperAccount
from tests.factories.trading import OPEN_AT, make_real_stock, place

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat(OPEN_AT)
LEDGER = "/api/v1/payments/wallet/ledger/"
BALANCES = "/api/v1/payments/wallet/balances"
OF_ACCOUNT = ("orders/", "positions/", "holdings/", "trades/", "portfolio", "portfolio/history", "account")
MARGINS = "/api/v1/trading/margins"


@pytest.fixture
def other(owner: User) -> PaperAccount:
    """An account with 50,000 beside one for practice with 100,000."""
    make_real_stock(close="100.00", previous="99.00")
    return services.open_account(user=owner, name="Other", cash=Decimal(50_000))


def test_balances_ledger_and_margins_are_of_the_account_that_is_named(
    api: APIClient, owner: User, other: PaperAccount
) -> None:
    place(owner, now=NOW, order_type="LIMIT", price="90.00")
    place(owner, now=NOW, order_type="LIMIT", price="90.00", quantity=100, account=other.pk)

    def cash(path: str, **query: int) -> tuple[str, str]:
        found = api.get(path, query).json()
        return found["cash"], found["blocked"]

    for path in (BALANCES, MARGINS):
        assert cash(path) == ("99100.00", "900.00")
        assert cash(path, account=other.pk) == ("41000.00", "9000.00")
    assert api.get(MARGINS, {"account": other.pk}).json()["orders"] == "9000.00"
    wanted: tuple[tuple[dict[str, int], str], ...] = (({}, "-900.00"), ({"account": other.pk}, "-9000.00"))
    for query, amount in wanted:
        entries = api.get(LEDGER, query).json()["entries"]
        assert [entry["reason"] for entry in entries] == ["BLOCK", "OPENING"]
        assert entries[0]["postings"][0]["amount"] == amount
    lines = b"".join(api.get(f"{LEDGER}export_csv", {"account": other.pk}).streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[2:4] for line in lines[1:]] == [
        ["OPENING", "cash"],
        ["OPENING", "funding"],
        ["BLOCK", "cash"],
        ["BLOCK", "blocked"],
    ]


@pytest.mark.parametrize(
    "path", [LEDGER, f"{LEDGER}export_csv", BALANCES, MARGINS, *(f"/api/v1/trading/{name}" for name in OF_ACCOUNT)]
)
def test_the_account_of_somebody_else_is_missing(
    stranger_api: APIClient, api: APIClient, other: PaperAccount, path: str
) -> None:
    assert (api.get(path, {"account": other.pk}).status_code) == 200
    for account in (other.pk, 999_999_999):
        answer = stranger_api.get(path, {"account": account})
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_cancel_all_over_http_is_of_one_account(api: APIClient, owner: User, other: PaperAccount) -> None:
    place(owner, now=NOW, order_type="LIMIT", price="90.00")
    place(owner, now=NOW, order_type="LIMIT", price="90.00", account=other.pk)
    path = "/api/v1/trading/orders/cancel-all"

    cancelled = api.post(path, {"account": other.pk}).json()

    assert [order["status"] for order in cancelled] == ["CANCELLED"]
    states = Order.objects.for_user(owner).order_by("id").values_list("paper_account_id", "status")
    assert [(account == other.pk, status) for account, status in states] == [(False, "OPEN"), (True, "CANCELLED")]
    assert [order["status"] for order in api.post(path, {}).json()] == ["CANCELLED"]
    assert api.post(path, {"account": 999_999_999}).status_code == 404


def test_close_all_over_http_is_of_an_account_of_ones_own(stranger_api: APIClient, other: PaperAccount) -> None:
    answer = stranger_api.post("/api/v1/trading/positions/close-all", {"account": other.pk})
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
