"""GET /events as an ASGI application: server-sent events to signed-in users. What does not belong here: who is who.

It is served by a process of its own, so that a thousand open pages hold no thread of the web processes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping, Set
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs

import orjson
import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections

from apps.core import errors, middleware
from apps.core.api import envelope
from apps.core.events import outbox
from apps.core.events.hub import Hub, Listener
from apps.core.events.tickets import Holder

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# Of those who listen, those who still may.
StillIn = Callable[[Set[Holder]], set[Holder]]

PATH = "/api/v1/events"
LIVE = "/health/live"
HEARTBEAT_SECONDS = 15.0
CHECK_SECONDS = 5.0
MAX_STREAM_SECONDS = 3600.0
END_SECONDS = 1.0
JSON = (b"content-type", b"application/json")
STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),
]
# What the framework's middleware says of every answer that has no version.
POLICIES = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", middleware.DATA_POLICY.encode()),
    (b"permissions-policy", middleware.PERMISSIONS_POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]
ALLOWED = b"authorization, last-event-id, x-api-key"

log = structlog.get_logger(__name__)


class Identify(Protocol):
    """An Authorization header, an API key or a ticket to who listens by it."""

    def __call__(self, *, header: bytes, api_key: bytes, ticket: str) -> Holder:
        """Who listens, or a refusal as a DomainError."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says: the header, the key and the ticket it comes with, and the event it goes on after."""

    authorization: bytes
    api_key: bytes
    ticket: str
    after: str | None


class Application:
    """The streams of one process."""

    def __init__(self, *, identify: Identify, still_in: StillIn) -> None:
        self._identify = sync_to_async(_fresh(identify))
        self._still_in = sync_to_async(_fresh(still_in))
        self.hub = Hub(settings.REDIS_URL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            request_id = middleware.request_id_of(dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1"))
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                await self._answer(scope, receive, _stamped(send, request_id=request_id))

    async def _live(self, receive: Receive, send: Send) -> None:
        """Listen to the broker and look after the listeners from the process' start to its end."""
        await receive()
        tasks = [asyncio.create_task(self.hub.run()), asyncio.create_task(self._look_after())]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.hub.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _look_after(self) -> None:
        """End the streams of who was disabled or got another password, and of sessions and keys that were ended."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            listeners = [each for several in self.hub.listeners.values() for each in several]
            try:
                good = await self._still_in({listener.holder for listener in listeners})
            except (DatabaseError, InterfaceError) as error:
                log.warning("events_users_unreadable", error=type(error).__name__)
                continue
            for listener in listeners:
                if listener.holder not in good:
                    listener.is_over.set()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        cors = _cors(scope)
        where = (scope["method"], scope["path"])
        if where == ("GET", PATH):
            await self._admit(scope, receive, send)
        elif where == ("GET", LIVE):
            await _send_whole(send, status=200, body=orjson.dumps({"status": "ok"}), headers=[JSON])
        elif where == ("OPTIONS", PATH) and cors:
            await _send_whole(send, status=204, body=b"", headers=cors)
        elif where[1] in (PATH, LIVE):
            await _refuse(send, cors, answer=envelope.refused(405))
        else:
            await _refuse(send, cors, answer=envelope.to_http(errors.NotFound()))

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a user in, or say why not."""
        cors = _cors(scope)
        try:
            asked = _read(scope)
            holder = await self._identify(header=asked.authorization, api_key=asked.api_key, ticket=asked.ticket)
            listener = self.hub.join(holder)
        except errors.DomainError as error:
            await _refuse(send, cors, answer=envelope.to_http(error))
            return
        except (DatabaseError, InterfaceError):
            away = errors.Unavailable(retry_after=envelope.OUTAGE_RETRY_SECONDS)
            await _refuse(send, cors, answer=envelope.to_http(away))
            return
        try:
            await self.hub.begin(listener, after=asked.after)
            await self._stream(listener, receive, send, headers=[*STREAM_HEADERS, *cors])
        except errors.Unavailable as error:
            await _refuse(send, cors, answer=envelope.to_http(error))
        finally:
            self.hub.leave(listener)

    async def _stream(
        self, listener: Listener, receive: Receive, send: Send, *, headers: list[tuple[bytes, bytes]]
    ) -> None:
        """Send what happens until the page goes, falls behind, or its user may no longer listen."""
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        # A page that is cut off before the first event knows already after which one to go on.
        await _send_part(send, f"retry: 3000\nid: {listener.last_id}\n\n".encode())
        writer = asyncio.create_task(_write(listener, send))
        endings = [asyncio.create_task(_gone(receive)), asyncio.create_task(listener.is_over.wait())]
        try:
            await _first_of([writer, *endings], listener)
        finally:
            for task in (writer, *endings):
                task.cancel()
            await asyncio.gather(writer, *endings, return_exceptions=True)
        # A page that does not read would never take the end.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(send({"type": "http.response.body", "body": b""}), END_SECONDS)


def _stamped(send: Send, *, request_id: str) -> Send:
    """The same, with what every answer says of itself."""
    stamp = [(b"x-request-id", request_id.encode()), *POLICIES]

    async def stamped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *stamp]
        await send(message)

    return stamped


def _fresh(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same with a connection to the database that works: nothing else here looks after it."""

    def call(*arguments: object, **named: object) -> object:
        close_old_connections()
        return work(*arguments, **named)

    return call


async def _first_of(tasks: list[asyncio.Task[Any]], listener: Listener) -> None:
    """Wait for an ending of a stream, with a sign of life every so often.

    One clock a stream: one for each event would lie in the loop for as long, and so would thousands of them.
    """
    for _ in range(int(MAX_STREAM_SECONDS / HEARTBEAT_SECONDS)):
        done, _ = await asyncio.wait(tasks, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if done:
            return
        listener.beat()


async def _write(listener: Listener, send: Send) -> None:
    """Send what waits."""
    while True:
        await _send_part(send, await listener.waiting.get())


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _read(scope: Scope) -> Asked:
    """What a request says.

    :raises ValidationFailed: if the event it goes on after is none
    """
    headers = dict(scope["headers"])
    query = parse_qs(scope["query_string"].decode("latin-1"))
    after = headers.get(b"last-event-id", b"").decode("latin-1") or query.get("last_event_id", [""])[0]
    if after and not outbox.is_id(after):
        raise errors.ValidationFailed.field("last_event_id", "Send the id of an event, as it came.")
    given = (headers.get(b"authorization", b""), headers.get(b"x-api-key", b""))
    return Asked(*given, ticket=query.get("ticket", [""])[0], after=after or None)


def _cors(scope: Scope) -> list[tuple[bytes, bytes]]:
    """What lets a page of another origin listen, where that origin is allowed."""
    origin = dict(scope["headers"]).get(b"origin", b"")
    if origin.decode("latin-1") not in settings.CORS_ALLOWED_ORIGINS:
        return []
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-headers", ALLOWED),
        (b"vary", b"origin"),
    ]


async def _refuse(send: Send, cors: list[tuple[bytes, bytes]], *, answer: Any) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.items()]
    await _send_whole(send, status=answer.status_code, body=answer.content, headers=[*headers, *cors])


async def _send_whole(send: Send, *, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    # Nobody is left to be answered where the connection has gone meanwhile.
    with contextlib.suppress(OSError):
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": body})


async def _send_part(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})
