"""What the profile india blocks: a fifth of intraday shares, the margin of options, nothing once closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.core import configuration
from apps.market import selectors as market_selectors
from apps.market import services as market_services
from apps.trading import services
from apps.trading.models import Order, Position, UnderlyingMargin
from apps.trading.services import Ticket
from apps.users.models import User
from apps.wallet import services as wallet_services
from apps.wallet.errors import InsufficientFunds
from apps.wallet.models import Entry
from marketdata import instrument_keys
from marketdata.margin.estimate import Margin
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, make_deal, make_real_stock, place
from tests.factories.users import make_user
from tests.trading.conftest import Balances, check_books

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat(OPEN_AT)
CALL, HEDGE = "NIFTY50-2026-01-13-26000-CE", "NIFTY50-2026-01-13-26200-CE"
PUT = "NIFTY50-2026-01-13-26000-PE"


@pytest.fixture(autouse=True)
def _india(db: None) -> None:
    configuration.override("trading.fill_profile", "india")


@pytest.fixture
def rich(owner: User) -> User:
    make_sector(enum="NIFTY50")
    wallet_services.refill(user=owner, amount=Decimal(900_000))
    return owner


def estimate(now: datetime = NOW, **held: int) -> Margin:
    """The margin of what is held, by the market; keys are the names above."""
    names = {"call": CALL, "hedge": HEDGE, "put": PUT}
    options = {instrument_keys.parse(names[name]): quantity for name, quantity in held.items()}
    underlying = market_selectors.get_named_instrument(identifier="NIFTY50")
    found = market_selectors.find_margin(underlying=underlying, held=options, now=now)  # type: ignore[arg-type]
    assert found is not None
    return found


def deal(user: User, instrument: str, quantity: int, price: str, *, product: str = "NRML", minutes: int = 0) -> None:
    now = NOW + timedelta(minutes=minutes)
    make_deal(user, instrument=instrument, quantity=quantity, price=price, product=product, now=now)


def test_an_intraday_purchase_takes_a_fifth_and_borrows_the_price(owner: User, balances: Balances) -> None:
    make_stock()
    deal(owner, "RELIANCE", 100, "1000.00", product="MIS")
    assert balances(owner) == (80_000, 20_000, 100_000, 0)
    assert Position.objects.for_user(owner).get().borrowed == 100_000

    deal(owner, "RELIANCE", -40, "1010.00", product="MIS")
    assert balances(owner) == (80_000 + 8_000 + 400, 12_000, 60_000, 400)

    deal(owner, "RELIANCE", -60, "990.00", product="MIS")
    assert balances(owner) == (100_000 + 400 - 600, 0, 0, -200)


def test_an_intraday_short_locks_what_it_brought_in_and_a_fifth(owner: User, balances: Balances) -> None:
    make_stock()
    deal(owner, "RELIANCE", -100, "1000.00", product="MIS")
    assert balances(owner) == (80_000, 120_000, -100_000, 0)

    deal(owner, "RELIANCE", 150, "990.00", product="MIS")
    assert balances(owner) == (101_000 - 9_900, 9_900, 49_500, 1_000)


def test_delivery_is_paid_for_in_full_and_practice_blocks_the_full_price(owner: User, balances: Balances) -> None:
    make_stock()
    deal(owner, "RELIANCE", 100, "900.00", product="CNC")
    assert balances(owner) == (10_000, 0, 90_000, 0)

    configuration.override("trading.fill_profile", "instant")
    deal(owner, "RELIANCE", -5, "1000.00", product="MIS")
    assert balances(owner) == (5_000, 10_000, 85_000, 0)


def test_a_rule_asks_more_of_one_share(owner: User, balances: Balances) -> None:
    make_stock()
    row = {"valid_from": NOW.date(), "columns": {"underlying": "RELIANCE", "margin_pct": "50"}}
    values = {**row, "table": "intraday_margins", "source": "test", "note": ""}
    market_services.add_rule(user=owner, values=values, ip_address=None)

    deal(owner, "RELIANCE", 100, "1000.00", product="MIS")

    assert balances(owner)[:2] == (50_000, 50_000)


def test_a_short_option_locks_its_premium_and_blocks_the_margin(rich: User, balances: Balances) -> None:
    deal(rich, CALL, -65, "200.00")

    margin = estimate(call=-65)
    assert margin.exposure > 30_000
    assert balances(rich) == (1_000_000 - margin.total, 13_000 + margin.total, -13_000, 0)
    row = UnderlyingMargin.objects.for_user(rich).get()
    assert (row.underlying, row.blocked, row.required, row.scan) == ("NIFTY50", margin.total, margin.total, margin.scan)
    entry = Entry.objects.for_user(rich).latest("id")
    assert (entry.reason, entry.note) == ("BLOCK", "margin of NIFTY50")


def test_a_hedge_frees_margin_and_all_of_it_is_free_once_closed(rich: User, balances: Balances) -> None:
    deal(rich, CALL, -65, "200.00")
    deal(rich, HEDGE, 65, "120.00")
    hedged = estimate(call=-65, hedge=65).total
    assert hedged < estimate(call=-65).total
    assert balances(rich) == (1_000_000 - 7_800 - hedged, 13_000 + hedged, -13_000 + 7_800, 0)
    assert Entry.objects.for_user(rich).filter(reason="RELEASE").count() == 1

    deal(rich, CALL, 65, "190.00")
    assert balances(rich) == (1_000_000 - 7_800 + 650, 0, 7_800, 650)


def test_both_products_of_an_underlying_block_together(rich: User, balances: Balances) -> None:
    deal(rich, CALL, -65, "200.00", product="MIS")
    deal(rich, PUT, -65, "200.00")

    assert balances(rich)[1] == 26_000 + estimate(call=-65, put=-65).total


def test_a_closing_trade_is_always_allowed_and_leaves_a_shortfall(rich: User, balances: Balances) -> None:
    deal(rich, CALL, -65, "200.00")
    deal(rich, HEDGE, 65, "120.00")
    make_stock()
    free = rich_cash(rich)
    deal(rich, "RELIANCE", 1, f"{free - 100}", product="CNC")

    deal(rich, HEDGE, -65, "100.00")

    hedged, naked = estimate(call=-65, hedge=65).total, estimate(call=-65).total
    got = hedged + 100 + 6_500
    assert got < naked
    assert balances(rich)[:2] == (0, 13_000 + got)
    use = services.get_margins(user=rich)
    assert (use.shortfall, use.options, use.shorts) == (naked - got, got, 13_000)


def test_what_a_close_frees_pays_for_its_loss(rich: User, balances: Balances) -> None:
    deal(rich, CALL, -65, "200.00")
    make_stock()
    deal(rich, "RELIANCE", 1, f"{rich_cash(rich)}", product="CNC")
    margin = estimate(call=-65).total

    place(rich, now=NOW, instrument=CALL, side="BUY", quantity=65)

    order = Order.objects.for_user(rich).latest("id")
    assert order.average_price is not None
    loss = (order.average_price - 200) * 65
    assert balances(rich)[:2] == (margin - loss - order.charges, 0)
    assert not Entry.objects.for_user(rich).filter(reason="ADJUSTMENT").exists()


def test_a_loss_beyond_cash_and_margin_ends_at_zero(owner: User, balances: Balances) -> None:
    make_stock()
    deal(owner, "RELIANCE", -400, "1000.00", product="MIS")

    deal(owner, "RELIANCE", 400, "1300.00", product="MIS")

    assert balances(owner) == (0, 0, 0, -120_000)
    assert Entry.objects.for_user(owner).get(reason="ADJUSTMENT").idempotency_key.endswith(":cover")


def rich_cash(user: User) -> Decimal:
    user.refresh_from_db()
    return user.wallet_balance


def test_what_practice_sold_keeps_its_own_block(rich: User, balances: Balances) -> None:
    configuration.override("trading.fill_profile", "instant")
    deal(rich, CALL, -65, "200.00")
    assert balances(rich)[1] == 26_000

    configuration.override("trading.fill_profile", "india")
    deal(rich, PUT, -65, "200.00")

    assert balances(rich)[1] == 26_000 + 13_000 + estimate(put=-65).total


def test_an_order_needs_margin_and_charges(rich: User, balances: Balances) -> None:
    ticket = Ticket(instrument=CALL, side="SELL", quantity=65)
    seen = services.preview_order(user=rich, ticket=ticket, now=NOW)
    need = estimate(call=-65)

    assert seen.refusal is None
    assert (seen.made.margin.before, seen.made.margin.after, seen.made.margin.parts) == (0, need.total, need)
    assert seen.made.needed == need.total + seen.made.charges

    place(rich, now=NOW, instrument=CALL, side="SELL", quantity=65)
    assert balances(rich)[0] == 1_000_000 - seen.made.needed
    closing = services.preview_order(user=rich, ticket=Ticket(instrument=CALL, side="BUY", quantity=65), now=NOW)
    assert (closing.made.margin.after, closing.made.needed) == (0, 0)


def test_an_order_without_the_cash_for_its_margin_is_refused(owner: User, balances: Balances) -> None:
    make_sector(enum="NIFTY50")
    with pytest.raises(InsufficientFunds) as refused:
        place(owner, now=NOW, instrument=CALL, side="SELL", quantity=65)

    needed = Decimal(str(refused.value.details["needed"]))
    assert needed > estimate(call=-65).total > 100_000
    assert balances(owner) == (100_000, 0, 0, 0)
    assert not UnderlyingMargin.objects.for_user(owner).exists()


def test_a_waiting_order_blocks_its_margin(rich: User, balances: Balances) -> None:
    order = place(rich, now=NOW, instrument=CALL, side="SELL", quantity=65, order_type="LIMIT", price="2000.00")
    need = estimate(call=-65).total

    assert order.status == "OPEN"
    assert balances(rich)[1] == order.blocked > need
    services.cancel_order(user=rich, order_id=order.pk, now=NOW)
    assert balances(rich)[:2] == (1_000_000, 0)


def test_margins_over_http(rich: User, api: APIClient) -> None:
    deal(rich, CALL, -65, "200.00")
    make_real_stock(close="100.00", previous="99.00")
    deal(rich, "RELIANCE", 10, "100.00", product="MIS")
    need = estimate(call=-65)

    body = api.get("/api/v1/trading/margins").json()

    (row,) = body.pop("underlyings")
    row.pop("updated_at")
    figure = {"scan": f"{need.scan}", "exposure": f"{need.exposure}", "expiry_day": "0.00", "calendar": "0.00"}
    assert row == {"underlying": "NIFTY50", "blocked": f"{need.total}", "needed": f"{need.total}", **figure}
    assert body == {
        "basis": "estimate",
        "cash": f"{1_000_000 - need.total - 200}",
        "blocked": f"{need.total + 13_000 + 200}",
        "orders": "0.00",
        "shorts": "13000.00",
        "positions": "200.00",
        "options": f"{need.total}",
        "shortfall": "0.00",
        "borrowed": "1000.00",
    }


STEP = st.tuples(
    st.sampled_from([CALL, HEDGE, PUT, "RELIANCE"]), st.sampled_from([-130, -65, 65, 130]), st.integers(20, 400)
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=2, max_size=6))
def test_the_books_agree_after_every_deal(db: None, steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        make_sector(enum="NIFTY50")
        make_stock()
        user = make_user()
        wallet_services.refill(user=user, amount=Decimal(400_000))
        for name, quantity, price in steps:
            product = "MIS" if name == "RELIANCE" else "NRML"
            try:
                with transaction.atomic():
                    deal(user, name, quantity, f"{price}.00", product=product)
            except InsufficientFunds:
                pass
            check_books(user)
        transaction.set_rollback(True)
