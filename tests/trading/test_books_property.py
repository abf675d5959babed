"""Whatever is ordered, cancelled, changed, worked on, squared off or lost, the books agree after every step."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import DomainError
from apps.trading import services
from apps.trading.models import Order, Position
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock, place
from tests.factories.users import make_user
from tests.trading.conftest import check_books

pytestmark = pytest.mark.django_db
OPEN = datetime.fromisoformat(OPEN_AT)
PRICE = st.integers(95, 105)
ORDER = st.fixed_dictionaries(
    {
        "side": st.sampled_from(["BUY", "SELL"]),
        "product": st.sampled_from(["CNC", "MIS", "NRML"]),
        "order_type": st.sampled_from(["MARKET", "LIMIT", "SL", "SL-M"]),
        "validity": st.sampled_from(["DAY", "IOC"]),
        "quantity": st.sampled_from([1, 7, 100, 600]),
        "price": PRICE,
        "trigger_price": PRICE,
    }
)
STEP = st.one_of(
    ORDER,
    st.sampled_from(["cancel", "modify", "work", "work", "lost", "close", "due"]),
)
BARS = st.lists(st.tuples(PRICE, PRICE), min_size=6, max_size=6)


def ordered(user: User, now: datetime, values: dict[str, object]) -> None:
    kind = values["order_type"]
    if kind in ("MARKET", "SL-M"):
        values.pop("price")
    if kind in ("MARKET", "LIMIT"):
        values.pop("trigger_price")
    place(user, now=now, **values)


def stepped(user: User, step: object, *, now: datetime) -> None:
    if isinstance(step, dict):
        ordered(user, now, dict(step))
    elif step in ("cancel", "modify"):
        order = Order.objects.for_user(user).order_by("-id").first()
        if order is not None and step == "cancel":
            services.cancel_order(user=user, order_id=order.pk, now=now)
        elif order is not None:
            services.modify_order(user=user, order_id=order.pk, now=now, quantity=order.filled_quantity + 3)
    elif step == "work":
        services.work_orders(now=now)
    elif step == "lost":
        with transaction.atomic():
            services.work_orders(now=now)
            transaction.set_rollback(True)
    elif step == "close":
        services.close_all(user=user, now=now)
    else:
        services.close_due(now=OPEN.replace(hour=15, minute=20))


def check_identity(user: User) -> None:
    for row in Position.objects.for_user(user):
        last = Decimal(100)
        cost = row.cost if row.quantity > 0 else -row.cost
        assert row.realised + row.quantity * last - cost == row.sell_value - row.buy_value + row.quantity * last


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=3, max_size=12), bars=BARS)
def test_the_books_agree_after_every_step(db: None, steps: list[object], bars: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        make_real_stock(close="100.00", previous="99.00")
        make_bars(*[(a, max(a, b), min(a, b), b) for a, b in bars])
        user = make_user()
        for number, step in enumerate(steps):
            now = OPEN + timedelta(minutes=3 * number)
            try:
                with transaction.atomic():
                    stepped(user, step, now=now)
            except DomainError:
                pass
            check_books(user)
            check_identity(user)
        transaction.set_rollback(True)
