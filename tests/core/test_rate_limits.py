"""So many requests a minute and not one more, counted for who really asks; without a broker, none is refused."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from apps.core import configuration, errors, services
from apps.core.enums import RateScope
from apps.core.services import rate_limits
from apps.users.models import User
from tests.conftest import client_of
from tests.races import together

PROFILE = "/api/v1/auth/profile"
META = "/api/v1/config/public"
LOGIN = "/api/v1/auth/login"


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.RATE_LIMITS = True
    # Users of other test databases have the same numbers, and the counts live on after the test.
    settings.RATE_LIMIT_KEYS = uuid4().hex


def limit(scope: str, number: int) -> None:
    configuration.override(f"rate.{scope}_per_minute", str(number))


def refused(scope: RateScope, who: str) -> bool:
    try:
        services.check_rate(scope=scope, who=who)
    except errors.RateLimited:
        return True
    return False


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_are_counted_exactly() -> None:
    limit("user", 10)
    who = uuid4().hex

    answers = together(12, lambda _: [refused(RateScope.USER, who) for _ in range(15)])

    assert Counter(each for some in answers for each in some) == {False: 10, True: 170}


def test_request_beyond_the_limit_says_when_to_come_back(owner: User) -> None:
    limit("user", 3)
    api = client_of(owner)

    answers = [api.get(PROFILE) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    last = answers[-1]
    assert (last.json()["code"], last.json()["details"]) == ("RATE_LIMITED", {"limit": 3, "window_seconds": 60})
    assert 1 <= int(last["Retry-After"]) <= 60


def test_one_users_requests_do_not_count_for_another(owner: User, stranger: User) -> None:
    limit("user", 1)

    assert [client_of(user).get(PROFILE).status_code for user in (owner, owner, stranger)] == [200, 429, 200]


def test_views_of_another_scope_have_their_own_count(anonymous_api: APIClient, db: None) -> None:
    limit("anonymous", 1)
    limit("login", 2)

    logins = [anonymous_api.post(LOGIN, {}).status_code for _ in range(3)]
    reads = [anonymous_api.get(META).status_code for _ in range(2)]

    assert (logins, reads) == ([400, 400, 429], [200, 429])


def test_address_that_the_client_makes_up_does_not_help(anonymous_api: APIClient, db: None) -> None:
    limit("anonymous", 2)

    answers = [anonymous_api.get(META, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}") for number in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]


def test_zero_is_no_limit(owner: User) -> None:
    limit("user", 0)
    api = client_of(owner)

    assert {api.get(PROFILE).status_code for _ in range(5)} == {200}


def test_without_a_broker_nobody_is_refused_and_nobody_waits_twice(owner: User, settings: Any) -> None:
    limit("user", 1)
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    counter = rate_limits.Counter(settings.REDIS_URL)
    api = client_of(owner)

    assert [api.get(PROFILE).status_code for _ in range(3)] == [200, 200, 200]
    assert counter.add("x") is None
    assert counter._script._silent_until > 0
