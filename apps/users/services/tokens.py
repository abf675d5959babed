"""Access and refresh tokens: issued, read, revoked. What does not belong here: passwords, lockout."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from apps.users.errors import InvalidToken
from apps.users.models import User

VERSION_CLAIM = "token_version"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What signing in gives. ``expires_in`` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


def issue_tokens(*, user: User) -> TokenPair:
    """A new pair for the user, bound to the present token version."""
    refresh = RefreshToken.for_user(user)
    refresh[VERSION_CLAIM] = user.token_version
    return TokenPair(
        access_token=str(refresh.access_token),
        refresh_token=str(refresh),
        expires_in=int(settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"].total_seconds()),
    )


def authenticate_token(*, token: str) -> User:
    """The active user whom an access token speaks for.

    :raises InvalidToken: if it is malformed, expired, revoked, of another kind, or the user is disabled
    """
    try:
        claims = AccessToken(token)  # type: ignore[arg-type]
        user_id, version = int(claims["sub"]), claims[VERSION_CLAIM]
    except (TokenError, KeyError, ValueError, TypeError) as error:
        raise InvalidToken from error
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or user.token_version != version:
        raise InvalidToken
    return user
