"""Two-factor: enrolment, the second step of signing in, codes that work once, and the one count of wrong guesses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
import time_machine
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.core import services as core_services
from apps.core.models import ActivityLog
from apps.users import services
from apps.users.enums import Role
from apps.users.models import RecoveryCode, TwoFactor, User
from tests.conftest import client_of
from tests.factories.users import PASSWORD, make_user
from tests.races import together

LOGIN = "/api/v1/auth/login"
SECOND = "/api/v1/auth/login/two-factor"
PROFILE = "/api/v1/auth/profile"
BASE = "/api/v1/auth/two-factor"
LOG = "/api/v1/adminpanel/activity-log/"
# The first second of a step of thirty.
START = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def code_of(secret: str, *, step: int = 0) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC), counter_offset=step)


def enrol(user: User) -> tuple[str, list[str]]:
    """Secret and recovery codes of two-factor that is on; the code of the present step is used."""
    client = client_of(user)
    secret = client.post(f"{BASE}/enrol", {"password": PASSWORD}).json()["secret"]
    response = client.post(f"{BASE}/confirm", {"code": code_of(secret)})
    assert response.status_code == 200
    user.refresh_from_db()
    return secret, response.json()["recovery_codes"]


def challenge(user: User) -> str:
    response = APIClient().post(LOGIN, {"email": user.email, "password": PASSWORD}, format="json")
    assert (response.status_code, response.json()["code"]) == (401, "TWO_FACTOR_REQUIRED")
    return str(response.json()["details"]["challenge"])


def second(text: str, code: str) -> Any:
    return APIClient().post(SECOND, {"challenge": text, "code": code}, format="json")


def test_enrolment_shows_the_secret_once_and_is_in_force_when_confirmed(owner: User) -> None:
    client = client_of(owner)
    shown = client.post(f"{BASE}/enrol", {"password": PASSWORD}).json()

    assert re.fullmatch("[A-Z2-7]{32}", shown["secret"])
    assert shown["otpauth_url"] == (
        f"otpauth://totp/PaperTrade:owner%40example.com?secret={shown['secret']}&issuer=PaperTrade"
    )
    body = {"email": owner.email, "password": PASSWORD}
    assert APIClient().post(LOGIN, body, format="json").status_code == 200, "not yet"
    codes = client.post(f"{BASE}/confirm", {"code": code_of(shown["secret"])}).json()["recovery_codes"]
    assert len(set(codes)) == 10
    assert all(re.fullmatch("([a-z2-7]{4}-){3}[a-z2-7]{4}", code) for code in codes)
    assert client.get(PROFILE).json()["has_two_factor"] is True
    assert client.post(f"{BASE}/enrol", {"password": PASSWORD}).json()["code"] == "TWO_FACTOR_ENABLED"
    assert client.post(f"{BASE}/confirm", {"code": "123456"}).json()["code"] == "TWO_FACTOR_ENABLED"
    kept = str(list(RecoveryCode.objects.for_user(owner).values_list()))
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_enrolment_wants_the_password_and_a_code_and_counts_wrong_ones(owner: User) -> None:
    client = client_of(owner)
    assert client.post(f"{BASE}/confirm", {"code": "123456"}).json()["code"] == "TWO_FACTOR_NOT_ENABLED"
    wrong = client.post(f"{BASE}/enrol", {"password": "wrong"})
    assert wrong.json()["details"]["fields"]["password"][0]["code"] == "wrong_password"
    client.post(f"{BASE}/enrol", {"password": PASSWORD})

    answers = [client.post(f"{BASE}/confirm", {"code": "000000"}) for _ in range(6)]

    assert [each.status_code for each in answers] == [400] * 5 + [423]
    assert answers[0].json()["details"]["fields"]["code"][0]["code"] == "wrong_code"


def test_second_step_gives_tokens(owner: User, clock: time_machine.Traveller) -> None:
    secret, _ = enrol(owner)
    clock.shift(30)

    response = second(challenge(owner), code_of(secret))

    assert response.status_code == 200
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {response.json()['access_token']}")
    assert client.get(PROFILE).json() == response.json()["user"]


def test_first_step_says_how_long_and_its_challenge_is_no_token(owner: User) -> None:
    enrol(owner)
    body = {"email": owner.email, "password": PASSWORD}
    details = APIClient().post(LOGIN, body, format="json").json()["details"]

    assert (set(details), details["expires_in"]) == ({"challenge", "expires_in"}, 300)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {details['challenge']}")
    assert client.get(PROFILE).json()["code"] == "INVALID_TOKEN"
    refresh = client.post("/api/v1/auth/refresh", {"refresh_token": details["challenge"]}, format="json")
    assert refresh.status_code == 401


def test_a_code_works_once(owner: User, clock: time_machine.Traveller) -> None:
    secret, _ = enrol(owner)
    assert second(challenge(owner), code_of(secret)).json()["code"] == "INVALID_CODE", "it confirmed the enrolment"
    clock.shift(30)
    code = code_of(secret)

    assert [second(challenge(owner), code).status_code for _ in range(2)] == [200, 401]


@pytest.mark.parametrize(("step", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_codes_of_the_steps_beside_the_present_one_are_taken(
    owner: User, clock: time_machine.Traveller, step: int, status: int
) -> None:
    secret, _ = enrol(owner)
    clock.shift(3600)

    assert second(challenge(owner), code_of(secret, step=step)).status_code == status


def test_after_a_later_code_an_earlier_one_is_refused(owner: User, clock: time_machine.Traveller) -> None:
    secret, _ = enrol(owner)
    clock.shift(3600)

    assert [second(challenge(owner), code_of(secret, step=step)).status_code for step in (1, 0)] == [200, 401]


@pytest.mark.parametrize("written", ["{} {}", "{}-{}", "{}{}"])
def test_code_may_be_typed_with_a_gap(owner: User, clock: time_machine.Traveller, written: str) -> None:
    secret, _ = enrol(owner)
    clock.shift(30)
    code = code_of(secret)

    assert second(challenge(owner), written.format(code[:3], code[3:])).status_code == 200


@pytest.mark.parametrize("code", ["", "1", "٤٩٢٠٣٩", "123456789012", "x" * 41, "é"])
def test_what_is_no_code_is_refused(owner: User, code: str) -> None:
    enrol(owner)

    assert second(challenge(owner), code).status_code in (400, 401)


def test_recovery_code_works_once_in_any_writing(owner: User) -> None:
    _, codes = enrol(owner)

    statuses = [second(challenge(owner), each).status_code for each in (codes[0], codes[0], codes[1].upper())]

    assert statuses == [200, 401, 200]
    used = ActivityLog.objects.filter(action="account.recovery_code_used").order_by("id")
    assert [row.details for row in used] == [{"user_id": owner.pk, "left": 9}, {"user_id": owner.pk, "left": 8}]


def test_wrong_codes_lock_and_the_right_password_between_them_forgets_nothing(owner: User) -> None:
    """Otherwise whoever has the password could try codes without end."""
    _, codes = enrol(owner)
    text = challenge(owner)

    statuses = []
    for _ in range(5):
        challenge(owner)
        statuses.append(second(text, "000000").status_code)

    assert statuses == [401] * 5
    assert second(text, codes[0]).status_code == 423
    body = {"email": owner.email, "password": PASSWORD}
    assert APIClient().post(LOGIN, body, format="json").status_code == 423


def test_wrong_passwords_and_wrong_codes_share_the_count(owner: User) -> None:
    enrol(owner)
    text = challenge(owner)
    for _ in range(3):
        APIClient().post(LOGIN, {"email": owner.email, "password": "wrong"}, format="json")

    assert [second(text, "000000").status_code for _ in range(3)] == [401, 401, 423]


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (300 + 29, 200), (300 + 31, 401)])
def test_challenge_lasts_five_minutes_and_the_leeway(
    owner: User, clock: time_machine.Traveller, seconds: int, status: int
) -> None:
    secret, _ = enrol(owner)
    text = challenge(owner)
    clock.shift(seconds)

    assert second(text, code_of(secret)).status_code == status


@pytest.mark.parametrize("change", ["password", "disabled", "off"])
def test_challenge_ends_with_what_it_proved(owner: User, clock: time_machine.Traveller, change: str) -> None:
    secret, _ = enrol(owner)
    text = challenge(owner)
    clock.shift(30)
    if change == "password":
        services.change_password(user=owner, old_password=PASSWORD, new_password="another horse staple")
    else:
        User.objects.update(**({"is_active": False} if change == "disabled" else {"has_two_factor": False}))

    assert second(text, code_of(secret)).json()["code"] == "INVALID_TOKEN"


def test_access_token_is_no_challenge(owner: User) -> None:
    _, codes = enrol(owner)

    assert second(services.issue_tokens(user=owner).access_token, codes[0]).json()["code"] == "INVALID_TOKEN"


def test_switching_off_takes_password_and_code(owner: User, clock: time_machine.Traveller) -> None:
    secret, codes = enrol(owner)
    client = client_of(owner)
    wrong = [{"password": "wrong", "code": codes[0]}, {"password": PASSWORD, "code": "000000"}]
    assert [client.post(f"{BASE}/disable", body).status_code for body in wrong] == [400, 400]
    clock.shift(30)

    assert client.post(f"{BASE}/disable", {"password": PASSWORD, "code": code_of(secret)}).status_code == 204

    assert not TwoFactor.objects.for_user(owner).exists()
    assert not RecoveryCode.objects.for_user(owner).exists()
    body = {"email": owner.email, "password": PASSWORD}
    assert APIClient().post(LOGIN, body, format="json").status_code == 200
    assert (
        client.post(f"{BASE}/disable", {"password": PASSWORD, "code": "1"}).json()["code"] == "TWO_FACTOR_NOT_ENABLED"
    )
    actions = ActivityLog.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["account.two_factor_enabled", "account.two_factor_disabled"]


def test_recovery_code_that_switches_off_is_logged_with_its_address(owner: User) -> None:
    _, codes = enrol(owner)
    body = {"password": PASSWORD, "code": codes[0]}
    assert client_of(owner).post("/api/v1/auth/two-factor/disable", body, REMOTE_ADDR="192.0.2.7").status_code == 204

    rows = ActivityLog.objects.filter(action__in=["account.recovery_code_used", "account.two_factor_disabled"])
    assert {row.action: row.ip_address for row in rows} == {
        "account.recovery_code_used": "192.0.2.7",
        "account.two_factor_disabled": "192.0.2.7",
    }


def test_administrator_resets_it_and_everybody_signs_in_anew(owner: User, superadmin: User) -> None:
    enrol(owner)
    client = client_of(owner)

    services.reset_two_factor(user_id=owner.pk, actor=superadmin, ip_address="203.0.113.7")

    assert client.get(PROFILE).status_code == 401
    body = {"email": owner.email, "password": PASSWORD}
    assert APIClient().post(LOGIN, body, format="json").status_code == 200
    row = ActivityLog.objects.latest("id")
    assert (row.admin_user, row.action, row.details["before"], row.details["after"]) == (
        superadmin.email,
        "account.two_factor_reset",
        {"has_two_factor": True},
        {"has_two_factor": False},
    )


def require() -> None:
    key = "users.two_factor_required_for_admins"
    core_services.change_setting(key=key, value="true", actor="test", ip_address=None)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPERADMIN])
def test_administrator_without_it_is_refused_where_it_is_required_until_enrolled(db: None, role: Role) -> None:
    user = make_user(role=role)
    client = client_of(user)
    assert client.get(LOG).status_code == 200
    require()

    refused = client.get(LOG)
    assert (refused.status_code, refused.json()["code"]) == (403, "TWO_FACTOR_ENROLMENT_REQUIRED")
    assert client.post("/api/v1/backtest/run", {}).status_code == 400, "what users may do stays open"
    enrol(user)
    assert client.get(LOG).status_code == 200


def test_users_need_it_nowhere(owner: User) -> None:
    require()

    assert client_of(owner).get(LOG).json()["code"] == "PERMISSION_DENIED"
    assert client_of(owner).post("/api/v1/backtest/run", {}).status_code == 400


def admin_login(user: User, password: str) -> bool:
    client = Client()
    client.post("/django-admin/login/", {"username": user.email, "password": password})
    return client.get("/django-admin/users/user/").status_code == 200


def test_django_admin_takes_the_code_behind_the_password(
    db: None, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.AUTHENTICATION_BACKENDS = ["apps.users.services.django_admin.AccountBackend"]
    boss = make_user(role=Role.SUPERADMIN, is_staff=True)
    assert admin_login(boss, PASSWORD)
    require()
    assert not admin_login(boss, PASSWORD), "not without it, where it is required"
    secret, _ = enrol(boss)
    clock.shift(30)

    code = code_of(secret)
    assert not admin_login(boss, PASSWORD)
    assert not admin_login(boss, f"{PASSWORD}000000")
    assert admin_login(boss, f"{PASSWORD}{code}")
    assert not admin_login(boss, f"{PASSWORD}{code}"), "it works once"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_one_of_five_parallel_uses_of_a_code_wins(kind: str) -> None:
    user = make_user()
    secret, codes = enrol(user)
    text = challenge(user)
    code = codes[0] if kind == "recovery" else code_of(secret, step=1)

    statuses = together(5, lambda _: second(text, code).status_code)

    assert sorted(statuses) == [200] + [401] * 4


@pytest.mark.django_db(transaction=True)
def test_five_of_twenty_parallel_wrong_codes_are_judged() -> None:
    user = make_user()
    enrol(user)
    text = challenge(user)

    statuses = together(20, lambda _: second(text, "000000").status_code)

    assert sorted(statuses) == [401] * 5 + [423] * 15
