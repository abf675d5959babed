"""However many sign in at once, a process hashes so many passwords at a time. What does not belong here: guesses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from pytest_django import Settings

from apps.core import errors
from apps.users import services
from apps.users.models import User
from apps.users.services import hashing
from tests.factories.users import PASSWORD, make_user
from tests.races import together


class SlowHasher(MD5PasswordHasher):
    """Takes long enough for others to come in, and counts who is inside."""

    lock, inside, most, calls = threading.Lock(), 0, 0, 0

    def encode(self, password: str, salt: str) -> str:
        kind = type(self)
        with kind.lock:
            kind.inside, kind.calls = kind.inside + 1, kind.calls + 1
            kind.most = max(kind.most, kind.inside)
        time.sleep(0.01)
        with kind.lock:
            kind.inside -= 1
        return super().encode(password, salt)


@pytest.fixture
def slow(settings: Settings) -> type[SlowHasher]:
    settings.PASSWORD_HASHERS = [f"{__name__}.SlowHasher"]
    return SlowHasher


@pytest.mark.django_db(transaction=True)
def test_of_many_sign_ins_at_once_so_many_are_hashed_at_a_time(slow: type[SlowHasher]) -> None:
    for number in range(12):
        make_user(email=f"user{number}@example.com")
    slow.most = slow.calls = 0

    sessions = together(12, lambda number: services.sign_in(email=f"user{number}@example.com", password=PASSWORD))

    assert django_settings.HASHES_AT_ONCE == 1
    assert (slow.most, slow.calls, len(sessions)) == (1, 12, 12)


STEPS: dict[str, Callable[[User], Any]] = {
    "sign in": lambda user: services.sign_in(email=user.email, password=PASSWORD),
    "sign up": lambda _: services.sign_up(email="new@example.com", password="a long new password"),
    "change": lambda user: services.change_password(
        user=user, old_password=PASSWORD, new_password="a long new password"
    ),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_who_would_wait_too_long_is_sent_away(
    owner: User, monkeypatch: pytest.MonkeyPatch, step: Callable[[User], Any]
) -> None:
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.01)
    with hashing.place(), pytest.raises(errors.Unavailable) as refused:
        step(owner)

    assert refused.value.retry_after == 1
    assert step(owner), "the place is free again"
