"""The same thing from many connections at once: one of them wins, and the books agree (real PostgreSQL)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import transaction

from apps.core import configuration
from apps.core.errors import DomainError
from apps.trading import services
from apps.trading.models import Fill, Order, Position
from apps.users.models import User
from apps.wallet.models import Entry
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.trading import OPEN_AT, make_bars, make_contract_position, make_real_stock, place
from tests.factories.users import make_user
from tests.races import together
from tests.trading.conftest import check_books

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = datetime.fromisoformat(OPEN_AT)
LATER = datetime.fromisoformat("2026-01-05T11:05:00+05:30")
DUE = datetime.fromisoformat("2026-01-05T15:20:00+05:30")


@pytest.fixture
def trader(transactional_db: None) -> User:
    """A user who has traded before."""
    make_real_stock(close="100.00", previous="99.00")
    user = make_user()
    place(user, now=OPEN, quantity=1)
    return user


def tried(user: User, **values: object) -> str:
    try:
        return place(user, now=OPEN, **values).status
    except DomainError as refusal:
        return refusal.code


def test_one_client_order_id_twenty_times_at_once_is_one_order(trader: User) -> None:
    results = together(20, lambda _: place(trader, now=OPEN, client_order_id="same").pk)

    assert len(set(results)) == 1
    assert Fill.objects.for_user(trader).count() == 2
    check_books(trader)


def test_orders_at_once_never_spend_more_than_there_is(trader: User) -> None:
    """99,900 rupees are left; each order takes 10,000."""
    results = together(16, lambda _: tried(trader, quantity=100))

    assert sorted(results) == ["COMPLETE"] * 9 + ["INSUFFICIENT_FUNDS"] * 7
    trader.refresh_from_db()
    assert trader.wallet_balance == 9_900
    check_books(trader)


def worked_or_cancelled(order: Order, *, number: int) -> str:
    """What an odd number, which works the bars, or an even one, which cancels, was told."""
    if number % 2:
        services.work_orders(now=LATER)
        return "worked"
    try:
        return services.cancel_order(user=order.user, order_id=order.pk, now=LATER).status
    except DomainError as refusal:
        return refusal.code


@pytest.mark.parametrize("attempt", range(5))
def test_of_a_cancel_and_a_fill_exactly_one_wins(trader: User, attempt: int) -> None:
    order = place(trader, now=OPEN, order_type="LIMIT", price="98.00")
    make_bars((100, 106, 97, 104))

    results = together(4, lambda number: worked_or_cancelled(order, number=number))

    order.refresh_from_db()
    fills = Fill.objects.for_user(trader).filter(order=order).count()
    assert (order.status, fills) in {("COMPLETE", 1), ("CANCELLED", 0)}
    assert results.count("CANCELLED") == (order.status == "CANCELLED")
    check_books(trader)


def bracketed(trader: User) -> tuple[Order, Order, Order]:
    """A bracket on ten intraday shares at 100: entry, target and stop."""
    entry = place(trader, now=OPEN, product="MIS", variety="bracket", target="105.00", stoploss="98.00")
    target, stop = Order.objects.unscoped().filter(parent=entry).order_by("id")
    return entry, target, stop


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_exits_due_at_once_exactly_one_wins(trader: User, attempt: int) -> None:
    _, target, stop = bracketed(trader)
    make_bars((100, 106, 97, 104))

    together(6, lambda _: services.work_orders(now=LATER))

    fills = Fill.objects.for_user(trader).filter(order__in=[target, stop])
    assert [(fill.order_id, fill.quantity, fill.price) for fill in fills] == [(stop.pk, 10, Decimal("98.00"))]
    target.refresh_from_db()
    assert target.status == "CANCELLED"
    assert Position.objects.for_user(trader).get(product="MIS").quantity == 0
    check_books(trader)


@pytest.mark.parametrize("attempt", range(5))
def test_of_a_cancel_and_a_fill_of_an_exit_exactly_one_wins(trader: User, attempt: int) -> None:
    """Where the stop is cancelled first, nothing fills: the bar does not reach the target."""
    _, target, stop = bracketed(trader)
    make_bars((100, 104, 97, 98))

    results = together(4, lambda number: worked_or_cancelled(stop, number=number))

    target.refresh_from_db()
    stop.refresh_from_db()
    held = Position.objects.for_user(trader).get(product="MIS").quantity
    assert (stop.status, target.status, held) in {("COMPLETE", "CANCELLED", 0), ("CANCELLED", "OPEN", 10)}
    assert results.count("CANCELLED") == (stop.status == "CANCELLED")
    check_books(trader)


def test_an_exit_and_a_request_to_close_do_not_both_close(trader: User) -> None:
    bracketed(trader)
    position = Position.objects.for_user(trader).get(product="MIS")
    make_bars((100, 104, 97, 98))

    def race(number: int) -> None:
        if number % 2:
            services.work_orders(now=LATER)
            return
        with suppress(DomainError):
            services.close_position(user=trader, position_id=position.pk, now=LATER)

    together(6, race)

    position.refresh_from_db()
    assert (position.quantity, position.sell_quantity) == (0, 10)
    check_books(trader)


def test_a_worker_that_dies_between_entry_and_exits_leaves_neither(trader: User) -> None:
    entry = place(trader, now=OPEN, order_type="LIMIT", price="98.00", variety="bracket", target="103.00")
    make_bars((100, 101, 97, 102))

    with transaction.atomic():
        services.work_orders(now=LATER)
        transaction.set_rollback(True)
    assert Order.objects.unscoped().filter(parent=entry).count() == 0
    services.work_orders(now=LATER)

    entry.refresh_from_db()
    (target,) = Order.objects.unscoped().filter(parent=entry)
    assert (entry.status, target.status, target.quantity) == ("COMPLETE", "OPEN", 10)
    check_books(trader)


def test_workers_at_once_use_each_bar_once(trader: User) -> None:
    order = place(trader, now=OPEN, order_type="LIMIT", price="98.00", quantity=250)
    Order.objects.unscoped().filter(pk=order.pk).update(fill_profile="india")
    make_bars((97, 98, 96, 97))

    together(6, lambda _: services.work_orders(now=LATER))

    order.refresh_from_db()
    assert (order.status, order.filled_quantity) == ("PARTIAL", 100)
    check_books(trader)


def test_a_position_is_squared_off_once(trader: User) -> None:
    place(trader, now=OPEN, product="MIS")
    make_bars((101, 103, 101, 102.5), begin="15:15")

    assert sum(together(6, lambda _: services.close_due(now=DUE))) == 1

    assert Order.objects.for_user(trader).filter(purpose="auto_squareoff").count() == 1
    check_books(trader)


def test_a_stop_due_with_the_square_off_fills_whoever_is_first(trader: User) -> None:
    place(trader, now=OPEN, product="MIS")
    stop = place(trader, now=OPEN, product="MIS", side="SELL", order_type="SL-M", trigger_price="98.00")
    make_bars((100, 101, 97, 99), begin="15:15")

    def work(number: int) -> int:
        return services.work_orders(now=DUE) if number == 5 else services.close_due(now=DUE)

    together(6, work)

    stop.refresh_from_db()
    assert (stop.status, stop.average_price) == ("COMPLETE", Decimal("98.00"))
    assert not Order.objects.for_user(trader).filter(purpose="auto_squareoff").exists()
    check_books(trader)


def test_a_contract_is_settled_once(trader: User) -> None:
    configuration.override("options.expiry_mode", "manual")
    contract, day = "NIFTY50-2026-01-06-24500-CE", "2026-01-06"
    sector = make_sector(enum="NIFTY50")
    make_contract_position(trader, instrument=contract, quantity=65, price="120.00")
    make_sector_prices(
        sector=sector, bars=[(day, "24650.35", "24650.35", "24650.35", "24650.35", 1)], extra={"source": "import"}
    )

    assert sum(together(6, lambda _: services.close_due(now=datetime.fromisoformat(f"{day}T15:30:00+05:30")))) == 1

    fill = Fill.objects.for_user(trader).get(order__purpose="expiry")
    assert (fill.price, fill.realised) == (Decimal("150.35"), Decimal("1972.75"))
    assert Entry.objects.for_user(trader).filter(reason="EXPIRY").count() == 1
    check_books(trader)


def test_a_position_closed_twice_at_once_is_not_turned_round(trader: User) -> None:
    place(trader, now=OPEN, product="MIS")
    position = Position.objects.for_user(trader).get(product="MIS")

    def close(_number: int) -> str:
        try:
            return services.close_position(user=trader, position_id=position.pk, now=OPEN).status
        except DomainError as refusal:
            return refusal.code

    results = together(6, close)

    position.refresh_from_db()
    assert (sorted(results), position.quantity) == (["COMPLETE"] + ["NOTHING_TO_CLOSE"] * 5, 0)
    check_books(trader)


def test_a_worker_that_dies_before_its_commit_leaves_nothing_and_loses_nothing(trader: User) -> None:
    order = place(trader, now=OPEN, order_type="LIMIT", price="98.00")
    make_bars((100, 106, 97, 104))

    with transaction.atomic():
        assert services.work_orders(now=LATER) == 1
        transaction.set_rollback(True)
    order.refresh_from_db()
    assert (order.status, order.worked_until) == ("OPEN", OPEN)
    check_books(trader)

    assert services.work_orders(now=LATER) == 1
    order.refresh_from_db()
    assert (order.status, order.average_price) == ("COMPLETE", Decimal("98.00"))
    assert Fill.objects.for_user(trader).filter(order=order).count() == 1
    check_books(trader)
