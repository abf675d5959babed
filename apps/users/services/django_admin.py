"""Signing in to the Django admin, under the same lockout. What does not belong here: the API's tokens."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from apps.users.errors import AccountLocked
from apps.users.models import User
from apps.users.services.accounts import normalise_email
from apps.users.services.lockout import judge_password


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
        """The active user with this e-mail and password; None for wrong ones and while locked."""
        if username is None or password is None:
            return None
        try:
            return judge_password(email=normalise_email(username), password=password)
        except AccountLocked:
            return None

    def get_user(self, user_id: int) -> User | None:
        """The active user of a session."""
        return User.objects.filter(pk=user_id, is_active=True).first()
