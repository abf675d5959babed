"""The figures of the installation, worked by hand; midnight in India is 18:30 in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.adminpanel import services
from apps.adminpanel.models import DailyFigures
from apps.core import clock
from apps.market.models import Trade
from apps.payments.enums import GatewayName, MovementKind, PaymentStatus
from apps.payments.models import PaymentRecord, Subscription
from apps.sync.models import SyncLog
from apps.users.enums import Role
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.backtests import make_row
from tests.factories.users import make_user

URL = "/api/v1/adminpanel/dashboard-analytics"


@contextmanager
def at(moment: str) -> Iterator[None]:
    """A moment of January 2026 in India, like 05T23:59:59."""
    with time_machine.travel(datetime.fromisoformat(f"2026-01-{moment}+05:30"), tick=False):
        yield


def pay(user: User, amount: str, *, kind: MovementKind = MovementKind.CHARGE, **values: Any) -> None:
    number = PaymentRecord.objects.unscoped().count()
    bought, _ = Subscription.objects.unscoped().get_or_create(
        user=user, plan="monthly", gateway="stripe", gateway_subscription_id=f"sub_{user.pk}", amount="499.00"
    )
    row: dict[str, Any] = {"payment_gateway": GatewayName.STRIPE, "status": PaymentStatus.SUCCESS, **values}
    row |= {"payment_id": f"p{number}", "order_id": f"p{number}", "amount": amount, "kind": kind}
    PaymentRecord.objects.create(user=user, subscription=bought, **row)  # type: ignore[misc]


def close_trade(user: User, pnl: str, **values: Any) -> None:
    day = date(2026, 1, 5)
    row: dict[str, Any] = {
        "instrument_type": "stock",
        "instrument_identifier": "TCS",
        "quantity": 1,
        "trade_type": "long",
        **values,
    }
    Trade.objects.create(user=user, buy_date=day, sell_date=day, pnl=pnl, **row)  # type: ignore[misc]


def end_run(user: User, status: str, seconds: float | None = None) -> None:
    done = {"final_wallet_amount": Decimal("1.00")} if status == "completed" else {}
    make_row(user, status=status, finished_at=clock.now(), time_taken=seconds, **done)


@pytest.fixture
def people(db: None) -> tuple[User, User]:
    """Two users of the fourth and the fifth, what they did around midnight, and the counts of the sixth at noon."""
    with at("04T23:59:59"):
        early = make_user(email="early@example.com")
        close_trade(early, "7.00")
        end_run(early, "failed")
    with at("05T00:00:00"):
        late = make_user(email="late@example.com")
        pay(early, "499.00")
        pay(late, "499.00", payment_gateway=GatewayName.DUMMY)
        pay(late, "499.00", status=PaymentStatus.FAILED)
        close_trade(early, "-20.50")
        close_trade(late, "10.25")
        for seconds in (1.0, 2.0, 3.0, 4.0, 5.0):
            end_run(late, "completed", seconds)
        close_trade(late, "1000.00", backtest_run=make_row(late))
    with at("05T23:59:59"):
        pay(early, "499.00")
        pay(early, "100.00", kind=MovementKind.REFUND, status=PaymentStatus.REFUNDED)
        pay(early, "499.00", kind=MovementKind.CHARGEBACK, status=PaymentStatus.REFUNDED)
        end_run(late, "failed", 9.0)
    with at("06T00:00:00"):
        pay(early, "499.00", kind=MovementKind.CHARGEBACK_WON)
        User.objects.filter(pk=late.pk).update(trial_end_date=date(2026, 1, 5))
    with at("06T12:00:00"):
        services.refresh_figures()
    return early, late


def read(query: str = "from=2026-01-04&to=2026-01-06") -> Any:
    with at("06T12:00:00"):
        response = client_of(make_user(email="boss@example.com", role=Role.SUPERADMIN)).get(f"{URL}?{query}")
    assert response.status_code == 200, response.json()
    return response.json()


NOTHING = {
    "signups": 0,
    "trials": 0,
    "conversions": 0,
    "payments": 0,
    "revenue": "0.00",
    "refunds": "0.00",
    "runs_completed": 0,
    "runs_failed": 0,
    "run_seconds_mean": None,
    "paper_trades": 0,
    "paper_pnl": "0.00",
}
UNWATCHED = {"run_seconds_p95": None, "on_trial": None, "subscribed": None, "expired": None}


@pytest.mark.usefixtures("people")
def test_what_happened_is_counted_on_its_day_in_india() -> None:
    shown = read()

    fifth = {
        **NOTHING,
        "signups": 1,
        "trials": 1,
        # Of late only the gateway without money took a payment: a user won, and no revenue.
        "conversions": 2,
        "payments": 2,
        "revenue": "998.00",
        "refunds": "599.00",
        "runs_completed": 5,
        "runs_failed": 1,
        "run_seconds_mean": 3.0,
        "paper_trades": 2,
        "paper_pnl": "-10.25",
    }
    fourth = {**NOTHING, "signups": 1, "trials": 1, "runs_failed": 1, "paper_trades": 1, "paper_pnl": "7.00"}
    sixth = {**NOTHING, "revenue": "499.00"}
    assert shown["days"] == [
        {"day": "2026-01-04", **fourth, **UNWATCHED},
        # Of 1..5 the 95th percentile lies four fifths of the way from 4 to 5.
        {"day": "2026-01-05", **fifth, **UNWATCHED, "run_seconds_p95": 4.8},
        {"day": "2026-01-06", **sixth, **UNWATCHED, "on_trial": 1, "subscribed": 0, "expired": 1},
    ]
    assert shown["total"] == {
        **fifth,
        "signups": 2,
        "trials": 2,
        "revenue": "1497.00",
        "runs_failed": 2,
        "paper_trades": 3,
        "paper_pnl": "-3.25",
    }
    assert shown["users"] == {"on_trial": 1, "subscribed": 0, "expired": 1}
    assert (shown["from"], shown["to"], shown["as_of"]) == ("2026-01-04", "2026-01-06", "2026-01-06T12:00:00+05:30")


def test_queue_and_syncs_are_of_this_moment(people: tuple[User, User]) -> None:
    with at("06T11:00:00"):
        log = {"sync_type": "stock", "mode": "normal", "total_items": 1, "start_time": clock.now()}
        SyncLog.objects.create(**log, status="completed", success_count=1, end_time=clock.now())
    with at("06T11:30:00"):
        SyncLog.objects.create(**log, status="failed", failed_count=1, end_time=clock.now())
        make_row(people[0], status="running")

    shown = read()

    # The run behind the trade of a backtest was never claimed.
    assert {**shown["queue"], "oldest_pending_seconds": None} == {
        "pending": 1,
        "running": 1,
        "oldest_pending_seconds": None,
        "sweeps": 0,
        "sync_items": 0,
    }
    never = {"status": None, "started_at": None, "ended_at": None, "total_items": 0, "failed_count": 0}
    assert shown["syncs"] == [
        {
            "sync_type": "stock",
            "status": "failed",
            "started_at": "2026-01-06T11:00:00+05:30",
            "ended_at": "2026-01-06T11:30:00+05:30",
            "total_items": 1,
            "failed_count": 1,
            "last_completed_at": "2026-01-06T11:00:00+05:30",
        },
        {"sync_type": "sector", **never, "last_completed_at": None},
        {"sync_type": "option", **never, "last_completed_at": None},
    ]


@pytest.mark.usefixtures("people")
def test_a_day_is_counted_anew_until_the_next_is_over_and_then_stays() -> None:
    DailyFigures.objects.filter(day=date(2026, 1, 4)).update(signups=77)
    DailyFigures.objects.filter(day=date(2026, 1, 5)).update(signups=77)

    with at("06T12:05:00"):
        counted = services.refresh_figures()

    assert counted == 2
    assert list(
        DailyFigures.objects.filter(day__gte=date(2026, 1, 4)).order_by("day").values_list("day", "signups")
    ) == [
        (date(2026, 1, 4), 77),
        (date(2026, 1, 5), 1),
        (date(2026, 1, 6), 0),
    ]


@pytest.mark.usefixtures("people")
def test_days_without_a_count_are_made_up_for_and_standings_of_days_over_stay() -> None:
    with at("09T00:00:00"):
        counted = services.refresh_figures()

    assert counted == 5, "the fifth, before the last day counted, up to the ninth"
    standings = DailyFigures.objects.order_by("day").values_list("day", "on_trial")
    assert dict(standings)[date(2026, 1, 6)] == 1
    assert dict(standings)[date(2026, 1, 8)] is None
    assert dict(standings)[date(2026, 1, 9)] == 1


def test_before_the_first_count_there_are_noughts_and_no_time(superadmin_api: APIClient) -> None:
    shown = superadmin_api.get(URL).json()

    assert (shown["as_of"], shown["users"], len(shown["days"])) == (None, None, 30)
    assert shown["total"] == NOTHING
    assert (shown["from"], shown["to"]) == (str(clock.today() - timedelta(days=29)), str(clock.today()))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2025-01-01&to=2026-01-01", 200),
        ("from=2024-12-31&to=2026-01-01", 400),
        ("from=2026-01-02&to=2026-01-01", 400),
        ("from=yesterday", 400),
        ("days=30", 400),
    ],
)
def test_a_year_at_most_is_shown(superadmin_api: APIClient, query: str, status: int) -> None:
    assert superadmin_api.get(f"{URL}?{query}").status_code == status


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("days", [1, 300])
def test_no_number_of_days_costs_more_than_nine_queries(
    admin_api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, days: int
) -> None:
    # Account, configuration, permission; days, the last day, runs, sync items, syncs, when they completed.
    with django_assert_num_queries(9):
        admin_api.get(f"{URL}?from={clock.today() - timedelta(days=days - 1)}")
