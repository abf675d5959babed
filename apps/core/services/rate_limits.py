"""How often one caller may ask. What does not belong here: guesses at passwords (users), which views (api).

A count lives for a minute in Redis, raised and read by one script, so that parallel requests are counted exactly.
Without Redis nothing is limited: the service stays up, and guesses at passwords are counted in the database anyway.
"""

from __future__ import annotations

import math
from functools import cache

from django.conf import settings

from apps.core import broker, configuration, errors
from apps.core.constants import RATE_WINDOW_SECONDS
from apps.core.enums import RateScope

COUNT = """
    local count = redis.call('INCR', KEYS[1])
    if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
    return {count, redis.call('PTTL', KEYS[1])}
"""


class Counter:
    """Counts in Redis."""

    def __init__(self, url: str) -> None:
        self._script = broker.Script(url, COUNT)

    def add(self, key: str) -> tuple[int, int] | None:
        """The count of the window with this request, and the milliseconds left of it; None without Redis."""
        counted = self._script.attempt(keys=[key], args=[RATE_WINDOW_SECONDS * 1000], off="rate_limits_off")
        if counted is None:
            return None
        count, left = counted
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
