"""Access and refresh tokens: issued, read, exchanged, revoked. What does not belong here: passwords, lockout."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, Token
from rest_framework_simplejwt.utils import datetime_from_epoch

from apps.core.statements import Select, Slot
from apps.users.errors import InvalidToken
from apps.users.models import User

VERSION_CLAIM = "token_version"
ACTIVE_USER = Select(lambda: User.objects.filter(pk=Slot("user_id"), is_active=True))


class RefreshToken(Token):
    """A refresh token. The library's own keeps every token in the database as text, and lets two exchanges win."""

    token_type = "refresh"  # noqa: S105 - a kind, no secret
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What signing in gives. ``expires_in`` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - a kind, no secret


def issue_tokens(*, user: User) -> TokenPair:
    """A new pair for the user, bound to the token version that the given object carries."""
    access, refresh = AccessToken.for_user(user), RefreshToken.for_user(user)
    for token in (access, refresh):
        token[VERSION_CLAIM] = user.token_version
    return TokenPair(
        access_token=str(access),
        refresh_token=str(refresh),
        expires_in=int(settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"].total_seconds()),
    )


def authenticate_header(*, header: bytes) -> tuple[User, None] | None:
    """The user behind an Authorization header, in the form DRF wants; None where it is no bearer header.

    :raises InvalidToken: if the token does not speak for an active user
    """
    scheme, _, token = header.partition(b" ")
    if scheme.lower() != b"bearer":
        return None
    return authenticate_token(token=token.decode("latin-1")), None


def authenticate_token(*, token: str) -> User:
    """The active user whom an access token speaks for.

    :raises InvalidToken: if it is malformed, expired, revoked, of another kind, or the user is disabled
    """
    _, user = _read(AccessToken, text=token)
    return user


def refresh_tokens(*, refresh_token: str) -> TokenPair:
    """Exchange a refresh token for a new pair; each can be exchanged once.

    A second exchange means that two parties hold the token. It revokes every token of the user, the pair that the
    first exchange gave included: whichever of the two is the thief is out.

    :raises InvalidToken: if it is malformed, expired, revoked, exchanged before, or of another kind
    """
    token, user = _read(RefreshToken, text=refresh_token)
    with transaction.atomic():
        if _spend(token, user=user):
            return issue_tokens(user=user)
    revoke_tokens(user=user)
    raise InvalidToken


def revoke_tokens(*, user: User) -> bool:
    """Make every token of the version that the given object carries invalid; False if they are already.

    The version is compared, so that replaying a token of a revoked family does not sign out a newer one.
    """
    same = User.objects.filter(pk=user.pk, token_version=user.token_version)
    return same.update(token_version=F("token_version") + 1) == 1


def _read(kind: type[Token], *, text: str) -> tuple[Token, User]:
    try:
        token = kind(text)  # type: ignore[arg-type]
        user_id, version = int(token["sub"]), token[VERSION_CLAIM]
    except (TokenError, KeyError, ValueError, TypeError, OverflowError, OSError) as error:
        # The last two: an expiry beyond what a date can be.
        raise InvalidToken from error
    user = ACTIVE_USER.find(user_id=user_id)
    if user is None or user.token_version != version:
        raise InvalidToken
    return token, user


def _spend(token: Token, *, user: User) -> bool:
    """Put the token on the blacklist, and whether this call did: a unique index lets one of many win."""
    outstanding, _ = OutstandingToken.objects.get_or_create(
        jti=token["jti"],
        defaults={"user": user, "token": "", "expires_at": datetime_from_epoch(token["exp"])},
    )
    _, is_first = BlacklistedToken.objects.get_or_create(token=outstanding)
    return is_first
