"""What an account is worth: by hand, at the end of each day once, and through the day at the prices of each bar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.trading import services
from apps.trading.models import EquityDay, Position
from apps.users.models import User
from apps.wallet import services as wallet_services
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock, move_price, place

BASE = "/api/v1/trading/portfolio"
OPEN = datetime.fromisoformat(OPEN_AT)
CLOSE = datetime.fromisoformat("2026-01-05T15:30:00+05:30")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """Before any token is issued."""
    with time_machine.travel(OPEN, tick=False):
        yield


@pytest.fixture(autouse=True)
def _prices(_clock: None, db: None) -> None:
    make_real_stock(close="100.00", previous="100.00")


def test_equity_is_cash_and_what_positions_would_bring(api: APIClient, owner: User) -> None:
    """Bought 10 at 100 and sold 5 short at 100; at 90 the first loses 100, the second gains 50."""
    place(owner, product="CNC")
    place(owner, product="MIS", side="SELL", quantity=5)
    move_price("90.00")
    assert api.get(BASE).json() == {
        "cash": "98500.00",
        "blocked": "1000.00",
        "borrowed": "0.00",
        "positions_value": "450.00",
        "equity": "99950.00",
        "realised": "0.00",
        "unrealised": "-50.00",
        "charges": "0.00",
        "day_pnl": "-50.00",
    }


def test_before_money_moved_the_balance_is_the_equity(api: APIClient) -> None:
    assert api.get(BASE).json()["equity"] == "100000.00"
    assert api.get(f"{BASE}/history").json()["points"] == [{"time": "2026-01-05", "equity": 100000.0}]


def test_the_end_of_a_session_is_put_on_record_once(owner: User) -> None:
    place(owner, now=OPEN)
    move_price("120.00")

    assert services.note_equity(now=CLOSE - timedelta(seconds=1)) == 0
    assert [services.note_equity(now=CLOSE) for _ in range(2)] == [1, 0]
    move_price("130.00")
    assert services.note_equity(now=CLOSE + timedelta(hours=1)) == 0

    row = EquityDay.objects.for_user(owner).get()
    assert (row.date, row.cash, row.blocked) == (date(2026, 1, 5), Decimal("99000.00"), Decimal("0.00"))
    assert (row.positions_value, row.equity) == (Decimal("1200.00"), Decimal("100200.00"))


def test_a_weekend_and_the_next_morning_still_note_the_last_session(owner: User) -> None:
    place(owner, now=OPEN)

    for moment in ("2026-01-10T12:00:00+05:30", "2026-01-12T09:14:59+05:30", "2026-01-12T09:15:00+05:30"):
        services.note_equity(now=datetime.fromisoformat(moment))

    assert EquityDay.objects.for_user(owner).get().date == date(2026, 1, 9)


def make_days(user: User, *values: str) -> None:
    account = Position.objects.for_user(user).values_list("paper_account_id", flat=True)[0]
    for number, value in enumerate(values):
        EquityDay.objects.create(
            user=user,
            paper_account_id=account,
            date=date(2025, 12, 1) + timedelta(days=number),
            cash=value,
            blocked=0,
            positions_value=0,
            equity=value,
        )


def test_days_on_record_are_followed_by_today_live(api: APIClient, owner: User) -> None:
    place(owner)
    make_days(owner, "100000", "100500.50")
    move_price("110.00")

    answer = api.get(f"{BASE}/history?format=columns").json()
    ranged = api.get(f"{BASE}/history?format=columns&from=2025-12-02&to=2025-12-31").json()

    assert answer == {
        "points_total": 3,
        "sampled": False,
        "time": ["2025-12-01", "2025-12-02", "2026-01-05"],
        "equity": [100000.0, 100500.5, 100100.0],
    }
    assert ranged["time"] == ["2025-12-02"]


def test_a_long_series_is_sampled_with_its_peak(api: APIClient, owner: User) -> None:
    place(owner)
    make_days(owner, *("200000" if number == 13 else "100000" for number in range(30)))

    answer = api.get(f"{BASE}/history?points=10&format=columns").json()

    assert (answer["points_total"], answer["sampled"], max(answer["equity"])) == (31, True, 200000.0)
    assert len(answer["time"]) <= 10


def test_today_goes_through_its_bars_with_what_was_held_then(api: APIClient, owner: User) -> None:
    """Bars close at 101 (11:05), 103 (11:10), 99 (11:15). 10 are bought at 100 at 11:02, 4 sold at 103 at 11:12."""
    make_bars((100, 101, 100, 101), (101, 103, 101, 103), (103, 103, 99, 99))
    with time_machine.travel(OPEN + timedelta(minutes=2), tick=False):
        place(owner, product="MIS")
    with time_machine.travel(OPEN + timedelta(minutes=7), tick=False):
        wallet_services.refill(user=owner, amount=Decimal("500.00"))
    with time_machine.travel(OPEN + timedelta(minutes=12), tick=False):
        place(owner, product="MIS", side="SELL", quantity=4)
    with time_machine.travel(OPEN + timedelta(minutes=16), tick=False):
        answer = api.get(f"{BASE}/history?by=5m&format=columns").json()

    shown = dict(zip((each[11:16] for each in answer["time"]), answer["equity"], strict=True))
    assert (len(shown), shown["09:20"], shown["11:00"]) == (25, 100000.0, 100000.0)
    assert (shown["11:05"], shown["11:10"]) == (100010.0, 100530.0)
    # 99,000 + 500 + 412 in cash and six shares.
    assert (shown["11:15"], shown["11:16"]) == (99912.0 + 6 * 99, 99912.0 + 6 * 99)


@pytest.mark.parametrize("query", ["by=1m", "points=1", "from=today", "from=2026-01-05&to=2026-01-02", "colour=red"])
def test_bad_questions_are_refused(api: APIClient, query: str) -> None:
    assert api.get(f"{BASE}/history?{query}").status_code == 400


def test_what_is_on_record_is_the_users_own(api: APIClient, stranger_api: APIClient, owner: User) -> None:
    place(owner, now=OPEN)
    make_days(owner, "123456")
    assert 123456.0 not in [point["equity"] for point in stranger_api.get(f"{BASE}/history").json()["points"]]
    assert 123456.0 in [point["equity"] for point in api.get(f"{BASE}/history").json()["points"]]
