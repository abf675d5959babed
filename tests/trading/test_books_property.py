"""Whatever is ordered, cancelled, changed, worked on, squared off or lost, the books agree after every step."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import DomainError
from apps.trading import services
from apps.trading.constants import ACTIVE
from apps.trading.models import Fill, Order, Position
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_bars, make_gtt, make_real_stock, place
from tests.factories.users import make_user
from tests.trading.conftest import check_books

pytestmark = pytest.mark.django_db
OPEN = datetime.fromisoformat(OPEN_AT)
PRICE = st.integers(95, 105)
SIDE = st.sampled_from(["BUY", "SELL"])
PRODUCT = st.sampled_from(["CNC", "MIS", "NRML"])
QUANTITY = st.sampled_from([1, 7, 100, 600])
ORDER = st.fixed_dictionaries(
    {
        "side": SIDE,
        "product": PRODUCT,
        "order_type": st.sampled_from(["MARKET", "LIMIT", "SL", "SL-M"]),
        "validity": st.sampled_from(["DAY", "IOC", "TTL"]),
        "quantity": QUANTITY,
        "price": PRICE,
        "trigger_price": PRICE,
    }
)
# Distances of target and stop from 100, the sign by the side.
BRACKET = st.fixed_dictionaries(
    {
        "variety": st.sampled_from(["bracket", "bracket", "oco"]),
        "side": SIDE,
        "product": PRODUCT,
        "order_type": st.sampled_from(["MARKET", "LIMIT"]),
        "quantity": QUANTITY,
        "target": st.integers(1, 4),
        "stoploss": st.integers(1, 4),
    },
    optional={"trailing": st.integers(1, 3)},
)
TRAILING = st.fixed_dictionaries(
    {
        "side": SIDE,
        "product": PRODUCT,
        "order_type": st.just("SL-M"),
        "quantity": QUANTITY,
        "trailing": st.integers(1, 3),
        "trailing_unit": st.sampled_from(["points", "percent"]),
    }
)
MORNING = OPEN.replace(hour=8)
CONVERTED = {"CNC": "MIS", "MIS": "CNC", "NRML": "MIS"}
AMO = st.fixed_dictionaries(
    {
        "variety": st.just("amo"),
        "side": SIDE,
        "product": PRODUCT,
        "order_type": st.sampled_from(["MARKET", "LIMIT"]),
        "quantity": QUANTITY,
        "price": PRICE,
    }
)
LATER = {
    "due": lambda: services.close_due(now=OPEN.replace(hour=15, minute=20)),
    "end": lambda: services.work_orders(now=OPEN.replace(hour=15, minute=30)),
}
WORK = ["work", "work", "work", "lost", "away"]
STEP = st.one_of(
    BRACKET,
    st.one_of(ORDER, TRAILING, AMO),
    st.sampled_from(WORK),
    st.sampled_from(["close", "part", "convert", "gtt"]),
    st.sampled_from(["cancel", "cancel_all", "modify", "move"]),
    st.sampled_from(["due", "end"]),
)
BARS = st.lists(st.tuples(PRICE, PRICE, st.sampled_from([200, 1000, 10_000])), min_size=6, max_size=6)


def ordered(user: User, now: datetime, values: dict[str, object]) -> None:
    kind = values["order_type"]
    if values.get("variety") == "amo":
        now = MORNING
        if kind == "MARKET":
            values.pop("price")
    elif "variety" in values:
        leveled(values)
    elif "trailing" not in values:
        if kind in ("MARKET", "SL-M"):
            values.pop("price")
        if kind in ("MARKET", "LIMIT"):
            values.pop("trigger_price")
        if values["validity"] == "TTL":
            values["validity_minutes"] = 7
    order = place(user, now=now, **values)
    # Orders that wait are filled as the exchange would, in parts; exits take the profile of their entry.
    family = Order.objects.unscoped().filter(Q(pk=order.pk) | Q(parent=order))
    family.filter(status__in=ACTIVE).update(fill_profile="india")


def leveled(values: Any) -> None:
    """Exits on their sides of 100: above and below a purchase, or what a sale closes."""
    up = (values["side"] == "BUY") == (values["variety"] == "bracket")
    values["target"] = 100 + values["target"] if up else 100 - values["target"]
    values["stoploss"] = 100 - values["stoploss"] if up else 100 + values["stoploss"]
    if values["variety"] == "oco":
        values["order_type"] = "MARKET"
    elif values["order_type"] == "LIMIT":
        values["price"] = 100


def stepped(user: User, step: Any, *, now: datetime) -> None:
    waiting = Order.objects.for_user(user).order_by("-id").first()
    if isinstance(step, dict):
        ordered(user, now, dict(step))
    elif step in ("cancel", "modify", "move") and waiting is not None:
        changed(user, str(step), order=waiting, now=now)
    elif step == "cancel_all":
        services.cancel_all(user=user, now=now)
    elif step in WORK:
        worked(str(step), now=now)
    elif step == "gtt":
        make_gtt(user, ("98.00", "98.00"), ("102.00", "102.00"), now=now, side="SELL", product="MIS")
    elif step in ("close", "part", "convert"):
        closed(user, str(step), now=now)
    elif step in LATER:
        LATER[step]()


def closed(user: User, step: str, *, now: datetime) -> None:
    if step == "close":
        services.close_all(user=user, now=now)
        return
    for position in Position.objects.for_user(user).exclude(quantity=0)[:1]:
        if step == "convert":
            product = CONVERTED[position.product]
            services.convert_position(user=user, position_id=position.pk, product=product, now=now)
            return
        part = max(1, abs(position.quantity) // 3)
        services.close_position(user=user, position_id=position.pk, now=now, quantity=part)


def worked(step: str, *, now: datetime) -> None:
    """By a worker on time, by one that dies before its commit and is replaced, or by one that was away."""
    if step == "lost":
        with transaction.atomic():
            services.work_orders(now=now)
            transaction.set_rollback(True)
    services.work_orders(now=now + timedelta(minutes=15) if step == "away" else now)
    services.work_gtts(now=now)


def changed(user: User, step: str, *, order: Order, now: datetime) -> None:
    if step == "cancel":
        services.cancel_order(user=user, order_id=order.pk, now=now)
    elif step == "modify":
        services.modify_order(user=user, order_id=order.pk, now=now, quantity=order.filled_quantity + 3)
    elif order.trigger_price is not None:
        services.modify_order(user=user, order_id=order.pk, now=now, trigger_price=order.trigger_price + 1)
    elif order.price is not None:
        services.modify_order(user=user, order_id=order.pk, now=now, price=order.price - 1)


def check_identity(user: User) -> None:
    for row in Position.objects.for_user(user):
        last = Decimal(100)
        cost = row.cost if row.quantity > 0 else -row.cost
        assert row.realised + row.quantity * last - cost == row.sell_value - row.buy_value + row.quantity * last


def check_orders(user: User) -> None:
    """What is filled is the sum of the fills; exits take no more than entered, and none waits without a position."""
    orders = {order.pk: order for order in Order.objects.for_user(user)}
    filled = dict.fromkeys(orders, 0)
    for fill in Fill.objects.for_user(user):
        filled[fill.order_id] += fill.quantity
    held = {(row.instrument, row.product) for row in Position.objects.for_user(user).exclude(quantity=0)}
    taken: dict[int, int] = {}
    for order in orders.values():
        assert order.filled_quantity == filled[order.pk] <= order.quantity
        assert (order.status == "COMPLETE") == (order.filled_quantity == order.quantity)
        if order.leg:
            head = order.parent_id or order.pk
            taken[head] = taken.get(head, 0) + order.filled_quantity
            assert order.status not in ACTIVE or (order.instrument, order.product) in held
    for head, quantity in taken.items():
        entry = orders[head]
        assert quantity <= (entry.filled_quantity if not entry.leg else entry.quantity)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=4, max_size=14), bars=BARS)
def test_the_books_agree_after_every_step(db: None, steps: list[object], bars: list[tuple[int, int, int]]) -> None:
    with transaction.atomic():
        make_real_stock(close="100.00", previous="99.00")
        make_bars(*[(a, max(a, b), min(a, b), b) for a, b, _ in bars], volumes=[volume for *_, volume in bars])
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
            check_orders(user)
        transaction.set_rollback(True)
