"""Scripts that Valkey runs for the few calls that requests make of it, over one connection a thread.

The client's own way, which borrows a connection, watches it and decides about retries, takes three times the processor
time of the call. What does not belong here: the scripts, what is done without a broker, queues.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from threading import local
from typing import Any

import redis
import structlog
from redis.connection import AbstractConnection
from redis.exceptions import NoScriptError

from apps.core import clock
from apps.core.constants import BROKER_TIMEOUT_SECONDS, RATE_RETRY_SECONDS

log = structlog.get_logger(__name__)

Word = str | int


class Script:
    """A script on the server of an address."""

    def __init__(self, url: str, text: str) -> None:
        self._pool = redis.ConnectionPool.from_url(
            url, socket_timeout=BROKER_TIMEOUT_SECONDS, socket_connect_timeout=BROKER_TIMEOUT_SECONDS
        )
        self._text = text
        self._digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        self._mine = local()
        self._silent_until = 0.0

    @property
    def database(self) -> object:
        """The number of the database in the address."""
        return self._pool.connection_kwargs.get("db", 0)

    def run(self, *, keys: Sequence[str], args: Sequence[Word]) -> Any:
        """What the script gives.

        :raises RedisError: if the server cannot be reached or refuses
        """
        given = (len(keys), *keys, *args)
        try:
            return self._ask("EVALSHA", self._digest, *given)
        except NoScriptError:
            return self._ask("EVAL", self._text, *given)

    def attempt(self, *, keys: Sequence[str], args: Sequence[Word], off: str) -> Any:
        """What the script gives, or None where the server cannot be reached, said in the log as ``off``.

        After a failure it is not asked again for a few seconds, so that nobody waits for it.
        """
        if clock.monotonic() < self._silent_until:
            return None
        try:
            return self.run(keys=keys, args=args)
        except redis.RedisError as error:
            self._silent_until = clock.monotonic() + RATE_RETRY_SECONDS
            log.warning(off, error=type(error).__name__)
            return None

    def _ask(self, *command: Word) -> Any:
        link = self._link()
        try:
            return _answer(link, command)
        except redis.ConnectionError:
            # A server that has restarted, or ended what was idle: it is connected to anew, once.
            return _answer(link, command)

    def _link(self) -> AbstractConnection:
        """The connection of this thread; one that a parent process had is not its children's."""
        if getattr(self._mine, "process", None) != os.getpid():
            self._mine.link, self._mine.process = self._pool.make_connection(), os.getpid()
        link: AbstractConnection = self._mine.link
        return link


def _answer(link: AbstractConnection, command: Sequence[Word]) -> Any:
    link.send_command(*command)  # type: ignore[no-untyped-call]
    return link.read_response()
