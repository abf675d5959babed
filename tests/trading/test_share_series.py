"""Shares whose trades are each settled by delivery are not traded within a day (E7: "BE series no MIS")."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from apps.core import configuration
from apps.core.errors import DomainError
from apps.stocks.models import Stock
from apps.trading import errors, services
from apps.trading.models import Order, Position
from apps.trading.services import desk
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_real_stock, place
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat(OPEN_AT)
TODAY = NOW.date()
SAID = "Shares of this series are traded for delivery only."


@pytest.fixture(autouse=True)
def _share(db: None) -> None:
    make_real_stock()


def trades_in(series: str, *, since: date | None = TODAY) -> None:
    Stock.objects.update(series=series, series_date=since)
    desk.forget_prices()


def refused(user: User, **values: Any) -> DomainError:
    with pytest.raises(DomainError) as found:
        place(user, now=NOW, **values)
    return found.value


@pytest.mark.parametrize("series", ["BE", "BZ", "ST", "SZ"])
@pytest.mark.parametrize("side", ["BUY", "SELL"])
def test_intraday_is_refused_where_each_trade_is_settled(
    owner: User, balances: Balances, series: str, side: str
) -> None:
    trades_in(series)

    found = refused(owner, side=side, product="MIS")

    assert (type(found), found.code, found.message) == (errors.ProductNotAllowed, "PRODUCT_NOT_ALLOWED", SAID)
    order = Order.objects.for_user(owner).get()
    assert (order.status, order.refusal_code) == ("REJECTED", "PRODUCT_NOT_ALLOWED")
    assert {name: found.details[name] for name in ("product", "series")} == {"product": "MIS", "series": series}
    assert balances(owner) == (100_000, 0, 0, 0)


@pytest.mark.parametrize("series", ["EQ", "SM", ""])
@pytest.mark.parametrize("side", ["BUY", "SELL"])
def test_intraday_goes_where_trades_are_netted_or_nothing_is_known(owner: User, series: str, side: str) -> None:
    trades_in(series, since=TODAY if series else None)

    assert place(owner, now=NOW, side=side, product="MIS").status == "COMPLETE"


def test_delivery_is_bought_and_sold_in_every_series(owner: User) -> None:
    trades_in("BE")

    assert place(owner, now=NOW).status == "COMPLETE"
    assert place(owner, now=NOW, side="SELL").status == "COMPLETE"


def test_what_is_carried_without_delivery_is_refused_too(owner: User) -> None:
    trades_in("BE")

    found = refused(owner, side="SELL", product="NRML")

    assert (found.code, found.details["product"]) == ("PRODUCT_NOT_ALLOWED", "NRML")


@pytest.mark.parametrize(
    "values",
    [
        {"variety": "bracket", "target": "125.00", "stoploss": "115.00"},
        {"variety": "bracket", "stoploss": "115.00"},
        {"order_type": "SL-M", "trigger_price": "130.00"},
    ],
)
def test_an_entry_with_exits_is_no_way_around(owner: User, values: dict[str, Any]) -> None:
    trades_in("BE")

    assert refused(owner, product="MIS", **values).message == SAID
    assert place(owner, now=NOW, product="CNC", **values).status in ("COMPLETE", "TRIGGER_PENDING")


def test_a_series_that_begins_later_says_nothing_yet(owner: User) -> None:
    """As in a replay of a day before the newest import: what came later is not known there."""
    trades_in("BE", since=date(2026, 1, 6))
    assert place(owner, now=NOW, product="MIS").status == "COMPLETE"

    trades_in("BE", since=date(2026, 1, 5))
    assert refused(owner, product="MIS").message == SAID


def test_who_is_in_when_the_series_changes_may_get_out_and_no_further(owner: User) -> None:
    place(owner, now=NOW, product="MIS", quantity=10)
    trades_in("BE")

    assert refused(owner, side="SELL", product="MIS", quantity=11).message == SAID
    assert refused(owner, side="BUY", product="MIS", quantity=1).message == SAID
    assert place(owner, now=NOW, side="SELL", product="MIS", quantity=10).status == "COMPLETE"


def test_after_square_off_a_sale_beyond_the_position_is_no_reduction(owner: User) -> None:
    place(owner, now=NOW, product="MIS", quantity=10)
    late = NOW.replace(hour=15, minute=21)

    with pytest.raises(errors.ProductNotAllowed, match=r"^Intraday positions have been squared off for today\.$"):
        place(owner, now=late, side="SELL", product="MIS", quantity=11)
    assert place(owner, now=late, side="SELL", product="MIS", quantity=10).status == "COMPLETE"


def test_delivery_of_today_does_not_become_intraday(owner: User) -> None:
    place(owner, now=NOW)
    trades_in("BE")
    position = Position.objects.for_user(owner).get()

    with pytest.raises(errors.ProductNotAllowed) as found:
        services.convert_position(user=owner, position_id=position.pk, product="MIS", now=NOW)

    assert (found.value.message, found.value.details) == (SAID, {"product": "MIS", "series": "BE"})
    trades_in("EQ")
    services.convert_position(user=owner, position_id=position.pk, product="MIS", now=NOW)


def test_intraday_shares_become_delivery_in_every_series(owner: User) -> None:
    place(owner, now=NOW, product="MIS")
    trades_in("BE")
    position = Position.objects.for_user(owner).get()

    assert services.convert_position(user=owner, position_id=position.pk, now=NOW).to_product == "CNC"


def test_the_series_stands_after_the_session_and_before_lots_ticks_and_triggers(owner: User) -> None:
    """One order that breaks one rule after the other; each repaired shows the next, in the order of E7."""
    configuration.override("trading.fill_profile", "india")
    make_real_stock(enum="ZENTEC", close="1200.00", previous="1200.00")
    trades_in("BE", since=date(2026, 1, 2))
    values: dict[str, Any] = {
        "instrument": "ZENTEC",
        "product": "MIS",
        "order_type": "SL-M",
        "trigger_price": "1100.05",
    }

    Stock.objects.update(status="inactive")
    desk.forget_prices()
    codes = [refused(owner, **values).code]
    Stock.objects.update(status="active")
    desk.forget_prices()
    with pytest.raises(DomainError) as closed:
        place(owner, now=datetime.fromisoformat("2026-01-04T11:00:00+05:30"), **values)
    codes += [closed.value.code, refused(owner, **values).code]
    trades_in("EQ")
    codes += [refused(owner, **values).code, refused(owner, **{**values, "trigger_price": "1100.00"}).code]

    assert codes == ["INSTRUMENT_INACTIVE", "MARKET_CLOSED", "PRODUCT_NOT_ALLOWED", "INVALID_TICK", "INVALID_TRIGGER"]
