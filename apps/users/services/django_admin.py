"""Signing in to the Django admin, under the same lockout. What does not belong here: the API's tokens."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from apps.users import selectors
from apps.users.constants import TWO_FACTOR_DIGITS
from apps.users.errors import AccountLocked
from apps.users.models import User
from apps.users.services.accounts import normalise_email
from apps.users.services.lockout import judge_password
from apps.users.services.sessions import Device
from apps.users.services.two_factor import is_second_factor_right


class AccountBackend(BaseBackend):
    """Django's door to accounts; the stock one would judge any number of guesses."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's signature
        *,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """The active user with this e-mail and password; None for wrong ones and while locked.

        With two-factor the field takes the password and, right behind it, the six digits of the app.
        """
        if username is None or password is None:
            return None
        email = normalise_email(username)
        has_two_factor = User.objects.filter(email=email, has_two_factor=True).exists()
        try:
            return _judge_both(email, typed=password) if has_two_factor else _judge_one(email, password=password)
        except AccountLocked:
            return None

    def get_user(self, user_id: int) -> User | None:
        """The active user of a session."""
        return User.objects.filter(pk=user_id, is_active=True).first()


def _judge_one(email: str, *, password: str) -> User | None:
    user = judge_password(email=email, password=password)
    return None if user is None or selectors.lacks_two_factor(user=user) else user


def _judge_both(email: str, *, typed: str) -> User | None:
    user = judge_password(email=email, password=typed[:-TWO_FACTOR_DIGITS])
    if user is None or not is_second_factor_right(user=user, code=typed[-TWO_FACTOR_DIGITS:], device=Device()):
        return None
    return user
