"""Personal API keys: made, used, revoked. What does not belong here: what a key may do (selectors.access)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.core import clock, errors
from apps.core import services as core_services
from apps.users import constants, selectors
from apps.users.enums import SecurityEvent
from apps.users.errors import InvalidToken, TooManyApiKeys
from apps.users.models import ApiKey, User
from apps.users.services.events import announce
from apps.users.services.sessions import Device
from apps.users.services.tokens import Credential, authenticate_header

NAMING_BYTES, SECRET_BYTES = 4, 32


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key with its text, which is shown once."""

    row: ApiKey
    key: str


@transaction.atomic
def make_api_key(
    *, user: User, name: str, scopes: Collection[str], expires_at: datetime | None, device: Device
) -> NewApiKey:
    """Make a key that may read what the user may, and do what the scopes name.

    :raises ValidationFailed: if a scope is no permission of the user, or the expiry is over
    :raises TooManyApiKeys: if the account has as many as it may
    """
    missing = sorted(set(scopes) - selectors.permissions_of(user=user))
    if missing:
        raise errors.ValidationFailed.field("scopes", f"You do not have: {', '.join(missing)}.")
    if expires_at is not None and expires_at <= clock.now():
        raise errors.ValidationFailed.field("expires_at", "Give a time to come, or none.")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if selectors.list_api_keys(user=user).count() >= constants.MAX_API_KEYS:
        raise TooManyApiKeys(details={"limit": constants.MAX_API_KEYS})
    prefix = f"{constants.API_KEY_START}{secrets.token_hex(NAMING_BYTES)}"
    key = f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    row = ApiKey.objects.create(
        user=user,
        name=name,
        prefix=prefix,
        key_hash=_digest(key.encode()),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    details = {"name": name, "prefix": prefix, "scopes": row.scopes}
    announce(user=user, event=SecurityEvent.API_KEY_MADE, ip_address=device.ip_address, details=details)
    return NewApiKey(row=row, key=key)


def revoke_api_key(*, key_id: int, user: User) -> None:
    """Refuse the key from the next request on.

    :raises NotFound: if the user has no such key in force
    """
    now = clock.now()
    if not selectors.list_api_keys(user=user).filter(pk=key_id).update(revoked_at=now, updated_at=now):
        raise errors.NotFound
    core_services.recall_kept()


def revoke_api_keys(*, user: User) -> None:
    """Refuse every key of the user from the next request on."""
    now = clock.now()
    selectors.list_api_keys(user=user).update(revoked_at=now, updated_at=now)
    core_services.recall_kept()


def authenticate_request(*, header: bytes, api_key: bytes) -> tuple[User, Credential] | None:
    """The user behind an Authorization header or else an X-API-Key; a bearer may be a token or a key; None without.

    :raises InvalidToken: if token or key does not speak for an active user
    """
    scheme, _, given = header.partition(b" ")
    start = constants.API_KEY_START.encode()
    if scheme.lower() == b"bearer" and given.startswith(start):
        return _authenticate_key(given)
    if not header and api_key:
        return _authenticate_key(api_key)
    return authenticate_header(header=header)


def _authenticate_key(given: bytes) -> tuple[User, Credential]:
    now = clock.now()
    mine = selectors.list_keys_in_force_unscoped().filter(key_hash=_digest(given))
    row = mine.select_related("user").first()
    if row is None:
        raise InvalidToken
    if row.last_used_at is None or now - row.last_used_at > constants.LAST_USE_PRECISION:
        mine.update(last_used_at=now)
    user: User = row.user
    return user, Credential(key_id=row.pk, scopes=frozenset(row.scopes), expires_at=row.expires_at)


def _digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()
