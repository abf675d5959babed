"""Passes: a caller is looked up once a second, counted each time, and refused with the next request when it ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction

from apps.core import clock, configuration, errors
from apps.core import services as core_services
from apps.core.api.views import View
from apps.core.enums import RateScope
from apps.users import services
from apps.users.enums import AccessSpan, Role
from apps.users.models import RolePermission, Session, User
from config.passes import Credentials, Passes
from tests.core.conftest import Watch
from tests.factories.users import PASSWORD, make_api_key, make_session

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "redis://127.0.0.1:1/0"
WORD = "another horse battery"
BY: dict[str, Any] = {"ip_address": None}


class Market(View):
    """What everybody with an account may ask."""


class Managed(View):
    required_permissions = {"GET": "stocks.manage"}


class Paid(View):
    entitled_methods = frozenset({"GET"})


class Gate:
    """One web process, one caller; ``asks`` is what a request cost in statements, or the code of its refusal."""

    def __init__(self, credentials: Credentials, *, passes: Passes | None = None, view: type[View] = Market) -> None:
        self.credentials, self.view = credentials, view
        self.passes = passes or Passes()

    def ask(self) -> int | str:
        asked: list[str] = []

        def count(execute: Any, sql: str, *rest: Any) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            try:
                entry = self.passes.admit(self.credentials, view=self.view)
                return "NOBODY" if entry is None else len(asked)
            except errors.DomainError as error:
                return error.code

    def warm(self) -> Gate:
        """Ask until there is a pass."""
        configuration.get_int("rate.user_per_minute")
        self.ask()
        self.ask()
        return self


@pytest.fixture(autouse=True)
def _counted(settings: Any, watch: Watch) -> None:
    settings.RATE_LIMITS, settings.RATE_LIMIT_KEYS = True, uuid4().hex


def bearer(token: str) -> Credentials:
    return Credentials(f"Bearer {token}".encode(), b"")


def signed_in(user: User) -> Credentials:
    return bearer(services.issue_tokens(user=user).access_token)


def with_key(user: User, **values: Any) -> Credentials:
    return Credentials(b"", make_api_key(user, **values).key.encode())


def test_a_caller_is_asked_for_once_a_second(owner: User, watch: Watch) -> None:
    gate = Gate(signed_in(owner)).warm()

    assert [gate.ask(), gate.ask()] == [0, 0]
    watch.now = 100.999
    assert gate.ask() == 0
    watch.now = 101.0
    assert [gate.ask(), gate.ask()] == [1, 0]


@pytest.mark.parametrize("change", [{"is_active": False}, {"token_version": 7}])
def test_what_other_hands_take_away_is_refused_after_a_second(
    owner: User, watch: Watch, change: dict[str, Any]
) -> None:
    gate = Gate(signed_in(owner)).warm()
    User.objects.filter(pk=owner.pk).update(**change)

    watch.now = 100.999
    assert gate.ask() == 0
    watch.now = 101.0
    assert gate.ask() == "INVALID_TOKEN"


def end_present(user: User, _: User) -> None:
    services.end_session(session_id=Session.objects.for_user(user).earliest("pk").pk, user=user)


def end_others(user: User, _: User) -> None:
    services.end_other_sessions(user=user, current=make_session(user).pk)


def exchange_twice(user: User, _: User) -> None:
    pair = services.issue_tokens(user=user)
    services.refresh_tokens(refresh_token=pair.refresh_token)
    with pytest.raises(errors.DomainError):
        services.refresh_tokens(refresh_token=pair.refresh_token)


def recover(user: User, _: User) -> None:
    services.request_password_reset(email=user.email)
    found = re.search(r"\?token=(\S+)", str(mail.outbox[-1].body))
    assert found is not None
    services.reset_password(token=found[1], new_password=WORD, device=services.Device())


ENDINGS: dict[str, Callable[[User, User], object]] = {
    "signs out": lambda user, _: services.sign_out(user=user),
    "ends the session": end_present,
    "ends the others": end_others,
    "a stolen refresh token": exchange_twice,
    "a new password": lambda user, _: services.change_password(user=user, old_password=PASSWORD, new_password=WORD),
    "recovers by mail": recover,
    "is disabled": lambda user, by: services.change_status(user_id=user.pk, is_active=False, actor=by, **BY),
    "is demoted": lambda user, by: services.change_role(user_id=user.pk, role=Role.USER, actor=by, **BY),
    "is signed out": lambda user, by: services.end_sessions(user_id=user.pk, actor=by, **BY),
    "by the console": lambda user, _: services.make_superadmin(email=user.email, password=WORD, replaces=True),
}


@pytest.mark.parametrize("way", ENDINGS)
def test_a_token_that_is_ended_is_refused_with_the_next_request(admin: User, superadmin: User, way: str) -> None:
    gate = Gate(signed_in(admin)).warm()
    assert gate.ask() == 0

    ENDINGS[way](User.objects.get(pk=admin.pk), superadmin)

    assert gate.ask() == "INVALID_TOKEN"


def test_a_key_that_is_revoked_is_refused_with_the_next_request(owner: User) -> None:
    made = make_api_key(owner)
    gate = Gate(Credentials(b"", made.key.encode())).warm()
    assert gate.ask() == 0

    services.revoke_api_key(key_id=made.row.pk, user=owner)

    assert gate.ask() == "INVALID_TOKEN"


def test_keys_end_with_a_new_password_at_once(owner: User) -> None:
    gate = Gate(with_key(owner)).warm()
    assert gate.ask() == 0

    services.change_password(user=owner, old_password=PASSWORD, new_password=WORD)

    assert gate.ask() == "INVALID_TOKEN"


def test_a_right_of_the_role_ends_with_the_next_request(admin: User) -> None:
    gate = Gate(signed_in(admin), view=Managed).warm()
    assert gate.ask() == 0

    services.change_role_permissions(role=Role.ADMIN, permissions=["sync.view"], actor="root@example.com", **BY)

    assert not RolePermission.objects.filter(role=Role.ADMIN, permission__code="stocks.manage").exists()
    assert gate.ask() == "PERMISSION_DENIED"


def test_two_factor_that_is_switched_off_is_missed_with_the_next_request(admin: User, superadmin: User) -> None:
    configuration.override("users.two_factor_required_for_admins", "true")
    User.objects.filter(pk=admin.pk).update(has_two_factor=True)
    gate = Gate(with_key(admin, scopes=["stocks.manage"]), view=Managed).warm()
    assert gate.ask() == 0

    services.reset_two_factor(user_id=admin.pk, actor=superadmin, **BY)

    assert gate.ask() == "TWO_FACTOR_ENROLMENT_REQUIRED"


@pytest.mark.parametrize("by", ["an administrator", "payments"])
def test_days_that_are_taken_back_are_over_with_the_next_request(owner: User, superadmin: User, by: str) -> None:
    configuration.override("subscription.enabled", "true")
    today = clock.today()
    spans = {"trial_start_date": None, "trial_end_date": None, "subscription_start_date": today}
    User.objects.filter(pk=owner.pk).update(**spans, subscription_end_date=today)
    gate = Gate(signed_in(owner), view=Paid).warm()
    assert gate.ask() == 0

    with transaction.atomic():
        if by == "payments":
            services.cover_days(user_id=owner.pk, start=None, end=None, replaces=today)
        else:
            span, days = AccessSpan.SUBSCRIPTION, {"start": None, "end": None}
            services.set_days(span=span, user_id=owner.pk, actor=superadmin, **days, **BY)

    assert gate.ask() == "SUBSCRIPTION_REQUIRED"


def test_a_trial_that_ends_at_midnight_is_over_within_the_second(owner: User, watch: Watch) -> None:
    configuration.override("subscription.enabled", "true")
    User.objects.filter(pk=owner.pk).update(trial_start_date="2026-01-01", trial_end_date="2026-01-05")
    credentials = with_key(owner)
    with time_machine.travel("2026-01-05T23:59:59.500+05:30", tick=False):
        gate = Gate(credentials, view=Paid).warm()
        assert gate.ask() == 0

    with time_machine.travel("2026-01-06T00:00:00.499+05:30", tick=False):
        watch.now = 101.0
        assert gate.ask() == "SUBSCRIPTION_REQUIRED"


def test_a_token_is_not_good_for_longer_because_of_a_pass(owner: User) -> None:
    began = clock.now().replace(microsecond=0)
    with time_machine.travel(began, tick=False):
        gate = Gate(signed_in(owner))
    ends = began + timedelta(days=1)
    with time_machine.travel(ends - timedelta(seconds=1), tick=False):
        gate.warm()

    seen = []
    for seconds in (-0.001, 0, 29, 30):
        with time_machine.travel(ends + timedelta(seconds=seconds), tick=False):
            seen.append(gate.ask())

    # From its end on the tables are asked, and half a minute of leeway ends as it does without a pass.
    assert seen == [0, 1, 1, "INVALID_TOKEN"]


def test_a_key_ends_to_the_moment(owner: User) -> None:
    ends = clock.now() + timedelta(minutes=1)
    gate = Gate(with_key(owner, expires_at=ends)).warm()

    with time_machine.travel(ends - timedelta(microseconds=1), tick=False):
        assert gate.ask() == 0
    with time_machine.travel(ends, tick=False):
        assert gate.ask() == "INVALID_TOKEN"


def test_every_request_counts_with_a_pass_or_without_or_with_one_that_was_recalled(owner: User, stranger: User) -> None:
    configuration.override("rate.user_per_minute", "5")
    gate = Gate(signed_in(owner)).warm()
    assert gate.ask() == 0
    services.sign_out(user=stranger)

    assert [gate.ask() for _ in range(4)] == [1, 0, "RATE_LIMITED", "RATE_LIMITED"]


def test_a_pass_is_of_one_credential_and_for_one_view(owner: User) -> None:
    gate = Gate(signed_in(owner)).warm()
    ended = signed_in(owner)
    mine = Session.objects.for_user(owner)
    mine.exclude(pk=mine.earliest("pk").pk).update(revoked_at=clock.now())
    assert gate.ask() == 0

    assert Gate(ended, passes=gate.passes).ask() == "INVALID_TOKEN"
    assert Gate(gate.credentials, passes=gate.passes, view=Managed).ask() == "PERMISSION_DENIED"
    assert Gate(Credentials(b"", gate.credentials.header), passes=gate.passes).ask() == "INVALID_TOKEN"
    assert Gate(Credentials(b"", b""), passes=gate.passes).ask() == "NOBODY"


def test_what_is_taken_away_while_the_tables_are_read_is_not_missed(owner: User) -> None:
    gate = Gate(signed_in(owner)).warm()
    gate.passes = Passes()

    def interrupt(execute: Any, sql: str, *rest: Any) -> Any:
        read = execute(sql, *rest)
        if "users_session" in sql and not interrupted:
            interrupted.append(True)
            services.sign_out(user=owner)
            # Somebody else's request hears of it meanwhile.
            core_services.check_rate(scope=RateScope.USER, who="another")
        return read

    interrupted: list[bool] = []
    with connection.execute_wrapper(interrupt):
        gate.ask()

    assert interrupted
    assert gate.ask() == "INVALID_TOKEN"


def test_what_is_not_committed_recalls_nothing(owner: User, superadmin: User) -> None:
    gate = Gate(signed_in(owner)).warm()

    with transaction.atomic():
        services.change_status(user_id=owner.pk, is_active=False, actor=superadmin, **BY)
        transaction.set_rollback(True)

    assert gate.ask() == 0


@pytest.mark.parametrize("off", [{"REDIS_URL": NOBODY}, {"RATE_LIMITS": False}])
def test_where_recalls_are_not_heard_nothing_is_remembered(owner: User, settings: Any, off: dict[str, Any]) -> None:
    for name, value in off.items():
        setattr(settings, name, value)
    gate = Gate(signed_in(owner)).warm()

    assert [gate.ask(), gate.ask()] == [1, 1]


def test_a_pass_from_before_the_broker_was_lost_is_not_believed(owner: User, settings: Any) -> None:
    gate = Gate(signed_in(owner)).warm()
    assert gate.ask() == 0

    settings.REDIS_URL = NOBODY

    assert gate.ask() == 1


def test_credentials_are_not_kept_in_their_own_words(owner: User) -> None:
    gate = Gate(signed_in(owner)).warm()
    kept = gate.passes._shelf._answers

    assert len(kept) == 1
    token = gate.credentials.header.removeprefix(b"Bearer ")
    assert token not in repr(kept).encode()
    assert gate.credentials.digest in next(iter(kept))  # type: ignore[operator]
