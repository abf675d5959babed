"""How passwords are hashed, and how many at a time. What does not belong here: judging them (lockout)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password

from apps.core import errors

WAIT_SECONDS = 5.0

_places = BoundedSemaphore(settings.HASHES_AT_ONCE)


class AccountHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane, OWASP's choice: about 25 ms, a tenth of the framework's cost.

    Source: OWASP Password Storage Cheat Sheet. Hashes made with other figures are still read.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


@contextmanager
def place() -> Iterator[None]:
    """Hash in the body: a process lets settings.HASHES_AT_ONCE in at a time.

    So a flood of passwords takes no more cores and memory than there are processes.

    :raises Unavailable: if others are hashed for too long
    """
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise errors.Unavailable(retry_after=1)
    try:
        yield
    finally:
        _places.release()


def hashed(password: str) -> str:
    """The password as it is stored.

    :raises Unavailable: if others are hashed for too long
    """
    with place():
        return make_password(password)
