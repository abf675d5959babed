"""How events lie in Valkey: a short stream a user, and a channel that rings. What does not belong here: who listens.

A user's stream keeps the last events for a while, so that who comes back can be told what they missed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from django.conf import settings

# Assumption: what a page missed beyond this it reads anew from the tables.
KEPT_EVENTS: Final = 200
KEPT_SECONDS: Final = 3600
FIRST_ID: Final = "0-0"
_EVENT_ID = re.compile(r"[0-9]{1,20}-[0-9]{1,20}", re.ASCII)
_LARGEST = 2**64 - 1

# One round trip: the event is kept, old ones go, and whoever listens is told.
PUBLISH: Final = """
    local id = redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[1], '*', 'kind', ARGV[3], 'data', ARGV[4])
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    redis.call('PUBLISH', ARGV[5], ARGV[6] .. ' ' .. id .. ' ' .. ARGV[3] .. ' ' .. ARGV[4])
    return id
"""


def stream_key(user_id: int) -> str:
    """The stream of a user."""
    return f"{settings.EVENT_KEYS}:{user_id}"


def channel(database: object) -> str:
    """The channel of an installation: channels know no databases, so it carries the number of its own."""
    return f"{settings.EVENT_KEYS}:{database}:ring"


def is_id(text: str) -> bool:
    """Whether a text could be the id of an event: two numbers of 64 bits; Valkey refuses to look for others."""
    return bool(_EVENT_ID.fullmatch(text)) and max(order_of(text)) <= _LARGEST


# The pages of a user compare the same two ids.
@lru_cache(4_096)
def order_of(event_id: str) -> tuple[int, int]:
    """An id as numbers that can be compared."""
    moment, _, number = event_id.partition("-")
    return int(moment), int(number)


def frame(*, event_id: str, kind: str, data: str) -> bytes:
    """An event as it goes over the line."""
    return f"id: {event_id}\nevent: {kind}\ndata: {data}\n\n".encode()
