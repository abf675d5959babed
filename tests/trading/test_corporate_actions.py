"""Splits and bonuses of what is held: once each, only what was held before, fractions paid at the last close."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from apps.market.models import CorporateAction
from apps.notifications.models import Notification
from apps.stocks.models import Stock
from apps.trading import services
from apps.trading.models import Position, PositionEvent
from apps.trading.services import desk, tax_lots
from apps.trading.services.tax_lots import Lot
from apps.users.models import User
from apps.wallet.models import Entry, Posting
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, make_deal, make_real_stock
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat(OPEN_AT)
EX_DATE = date(2026, 1, 6)
MORNING = datetime.fromisoformat("2026-01-06T08:00:00+05:30")
NOON = MORNING.replace(hour=12)


def act(before: int | None, after: int | None, *, kind: str = "split", enum: str = "RELIANCE") -> None:
    CorporateAction.objects.create(
        instrument=enum, ex_date=EX_DATE, kind=kind, shares_before=before, shares_after=after
    )


def deal(user: User, quantity: int, price: str, *, now: datetime = NOW, product: str = "CNC") -> None:
    make_deal(user, instrument="RELIANCE", quantity=quantity, price=price, now=now, product=product)


@pytest.fixture
def holder(owner: User) -> User:
    make_real_stock(close="100.00", previous="99.00")
    return owner


def held(user: User) -> Position:
    return Position.objects.for_user(user).get()


def test_a_split_multiplies_the_shares_once_and_leaves_their_cost(holder: User, balances: Balances) -> None:
    deal(holder, 10, "90.00")
    act(1, 5)

    assert services.apply_corporate_actions(now=NOW.replace(hour=23)) == 0
    assert [services.apply_corporate_actions(now=MORNING) for _ in range(3)] == [1, 0, 0]

    row = held(holder)
    assert (row.quantity, row.cost, row.buy_quantity, row.buy_value) == (50, 900, 50, 900)
    assert list(tax_lots.lots_of(row)) == [Lot(date(2026, 1, 5), 50, Decimal(900))]
    assert balances(holder) == (100_000 - 900, 0, 900, 0)
    (share,) = services.list_holdings(user=holder, now=MORNING)
    assert (share.t1_quantity, share.average_price, share.fifo_average_price) == (50, Decimal(18), Decimal(18))
    event = PositionEvent.objects.for_user(holder).get()
    assert (event.kind, event.quantity_before, event.quantity_after) == ("CORPORATE_ACTION", 10, 50)
    assert event.details == {"action": "split", "ratio": "5:1", "cash": "0.00", "realised": "0.00"}
    assert "10 became 50 (5:1)" in Notification.objects.for_user(holder).get().message


def test_a_fraction_is_paid_at_the_last_close(holder: User, balances: Balances) -> None:
    """15 become 22.5: half a share, of 100 x 2 / 3, is worth 33.33, and cost 1,350 / 45 = 30."""
    deal(holder, 7, "90.00")
    deal(holder, 8, "90.00", now=NOW.replace(minute=5))
    act(2, 3, kind="bonus")

    assert services.apply_corporate_actions(now=MORNING) == 1

    row = held(holder)
    assert (row.quantity, row.cost, row.fifo_cost, row.realised) == (22, 1_320, 1_320, Decimal("3.33"))
    assert balances(holder) == (100_000 - 1_350 + Decimal("33.33"), 0, 1_320, Decimal("3.33"))
    entry = Entry.objects.for_user(holder).get(reason="CORPORATE_ACTION")
    assert entry.note == "fraction after bonus 3:2"


def test_a_short_pays_for_its_fraction(holder: User, balances: Balances) -> None:
    deal(holder, -15, "90.00", product="NRML")
    act(2, 3, kind="bonus")

    assert services.apply_corporate_actions(now=MORNING) == 1

    row = held(holder)
    assert (row.quantity, row.cost, row.margin, row.sell_quantity) == (-22, 1_320, 1_320, 22)
    assert row.realised == row.sell_value - row.buy_value - row.cost == Decimal("-3.33")
    assert balances(holder) == (100_000 - 1_320 - Decimal("3.33"), 2_640, -1_320, Decimal("-3.33"))


def test_a_short_whose_fraction_is_beyond_all_cash_is_in_the_new_share_all_the_same(
    owner: User, balances: Balances
) -> None:
    """Sold at 10, the half share of 400 x 2 / 3 costs 133.33; the 6.66 that it blocked pay a part of that."""
    make_real_stock(close="400.00", previous="99.00")
    make_stock(enum="INFY")
    deal(owner, -1, "10.00", product="NRML")
    make_deal(owner, instrument="INFY", quantity=1, price="99990.00", now=NOW)
    assert balances(owner) == (0, 20, 99_980, 0)
    act(2, 3, kind="bonus")

    assert [services.apply_corporate_actions(now=MORNING) for _ in range(2)] == [1, 0]

    row = Position.objects.for_user(owner).get(instrument="RELIANCE")
    assert (row.quantity, row.cost, row.margin, row.realised) == (-1, Decimal("6.67"), Decimal("6.67"), -130)
    assert balances(owner) == (0, Decimal("13.34"), 99_990 - Decimal("6.67"), -130)
    covered = Posting.objects.for_user(owner).filter(entry__reason="ADJUSTMENT")
    assert dict(covered.values_list("account__kind", "amount")) == {
        "cash": Decimal("126.67"),
        "funding": Decimal("-126.67"),
    }


def test_a_share_that_is_gone_keeps_nobody_from_the_split_of_another(owner: User, stranger: User) -> None:
    make_real_stock(close="100.00", previous="99.00")
    make_real_stock(enum="GONE")
    make_deal(stranger, instrument="GONE", quantity=10, price="90.00", now=NOW, product="CNC")
    deal(owner, 10, "90.00")
    act(1, 5)
    act(1, 5, enum="GONE")
    Stock.objects.filter(enum="GONE").delete()
    desk.forget_prices()

    assert services.apply_corporate_actions(now=MORNING) == 1

    assert (held(owner).quantity, held(stranger).quantity) == (50, 10)


def test_only_what_was_held_before_changes_however_late_it_is_known(holder: User, balances: Balances) -> None:
    deal(holder, 10, "100.00")
    deal(holder, -4, "20.00", now=NOON)
    deal(holder, 3, "20.00", now=NOON)
    act(1, 5)

    assert services.apply_corporate_actions(now=NOON.replace(day=9)) == 1

    row = held(holder)
    assert row.quantity == 6 * 5 + 3
    assert [(lot.quantity, lot.cost) for lot in tax_lots.lots_of(row)] == [(30, 600), (3, 60)]
    balances(holder)


def test_the_oldest_of_a_carried_short_are_bought_back_first(holder: User, balances: Balances) -> None:
    deal(holder, -10, "100.00", product="NRML")
    deal(holder, 4, "20.00", now=NOON, product="NRML")
    deal(holder, -3, "20.00", now=NOON, product="NRML")
    act(1, 5)

    assert services.apply_corporate_actions(now=NOON) == 1
    assert held(holder).quantity == -(6 * 5 + 3)
    balances(holder)


def test_what_was_bought_on_the_ex_date_is_new_already(holder: User) -> None:
    deal(holder, 10, "20.00", now=NOON)
    act(1, 5)

    assert services.apply_corporate_actions(now=NOON) == 0
    assert held(holder).quantity == 10


def test_lots_of_several_days_sum_to_the_new_shares(holder: User) -> None:
    for minute, quantity in enumerate((1, 1, 1)):
        deal(holder, quantity, f"{90 + minute}.00", now=NOW.replace(minute=minute))
    act(2, 3, kind="bonus")

    services.apply_corporate_actions(now=MORNING)

    row = held(holder)
    assert (row.quantity, sum(lot.quantity for lot in tax_lots.lots_of(row))) == (4, 4)
    assert row.fifo_cost == row.cost


@pytest.mark.parametrize(("kind", "ratio"), [("demerger", (1, 2)), ("split", (None, None))])
def test_other_actions_change_nothing(holder: User, kind: str, ratio: tuple[int | None, int | None]) -> None:
    deal(holder, 10, "90.00")
    act(*ratio, kind=kind)

    assert services.apply_corporate_actions(now=MORNING) == 0


def test_made_prices_know_no_actions(owner: User) -> None:
    make_stock()
    deal(owner, 10, "90.00")
    act(1, 5)

    assert services.apply_corporate_actions(now=MORNING) == 0
