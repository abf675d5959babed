"""Django's connection to PostgreSQL, whose health is asked for only where there is reason to.

Django's own check is a round trip before the first statement of every request. A server that stops or restarts says so
on the connection, where it can be seen without asking; what a dead network swallows is noticed by asking once the
connection has been idle for a moment. What does not belong here: statements, settings.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base

from apps.core import clock

# For so long after an answer a connection on which nothing has arrived is taken to be good.
FRESH_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows when it last answered."""

    health_check_done: bool
    _answered_at = float("-inf")

    def close_if_unusable_or_obsolete(self) -> None:
        """At both ends of a request: note when the connection was last used, and let the framework judge it."""
        if self.health_check_done:
            self._answered_at = clock.monotonic()
        super().close_if_unusable_or_obsolete()
        if not self.in_atomic_block:
            # After an error the framework has asked: an answer to the request that ends, not to the next one.
            self.health_check_done = False

    def close_if_health_check_failed(self) -> None:
        """Before the first statement of a request: ask the server, unless it has just answered and said nothing since.

        Between statements the server sends nothing: bytes that wait are its farewell, or the end of the connection.
        """
        if self.connection is not None and not self.health_check_done and self._is_fresh():
            self.health_check_done = True
        super().close_if_health_check_failed()

    def _is_fresh(self) -> bool:
        if self.connection.closed or clock.monotonic() - self._answered_at > FRESH_SECONDS:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)
