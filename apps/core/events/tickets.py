"""Tickets to the stream of events: browsers cannot send a header with it, and a token does not belong in an address.

A ticket is good once and for half a minute. Valkey knows its hash only. What does not belong here: who may have one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import astuple, dataclass
from typing import NoReturn

import redis
from django.conf import settings

from apps.core import errors
from apps.core.constants import BROKER_TIMEOUT_SECONDS

TICKET_SECONDS = 30
TICKET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Holder:
    """Who listens, and by what: a session with the version of the tokens, or an API key."""

    user_id: int
    version: int = 0
    session_id: int = 0
    key_id: int = 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket, for how many seconds it is good, and where it is shown."""

    ticket: str
    expires_in: int
    url: str


def issue_ticket(*, holder: Holder) -> Ticket:
    """A new ticket for a user, bound to what they are signed in with.

    :raises Unavailable: if the broker does not keep it
    """
    ticket = secrets.token_urlsafe(TICKET_BYTES)
    try:
        _client().set(_key(ticket), " ".join(map(str, astuple(holder))), ex=TICKET_SECONDS)
    except redis.RedisError as error:
        raise errors.Unavailable(retry_after=1) from error
    return Ticket(ticket=ticket, expires_in=TICKET_SECONDS, url=settings.EVENTS_URL)


def spend_ticket(ticket: str) -> Holder | None:
    """Whom a ticket was given to, once; None where it is not good.

    :raises Unavailable: if the broker cannot be asked
    """
    try:
        found = _client().getdel(_key(ticket))
    except redis.RedisError as error:
        raise errors.Unavailable(retry_after=1) from error
    if not isinstance(found, bytes):
        return None
    return Holder(*map(int, found.split()))


def lead_elsewhere() -> NoReturn:
    """Say where the stream is.

    :raises EventsElsewhere: always
    """
    raise errors.EventsElsewhere(details={"url": settings.EVENTS_URL})


def _key(ticket: str) -> str:
    return f"{settings.EVENT_KEYS}:ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"


def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=BROKER_TIMEOUT_SECONDS,
        socket_connect_timeout=BROKER_TIMEOUT_SECONDS,
    )
