"""Orders above the freeze quantity in slices: whole lots, each its own order and brokerage, all or none (E2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core import configuration
from apps.core.errors import DomainError, IdempotencyConflict
from apps.trading import services
from apps.trading.models import Order
from apps.trading.services import Ticket
from apps.users.models import User
from apps.wallet import selectors as wallet_selectors
from apps.wallet import services as wallet_services
from apps.wallet.errors import InsufficientFunds
from tests.factories.sectors import make_sector
from tests.factories.trading import place
from tests.trading.conftest import Balances
from tests.trading.test_checks import CALL, OPEN, choose

pytestmark = pytest.mark.django_db
BASE = "/api/v1/trading/orders/"
WAITING = {"instrument": CALL, "quantity": 3900, "order_type": "LIMIT", "price": "0.05", "autoslice": True}


@pytest.fixture(autouse=True)
def _market(owner: User) -> None:
    """NIFTY of January 2026: lots of 65, at most 1,800 in an order."""
    make_sector(enum="NIFTY50")
    choose("india")
    wallet_services.refill(user=owner, amount=Decimal(9_900_000))


def slices(user: User) -> list[tuple[int, int | None, str]]:
    rows = Order.objects.for_user(user).order_by("id")
    first = rows[0].pk
    return [(row.quantity, row.parent_id and row.parent_id - first, row.status) for row in rows]


def code_of(user: User, **values: Any) -> str:
    with pytest.raises(DomainError) as found:
        place(user, now=OPEN, **{**WAITING, **values})
    return found.value.code


def test_an_order_is_cut_into_the_most_lots_and_the_rest(owner: User, balances: Balances) -> None:
    """27 lots of 65 are 1,755: 3,900 is 1,755 + 1,755 + 390."""
    first = place(owner, now=OPEN, **WAITING, client_order_id="mine")

    assert slices(owner) == [(1755, None, "OPEN"), (1755, 0, "OPEN"), (390, 0, "OPEN")]
    assert (first.quantity, first.client_order_id) == (1755, "mine")
    balances(owner)


def test_each_slice_pays_a_brokerage_of_its_own_and_the_preview_says_so(owner: User, balances: Balances) -> None:
    configuration.override("trading.volume_share_pct", "100")
    ticket = Ticket(instrument=CALL, side="BUY", quantity=3900, autoslice=True)
    said = services.preview_order(user=owner, ticket=ticket, now=OPEN)
    assert said.refusal is None

    place(owner, now=OPEN, instrument=CALL, quantity=3900, autoslice=True)

    rows = list(Order.objects.for_user(owner))
    assert [(row.status, row.average_price) for row in rows] == [("COMPLETE", said.made.fill_price)] * 3
    assert sum(row.charges for row in rows) == said.made.charges
    assert said.cash_after == balances(owner)[0]
    alone = services.preview_order(user=owner, ticket=Ticket(instrument=CALL, side="BUY", quantity=3900), now=OPEN)
    assert alone.refusal is not None
    assert alone.refusal.code == "FREEZE_QTY"
    # Two more flat brokerages with GST, but for the rounding of the parts of each order.
    assert abs(said.made.charges - alone.made.charges - Decimal("47.20")) <= Decimal("0.06")


def test_all_or_none_is_taken(owner: User) -> None:
    """Two slices are nine tenths of the order; the cash is a little more than that."""
    values: dict[str, Any] = {"instrument": CALL, "side": "BUY", "quantity": 3900, "autoslice": True}
    said = services.preview_order(user=owner, ticket=Ticket(**values), now=OPEN)
    cash = (said.made.needed * Decimal("0.95")).quantize(Decimal("0.01"))
    account = services.open_account(user=owner, name="Small", cash=cash, fill_profile="india").pk
    configuration.override("trading.volume_share_pct", "100")
    place(owner, now=OPEN, account=account, instrument=CALL, quantity=65)
    place(owner, now=OPEN, account=account, instrument=CALL, quantity=65, side="SELL")
    before = wallet_selectors.get_balances_of(user=owner, account=account)

    with pytest.raises(InsufficientFunds):
        place(owner, now=OPEN, account=account, **values)

    assert slices(owner)[2:] == [(3900, None, "REJECTED")]
    assert wallet_selectors.get_balances_of(user=owner, account=account) == before
    assert place(owner, now=OPEN, account=account, instrument=CALL, quantity=1755).status == "COMPLETE"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"autoslice": False}, "FREEZE_QTY"),
        ({"quantity": 1755 * 10 + 65}, "FREEZE_QTY"),
        ({"quantity": 3901}, "INVALID_LOT"),
        ({"price": "0.07"}, "INVALID_TICK"),
    ],
)
def test_what_cannot_be_cut_is_refused_as_a_whole(owner: User, values: dict[str, Any], code: str) -> None:
    assert code_of(owner, **values) == code
    assert slices(owner) == [(values.get("quantity", 3900), None, "REJECTED")]


def test_the_limit_of_risk_is_for_the_whole(owner: User) -> None:
    configuration.override("trading.max_order_value", "194.99")
    assert code_of(owner) == "RISK_BLOCKED"
    configuration.override("trading.max_order_value", "195.00")
    assert place(owner, now=OPEN, **WAITING).status == "OPEN"


def test_the_same_id_is_the_same_slices(owner: User) -> None:
    first = place(owner, now=OPEN, **WAITING, client_order_id="mine")
    assert place(owner, now=OPEN, **WAITING, client_order_id="mine").pk == first.pk
    assert len(slices(owner)) == 3
    with pytest.raises(IdempotencyConflict):
        place(owner, now=OPEN, **{**WAITING, "autoslice": False}, client_order_id="mine")


def test_slices_over_http_are_shown_with_the_first_and_cancelled_one_by_one(api: APIClient, owner: User) -> None:
    first = place(owner, now=OPEN, **WAITING)

    shown = api.get(f"{BASE}{first.pk}/").json()
    assert [(each["quantity"], each["parent_id"], each["leg"]) for each in shown["legs"]] == [
        (1755, first.pk, ""),
        (390, first.pk, ""),
    ]
    services.cancel_order(user=owner, order_id=first.pk, now=OPEN)
    assert [status for _, _, status in slices(owner)] == ["CANCELLED", "OPEN", "OPEN"]
    services.work_orders(now=OPEN.replace(hour=15, minute=30))
    assert [status for _, _, status in slices(owner)] == ["CANCELLED", "EXPIRED", "EXPIRED"]


def test_an_order_with_exits_is_not_cut(api: APIClient) -> None:
    body = {
        "instrument": CALL,
        "side": "BUY",
        "quantity": 3900,
        "autoslice": True,
        "variety": "bracket",
        "target": "900",
    }
    answer = api.post(BASE, body)
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["autoslice"])
