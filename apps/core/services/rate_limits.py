"""How often one caller may ask. What does not belong here: guesses at passwords (users), which views (api).

A count lives for a minute in Redis, raised and read by one script, so that parallel requests are counted exactly.
Without Redis nothing is limited: the service stays up, and guesses at passwords are counted in the database anyway.
"""

from __future__ import annotations

import math
from functools import cache

import redis
import structlog
from django.conf import settings

from apps.core import broker, clock, configuration, errors
from apps.core.constants import RATE_RETRY_SECONDS, RATE_WINDOW_SECONDS
from apps.core.enums import RateScope

log = structlog.get_logger(__name__)

COUNT = """
    local count = redis.call('INCR', KEYS[1])
    if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
    return {count, redis.call('PTTL', KEYS[1])}
"""


class Counter:
    """Counts in Redis; after a failure it does not ask again for a few seconds, so that nobody waits for it."""

    def __init__(self, url: str) -> None:
        self._script = broker.Script(url, COUNT)
        self._silent_until = 0.0

    def add(self, key: str) -> tuple[int, int] | None:
        """The count of the window with this request, and the milliseconds left of it; None without Redis."""
        if clock.monotonic() < self._silent_until:
            return None
        try:
            count, left = self._script.run(keys=[key], args=[RATE_WINDOW_SECONDS * 1000])
        except redis.RedisError as error:
            self._silent_until = clock.monotonic() + RATE_RETRY_SECONDS
            log.warning("rate_limits_off", error=type(error).__name__)
            return None
        return int(count), int(left)


def check_rate(*, scope: RateScope, who: str) -> None:
    """Count one request of a caller.

    :raises RateLimited: if that is more than the scope allows in a minute
    """
    limit = configuration.get_int(f"rate.{scope.value}_per_minute")
    key = f"{settings.RATE_LIMIT_KEYS}:{scope.value}:{who}"
    counted = _counter(settings.REDIS_URL).add(key) if limit else None
    if counted is not None and counted[0] > limit:
        seconds = max(1, math.ceil(counted[1] / 1000))
        raise errors.RateLimited(details={"limit": limit, "window_seconds": RATE_WINDOW_SECONDS}, retry_after=seconds)


@cache
def _counter(url: str) -> Counter:
    return Counter(url)
