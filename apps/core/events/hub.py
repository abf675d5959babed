"""Who listens in this process, and what each of them is still to be sent. What does not belong here: HTTP.

One subscription serves all. Who comes back is first sent what the user's stream kept; who reads too slowly is dropped
and may come back for the rest.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

import structlog
from redis import asyncio as aioredis
from redis.exceptions import RedisError

from apps.core import errors
from apps.core.events import outbox
from apps.core.events.tickets import Holder

MAX_STREAMS = 2_000
MAX_STREAMS_A_USER = 5
# More than a user's stream keeps, so that what was missed always fits.
MAX_WAITING = 256
RETRY_SECONDS = 1.0
# Of so many connections one is the subscription's; who finds none free waits. When all pages came back at once, each by
# a connection of its own, the broker took some five hundred and the others were sent away.
MAX_CONNECTIONS, MAX_WAIT_SECONDS = 16, 10
# After so long without a word the broker is asked whether it is there, and given up if it says nothing.
QUIET_SECONDS = 10.0
# Something may have been missed that is no longer kept: read the tables again.
RESET = b"event: reset\ndata: {}\n\n"
HEARTBEAT = b": still here\n\n"

log = structlog.get_logger(__name__)


class Listener:
    """An open stream of a user: what waits to be sent, up to which event, and whether it is over."""

    def __init__(self, holder: Holder) -> None:
        self.holder = holder
        self.user_id = holder.user_id
        self.waiting: asyncio.Queue[bytes] = asyncio.Queue(MAX_WAITING)
        self.is_over = asyncio.Event()
        self.last_id = outbox.FIRST_ID
        # While the kept events are read, new ones are in the stream too.
        self.is_catching_up = True
        self.has_missed = False

    def offer(self, *, event_id: str, frame: bytes) -> None:
        """Take an event that has just happened."""
        if self.is_catching_up:
            self.has_missed = True
        elif outbox.order_of(event_id) > outbox.order_of(self.last_id):
            self.put(event_id=event_id, frame=frame)

    def put(self, *, event_id: str, frame: bytes) -> None:
        """Let an event wait to be sent; a listener with too many of them is over."""
        self.last_id = event_id
        try:
            self.waiting.put_nowait(frame)
        except asyncio.QueueFull:
            if not self.is_over.is_set():
                log.warning("events_reader_dropped", user=self.user_id)
            self.is_over.set()

    def beat(self) -> None:
        """Let a sign of life be sent, unless an event is about to be one."""
        if self.waiting.empty():
            self.waiting.put_nowait(HEARTBEAT)


class Hub:
    """The listeners of this process, by user."""

    def __init__(self, url: str) -> None:
        pool = aioredis.BlockingConnectionPool.from_url(
            url,
            max_connections=MAX_CONNECTIONS,
            timeout=MAX_WAIT_SECONDS,
            health_check_interval=15,
            socket_connect_timeout=1,
        )
        self._broker = aioredis.Redis.from_pool(pool)
        self._channel = outbox.channel(self._broker.connection_pool.connection_kwargs.get("db", 0))
        self.listeners: defaultdict[int, set[Listener]] = defaultdict(set)

    @property
    def size(self) -> int:
        """How many listen."""
        return sum(map(len, self.listeners.values()))

    def join(self, holder: Holder) -> Listener:
        """A new listener.

        :raises Unavailable: if this process has as many as it serves
        :raises TooManyStreams: if the user has as many as one may have
        """
        if self.size >= MAX_STREAMS:
            raise errors.Unavailable(retry_after=int(RETRY_SECONDS))
        if len(self.listeners.get(holder.user_id, ())) >= MAX_STREAMS_A_USER:
            raise errors.TooManyStreams(details={"limit": MAX_STREAMS_A_USER})
        listener = Listener(holder)
        self.listeners[holder.user_id].add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        others = self.listeners[listener.user_id]
        others.discard(listener)
        if not others:
            del self.listeners[listener.user_id]

    async def begin(self, listener: Listener, *, after: str | None) -> None:
        """Let a listener go on after the event it has seen last, or begin with the next one (None).

        :raises Unavailable: if the broker cannot be asked
        """
        try:
            if after is None:
                newest: list[Any] = await self._broker.xrevrange(outbox.stream_key(listener.user_id), count=1) or []
                listener.last_id = newest[0][0].decode() if newest else outbox.FIRST_ID
            else:
                listener.last_id = after
            await self._catch_up(listener)
        except (RedisError, OSError) as error:
            raise errors.Unavailable(retry_after=int(RETRY_SECONDS)) from error

    async def run(self) -> None:
        """Hand on what happens, for as long as the process lives."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                log.warning("events_interrupted", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def close(self) -> None:
        """Let the broker go."""
        await self._broker.aclose()

    async def _listen(self) -> None:
        async with self._broker.pubsub(ignore_subscribe_messages=True) as ring:
            await ring.subscribe(self._channel)
            # What happened while nobody listened is in the streams.
            for listener in [each for several in self.listeners.values() for each in several]:
                listener.is_catching_up = True
                await self._catch_up(listener)
            is_asked = False
            while True:
                message = await ring.get_message(timeout=QUIET_SECONDS)
                if message is None and is_asked:
                    raise ConnectionError("The broker is silent.")
                is_asked = message is None
                if message is None:
                    await ring.ping()
                elif message["type"] == "message":
                    self._hand_on(message["data"])

    def _hand_on(self, message: bytes) -> None:
        user_id, event_id, kind, data = message.decode().split(" ", 3)
        listeners = self.listeners.get(int(user_id))
        if listeners:
            sent = outbox.frame(event_id=event_id, kind=kind, data=data)
            for listener in tuple(listeners):
                listener.offer(event_id=event_id, frame=sent)

    async def _catch_up(self, listener: Listener) -> None:
        """Give a listener what its user's stream has kept since, until nothing is new."""
        while True:
            listener.has_missed = False
            key = outbox.stream_key(listener.user_id)
            kept: list[Any] = await self._broker.xrange(key, min=listener.last_id) or []
            if not _is_whole(kept, after=listener.last_id):
                listener.put(event_id=outbox.FIRST_ID, frame=RESET)
            for raw_id, fields in kept:
                event_id = raw_id.decode()
                if outbox.order_of(event_id) > outbox.order_of(listener.last_id):
                    sent = outbox.frame(event_id=event_id, kind=fields[b"kind"].decode(), data=fields[b"data"].decode())
                    listener.put(event_id=event_id, frame=sent)
            if not listener.has_missed:
                listener.is_catching_up = False
                return


def _is_whole(kept: list[Any], *, after: str) -> bool:
    """Whether nothing can be missing between an event and what was kept since: it is still there itself."""
    if after == outbox.FIRST_ID:
        return len(kept) < outbox.KEPT_EVENTS
    return bool(kept) and kept[0][0].decode() == after
