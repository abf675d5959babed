"""What is done by mail: a new password and a proved address, by tokens that work once and for so long."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from rest_framework.test import APIClient

from apps.core import services as core_services
from apps.core.models import ActivityLog
from apps.users import services
from apps.users.enums import MailPurpose
from apps.users.models import Mail, User
from tests.conftest import client_of
from tests.factories.users import PASSWORD, make_user
from tests.races import together
from tests.users.mailboxes import FailingServer

RESET = "/api/v1/auth/password/reset"
CONFIRM = "/api/v1/auth/password/reset/confirm"
VERIFY = "/api/v1/auth/verify-email"
LOGIN = "/api/v1/auth/login"
PROFILE = "/api/v1/auth/profile"
NEW = "another horse staple"
START = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)

Post = Callable[..., Any]


@pytest.fixture
def post(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Post:
    """POST at a moment, with what the commit starts."""

    def send(url: str, body: object, *, at: datetime = START, client: APIClient | None = None) -> Any:
        with time_machine.travel(at, tick=False), django_capture_on_commit_callbacks(execute=True):
            return (client or APIClient()).post(url, body, format="json")

    return send


def last_token() -> str:
    found = re.search(r"\?token=(\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_mail_names_the_link_and_until_when_and_only_the_hash_is_kept(owner: User, post: Post) -> None:
    response = post(RESET, {"email": " OWNER@example.com"})

    assert (response.status_code, response.content) == (202, b"")
    assert [(each.to, each.subject) for each in mail.outbox] == [([owner.email], "Set a new password")]
    token = last_token()
    assert f"\n\nhttp://localhost:3000/reset-password?token={token}\n\n" in mail.outbox[0].body
    assert "once, until 05 January 2026, 10:30 (India time)" in mail.outbox[0].body
    row = Mail.objects.get()
    assert (len(token), row.sent_at) == (43, START)
    assert token not in str(Mail.objects.values_list().get())


def test_new_password_works_and_everything_older_is_out(owner: User, post: Post) -> None:
    client = client_of(owner)
    post(RESET, {"email": owner.email})

    response = post(CONFIRM, {"token": last_token(), "new_password": NEW})

    assert (response.status_code, response.content) == (204, b"")
    assert client.get(PROFILE).status_code == 401
    assert [post(LOGIN, {"email": owner.email, "password": each}).status_code for each in (PASSWORD, NEW)] == [401, 200]
    row = ActivityLog.objects.get()
    assert (row.action, row.details) == ("account.password_changed", {"user_id": owner.pk, "by": "mail"})
    owner.refresh_from_db()
    assert owner.email_verified_at == START, "whoever reads the mail has the address"


def test_reset_unlocks_an_account_that_somebody_else_locked(owner: User, post: Post) -> None:
    for _ in range(5):
        post(LOGIN, {"email": owner.email, "password": "wrong"})
    post(RESET, {"email": owner.email})
    post(CONFIRM, {"token": last_token(), "new_password": NEW})

    assert post(LOGIN, {"email": owner.email, "password": NEW}).status_code == 200


def test_known_and_unknown_addresses_are_told_apart_by_nothing(owner: User, anonymous_api: APIClient) -> None:
    """The same answer after the same queries; the mail is sent after the answer's commit."""
    seen = []
    for email in (owner.email, "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            response = anonymous_api.post(RESET, {"email": email})
        seen.append((response.status_code, response.content, len(queries)))

    assert seen[0] == seen[1]
    assert Mail.objects.count() == 2


@pytest.mark.parametrize("email", ["nobody@example.com", "disabled@example.com"])
def test_nobody_else_is_sent_a_mail(owner: User, post: Post, email: str) -> None:
    make_user(email="disabled@example.com", is_active=False)

    assert post(RESET, {"email": email}).status_code == 202
    assert mail.outbox == []
    assert services.ring_mails() == 0, "there is nothing to try again"


def test_token_works_once(owner: User, post: Post) -> None:
    post(RESET, {"email": owner.email})
    body = {"token": last_token(), "new_password": NEW}

    answers = [post(CONFIRM, body), post(CONFIRM, body)]

    assert [each.status_code for each in answers] == [204, 400]
    assert answers[1].json()["code"] == "INVALID_MAIL_TOKEN"


@pytest.mark.parametrize(("age", "status"), [(timedelta(minutes=59, seconds=59), 204), (timedelta(hours=1), 400)])
def test_token_works_for_an_hour(owner: User, post: Post, age: timedelta, status: int) -> None:
    post(RESET, {"email": owner.email})

    assert post(CONFIRM, {"token": last_token(), "new_password": NEW}, at=START + age).status_code == status


def test_weak_password_is_refused_and_the_token_stays_good(owner: User, post: Post) -> None:
    post(RESET, {"email": owner.email})
    token = last_token()

    weak = post(CONFIRM, {"token": token, "new_password": "short"})

    assert weak.json()["details"]["fields"]["new_password"][0]["code"] == "password_too_short"
    assert post(CONFIRM, {"token": token, "new_password": NEW}).status_code == 204


def test_using_one_mail_spends_the_others(owner: User, post: Post) -> None:
    post(RESET, {"email": owner.email})
    first = last_token()
    post(RESET, {"email": owner.email})
    post(CONFIRM, {"token": last_token(), "new_password": NEW})

    assert post(CONFIRM, {"token": first, "new_password": PASSWORD}).status_code == 400


@pytest.mark.parametrize("wrong", ["x", "é" * 43, "", "A" * 43])
def test_made_up_token_is_refused(owner: User, post: Post, wrong: str) -> None:
    post(RESET, {"email": owner.email})

    assert post(CONFIRM, {"token": wrong, "new_password": NEW}).status_code == 400


def test_token_of_a_disabled_account_and_of_another_kind_are_refused(owner: User, post: Post) -> None:
    post(RESET, {"email": owner.email})
    token = last_token()

    assert post(VERIFY, {"token": token}).status_code == 400
    User.objects.update(is_active=False)
    assert post(CONFIRM, {"token": token, "new_password": NEW}).status_code == 400


def test_three_mails_an_hour_go_to_an_address_and_the_answer_stays_the_same(owner: User, post: Post) -> None:
    answers = [post(RESET, {"email": owner.email}).status_code for _ in range(5)]

    assert (answers, len(mail.outbox)) == ([202] * 5, 3)
    post(RESET, {"email": owner.email}, at=START + timedelta(hours=1))
    assert len(mail.outbox) == 4


def test_mail_server_that_is_down_loses_nothing(owner: User, post: Post, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.users.mailboxes.FailingServer"
    FailingServer.is_down = True
    assert post(RESET, {"email": owner.email}).status_code == 202

    def ring(after: timedelta) -> tuple[int, int]:
        with time_machine.travel(START + after, tick=False):
            waiting = services.ring_mails()
            for row in Mail.objects.all():
                services.send_mail(mail_id=row.pk)
        return waiting, len(mail.outbox)

    assert ring(timedelta(seconds=59)) == (0, 0), "it was tried a moment ago"
    assert ring(timedelta(seconds=60)) == (1, 0)
    FailingServer.is_down = False
    assert ring(timedelta(seconds=179)) == (0, 0), "the second wait is twice as long"
    assert ring(timedelta(seconds=180)) == (1, 1)
    assert ring(timedelta(hours=2)) == (0, 1), "it is sent once"
    late = START + timedelta(minutes=30)
    assert post(CONFIRM, {"token": last_token(), "new_password": NEW}, at=late).status_code == 204


def test_mail_that_cannot_be_sent_for_a_day_is_given_up(owner: User) -> None:
    Mail.objects.create(email=owner.email, purpose=MailPurpose.PASSWORD_RESET, created_at=START, next_try_at=START)
    for age, waiting in ((timedelta(hours=24) - timedelta(seconds=1), 1), (timedelta(hours=24), 0)):
        with time_machine.travel(START + age, tick=False):
            assert services.ring_mails() == waiting
    with time_machine.travel(START + timedelta(hours=24), tick=False):
        services.send_mail(mail_id=Mail.objects.get().pk)
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_parallel_uses_of_a_token_wins() -> None:
    user = make_user()
    APIClient().post(RESET, {"email": user.email}, format="json")
    token = last_token()

    def confirm(number: int) -> int:
        body = {"token": token, "new_password": f"{NEW} {number}"}
        return APIClient().post(CONFIRM, body, format="json").status_code

    statuses = together(8, confirm)

    assert sorted(statuses) == [204] + [400] * 7
    user.refresh_from_db()
    assert user.check_password(f"{NEW} {statuses.index(204)}")
    assert user.token_version == 1


@pytest.mark.django_db(transaction=True)
def test_three_of_ten_parallel_requests_send_a_mail() -> None:
    user = make_user()

    together(10, lambda _: APIClient().post(RESET, {"email": user.email}, format="json").status_code)

    assert Mail.objects.count() == 3


def require_proof() -> None:
    core_services.change_setting(key="users.require_verified_email", value="true", actor="test", ip_address=None)


def test_nothing_is_sent_at_signup_unless_configured(db: None, post: Post) -> None:
    body = {"email": "asha@example.com", "password": PASSWORD}
    assert post("/api/v1/auth/signup", body).status_code == 201
    assert mail.outbox == []
    require_proof()
    assert post("/api/v1/auth/signup", {**body, "email": "ravi@example.com"}).status_code == 201
    assert [(each.to, each.subject) for each in mail.outbox] == [(["ravi@example.com"], "Confirm your e-mail address")]


def test_address_must_be_proved_before_what_a_trial_is_for(owner: User, post: Post) -> None:
    client = client_of(owner)
    require_proof()
    refused = client.post("/api/v1/backtest/run", {})

    assert (refused.status_code, refused.json()["code"]) == (403, "EMAIL_NOT_VERIFIED")
    assert client.get("/api/v1/backtest/runs/").status_code == 200
    now = datetime.now(UTC)
    assert post(f"{VERIFY}/resend", {}, client=client, at=now).status_code == 202
    assert post(VERIFY, {"token": last_token()}, at=now).status_code == 204
    assert client.post("/api/v1/backtest/run", {}).status_code == 400
    assert client.get(PROFILE).json()["email_verified_at"] is not None


def test_administrators_and_the_operators_accounts_need_no_proof(admin: User) -> None:
    require_proof()
    services.ensure_account(email="demo@example.com", role=admin.role, password=None)  # type: ignore[arg-type]

    assert client_of(admin).post("/api/v1/backtest/run", {}).status_code == 400
    assert User.objects.get(email="demo@example.com").email_verified_at is not None


def test_proved_address_is_sent_no_more_mails(owner: User, post: Post) -> None:
    User.objects.update(email_verified_at=START)
    owner.refresh_from_db()
    client = client_of(owner)

    assert post(f"{VERIFY}/resend", {}, client=client, at=datetime.now(UTC)).status_code == 202
    assert mail.outbox == []


def test_verification_link_works_for_three_days(owner: User, post: Post) -> None:
    services_mail = {"email": owner.email, "purpose": MailPurpose.EMAIL_VERIFICATION}
    row = Mail.objects.create(**services_mail, created_at=START, next_try_at=START)
    with time_machine.travel(START, tick=False):
        services.send_mail(mail_id=row.pk)

    assert post(VERIFY, {"token": last_token()}, at=START + timedelta(days=3)).status_code == 400
    assert post(VERIFY, {"token": last_token()}, at=START + timedelta(days=3, seconds=-1)).status_code == 204
