"""In a replay every variety of order runs on the replay's clock and bars; what it does not know, it refuses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from apps.core import configuration
from apps.market.models import CorporateAction
from apps.notifications.models import Notification
from apps.trading import errors, services
from apps.trading.models import Fill, Order, OrderEvent, Position, Replay, UnderlyingMargin
from apps.trading.services import Ticket, placing
from apps.users.models import User
from apps.wallet import services as wallet_services
from tests.factories.replays import make_replay, move, place_in
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_stock
from tests.factories.trading import make_bars, make_contract_position, make_real_stock, place

OPEN = datetime.fromisoformat("2026-01-05T09:15:00+05:30")
BAR = timedelta(minutes=5)
LATER = OPEN + timedelta(days=20)


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock(close="100.00", previous="99.00")
    make_bars((100, 101, 99, 100), (100, 110, 99, 108), (108, 108, 104, 104), (104, 104, 90, 92), begin="09:15")


def legs(entry: Order) -> list[tuple[str, str]]:
    rows = Order.objects.unscoped().filter(parent=entry).order_by("id")
    return list(rows.values_list("leg", "status"))


def the_market_works() -> None:
    """Whatever the market's own clock does, long after the replayed day."""
    services.work_orders(now=LATER)
    services.close_due(now=LATER)
    services.apply_corporate_actions(now=LATER)


def test_a_bracket_with_a_trailing_stop_runs_on_the_replayed_bars_alone(owner: User) -> None:
    replay = move(make_replay(owner), bars=1)
    entry = place_in(replay, variety="bracket", target="120.00", stoploss="95.00", trailing="5.00")

    the_market_works()
    assert legs(entry) == [("target", "OPEN"), ("stop", "TRIGGER_PENDING")]

    move(replay, bars=1)
    stop = Order.objects.unscoped().get(parent=entry, leg="stop")
    assert (stop.trigger_price, stop.worked_until) == (105, OPEN + 2 * BAR)
    move(replay, bars=1)

    assert legs(entry) == [("target", "CANCELLED"), ("stop", "COMPLETE")]
    fill = Fill.objects.unscoped().get(order=stop)
    assert (fill.price, fill.market_at, fill.bar_at) == (Decimal("105.00"), OPEN + 3 * BAR, OPEN + 2 * BAR)


def test_an_order_for_the_next_session_waits_for_that_of_the_replay(owner: User) -> None:
    replay = move(make_replay(owner, end=date(2026, 1, 6)), bars=75)
    make_bars((95, 96, 94, 95), day="2026-01-06", begin="09:15")
    order = place_in(replay, variety="amo", product="CNC")

    the_market_works()
    order.refresh_from_db()
    assert order.status == "AMO_QUEUED"
    move(replay, bars=1)

    order.refresh_from_db()
    assert (order.status, order.average_price) == ("COMPLETE", 95)
    opened = OrderEvent.objects.for_user(owner).get(order=order, reason="SESSION_OPENED")
    assert opened.market_at == OPEN + timedelta(days=1)


def test_a_conversion_is_of_the_replays_moment_and_money(owner: User) -> None:
    services.choose_profile(user=owner, fill_profile="instant")
    replay = make_replay(owner, fill_profile="india")
    move(replay, bars=1)
    place_in(replay)
    position = Position.objects.for_user(owner).get()
    assert position.borrowed == position.cost

    done = services.convert_position(user=owner, position_id=position.pk, now=LATER)

    assert (done.to_product, done.cash_used) == ("CNC", position.cost - position.margin)
    assert done.position.paper_account_id == replay.paper_account_id
    assert done.position.opened_market_at == OPEN + BAR
    owner.refresh_from_db()
    assert owner.wallet_balance == 100_000


def test_a_later_split_leaves_the_shares_and_orders_of_a_replay_alone(owner: User) -> None:
    replay = move(make_replay(owner), bars=1)
    place_in(replay, product="CNC")
    waiting = place_in(replay, product="CNC", order_type="LIMIT", price="80.00")
    CorporateAction.objects.create(
        instrument="RELIANCE", ex_date=date(2026, 1, 6), kind="split", shares_before=1, shares_after=5
    )

    the_market_works()

    waiting.refresh_from_db()
    assert (waiting.status, Position.objects.for_user(owner).get().quantity) == ("OPEN", 10)


def test_two_accounts_are_squared_off_and_settled_each_for_itself(owner: User) -> None:
    """The same contract and product in practice and in two replays: no key of one stands in the way of another."""
    configuration.override("options.expiry_mode", "manual")
    make_sector(enum="NIFTY50")
    contract = "NIFTY50-2026-01-06-26000-CE"
    first, second = (
        make_replay(owner, name=name, end=date(2026, 1, 6), cash=Decimal(1_000_000)) for name in ("One", "Two")
    )

    def settled(replay: Replay) -> list[tuple[str, int]]:
        rows = Order.objects.for_user(owner).filter(paper_account=replay.paper_account).exclude(purpose="user")
        return list(rows.values_list("status", "filled_quantity"))

    for replay in (first, second):
        place_in(move(replay, bars=1), instrument=contract, product="NRML", quantity=75)
        place_in(replay, instrument=contract, product="MIS", quantity=75)
    place(owner, now=OPEN + BAR, instrument=contract, product="NRML", quantity=1)
    the_market_works()
    assert [settled(first), settled(second)] == [[], []]

    move(first, bars=150)
    assert [settled(first), settled(second)] == [[("COMPLETE", 75)] * 2, []]
    move(second, bars=150)
    assert settled(second) == [("COMPLETE", 75)] * 2
    assert not Position.objects.for_user(owner).exclude(quantity=0).exists()
    # Practice alone was late.
    assert Notification.objects.for_user(owner).filter(message__contains="RESTART_RECOVERY").count() == 1


def test_margins_of_a_replay_are_of_its_account(owner: User, api: APIClient) -> None:
    make_sector(enum="NIFTY50")
    replay = make_replay(owner, end=date(2026, 1, 6), cash=Decimal(5_000_000), fill_profile="india")
    move(replay, bars=1)

    place_in(replay, instrument="NIFTY50-2026-01-13-26000-CE", product="NRML", side="SELL", quantity=65)

    row = UnderlyingMargin.objects.for_user(owner).get()
    assert (row.paper_account_id, row.blocked > 0) == (replay.paper_account_id, True)
    shown = api.get("/api/v1/trading/margins", {"account": replay.paper_account_id}).json()
    assert shown["options"] == str(row.blocked)
    assert api.get("/api/v1/trading/margins").json()["options"] == "0.00"


def test_a_trigger_that_stands_is_for_practice_alone(owner: User, api: APIClient) -> None:
    replay = make_replay(owner)
    triggers = [{"trigger_price": "90.00", "price": "90.00"}]
    body = {"instrument": "RELIANCE", "side": "BUY", "quantity": 1, "triggers": triggers}

    refused = api.post("/api/v1/trading/gtt/", {**body, "account": replay.paper_account_id}, format="json").json()

    assert (refused["code"], list(refused["details"]["fields"])) == ("VALIDATION_ERROR", ["account"])
    assert api.post("/api/v1/trading/gtt/", body, format="json").status_code == 201


@pytest.mark.parametrize(
    ("day", "profile", "refused"),
    [
        (date(2020, 6, 30), "india", True),
        (date(2020, 7, 1), "india", False),
        (date(2010, 2, 1), "india", True),
        (date(2010, 2, 1), "realistic", False),
    ],
)
def test_a_day_without_known_rates_is_refused_where_they_are_charged(
    owner: User, day: date, profile: str, refused: bool
) -> None:
    make_stock(enum="INFY")
    replay = move(make_replay(owner, start=day, fill_profile=profile), bars=1)
    ticket = Ticket("INFY", "BUY", 1, account=replay.paper_account_id)

    placed = placing.submit(user=owner, ticket=ticket, now=OPEN)

    assert (placed.order.status, placed.order.refusal_code) == (
        ("REJECTED", "RATES_UNKNOWN") if refused else ("COMPLETE", "")
    )
    if refused:
        with pytest.raises(errors.RatesUnknown) as found:
            services.preview_order(user=owner, ticket=ticket, now=OPEN)
        assert found.value.details == {"trade_date": day.isoformat()}


@pytest.mark.parametrize(("day", "left"), [("2019-08-29", 65), ("2019-09-26", 0)])
def test_a_contract_whose_exercise_nobody_knows_the_tax_of_waits_for_a_profile_without(
    owner: User, day: str, left: int
) -> None:
    """A 10,900 call at 11,000 is worth 100 each. What the clock closes waits; the clock itself goes on."""
    configuration.override("options.expiry_mode", "manual")
    bars = [(day, "11000", "11000", "11000", "11000", 1)]
    make_sector_prices(sector=make_sector(enum="NIFTY50"), bars=bars, extra={"source": "import"})
    replay = move(make_replay(owner, start=date.fromisoformat(day)), bars=1)
    ledger = wallet_services.open_ledger(user_id=owner.pk, account_id=replay.paper_account_id)
    contract = f"NIFTY50-{day}-10900-CE"
    make_contract_position(owner, instrument=contract, quantity=65, price="120.00", ledger=ledger)
    services.choose_profile(user=owner, fill_profile="india", account=replay.paper_account_id)

    assert move(replay, bars=80).clock_at == replay.ends_at
    position = Position.objects.for_user(owner).get()
    assert position.quantity == left

    services.choose_profile(user=owner, fill_profile="instant", account=replay.paper_account_id)
    move(replay, bars=1)
    position.refresh_from_db()
    assert (position.quantity, position.realised) == (0, Decimal(-1300))


@pytest.mark.parametrize(("day", "code"), [("2016-05-31", "RATES_UNKNOWN"), ("2016-06-01", "")])
def test_shares_are_not_converted_at_a_margin_that_nobody_knows(
    api: APIClient, owner: User, day: str, code: str
) -> None:
    make_stock(enum="INFY")
    replay = move(make_replay(owner, start=date.fromisoformat(day)), bars=1)
    place_in(replay, instrument="INFY", quantity=1, product="CNC")
    services.choose_profile(user=owner, fill_profile="india", account=replay.paper_account_id)
    position = Position.objects.for_user(owner).get()

    answer = api.post(f"/api/v1/trading/positions/{position.pk}/convert", {"product": "MIS"})

    assert (answer.status_code, answer.json().get("code", "")) == (422 if code else 200, code)
    held = Position.objects.for_user(owner).exclude(quantity=0).values_list("product", flat=True)
    assert list(held) == ["CNC" if code else "MIS"]
