"""A held option whose expiry day becomes a holiday: it goes by the trading day before, under the name it was bought by.

Prices are the synthetic market's; what it settles at are closes that the test imports.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.core import configuration
from apps.core.errors import DomainError
from apps.market import selectors as market_selectors
from apps.market import services as market_services
from apps.market.models import MarketRuleOverride
from apps.sectors.models import Sector
from apps.trading import services
from apps.trading.models import EquityDay, Fill, Order, OrderEvent, Position, UnderlyingMargin
from apps.trading.services import desk
from apps.users.models import User
from apps.wallet import services as wallet_services
from tests.factories.market_rules import make_rule
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.trading import make_deal, make_gtt, place
from tests.factories.watching import make_alert, make_watchlist
from tests.trading.conftest import Balances

BOUGHT = datetime.fromisoformat("2026-01-08T11:00:00+05:30")
OLD, NEW = "NIFTY50-2026-01-13-26000-CE", "NIFTY50-2026-01-12-26000-CE"
HOLIDAY = date(2026, 1, 13)
SQUAREOFF = datetime.fromisoformat("2026-01-12T15:25:00+05:30")
END = datetime.fromisoformat("2026-01-12T15:30:00+05:30")
NEXT_MORNING = datetime.fromisoformat("2026-01-13T09:00:00+05:30")
OLD_END = datetime.fromisoformat("2026-01-13T15:30:00+05:30")
# Of the day before the holiday, and of the holiday itself where it is none after all.
CLOSES = {"2026-01-12": "26150.35", "2026-01-13": "26200.00"}


@pytest.fixture(autouse=True)
def sector(owner: User) -> Sector:
    return make_sector(enum="NIFTY50")


def declare(admin: User) -> MarketRuleOverride:
    rule = make_rule(admin, table="holidays", valid_from=HOLIDAY, columns={"reason": "Mourning"})
    desk.forget_prices()
    return rule


def switch_off(admin: User, rule: MarketRuleOverride) -> None:
    market_services.switch_rule(user=admin, rule_id=rule.pk, is_active=False, ip_address=None)
    desk.forget_prices()


def close_at(sector: Sector) -> None:
    bars = [(day, close, close, close, close, 1) for day, close in CLOSES.items()]
    make_sector_prices(sector=sector, bars=bars, extra={"source": "import"})


def hold(user: User, *, instrument: str = OLD, quantity: int = 65) -> Position:
    make_deal(user, instrument=instrument, quantity=quantity, price="120.00", now=BOUGHT)
    return Position.objects.for_user(user).get(instrument=instrument)


def price_of(name: str) -> Decimal:
    (quote,) = market_selectors.get_quotes(instruments=[name], now=BOUGHT).quotes
    return Decimal(quote.price) / 100


def test_it_is_valued_closed_and_booked_as_the_contract_of_the_day_before(
    owner: User, admin: User, balances: Balances
) -> None:
    position = hold(owner)
    before = services.list_positions(user=owner, now=BOUGHT)[0].valuation.last_price

    declare(admin)
    (seen,) = services.list_positions(user=owner, now=BOUGHT)
    order = services.close_position(user=owner, position_id=position.pk, now=BOUGHT)

    assert (before, seen.valuation.last_price) == (Decimal("25.25"), Decimal("14.35"))
    assert seen.valuation.last_price == price_of(NEW)
    assert (order.status, order.instrument, order.average_price) == ("COMPLETE", OLD, Decimal("14.35"))
    assert Position.objects.for_user(owner).get().quantity == 0
    balances(owner)


def test_it_is_squared_off_on_the_day_before(owner: User, admin: User, balances: Balances) -> None:
    hold(owner)
    declare(admin)

    assert services.close_due(now=SQUAREOFF - timedelta(minutes=1)) == 0
    assert [services.close_due(now=at) for at in (SQUAREOFF, END)] == [1, 0]

    fill = Fill.objects.for_user(owner).latest("id")
    query = market_selectors.CandleQuery(instrument=NEW, interval="5m", before=SQUAREOFF, limit=1)
    close = int(market_selectors.get_candles(query=query, now=END).candles.close[-1])
    assert (fill.order.purpose, fill.order.instrument, fill.price) == ("auto_squareoff", OLD, Decimal(close) / 100)
    assert (fill.price_source, fill.price_at) == ("bar", SQUAREOFF)
    balances(owner)


def test_declared_in_time_it_is_settled_once_at_the_close_of_the_day_before(
    owner: User, admin: User, sector: Sector, balances: Balances
) -> None:
    """26,150.35 less 26,000 is 150.35; bought at 120.00, that is 30.35 on each of 65."""
    configuration.override("options.expiry_mode", "manual")
    hold(owner)
    declare(admin)
    close_at(sector)

    assert services.close_due(now=END - timedelta(seconds=1)) == 0
    assert [services.close_due(now=at) for at in (END, END, OLD_END)] == [1, 0, 0]

    fill = Fill.objects.for_user(owner).latest("id")
    assert (fill.order.client_order_id, fill.price) == (f"expiry:{OLD}:NRML:2026-01-12", Decimal("150.35"))
    assert (fill.price_source, fill.price_at, fill.realised) == ("daily_close", END, Decimal("1972.75"))
    assert balances(owner) == (Decimal("101972.75"), 0, 0, Decimal("1972.75"))


@pytest.mark.parametrize("bought", [BOUGHT, datetime.fromisoformat("2026-01-12T15:28:00+05:30")])
def test_declared_too_late_it_is_settled_at_the_next_run(
    owner: User, admin: User, sector: Sector, balances: Balances, bought: datetime
) -> None:
    close_at(sector)
    make_deal(owner, instrument=OLD, quantity=65, price="120.00", now=bought)
    position = Position.objects.for_user(owner).get()
    assert services.close_due(now=END) == 0
    declare(admin)

    with pytest.raises(DomainError) as refused:
        services.close_position(user=owner, position_id=position.pk, now=NEXT_MORNING)
    assert [services.close_due(now=NEXT_MORNING) for _ in range(3)] == [1, 0, 0]

    assert refused.value.code == "EXPIRED_CONTRACT"
    fill = Fill.objects.for_user(owner).latest("id")
    assert (fill.order.purpose, fill.price, fill.price_source) == ("expiry", Decimal("150.35"), "daily_close")
    assert (fill.price_at, fill.market_at) == (END, NEXT_MORNING)
    assert balances(owner) == (Decimal("101972.75"), 0, 0, Decimal("1972.75"))


def test_declared_too_late_it_is_never_squared_off(owner: User, admin: User) -> None:
    """Nobody could know on the day before that it was the last: its price of 15:25 is not taken afterwards."""
    deep = OLD.replace("26000", "24000")
    hold(owner, instrument=deep)
    declare(admin)

    assert services.close_due(now=NEXT_MORNING) == 1

    query = market_selectors.CandleQuery(instrument="NIFTY50", interval="1d", before=END, limit=1)
    close = int(market_selectors.get_candles(query=query, now=NEXT_MORNING).candles.close[-1])
    fill = Fill.objects.for_user(owner).latest("id")
    assert (fill.order.purpose, fill.price, fill.price_at) == ("expiry", Decimal(close) / 100 - 24_000, END)


def test_without_the_holiday_after_all_it_expires_on_its_own_day(
    owner: User, admin: User, sector: Sector, balances: Balances
) -> None:
    """It goes by 26,200.00 then: 200.00 each, 80.00 more than was paid."""
    configuration.override("options.expiry_mode", "manual")
    hold(owner)
    close_at(sector)
    switch_off(admin, declare(admin))

    assert [services.close_due(now=at) for at in (END, OLD_END - timedelta(seconds=1), OLD_END)] == [0, 0, 1]

    fill = Fill.objects.for_user(owner).latest("id")
    assert (fill.order.client_order_id, fill.price) == (f"expiry:{OLD}:NRML", Decimal("200.00"))
    assert balances(owner) == (Decimal(105_200), 0, 0, Decimal(5200))


def test_bought_again_after_it_was_settled_as_moved_it_is_settled_again(
    owner: User, admin: User, sector: Sector, balances: Balances
) -> None:
    configuration.override("options.expiry_mode", "manual")
    hold(owner)
    close_at(sector)
    rule = declare(admin)
    assert services.close_due(now=NEXT_MORNING) == 1
    switch_off(admin, rule)
    make_deal(owner, instrument=OLD, quantity=65, price="190.00", now=NEXT_MORNING.replace(hour=11))

    assert [services.close_due(now=OLD_END) for _ in range(2)] == [1, 0]

    assert balances(owner)[3] == Decimal("1972.75") + 65 * 10


def test_by_its_old_name_it_is_only_reduced(owner: User, admin: User) -> None:
    hold(owner, quantity=130)
    declare(admin)
    orders: list[dict[str, Any]] = [
        {"side": "BUY", "quantity": 65},
        {"side": "SELL", "quantity": 195},
        {"side": "SELL", "quantity": 65},
    ]
    seen: list[object] = []
    for each in orders:
        try:
            seen.append(place(owner, now=BOUGHT, instrument=OLD, **each).status)
        except DomainError as refusal:
            details = {name: refusal.details[name] for name in ("expiry_date", "instrument")}
            seen.append((refusal.code, details))

    refused = ("CONTRACT_MOVED", {"expiry_date": "2026-01-12", "instrument": NEW})
    assert seen == [refused, refused, "COMPLETE"]
    assert place(owner, now=BOUGHT, instrument=NEW, quantity=65).instrument == NEW
    assert Position.objects.for_user(owner).get(instrument=OLD).quantity == 65


def test_what_waits_for_it_ends_with_it(owner: User, admin: User) -> None:
    deep = OLD.replace("26000", "24000")
    order = place(owner, now=BOUGHT, instrument=deep, quantity=65, order_type="LIMIT", price="0.05", product="NRML")
    Order.objects.for_user(owner).update(valid_until=OLD_END)
    declare(admin)

    services.close_due(now=END)

    order.refresh_from_db()
    assert (order.status, order.blocked) == ("EXPIRED", Decimal(0))
    assert OrderEvent.objects.for_user(owner).filter(order=order).latest("id").reason == "CONTRACT_EXPIRED"


def test_its_holder_goes_on_reading_it(owner: User, admin: User) -> None:
    hold(owner)
    watchlist = make_watchlist(owner, instruments=[OLD])
    alert = make_alert(owner, instrument=OLD, condition="above", level="100000.00", now=BOUGHT)
    make_gtt(owner, ("20.00", "10.00"), instrument=OLD, side="SELL", quantity=65, now=BOUGHT)
    declare(admin)

    services.add_instrument(user=owner, watchlist_id=watchlist.pk, instrument=NEW)
    quotes = services.quote_watchlist(user=owner, watchlist_id=watchlist.pk, now=BOUGHT)
    services.check_alerts(now=BOUGHT + timedelta(minutes=10))
    services.note_equity(now=BOUGHT.replace(hour=16))

    prices = [(each.instrument, Decimal(each.price) / 100) for each in quotes.quotes]
    assert (prices, quotes.missing) == ([(OLD, Decimal("14.35")), (NEW, Decimal("14.35"))], [])
    alert.refresh_from_db()
    assert alert.status == "armed"
    assert services.work_gtts(now=BOUGHT + timedelta(minutes=10)) == 1
    assert EquityDay.objects.for_user(owner).get().positions_value == Decimal("858.00")


def test_old_name_and_new_name_are_one_contract_to_the_margin(owner: User, admin: User, balances: Balances) -> None:
    """65 sold by the old name and 65 bought by the new one leave nothing open."""
    configuration.override("trading.fill_profile", "india")
    wallet_services.refill(user=owner, amount=Decimal(1_000_000))
    make_deal(owner, instrument=OLD, quantity=-65, price="120.00", now=BOUGHT)
    declare(admin)
    make_deal(owner, instrument=NEW, quantity=65, price="120.00", now=BOUGHT)

    row = UnderlyingMargin.objects.for_user(owner).get()
    assert (row.underlying, row.blocked) == ("NIFTY50", Decimal(0))
    balances(owner)
