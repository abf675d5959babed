"""Guessing at passwords, limited: five wrong guesses in a quarter of an hour lock an e-mail for ten minutes.

What does not belong here: tokens, and what happens after a right guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from django.contrib.auth import hashers
from django.db import transaction

from apps.core import clock
from apps.users.constants import FAILED_LOGIN_WINDOW, LOCK_DURATION, MAX_FAILED_LOGINS
from apps.users.errors import AccountLocked
from apps.users.models import LoginGuard, User
from apps.users.services import hashing

# A stored value that no password matches; judging against it costs as much as judging against a real one.
NO_PASSWORD = hashers.UNUSABLE_PASSWORD_PREFIX


def judge_password(*, email: str, password: str) -> User | None:
    """The active user with this normalised e-mail and password, or None.

    The guesses at one e-mail are judged one at a time: the row of its guard is locked before the hash is computed
    and until the count is written. So exactly five are judged however many arrive at once, and many right ones at
    once all pass. An e-mail that no account has costs the same work and locks the same way.

    The window begins with the first wrong guess. A lock is not prolonged by what arrives during it; when it ends,
    counting begins anew. With two-factor the right password is half of the way: it forgets no wrong codes.

    :raises AccountLocked: without judging, if the e-mail is locked; even for the right password
    :raises Unavailable: without judging, if too many passwords are being hashed
    """
    with transaction.atomic():
        guard = lock_guard(email=email)
        if guard.locked_until is None:
            user = User.objects.filter(email=email, is_active=True).first()
            with hashing.place():
                is_right = hashers.check_password(password, user.password if user else NO_PASSWORD)
            if user is None or not is_right or not user.has_two_factor:
                _count(guard, is_right=is_right)
            return user if is_right else None
    raise _locked(guard)


def judge_code(*, user: User, is_right: Callable[[], bool]) -> bool:
    """Whether a second factor is right, counted with the passwords and judged under the same lock.

    :raises AccountLocked: without judging, if the e-mail is locked
    """
    with transaction.atomic():
        guard = lock_guard(email=user.email)
        if guard.locked_until is None:
            good = is_right()
            _count(guard, is_right=good)
            return good
    raise _locked(guard)


def lock_guard(*, email: str) -> LoginGuard:
    """The row of the e-mail, locked until the transaction ends, with what is over forgotten."""
    fresh = LoginGuard(email=email, window_start=clock.now())
    # An update that changes nothing locks a row that is there, so that no purge takes it away before it is read.
    LoginGuard.objects.bulk_create([fresh], update_conflicts=True, unique_fields=["email"], update_fields=["email"])
    guard = LoginGuard.objects.select_for_update(no_key=True).get(email=email)
    now = clock.now()
    if _is_over(guard, now=now):
        guard.failed_attempts, guard.window_start, guard.locked_until = 0, now, None
    return guard


def forget_guesses(*, email: str) -> None:
    """Let the right password work at once, whatever was guessed before."""
    LoginGuard.objects.filter(email=email).update(failed_attempts=0, locked_until=None)
    User.objects.filter(email=email).update(failed_login_attempts=0, locked_until=None)


def _locked(guard: LoginGuard) -> AccountLocked:
    until = (guard.locked_until or clock.now()).astimezone(clock.IST)
    remaining = math.ceil((until - clock.now()).total_seconds())
    return AccountLocked(retry_after=max(1, remaining), details={"locked_until": until})


def _is_over(guard: LoginGuard, *, now: datetime) -> bool:
    if guard.locked_until is not None:
        return now >= guard.locked_until
    return now >= guard.window_start + FAILED_LOGIN_WINDOW


def _count(guard: LoginGuard, *, is_right: bool) -> None:
    """Write the outcome to the guard, and to the account's own columns where there is one."""
    now = clock.now()
    if guard.failed_attempts == 0:
        guard.window_start = now
    guard.failed_attempts = 0 if is_right else guard.failed_attempts + 1
    guard.locked_until = now + LOCK_DURATION if guard.failed_attempts >= MAX_FAILED_LOGINS else None
    guard.save()
    User.objects.filter(email=guard.email).update(
        failed_login_attempts=guard.failed_attempts, locked_until=guard.locked_until
    )
