"""The web server's way of taking connections: a worker whose threads are all busy lets the others go first.

The processes of a server wait for connections on one socket. Of many that come at once, the first to wake would take
all, keep them, and answer alone for as long as they last. What does not belong here: requests (edge).
"""

from __future__ import annotations

import socket
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# Long enough for another process to be woken, too short for anybody to notice where there is none.
STEP_BACK_SECONDS = 0.005
# Within this time a request follows its connection; who waits longer holds no connection of others up.
FRESH_SECONDS = 0.02


class TurnWorker(ThreadWorker):
    """gunicorn's worker with threads, which takes connections in turns with the others while all have work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.steps_back_until = 0.0

    @property
    def requests_in_hand(self) -> int:
        """How many requests this process answers, or may have to at once."""
        raise NotImplementedError

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and leave the next to others if there is work enough."""
        super().accept(listener)
        if self.requests_in_hand >= self.cfg.threads:
            self.steps_back_until = time.monotonic() + STEP_BACK_SECONDS
            self.set_accept_enabled(False)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take connections or none; the loop asks for it before each wait."""
        super().set_accept_enabled(enabled and not self._steps_back())

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for events, no longer than until connections are to be taken again."""
        left = self.steps_back_until - time.monotonic()
        super().wait_for_and_dispatch_events(min(timeout, left) if left > 0 else timeout)

    def _steps_back(self) -> bool:
        # A thread that has become free meanwhile is not left idle.
        return self.steps_back_until > time.monotonic() and self.requests_in_hand >= self.cfg.threads
