"""Access and refresh tokens: issued, read, exchanged, revoked. What does not belong here: passwords, lockout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.db.models import F
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, Token
from rest_framework_simplejwt.utils import datetime_from_epoch

from apps.core import clock
from apps.core import services as core_services
from apps.core.statements import Select, Slot
from apps.users.constants import CHALLENGE_LIFETIME
from apps.users.errors import InvalidToken
from apps.users.models import Session, User
from apps.users.services.sessions import Device, begin_session, extend_session, note_use

VERSION_CLAIM = "token_version"
SESSION_CLAIM = "sid"
# Tokens whose signature a process has checked: the same one comes with every request of a client.
MOST_KNOWN = 1024
LIVE_SESSION = Select(
    lambda: (
        Session.objects.unscoped()
        .select_related("user")
        .filter(pk=Slot("session_id"))
        .filter(user=Slot("user_id"))
        .filter(revoked_at=None, user__is_active=True)
    )
)


class RefreshToken(Token):
    """A refresh token. The library's own keeps every token in the database as text, and lets two exchanges win."""

    token_type = "refresh"  # noqa: S105 - a kind, no secret
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


class ChallengeToken(Token):
    """That the password was right, for the few minutes in which the second factor is typed."""

    token_type = "two_factor"  # noqa: S105 - a kind, no secret
    lifetime = CHALLENGE_LIFETIME


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What signing in gives. ``expires_in`` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - a kind, no secret


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request was signed in with: a session, or an API key, which may read and has these scopes.

    It is good before ``expires_at``, None for always.
    """

    session_id: int | None = None
    key_id: int | None = None
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = None


@transaction.atomic
def issue_tokens(*, user: User, device: Device | None = None) -> TokenPair:
    """A first pair for the user on a device, bound to the token version that the given object carries."""
    return _pair(user, session_id=begin_session(user=user, device=device or Device()))


def authenticate_header(*, header: bytes) -> tuple[User, Credential] | None:
    """The user behind an Authorization header, in the form DRF wants; None where it is no bearer header.

    :raises InvalidToken: if the token does not speak for an active user
    """
    scheme, _, token = header.partition(b" ")
    if scheme.lower() != b"bearer":
        return None
    found = _read(AccessToken, text=token.decode("latin-1"))
    note_use(session_id=found.session_id, user=found.user, last_used_at=found.last_used_at)
    return found.user, Credential(session_id=found.session_id, expires_at=datetime_from_epoch(found.token["exp"]))


def refresh_tokens(*, refresh_token: str, device: Device | None = None) -> TokenPair:
    """Exchange a refresh token for a new pair; each can be exchanged once.

    A second exchange means that two parties hold the token. It revokes every token of the user, the pair that the
    first exchange gave included: whichever of the two is the thief is out.

    :raises InvalidToken: if it is malformed, expired, revoked, exchanged before, or of another kind
    """
    found = _read(RefreshToken, text=refresh_token)
    with transaction.atomic():
        if _spend(found.token, user=found.user):
            extend_session(session_id=found.session_id, user=found.user, device=device or Device())
            return _pair(found.user, session_id=found.session_id)
    revoke_tokens(user=found.user)
    raise InvalidToken


def issue_challenge(*, user: User) -> str:
    """A proof that the user's password was right."""
    token = ChallengeToken.for_user(user)
    token[VERSION_CLAIM] = user.token_version
    return str(token)


def read_challenge(*, challenge: str) -> User:
    """The active user whose password was right.

    :raises InvalidToken: if it is malformed, expired, of another kind, or the account has changed since
    """
    _, user_id, version, _ = _claims(ChallengeToken, text=challenge)
    user = User.objects.filter(pk=user_id, is_active=True, has_two_factor=True).first()
    if user is None or user.token_version != version:
        raise InvalidToken
    return user


def revoke_tokens(*, user: User) -> bool:
    """Make every token of the version that the given object carries invalid; False if they are already.

    The version is compared, so that replaying a token of a revoked family does not sign out a newer one.
    """
    same = User.objects.filter(pk=user.pk, token_version=user.token_version)
    is_ended = same.update(token_version=F("token_version") + 1) == 1
    core_services.recall_kept()
    return is_ended


@dataclass(frozen=True, slots=True)
class _Found:
    """A token that is good, whom it speaks for, and when its session was last used."""

    token: Token
    user: User
    session_id: int
    last_used_at: datetime


def _pair(user: User, *, session_id: int) -> TokenPair:
    access, refresh = AccessToken.for_user(user), RefreshToken.for_user(user)
    for token in (access, refresh):
        token[VERSION_CLAIM], token[SESSION_CLAIM] = user.token_version, session_id
    return TokenPair(
        access_token=str(access),
        refresh_token=str(refresh),
        expires_in=int(settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"].total_seconds()),
    )


def _claims(kind: type[Token], *, text: str) -> tuple[Token, int, object, int]:
    """The token with its user, version and session (0 for a kind that has none)."""
    try:
        token = _known(text) if kind is AccessToken else kind(text)  # type: ignore[arg-type]
        session_id = 0 if kind is ChallengeToken else int(token[SESSION_CLAIM])
        return token, int(token["sub"]), token[VERSION_CLAIM], session_id
    except (TokenError, KeyError, ValueError, TypeError, OverflowError, OSError) as error:
        # The last two: an expiry beyond what a date can be.
        raise InvalidToken from error


def _known(text: str) -> Token:
    """An access token that is ours and still good: what was signed stays signed, the time goes on.

    :raises TokenError: if it is not
    """
    token = _signed(text)
    token.check_exp(current_time=clock.now())
    return token


@lru_cache(maxsize=MOST_KNOWN)
def _signed(text: str) -> Token:
    return AccessToken(text)  # type: ignore[arg-type]


def _read(kind: type[Token], *, text: str) -> _Found:
    token, user_id, version, session_id = _claims(kind, text=text)
    session = LIVE_SESSION.find(session_id=session_id, user_id=user_id)
    if session is None or session.user.token_version != version:
        raise InvalidToken
    return _Found(token=token, user=session.user, session_id=session_id, last_used_at=session.last_used_at)


def _spend(token: Token, *, user: User) -> bool:
    """Put the token on the blacklist, and whether this call did: a unique index lets one of many win."""
    outstanding, _ = OutstandingToken.objects.get_or_create(
        jti=token["jti"],
        defaults={"user": user, "token": "", "expires_at": datetime_from_epoch(token["exp"])},
    )
    _, is_first = BlacklistedToken.objects.get_or_create(token=outstanding)
    return is_first
