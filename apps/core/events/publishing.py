"""The door through which events leave. What does not belong here: listening, and waiting for anybody."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache, partial

import orjson
from django.conf import settings
from django.db import transaction

from apps.core import broker
from apps.core.events import outbox


class EventKind(StrEnum):
    """What an event is about, the name that pages listen for."""

    JOB = "job"
    NOTIFICATION = "notification"
    ORDER = "order"
    POSITION = "position"


def publish(*, user_id: int, kind: EventKind, payload: Mapping[str, object]) -> None:
    """Tell the open pages of a user, once the present transaction has committed; one rolled back tells nothing.

    ``payload`` is what it is about, in JSON's types and Decimal. Without a broker nothing is told, and nobody waits.
    """
    data = orjson.dumps(dict(payload), default=str).decode()
    transaction.on_commit(partial(_send, user_id=user_id, kind=kind, data=data))


class Sender:
    """Writes to Valkey."""

    def __init__(self, url: str) -> None:
        self._script = broker.Script(url, outbox.PUBLISH)
        self._channel = outbox.channel(self._script.database)

    def send(self, *, user_id: int, kind: str, data: str) -> None:
        """Keep an event and ring for it, if the broker can be reached."""
        args: list[broker.Word] = [outbox.KEPT_EVENTS, outbox.KEPT_SECONDS, kind, data, self._channel, user_id]
        self._script.attempt(keys=[outbox.stream_key(user_id)], args=args, off="events_off")


def _send(*, user_id: int, kind: EventKind, data: str) -> None:
    _sender(settings.REDIS_URL, settings.EVENT_KEYS).send(user_id=user_id, kind=kind.value, data=data)


@cache
def _sender(url: str, _keys: str) -> Sender:
    return Sender(url)
