"""Replays: a clock of their own, the same fills on past bars, an account apart from all others."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.core import clock, configuration
from apps.core.errors import ValidationFailed
from apps.market.models import MarketStatus
from apps.trading import services
from apps.trading.models import Fill, Order, OrderEvent, Position, Replay
from apps.users.models import User
from apps.wallet import selectors as wallet_selectors
from apps.wallet import services as wallet_services
from tests.factories.market_rules import make_rule
from tests.factories.replays import make_replay, move, place_in
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.trading import make_bars, make_contract_position, make_real_stock, place

BASE = "/api/v1/trading/replays"
OPEN = datetime.fromisoformat("2026-01-05T09:15:00+05:30")
BAR = timedelta(minutes=5)
BODY = {"name": "A day", "date": "2026-01-05", "cash": "100000.00"}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock(close="100.00", previous="99.00")
    make_bars((100, 106, 97, 104), (104, 105, 101, 102), (102, 103, 95, 96), begin="09:15")


def test_it_begins_at_the_opening_with_its_own_cash(api: APIClient, owner: User) -> None:
    answer = api.post(BASE, BODY)

    body = answer.json()
    assert (answer.status_code, body["name"], body["speed"]) == (201, "A day", 0)
    assert body["clock_at"] == body["starts_at"] == "2026-01-05T09:15:00+05:30"
    assert body["ends_at"] == "2026-01-05T15:30:00+05:30"
    assert api.get(f"/api/v1/trading/portfolio?account={body['account']}").json()["equity"] == "100000.00"
    owner.refresh_from_db()
    assert owner.wallet_balance == 100_000


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"date": "2026-01-04"}, 400),
        ({"date": "1999-01-05"}, 400),
        ({"date": "2027-01-04"}, 400),
        ({"end": "2026-02-20"}, 400),
        ({"cash": "0.00"}, 400),
        ({"cash": "900000000.00"}, 422),
        ({"colour": "red"}, 400),
    ],
)
def test_what_is_no_past_stretch_is_refused(api: APIClient, change: dict[str, str], status: int) -> None:
    assert api.post(BASE, {**BODY, **change}).status_code == status
    assert not Replay.objects.unscoped().exists()


def test_an_end_before_the_date_is_called_so(api: APIClient) -> None:
    answer = api.post(BASE, {**BODY, "end": "2026-01-04"})
    assert answer.status_code == 400
    assert answer.json()["details"]["fields"] == {
        "end": [{"code": "invalid", "message": "The end is before the date."}]
    }
    assert not Replay.objects.unscoped().exists()


def test_names_and_number_are_limited(api: APIClient) -> None:
    configuration.override("trading.max_replays", "2")

    codes = [api.post(BASE, {**BODY, "name": name}).json().get("code") for name in ("One", "One", "Two", "Three")]

    assert codes == [None, "ACCOUNT_NAME_TAKEN", None, "LIMIT_REACHED"]


def test_the_clock_moves_by_bars_and_to_a_moment_but_never_back(api: APIClient) -> None:
    path = f"{BASE}/{api.post(BASE, BODY).json()['id']}"

    def moved(body: dict[str, object]) -> str:
        return str(api.post(f"{path}/advance", body).json()["clock_at"])[11:16]

    assert [moved({}), moved({"bars": 3}), moved({"to": "2026-01-05T11:02:00+05:30"})] == ["09:20", "09:35", "11:02"]
    assert api.post(f"{path}/advance", {"to": "2026-01-05T11:00:00+05:30"}).status_code == 400
    assert api.post(f"{path}/advance", {"to": "2026-01-05T12:00:00+05:30", "bars": 1}).status_code == 400
    assert moved({"bars": 400}) == moved({"bars": 1}) == "15:30"


@pytest.mark.parametrize("to", ["2026-01-05T09:16:00+05:30", "2026-01-05T09:00:00+05:30", "2026-01-04"])
def test_at_its_end_the_clock_never_goes_back(api: APIClient, to: str) -> None:
    """Whoever has seen the whole day could trade in it once more."""
    path = f"{BASE}/{api.post(BASE, BODY).json()['id']}"
    api.post(f"{path}/advance", {"bars": 400})

    assert api.post(f"{path}/advance", {"to": to}).status_code == 400
    assert api.get(path).json()["clock_at"] == "2026-01-05T15:30:00+05:30"


@pytest.mark.usefixtures("real_days")
def test_it_lasts_until_contracts_are_settled_where_they_end_after_the_shares(owner: User) -> None:
    """Real ones end at 15:40 since August 2026: a 24,500 call bought at 120 is settled at 150.35, 1,972.75 in all."""
    configuration.override("options.expiry_mode", "manual")
    day, contract = "2026-09-01", "NIFTY50-2026-09-01-24500-CE"
    bars = [(day, "24650.35", "24650.35", "24650.35", "24650.35", 1)]
    make_sector_prices(sector=make_sector(enum="NIFTY50"), bars=bars, extra={"source": "import"})
    with time_machine.travel(f"{day}T20:00:00+05:30", tick=False):
        replay = move(make_replay(owner, start=date.fromisoformat(day)), bars=1)
        ledger = wallet_services.open_ledger(user_id=owner.pk, account_id=replay.paper_account_id)
        make_contract_position(owner, instrument=contract, quantity=65, price="120.00", ledger=ledger)

        before, after = move(replay, bars=74).clock_at, move(replay, bars=2).clock_at

    assert [f"{moment.astimezone(clock.IST):%H:%M}" for moment in (before, after)] == ["15:30", "15:40"]
    position = Position.objects.for_user(owner).get()
    assert (position.quantity, position.realised) == (0, Decimal("1972.75"))


def test_nights_and_weekends_pass_at_once(owner: User) -> None:
    replay = make_replay(owner, start=date(2026, 1, 9), end=date(2026, 1, 12))

    assert move(replay, bars=75 + 2).clock_at == datetime.fromisoformat("2026-01-12T09:25:00+05:30")


def test_orders_fill_at_the_price_of_its_clock_and_on_its_bars(owner: User) -> None:
    replay = move(make_replay(owner), bars=1)
    bought = place_in(replay)
    stop = place_in(replay, side="SELL", order_type="SL-M", trigger_price="101.50")

    move(replay, bars=1)

    stop.refresh_from_db()
    assert (bought.average_price, stop.average_price) == (Decimal("104.00"), Decimal("101.50"))
    fill = Fill.objects.for_user(owner).get(order=stop)
    assert (fill.market_at, fill.price_source) == (OPEN + 2 * BAR, "bar")
    assert OrderEvent.objects.for_user(owner).get(order=stop, reason="FILLED").bar_at == OPEN + BAR


def test_bar_by_bar_though_it_moves_far_at_once(owner: User) -> None:
    """A purchase at 98 fills in the third bar; intraday it is squared off at 15:20 at the last bar's close."""
    replay = move(make_replay(owner), bars=1)
    order = place_in(replay, order_type="LIMIT", price="98.00")

    move(replay, bars=400)

    order.refresh_from_db()
    assert order.status == "COMPLETE"
    out = Order.objects.for_user(owner).get(purpose="auto_squareoff")
    assert (out.accepted_market_at, out.average_price) == (OPEN.replace(hour=15, minute=20), Decimal("96.00"))
    assert Position.objects.for_user(owner).get().quantity == 0


def test_its_account_is_apart_from_practice_and_the_market(api: APIClient, owner: User) -> None:
    place(owner, product="MIS", order_type="LIMIT", price="50.00")
    replay = move(make_replay(owner), bars=1)
    waiting = place_in(replay, order_type="LIMIT", price="98.00")
    place_in(replay)

    services.work_orders(now=OPEN + timedelta(days=9))
    services.close_due(now=OPEN + timedelta(days=9))

    waiting.refresh_from_db()
    assert waiting.status == "OPEN"
    account = f"?account={replay.paper_account_id}"
    for path, practice, replayed in (("orders/", 1, 2), ("positions/", 0, 1), ("trades/", 0, 0)):
        counts = [api.get(f"/api/v1/trading/{path}{query}").json()["count"] for query in ("", account)]
        assert counts == [practice, replayed], path
    owner.refresh_from_db()
    assert owner.wallet_balance == 99_500
    held = wallet_selectors.get_balances(user=owner, paper_account=replay.paper_account)
    assert (held.cash, held.blocked) == (Decimal("97980.00"), Decimal("980.00"))
    assert not [broken for _, broken in wallet_selectors.audit_unscoped() if broken]
    cancelled = api.delete(f"/api/v1/trading/orders/{waiting.pk}/").json()
    assert (cancelled["status"], cancelled["account"]) == ("CANCELLED", replay.paper_account_id)


def test_closing_and_trades_are_of_the_account(api: APIClient, owner: User) -> None:
    replay = move(make_replay(owner), bars=1)
    place_in(replay)
    move(replay, bars=1)

    answer = api.post("/api/v1/trading/positions/close-all", {"account": replay.paper_account_id})

    assert [each["average_price"] for each in answer.json()] == ["102.00"]
    trades = api.get(f"/api/v1/trading/trades/?account={replay.paper_account_id}").json()["results"]
    assert [each["pnl"] for each in trades] == ["-20.00"]
    assert api.get("/api/v1/trading/trades/").json()["count"] == 0


def test_by_speed_it_moves_with_the_clock_on_the_wall(owner: User, api: APIClient) -> None:
    with time_machine.travel(clock.now(), tick=False) as wall:
        replay = make_replay(owner)
        assert services.advance_running(now=clock.now()) == 0
        assert api.patch(f"{BASE}/{replay.pk}", {"speed": 60}).json()["speed"] == 60

        wall.shift(10)
        assert [services.advance_running(now=clock.now()) for _ in range(2)] == [1, 0]
        replay.refresh_from_db()
        assert replay.clock_at == OPEN + timedelta(minutes=10)

        wall.shift(100_000)
        services.advance_running(now=clock.now())
        assert services.advance_running(now=clock.now()) == 0
    replay.refresh_from_db()
    assert replay.clock_at == replay.ends_at


def test_hours_that_are_no_whole_bars_let_every_clock_go_on(owner: User, stranger: User) -> None:
    """400 bars are 2,000 minutes: 375, three times 136 by hand, three times 375, and 92 of the 14th."""
    make_sector(enum="NIFTY50")
    for day in (6, 7, 8):
        hours = {"sessions": [{"open": "09:16", "close": "11:32"}]}
        MarketStatus.objects.create(date=date(2026, 1, day), is_market_open=True, extra=hours)
    far = datetime.fromisoformat("2026-01-14T10:47:00+05:30")
    whose = {"Asked": owner, "One": owner, "Two": stranger}
    made = [make_replay(user, end=date(2026, 1, 30), name=name) for name, user in whose.items()]
    for each in made:
        ledger = wallet_services.open_ledger(user_id=each.user_id, account_id=each.paper_account_id)
        contract = "NIFTY50-2026-01-27-24500-CE"
        make_contract_position(each.user, instrument=contract, quantity=65, price="120.00", ledger=ledger)

    assert move(made[0], bars=400).clock_at == far
    with time_machine.travel(clock.now(), tick=False) as wall:
        for each, speed in zip(made, (0, 3600, 60), strict=True):
            services.set_speed(user=each.user, replay_id=each.pk, speed=speed)
        wall.shift(60)
        assert services.advance_running(now=clock.now()) == 2

    for each in made:
        each.refresh_from_db()
    assert [each.clock_at for each in made] == [far, far, OPEN + timedelta(hours=1)]
    with pytest.raises(ValidationFailed):
        services.advance_replay(user=owner, replay_id=made[0].pk, to=made[0].ends_at)


def test_somebody_elses_is_not_there(stranger_api: APIClient, owner: User) -> None:
    replay = make_replay(owner)

    order = {"instrument": "RELIANCE", "side": "BUY", "quantity": 1, "account": replay.paper_account_id}
    assert stranger_api.post("/api/v1/trading/orders/", order).status_code == 404
    for path in ("orders/", "positions/", "trades/", "portfolio", "account", "portfolio/history"):
        assert stranger_api.get(f"/api/v1/trading/{path}?account={replay.paper_account_id}").status_code == 404
    assert stranger_api.get(BASE).json()["count"] == 0


def test_a_further_account_trades_on_the_markets_clock_with_its_own_cash(api: APIClient, owner: User) -> None:
    answer = api.post("/api/v1/trading/accounts/", {"name": "Swing", "cash": "500.00", "fill_profile": "realistic"})
    account = answer.json()["id"]

    assert (answer.status_code, answer.json()["kind"]) == (201, "strategy")
    assert api.get(f"/api/v1/trading/account?account={account}").json() == {"fill_profile": "realistic"}
    assert api.get("/api/v1/trading/account").json() == {"fill_profile": "instant"}
    api.patch("/api/v1/trading/account", {"fill_profile": "instant", "account": account})
    order = {"instrument": "RELIANCE", "side": "BUY", "quantity": 10, "account": account}
    assert api.post("/api/v1/trading/orders/", order).json()["code"] == "INSUFFICIENT_FUNDS"
    assert api.post("/api/v1/trading/orders/", {**order, "quantity": 5}).json()["status"] == "COMPLETE"
    portfolio = api.get(f"/api/v1/trading/portfolio?account={account}").json()
    assert (portfolio["cash"], portfolio["positions_value"]) == ("20.00", "480.00")
    owner.refresh_from_db()
    assert owner.wallet_balance == 100_000


@pytest.mark.usefixtures("real_days")
@pytest.mark.parametrize(
    ("day", "span"),
    [
        ("2026-02-01", "2026-02-01T09:15 2026-02-01T15:30"),
        ("2025-10-21", "2025-10-21T13:45 2025-10-21T15:30"),
        ("2026-01-05", "date: The market does not trade on this day."),
        ("2026-11-08", "date: The market does not trade on this day."),
    ],
    ids=["budget Sunday", "Muhurat", "holiday that was added", "Muhurat whose hours are not announced"],
)
def test_with_real_prices_its_days_are_those_of_the_exchange(
    owner: User, superadmin: User, day: str, span: str
) -> None:
    make_rule(superadmin, table="holidays", valid_from=date(2026, 1, 5), columns={"reason": "Elections"})
    with time_machine.travel("2026-11-22T12:00:00+05:30", tick=False):
        try:
            replay = make_replay(owner, start=date.fromisoformat(day))
        except ValidationFailed as refused:
            fields: Any = refused.details["fields"]
            ((field, (found,)),) = fields.items()
            shown = f"{field}: {found['message']}"
        else:
            ends = (each.astimezone(clock.IST) for each in (replay.starts_at, replay.ends_at))
            shown = " ".join(f"{each:%Y-%m-%dT%H:%M}" for each in ends)

    assert shown == span
