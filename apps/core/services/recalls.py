"""Recalls: what web processes remember ahead of the framework, made worthless in all of them at once.

It belongs to a series. Whoever takes something away, or changes what was answered, begins another series, and each
request that is counted hears which one is in force. Without Redis none is heard, and nothing is remembered.
What does not belong here: what is remembered.
"""

from __future__ import annotations

import uuid
from functools import cache

from django.conf import settings
from django.db import transaction

from apps.core import broker

BEGIN = "redis.call('SET', KEYS[1], ARGV[1])"


class _Heard:
    """What this process heard last."""

    series: bytes | None = None


def recall_kept() -> None:
    """Begin another series once the transaction is committed; to be called behind the change."""
    transaction.on_commit(_begin)


def series_heard() -> bytes | None:
    """The series in force when this process last counted a request: what is read from now on may be kept under it."""
    return _Heard.series


def hear(series: bytes | None) -> None:
    """Note which series is in force; None where nobody says."""
    _Heard.series = series


def series_key() -> str:
    """Where the series in force stands."""
    return f"{settings.RATE_LIMIT_KEYS}:series"


def _begin() -> None:
    # A name that was never used before: a counter would begin anew where Redis was emptied.
    _script(settings.REDIS_URL).attempt(keys=[series_key()], args=[uuid.uuid4().hex], off="recall_not_heard")


@cache
def _script(url: str) -> broker.Script:
    return broker.Script(url, BEGIN)
