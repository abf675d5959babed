"""What administrators do to accounts: reach, the last superadmin, live tokens, and a row in the log for each change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core import errors
from apps.core.models import ActivityLog
from apps.users import services
from apps.users.enums import AccessSpan, Role
from apps.users.errors import LastSuperadmin
from apps.users.models import LoginGuard, User
from tests.conftest import client_of
from tests.factories.users import PASSWORD, make_user
from tests.races import together

PROFILE = "/api/v1/auth/profile"
LOGIN = "/api/v1/auth/login"
IP = "203.0.113.7"
FIRST, LAST = date(2026, 1, 5), date(2026, 1, 31)
TRIAL: dict[str, Any] = {"span": AccessSpan.TRIAL, "start": FIRST, "end": LAST}


def logged() -> list[tuple[str, str, dict[str, Any], str | None]]:
    return [(row.admin_user, row.action, row.details, row.ip_address) for row in ActivityLog.objects.order_by("id")]


def subject(user: User) -> dict[str, Any]:
    return {"user_id": user.pk, "email": user.email}


def test_demotion_bites_at_the_next_request_and_ends_every_token(superadmin: User, admin: User) -> None:
    client = client_of(admin)
    assert client.get("/api/v1/adminpanel/activity-log/").status_code == 200

    services.change_role(user_id=admin.pk, role=Role.USER, actor=superadmin, ip_address=IP)

    assert client.get("/api/v1/adminpanel/activity-log/").status_code == 401
    admin.refresh_from_db()
    assert (admin.role, admin.is_staff) == (Role.USER, False)
    assert client_of(admin).get("/api/v1/adminpanel/activity-log/").status_code == 403
    assert logged() == [
        (
            superadmin.email,
            "account.role",
            {**subject(admin), "before": {"role": "admin"}, "after": {"role": "user"}},
            IP,
        )
    ]


def test_promotion_keeps_tokens_and_opens_the_django_admin_for_superadmins_only(superadmin: User, owner: User) -> None:
    client = client_of(owner)

    services.change_role(user_id=owner.pk, role=Role.ADMIN, actor=superadmin, ip_address=IP)
    assert client.get(PROFILE).json()["role"] == "admin"
    assert not services.change_role(user_id=owner.pk, role=Role.ADMIN, actor=superadmin, ip_address=IP).is_staff
    assert services.change_role(user_id=owner.pk, role=Role.SUPERADMIN, actor=superadmin, ip_address=IP).is_staff
    assert len(logged()) == 2, "the same role again is no change"


def test_disabled_account_is_out_at_once_and_enabling_revives_no_token(superadmin: User, owner: User) -> None:
    client = client_of(owner)

    services.change_status(user_id=owner.pk, is_active=False, actor=superadmin, ip_address=IP)
    assert client.get(PROFILE).status_code == 401
    assert client.post(LOGIN, {"email": owner.email, "password": PASSWORD}).status_code == 401

    services.change_status(user_id=owner.pk, is_active=True, actor=superadmin, ip_address=IP)
    assert client.get(PROFILE).status_code == 401
    client.credentials()
    assert client.post(LOGIN, {"email": owner.email, "password": PASSWORD}).status_code == 200
    assert [(action, details["before"], details["after"]) for _, action, details, _ in logged()] == [
        ("account.status", {"is_active": True}, {"is_active": False}),
        ("account.status", {"is_active": False}, {"is_active": True}),
    ]


def test_unlocked_account_signs_in_at_once(superadmin: User, owner: User, anonymous_api: APIClient) -> None:
    for _ in range(5):
        anonymous_api.post(LOGIN, {"email": owner.email, "password": "wrong"})
    assert anonymous_api.post(LOGIN, {"email": owner.email, "password": PASSWORD}).status_code == 423

    services.unlock(user_id=owner.pk, actor=superadmin, ip_address=IP)

    assert LoginGuard.objects.get().failed_attempts == 0
    assert anonymous_api.post(LOGIN, {"email": owner.email, "password": PASSWORD}).status_code == 200
    assert logged()[0][2] == {
        **subject(owner),
        "before": {"failed_login_attempts": 5, "is_locked": True},
        "after": {"failed_login_attempts": 0, "is_locked": False},
    }


def test_days_of_trial_and_subscription_are_set_and_taken_away(superadmin: User, owner: User) -> None:
    days: dict[str, Any] = {"user_id": owner.pk, "actor": superadmin, "ip_address": IP}
    trial = {"start": owner.trial_start_date.isoformat(), "end": owner.trial_end_date.isoformat()}  # type: ignore[union-attr]

    services.set_days(span=AccessSpan.TRIAL, **days, start=None, end=None)
    services.set_days(span=AccessSpan.SUBSCRIPTION, **days, start=FIRST, end=LAST)

    owner.refresh_from_db()
    assert (owner.trial_start_date, owner.trial_end_date) == (None, None)
    assert (owner.subscription_start_date, owner.subscription_end_date) == (FIRST, LAST)
    none, given = {"start": None, "end": None}, {"start": "2026-01-05", "end": "2026-01-31"}
    assert [(action, details["before"], details["after"]) for _, action, details, _ in logged()] == [
        ("account.trial", trial, none),
        ("account.subscription", none, given),
    ]


@pytest.mark.parametrize(("start", "end"), [(FIRST, None), (None, LAST), (LAST, FIRST)])
def test_half_a_span_and_a_reversed_one_are_refused(
    superadmin: User, owner: User, start: date | None, end: date | None
) -> None:
    for span in AccessSpan:
        with pytest.raises(errors.ValidationFailed):
            services.set_days(span=span, user_id=owner.pk, start=start, end=end, actor=superadmin, ip_address=IP)
    assert logged() == []


CHANGES: list[tuple[str, Callable[[int, User], object]]] = [
    ("role", lambda pk, actor: services.change_role(user_id=pk, role=Role.USER, actor=actor, ip_address=IP)),
    ("status", lambda pk, actor: services.change_status(user_id=pk, is_active=False, actor=actor, ip_address=IP)),
    ("unlock", lambda pk, actor: services.unlock(user_id=pk, actor=actor, ip_address=IP)),
    ("days", lambda pk, actor: services.set_days(**TRIAL, user_id=pk, actor=actor, ip_address=IP)),
]
EACH = pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES])


@EACH
def test_administrators_reach_users_only(admin: User, superadmin: User, owner: User, change: Any) -> None:
    peer = make_user(email="peer@example.com", role=Role.ADMIN)

    for target in (superadmin, peer, admin):
        with pytest.raises(errors.PermissionRefused):
            change(target.pk, admin)
    assert logged() == []
    change(owner.pk, admin)


def test_administrators_make_no_administrators(admin: User, owner: User) -> None:
    for role in (Role.ADMIN, Role.SUPERADMIN):
        with pytest.raises(errors.PermissionRefused):
            services.change_role(user_id=owner.pk, role=role, actor=admin, ip_address=IP)


@EACH
def test_missing_account_is_not_found(superadmin: User, change: Any) -> None:
    with pytest.raises(errors.NotFound):
        change(999_999_999, superadmin)


@EACH
def test_an_actor_who_was_demoted_or_disabled_meanwhile_changes_nothing(
    superadmin: User, owner: User, change: Any
) -> None:
    stale = User.objects.get(pk=superadmin.pk)
    for lost in ({"is_active": False}, {"is_active": True, "role": Role.USER}):
        User.objects.filter(pk=superadmin.pk).update(**lost)
        with pytest.raises(errors.PermissionRefused):
            change(owner.pk, stale)


@EACH
def test_only_an_active_superadmin_counts(superadmin: User, change: Any) -> None:
    make_user(email="retired@example.com", role=Role.SUPERADMIN, is_active=False)
    if change in (CHANGES[0][1], CHANGES[1][1]):
        with pytest.raises(LastSuperadmin):
            change(superadmin.pk, superadmin)
        assert logged() == []
    else:
        change(superadmin.pk, superadmin)


def outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except errors.DomainError as error:
        return error.code
    return "done"


def make_superadmins(count: int) -> list[User]:
    return [make_user(email=f"boss{number}@example.com", role=Role.SUPERADMIN) for number in range(count)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [CHANGES[0][1], CHANGES[1][1]], ids=["demoting", "disabling"])
def test_two_superadmins_who_end_one_another_at_once_leave_one(change: Any) -> None:
    pair = make_superadmins(2)

    outcomes = together(2, lambda number: outcome(lambda: change(pair[1 - number].pk, pair[number])))

    assert sorted(outcomes) == ["PERMISSION_DENIED", "done"], "whoever came second had lost the power to"
    assert User.objects.filter(role=Role.SUPERADMIN, is_active=True).count() == 1
    assert len(logged()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [CHANGES[0][1], CHANGES[1][1]], ids=["demoting", "disabling"])
def test_six_superadmins_who_resign_at_once_leave_one(change: Any) -> None:
    bosses = make_superadmins(6)

    outcomes = together(6, lambda number: outcome(lambda: change(bosses[number].pk, bosses[number])))

    assert sorted(outcomes) == ["LAST_SUPERADMIN"] + ["done"] * 5
    assert User.objects.filter(role=Role.SUPERADMIN, is_active=True).count() == 1
