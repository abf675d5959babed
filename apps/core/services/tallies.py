"""Counts of what workers leave undone or do, which any web process shows beside its own.

They stand in Redis: workers have no folder of metrics, and answer nobody. What was counted without Redis, or before it
was emptied, is lost, as with any counter that begins anew. What does not belong here: requests (metrics), reading
(selectors).
"""

from __future__ import annotations

from functools import cache

from django.conf import settings

from apps.core import broker, selectors

ADD = "return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)"


def tally(*, of: str, name: str) -> None:
    """Add one to what a tally has under a name."""
    _script(settings.REDIS_URL).attempt(keys=[selectors.tally_key(of)], args=[name], off="not_counted")


@cache
def _script(url: str) -> broker.Script:
    return broker.Script(url, ADD)
