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
from apps.core.services import recalls

COUNT = """
    local count = redis.call('INCR', KEYS[1])
    if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
    return {count, redis.call('PTTL', KEYS[1]), redis.call('GET', KEYS[2]) or ''}
"""


class Counter:
    """Counts in Redis."""

    def __init__(self, url: str) -> None:
        self._script = broker.Script(url, COUNT)

    def add(self, key: str) -> tuple[int, int, bytes] | None:
        """The count of the window with this request, the milliseconds left of it, and the series in force.

        None without Redis.
        """
        keys = [key, recalls.series_key()]
        counted = self._script.attempt(keys=keys, args=[RATE_WINDOW_SECONDS * 1000], off="rate_limits_off")
        if counted is None:
            return None
        count, left, series = counted
        return int(count), int(left), series


def check_rate(*, scope: RateScope, who: str) -> bytes | None:
    """Count one request of a caller; the series that is in force (recalls), None where nothing was counted.

    :raises RateLimited: if that is more than the scope allows in a minute
    """
    limit = configuration.get_int(f"rate.{scope.value}_per_minute")
    key = f"{settings.RATE_LIMIT_KEYS}:{scope.value}:{who}"
    counted = _counter(settings.REDIS_URL).add(key) if limit else None
    series = counted[2] if counted is not None else None
    recalls.hear(series)
    if counted is not None and counted[0] > limit:
        seconds = max(1, math.ceil(counted[1] / 1000))
        raise errors.RateLimited(details={"limit": limit, "window_seconds": RATE_WINDOW_SECONDS}, retry_after=seconds)
    return series


@cache
def _counter(url: str) -> Counter:
    return Counter(url)
