"""However many sign in at once, a process hashes so many passwords at a time. What does not belong here: guesses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from apps.core import errors
from apps.users.services import hashing
from apps.users.services.hashing import AccountHasher


class Gauge:
    """Stands in for the library: counts who is inside, and how many were at most."""

    def __init__(self) -> None:
        self.lock, self.inside, self.most, self.calls = threading.Lock(), 0, 0, 0

    def __call__(self, *_: Any) -> Any:
        with self.lock:
            self.inside, self.calls = self.inside + 1, self.calls + 1
            self.most = max(self.most, self.inside)
        time.sleep(0.01)
        with self.lock:
            self.inside -= 1
        return True


@pytest.fixture
def gauge(monkeypatch: pytest.MonkeyPatch) -> Gauge:
    made = Gauge()
    monkeypatch.setattr(Argon2PasswordHasher, "encode", made)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", made)
    return made


@pytest.mark.parametrize("work", [AccountHasher().encode, AccountHasher().verify], ids=["encode", "verify"])
def test_so_many_are_hashed_at_a_time_and_all_in_the_end(gauge: Gauge, work: Callable[[str, str], Any]) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: work(str(number), "salt"), range(32)))

    assert settings.HASHES_AT_ONCE == 1
    assert (gauge.most, gauge.calls, answers) == (1, 32, [True] * 32)


def test_who_would_wait_too_long_is_sent_away_and_takes_no_place(gauge: Gauge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.01)
    with hashing._place(), pytest.raises(errors.Unavailable) as refused:
        AccountHasher().verify("password", "hash")

    assert (refused.value.retry_after, gauge.calls) == (1, 0)
    assert AccountHasher().verify("password", "hash") is True
