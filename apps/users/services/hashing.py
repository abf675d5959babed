"""How passwords are hashed, and how many at a time. What does not belong here: judging them (lockout)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from apps.core import errors

WAIT_SECONDS = 5.0

_places = BoundedSemaphore(settings.HASHES_AT_ONCE)


class AccountHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane, OWASP's choice: about 25 ms, a tenth of the framework's cost.

    A process hashes settings.HASHES_AT_ONCE passwords at a time, so that a flood of them takes no more cores and memory
    than there are processes. Source: OWASP Password Storage Cheat Sheet. Hashes made with other figures are still read.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """The hash of a password.

        :raises Unavailable: if others are hashed for too long
        """
        with _place():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Whether a password is that of a hash.

        :raises Unavailable: if others are hashed for too long
        """
        with _place():
            return super().verify(password, encoded)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise errors.Unavailable(retry_after=1)
    try:
        yield
    finally:
        _places.release()
