"""The sign of life of the workers. What does not belong here: reading it (selectors)."""

from __future__ import annotations

import redis
from django.conf import settings

from apps.core.constants import BROKER_TIMEOUT_SECONDS, WORKER_HEARTBEAT_KEY, WORKER_HEARTBEAT_SECONDS


def write_heartbeat() -> None:
    """Note that a worker runs tasks; the note fades after a minute."""
    broker = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=BROKER_TIMEOUT_SECONDS)
    broker.set(WORKER_HEARTBEAT_KEY, "alive", ex=WORKER_HEARTBEAT_SECONDS)
