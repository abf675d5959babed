"""The broker as workers read it: one that is full is one that is gone for a while.

Celery ends a worker for an answer that it does not expect of a broker. What does not belong here: settings, tasks.
"""

from __future__ import annotations

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import OutOfMemoryError


class Transport(redis.Transport):
    """Kombu's own, whose worker connects anew where a full broker refuses to note what it was given."""

    connection_errors = (*redis.Transport.connection_errors, OutOfMemoryError)


def register() -> None:
    """Have Celery use it for every address of Redis or Valkey."""
    TRANSPORT_ALIASES["redis"] = f"{__name__}:{Transport.__name__}"
