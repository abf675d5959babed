"""Accounts through the administrators' API: who sees and changes what, and what the log says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.core import clock, configuration
from apps.core.models import ActivityLog
from apps.users.enums import Role
from apps.users.models import LoginGuard, User
from tests.conftest import client_of
from tests.factories.users import make_session, make_user

URL = "/api/v1/adminpanel/users/"
IP = "203.0.113.7"
TODAY = date(2026, 1, 8)
ACTIONS = ("unlock", "reset-two-factor", "revoke-sessions")


@pytest.fixture
def _eighth_of_january() -> Any:
    with time_machine.travel(datetime(2026, 1, 8, 6, 30, tzinfo=UTC), tick=False):
        yield


def days(name: str, first: int | None, last: int | None) -> dict[str, Any]:
    """A span by days of January 2026."""
    start, end = (day and date(2026, 1, day) for day in (first, last))
    return {f"{name}_start_date": start, f"{name}_end_date": end}


def emails(client: APIClient, query: str) -> list[str]:
    return [row["email"].partition("@")[0] for row in client.get(f"{URL}?{query}").json()["results"]]


def logged() -> list[tuple[str, dict[str, Any]]]:
    return [(row.action, row.details) for row in ActivityLog.objects.order_by("id")]


@pytest.fixture
def _people(_eighth_of_january: None, admin: User) -> None:
    """Whose dates end the day before, on the day, and begin the day after."""
    for name, values in {
        "trial": {**days("trial", 1, 8), "wallet_balance": Decimal("5.00")},
        "over": days("trial", 1, 7),
        "early": days("trial", 9, 16),
        "none": days("trial", None, None),
        "paid": {**days("trial", 1, 8), **days("subscription", 8, 8)},
    }.items():
        make_user(email=f"{name}@example.com", **values)
    User.objects.filter(email="over@example.com").update(is_active=False, email_verified_at=clock.now())
    User.objects.filter(email="trial@example.com").update(
        mobile="+919812345678", locked_until=clock.now() + timedelta(seconds=1)
    )
    User.objects.filter(email="paid@example.com").update(locked_until=clock.now())


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("role=user&ordering=email", ["early", "none", "over", "paid", "trial"]),
        ("role=admin", ["admin"]),
        # A day counts up to its end; a subscription goes before a trial.
        ("standing=trial&role=user", ["trial"]),
        ("standing=subscribed", ["paid"]),
        ("standing=expired&ordering=-email", ["over", "none", "early"]),
        ("is_active=false", ["over"]),
        ("is_verified=true", ["over"]),
        ("is_verified=false&search=TRI", ["trial"]),
        # A lock is over at its last moment.
        ("is_locked=true", ["trial"]),
        ("search=98123", ["trial"]),
        ("search=nobody", []),
        ("role=user&ordering=wallet_balance&page_size=1", ["trial"]),
        ("role=user&ordering=subscription_end_date&page_size=1", ["paid"]),
        ("role=user&ordering=-subscription_end_date&page_size=1", ["paid"]),
        ("role=user&ordering=-trial_end_date", ["early", "paid", "trial", "over", "none"]),
        ("role=user", ["paid", "none", "early", "over", "trial"]),
    ],
)
def test_accounts_are_found_and_ordered(admin_api: APIClient, query: str, found: list[str]) -> None:
    assert emails(admin_api, query) == found


@pytest.mark.parametrize("query", ["role=owner", "standing=free", "ordering=password", "is_locked=perhaps", "user=1"])
def test_filters_that_are_none_are_400(admin_api: APIClient, query: str) -> None:
    assert admin_api.get(f"{URL}?{query}").status_code == 400


@pytest.mark.usefixtures("_eighth_of_january")
def test_detail_shows_everything_that_is_not_secret(admin_api: APIClient) -> None:
    user = make_user(email="trader@example.com", **days("trial", 5, 12))
    make_session(user)

    shown = admin_api.get(f"{URL}{user.pk}/").json()

    assert shown == {
        "id": user.pk,
        "email": "trader@example.com",
        "mobile": None,
        "role": "user",
        "is_active": True,
        "standing": "trial",
        "trial_start_date": "2026-01-05",
        "trial_end_date": "2026-01-12",
        "subscription_start_date": None,
        "subscription_end_date": None,
        "wallet_balance": "100000.00",
        "is_locked": False,
        "locked_until": None,
        "failed_login_attempts": 0,
        "email_verified_at": None,
        "has_two_factor": False,
        "created_at": "2026-01-08T12:00:00+05:30",
        "updated_at": "2026-01-08T12:00:00+05:30",
        "live_sessions": 1,
        "last_seen_at": "2026-01-08T12:00:00+05:30",
    }


@pytest.mark.usefixtures("_eighth_of_january")
def test_one_change_of_everything_is_written_down_thing_by_thing(superadmin_api: APIClient, superadmin: User) -> None:
    user = make_user(email="trader@example.com", **days("trial", 1, 8))
    body = {
        "role": "admin",
        "is_active": False,
        "trial_end_date": "2026-01-31",
        "subscription_start_date": "2026-01-10",
        "subscription_end_date": "2026-02-09",
    }

    response = superadmin_api.patch(f"{URL}{user.pk}/", body, REMOTE_ADDR=IP)

    assert response.status_code == 200
    assert {name: response.json()[name] for name in body} == body
    subject = {"user_id": user.pk, "email": "trader@example.com"}
    expected = [
        ("account.trial", {"start": "2026-01-01", "end": "2026-01-08"}, {"start": "2026-01-01", "end": "2026-01-31"}),
        ("account.subscription", {"start": None, "end": None}, {"start": "2026-01-10", "end": "2026-02-09"}),
        ("account.status", {"is_active": True}, {"is_active": False}),
        ("account.role", {"role": "user"}, {"role": "admin"}),
    ]
    assert logged() == [(name, {**subject, "before": before, "after": after}) for name, before, after in expected]
    assert set(ActivityLog.objects.values_list("admin_user", "ip_address")) == {(superadmin.email, IP)}


@pytest.mark.usefixtures("_eighth_of_january")
@pytest.mark.parametrize(
    ("before", "body", "after"),
    [
        # A trial that never was begins today; one that was keeps its first day.
        ((None, None), {"trial_end_date": "2026-01-20"}, ("2026-01-08", "2026-01-20")),
        ((1, 8), {"trial_end_date": "2026-01-01"}, ("2026-01-01", "2026-01-01")),
        ((1, 8), {"trial_start_date": "2026-01-03"}, ("2026-01-03", "2026-01-08")),
        ((1, 8), {"trial_end_date": None}, (None, None)),
        ((1, 8), {}, ("2026-01-01", "2026-01-08")),
    ],
)
def test_a_span_keeps_the_day_that_is_not_given(
    admin_api: APIClient, before: tuple[int | None, int | None], body: dict[str, Any], after: tuple[Any, Any]
) -> None:
    user = make_user(**days("trial", *before))

    shown = admin_api.patch(f"{URL}{user.pk}/", body).json()

    assert (shown["trial_start_date"], shown["trial_end_date"]) == after
    assert len(logged()) == (1 if body else 0)


@pytest.mark.usefixtures("_eighth_of_january")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"trial_end_date": "2026-01-07"}, "trial_end_date"),
        ({"subscription_start_date": "2026-01-07"}, "subscription_end_date"),
        ({"subscription_start_date": None, "subscription_end_date": "2026-01-07"}, "subscription_start_date"),
        ({"role": "owner"}, "role"),
        ({"email": "other@example.com"}, "email"),
        ({"wallet_balance": "1.00"}, "wallet_balance"),
    ],
)
def test_a_refused_change_changes_nothing_else(admin_api: APIClient, body: dict[str, Any], field: str) -> None:
    user = make_user(**days("trial", None, None))

    response = admin_api.patch(f"{URL}{user.pk}/", {"is_active": False, **body})

    assert (response.status_code, list(response.json()["details"]["fields"])) == (400, [field])
    user.refresh_from_db()
    assert user.is_active
    assert logged() == []


def test_administrators_neither_change_nor_make_administrators(
    admin: User, admin_api: APIClient, superadmin: User, owner: User
) -> None:
    other = make_user(email="other@example.com", role=Role.ADMIN)
    tried = [admin_api.patch(f"{URL}{user.pk}/", {"is_active": False}) for user in (admin, other, superadmin)]
    tried += [admin_api.patch(f"{URL}{owner.pk}/", {"role": role}) for role in ("admin", "superadmin")]
    tried += [admin_api.post(f"{URL}{superadmin.pk}/{action}") for action in ACTIONS]

    assert {(response.status_code, response.json()["code"]) for response in tried} == {(403, "PERMISSION_DENIED")}
    assert logged() == []


def test_the_last_superadmin_stays(superadmin: User, superadmin_api: APIClient) -> None:
    for body in ({"role": "user"}, {"is_active": False}):
        response = superadmin_api.patch(f"{URL}{superadmin.pk}/", {"trial_end_date": "2199-01-01", **body})
        assert (response.status_code, response.json()["code"]) == (409, "LAST_SUPERADMIN")
    assert logged() == [], "what came before the refusal is undone"


def test_demoted_and_disabled_accounts_are_out_at_once(superadmin_api: APIClient, admin: User, owner: User) -> None:
    theirs = client_of(admin), client_of(owner)

    superadmin_api.patch(f"{URL}{admin.pk}/", {"role": "user"})
    superadmin_api.patch(f"{URL}{owner.pk}/", {"is_active": False})

    assert [client.get("/api/v1/auth/profile").status_code for client in theirs] == [401, 401]


def test_unlocking_forgets_the_guesses(admin_api: APIClient, owner: User) -> None:
    until = clock.now() + timedelta(minutes=10)
    LoginGuard.objects.create(email=owner.email, failed_attempts=5, window_start=clock.now(), locked_until=until)
    User.objects.filter(pk=owner.pk).update(failed_login_attempts=5, locked_until=until)

    shown = admin_api.post(f"{URL}{owner.pk}/unlock").json()

    assert (shown["is_locked"], shown["locked_until"], shown["failed_login_attempts"]) == (False, None, 0)
    assert [action for action, _ in logged()] == ["account.unlock"]


def test_sessions_are_revoked_and_counted_in_the_log(admin_api: APIClient, owner: User) -> None:
    clients = [client_of(owner) for _ in range(2)]

    shown = admin_api.post(f"{URL}{owner.pk}/revoke-sessions").json()

    assert shown["live_sessions"] == 0
    assert [client.get("/api/v1/auth/profile").status_code for client in clients] == [401, 401]
    subject = {"user_id": owner.pk, "email": owner.email}
    assert logged() == [
        ("account.sessions", {**subject, "before": {"live_sessions": 2}, "after": {"live_sessions": 0}})
    ]


def test_lost_two_factor_is_reset(admin_api: APIClient, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(has_two_factor=True)

    assert admin_api.post(f"{URL}{owner.pk}/reset-two-factor").json()["has_two_factor"] is False
    assert [action for action, _ in logged()] == ["account.two_factor_reset"]


def test_the_toggle_stops_administrators_and_no_superadmin(
    admin_api: APIClient, superadmin_api: APIClient, owner: User
) -> None:
    configuration.override("admin.can_manage_users", "false")
    place = f"{URL}{owner.pk}/"

    refused = [admin_api.patch(place, {"is_active": False}), *(admin_api.post(f"{place}{name}") for name in ACTIONS)]

    assert {response.status_code for response in refused} == {403}
    assert refused[0].json()["details"] == {"setting": "admin.can_manage_users"}
    assert admin_api.get(place).status_code == 200, "looking is allowed"
    assert superadmin_api.patch(place, {"is_active": False}).status_code == 200
