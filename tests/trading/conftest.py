"""What tests of trading look at: the balances, and that the books agree. What does not belong here: data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine

import marketdata
from apps.trading.models import Fill, Order, Position, PositionEvent, UnderlyingMargin
from apps.users.models import User
from apps.wallet import selectors as wallet_selectors
from apps.wallet.models import Posting
from marketdata import providers
from marketdata.files.provider import FilesProvider
from tests.conftest import client_of
from tests.trading import page

# Amounts that a test may compare with whole rupees.
Balances = Callable[[User], tuple[object, ...]]


def check_books(user: User) -> None:
    """The ledger balances; positions are the sum of fills; blocked cash is what orders and shorts block."""
    user.refresh_from_db()
    held = wallet_selectors.get_balances(user=user)
    assert held.cash == user.wallet_balance >= 0
    assert not [broken for _, broken in wallet_selectors.audit_unscoped() if broken]
    positions = list(Position.objects.for_user(user))
    orders = list(Order.objects.for_user(user))
    fills = list(Fill.objects.for_user(user).select_related("order"))
    sums: dict[tuple[str, str], int] = {}
    for fill in fills:
        key = (fill.order.instrument, fill.order.product)
        sums[key] = sums.get(key, 0) + fill.quantity * (1 if fill.order.side == "BUY" else -1)
    for event in PositionEvent.objects.for_user(user).select_related("position"):
        key = (event.position.instrument, event.position.product)
        sums[key] = sums.get(key, 0) + event.quantity_after - event.quantity_before
    assert sums == {(row.instrument, row.product): row.quantity for row in positions}
    assert held.positions == sum(row.cost if row.quantity > 0 else -row.cost for row in positions)
    shorts = sum(row.cost for row in positions if row.quantity < 0)
    margins: Decimal | int = sum(row.margin for row in positions)
    margins += sum(row.blocked for row in UnderlyingMargin.objects.for_user(user))
    assert held.blocked == shorts + margins + sum(order.blocked for order in orders)
    assert held.borrowed == sum(row.borrowed for row in positions)
    events = PositionEvent.objects.for_user(user)
    won = sum(Decimal(event.details.get("realised", 0)) for event in events)
    assert held.realised == won + sum(fill.realised for fill in fills)
    fees = Posting.objects.for_user(user).filter(entry__reason="SQUAREOFF_FEE", account__kind="charges")
    paid = sum(fill.charges for fill in fills)
    assert paid == sum(order.charges for order in orders)
    assert held.charges == paid + sum(fee.amount for fee in fees)


@pytest.fixture
def real_days(tmp_path: Path) -> Iterator[None]:
    """The calendar of the exchange, as with files of real prices."""
    before = marketdata.get_provider()
    providers.choose(FilesProvider(tmp_path))
    yield
    providers.choose(before)


@pytest.fixture
def balances() -> Balances:
    """Cash, blocked, positions at cost and realised, after the books were checked."""

    def read(user: User) -> tuple[object, ...]:
        check_books(user)
        held = wallet_selectors.get_balances(user=user)
        return held.cash, held.blocked, held.positions, held.realised

    return read


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    """Monday at eleven, until the test moves on."""
    with time_machine.travel(page.OPEN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def day(traveller: time_machine.Traveller, owner: User) -> page.Day:
    """The owner's day over HTTP."""
    return page.Day(client_of(owner), traveller)
