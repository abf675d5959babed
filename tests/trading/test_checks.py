"""What is refused, with its figures: by each profile, and nothing moved (E7, E8)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from apps.core import configuration
from apps.core.errors import DomainError, PermissionRefused
from apps.stocks.models import Stock
from apps.trading import errors, services
from apps.trading.models import Order
from apps.users.models import RolePermission, User
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, make_real_stock, place
from tests.trading.conftest import Balances

OPEN = datetime.fromisoformat(OPEN_AT)
CLOSED = datetime.fromisoformat("2026-01-04T11:00:00+05:30")
LATE = datetime.fromisoformat("2026-01-05T15:21:00+05:30")
# In the synthetic market of that Monday at eleven.
CALL = "NIFTY50-2026-01-06-26000-CE"


def refused(user: User, **values: Any) -> DomainError:
    with pytest.raises(DomainError) as found:
        place(user, **values)
    return found.value


def choose(profile: str) -> None:
    configuration.override("trading.fill_profile", profile)


def test_a_halt_refuses_every_order(owner: User, balances: Balances) -> None:
    make_real_stock()
    configuration.override("trading.enabled", "false")

    assert refused(owner).code == "TRADING_HALTED"
    assert Order.objects.for_user(owner).get().status == "REJECTED"
    assert balances(owner) == (100_000, 0, 0, 0)


def test_an_inactive_stock_is_not_traded(owner: User) -> None:
    make_real_stock()
    Stock.objects.update(status="inactive")

    assert refused(owner).code == "INSTRUMENT_INACTIVE"


def test_an_expired_contract_is_not_traded(owner: User) -> None:
    make_sector(enum="NIFTY50")
    values = {"instrument": "NIFTY50-2026-01-06-24000-CE", "quantity": 1}

    at_close = datetime.fromisoformat("2026-01-06T15:30:00+05:30")
    found = refused(owner, now=at_close, **values)

    assert (found.code, found.details["expiry_date"]) == ("EXPIRED_CONTRACT", "2026-01-06")
    place(owner, now=datetime.fromisoformat("2026-01-06T15:29:59+05:30"), **values)


@pytest.mark.parametrize("profile", ["realistic", "india"])
def test_outside_the_session_only_practice_trades(owner: User, profile: str) -> None:
    make_stock()
    place(owner, now=CLOSED, quantity=1)
    choose(profile)

    found = refused(owner, now=CLOSED, quantity=1)

    assert (found.code, found.details["opens_at"]) == ("MARKET_CLOSED", "2026-01-05T09:15:00+05:30")


def test_practice_keeps_hours_where_configured(owner: User) -> None:
    make_stock()
    configuration.override("trading.instant_at_any_time", "false")

    assert refused(owner, now=CLOSED, quantity=1).code == "MARKET_CLOSED"


def test_a_delivery_sale_needs_the_holding(owner: User) -> None:
    make_real_stock()
    place(owner, quantity=10)
    place(owner, side="SELL", quantity=6, order_type="LIMIT", price="200.00")

    found = refused(owner, side="SELL", quantity=5)

    assert found.code == "NO_HOLDING"
    assert (found.details["held"], found.details["pending_sales"], found.details["available"]) == (10, 6, 4)
    place(owner, side="SELL", quantity=4)


def test_options_are_not_held_for_delivery(owner: User) -> None:
    make_sector(enum="NIFTY50")

    assert refused(owner, now=OPEN, instrument=CALL, quantity=65, product="CNC").code == "PRODUCT_NOT_ALLOWED"


def test_after_square_off_intraday_orders_may_only_reduce(owner: User) -> None:
    make_stock()
    place(owner, now=OPEN, quantity=2, product="MIS")

    found = refused(owner, now=LATE, quantity=1, product="MIS")

    assert (found.code, found.details["squareoff_at"]) == ("PRODUCT_NOT_ALLOWED", "2026-01-05T15:20:00+05:30")
    assert place(owner, now=LATE, side="SELL", quantity=1, product="MIS").status == "COMPLETE"


def test_options_need_their_own_permission(owner: User) -> None:
    make_sector(enum="NIFTY50")
    RolePermission.objects.filter(permission__code="options.trade").delete()

    with pytest.raises(PermissionRefused):
        place(owner, now=OPEN, instrument=CALL, quantity=65)
    assert not Order.objects.for_user(owner).exists()


@pytest.mark.parametrize(
    ("values", "code", "figure"),
    [
        ({"quantity": 100}, "INVALID_LOT", ("lot_size", 65)),
        ({"quantity": 65 * 28}, "FREEZE_QTY", ("freeze_quantity", 1800)),
        ({"quantity": 65, "order_type": "LIMIT", "price": "100.03"}, "INVALID_TICK", ("tick_size", "0.05")),
        ({"quantity": 65, "order_type": "SL-M", "trigger_price": "9000.00"}, "SLM_NOT_ALLOWED", None),
    ],
)
def test_contracts_keep_the_rules_of_the_exchange(
    owner: User, values: dict[str, Any], code: str, figure: tuple[str, object] | None
) -> None:
    make_sector(enum="NIFTY50")
    choose("india")

    found = refused(owner, now=OPEN, instrument=CALL, **values)

    assert found.code == code
    assert figure is None or found.details[figure[0]] == figure[1]


def test_a_limit_outside_the_circuit_is_refused(owner: User) -> None:
    """20 % of the close before, 102.50, on both sides: 82.00 to 123.00. A price on the edge meets the next check."""
    make_real_stock(enum="ZENTEC", close="119.95", previous="102.50")
    choose("india")
    limit = {"now": OPEN, "instrument": "ZENTEC", "quantity": 1, "order_type": "LIMIT"}

    below, above = refused(owner, price="81.95", **limit), refused(owner, price="123.05", **limit)

    assert (below.code, above.code) == ("OUTSIDE_CIRCUIT", "OUTSIDE_CIRCUIT")
    assert {name: below.details[name] for name in ("price", "lower", "upper")} == {
        "price": "81.95",
        "lower": "82.00",
        "upper": "123.00",
    }
    assert [refused(owner, price=edge, **limit).code for edge in ("82.00", "123.00")] == ["STALE_PRICE"] * 2


@pytest.mark.parametrize(
    ("values", "is_fine"),
    [
        ({"side": "BUY", "order_type": "SL-M", "trigger_price": "119.95"}, False),
        ({"side": "BUY", "order_type": "SL-M", "trigger_price": "119.96"}, True),
        ({"side": "SELL", "order_type": "SL-M", "trigger_price": "119.95"}, False),
        ({"side": "SELL", "order_type": "SL-M", "trigger_price": "119.94"}, True),
        ({"side": "BUY", "order_type": "SL", "trigger_price": "121.00", "price": "120.99"}, False),
        ({"side": "BUY", "order_type": "SL", "trigger_price": "121.00", "price": "121.00"}, True),
        ({"side": "SELL", "order_type": "SL", "trigger_price": "118.00", "price": "118.01"}, False),
        ({"side": "SELL", "order_type": "SL", "trigger_price": "118.00", "price": "118.00"}, True),
    ],
)
def test_a_trigger_lies_beyond_the_last_price(owner: User, values: dict[str, Any], is_fine: bool) -> None:
    make_real_stock()
    if is_fine:
        assert place(owner, product="MIS", **values).status == "TRIGGER_PENDING"
    else:
        assert refused(owner, product="MIS", **values).code == "INVALID_TRIGGER"


def test_without_a_price_nothing_is_traded(owner: User) -> None:
    make_stock(enum="NOPRICE")

    assert refused(owner, instrument="NOPRICE", now=OPEN).code == "NO_PRICE"


@pytest.mark.parametrize("profile", ["realistic", "india"])
def test_a_close_of_the_day_before_is_too_old_for_a_live_profile(owner: User, profile: str) -> None:
    make_real_stock()
    choose(profile)

    found = refused(owner, now=OPEN)

    assert (found.code, found.details["price_at"]) == ("STALE_PRICE", "2025-01-03T15:30:00+05:30")


def test_the_limit_of_risk_refuses_an_order_above_it(owner: User) -> None:
    make_real_stock()
    configuration.override("trading.max_order_value", "1199.49")

    found = refused(owner)

    assert (found.code, found.details["value"], found.details["maximum"]) == ("RISK_BLOCKED", "1199.50", "1199.49")
    configuration.override("trading.max_order_value", "1199.50")
    assert place(owner).status == "COMPLETE"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"quantity": 10}, ""),
        ({"quantity": 4, "order_type": "LIMIT", "price": "125.00"}, ""),
        ({"quantity": 11}, "RISK_BLOCKED"),
        ({"side": "BUY", "quantity": 1}, "RISK_BLOCKED"),
    ],
)
def test_the_limit_of_risk_never_keeps_anybody_in_a_position(owner: User, values: dict[str, Any], code: str) -> None:
    make_real_stock()
    place(owner, quantity=10, product="MIS")
    configuration.override("trading.max_order_value", "1.00")

    wanted = {"side": "SELL", "product": "MIS", **values}

    if code:
        assert refused(owner, **wanted).code == code
    else:
        assert place(owner, now=OPEN, **wanted).status in ("COMPLETE", "OPEN")


def test_the_first_failing_check_decides(owner: User) -> None:
    make_real_stock()
    configuration.override("trading.max_order_value", "1.00")

    assert refused(owner, side="SELL").code == "NO_HOLDING"
    assert refused(owner, quantity=10_000).code == "RISK_BLOCKED"
    assert issubclass(errors.RiskBlocked, errors.OrderRefused)


def test_a_refused_change_leaves_the_order_as_it_was(owner: User, balances: Balances) -> None:
    make_real_stock()
    order = place(owner, order_type="SL-M", trigger_price="130.00", product="MIS")

    with pytest.raises(errors.InvalidTrigger):
        services.modify_order(user=owner, order_id=order.pk, now=OPEN, trigger_price=Decimal("100.00"))

    order.refresh_from_db()
    assert (order.trigger_price, order.version, order.blocked) == (Decimal("130.00"), 1, Decimal(1300))
    assert balances(owner)[:2] == (98_700, 1300)
