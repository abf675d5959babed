"""Signs of life of an open page, and what they cost: an application in this process, by the broker of the tests."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

import pytest

from apps.core.events import application, outbox
from apps.core.events.hub import HEARTBEAT, Listener
from apps.core.events.tickets import Holder

SCOPE = {"type": "http", "method": "GET", "path": application.PATH, "query_string": b"", "headers": []}
# As many as lie in a user's stream: they all fit into what may wait.
EVENTS = outbox.KEPT_EVENTS


@pytest.fixture(autouse=True)
def _own_streams(settings: Any) -> None:
    settings.EVENT_KEYS = f"test:{uuid4().hex}"


def made() -> application.Application:
    return application.Application(identify=lambda **_: Holder(user_id=1), still_in=set)


async def silent() -> MutableMapping[str, Any]:
    """A page that sends nothing more."""
    return await asyncio.get_running_loop().create_future()


def into(parts: list[bytes]) -> Callable[[MutableMapping[str, Any]], Awaitable[None]]:
    """A connection that takes everything."""

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            parts.append(message["body"])

    return send


def test_a_page_without_events_gets_a_sign_of_life_each_time_until_its_stream_ends(monkeypatch: Any) -> None:
    monkeypatch.setattr(application, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(application, "MAX_STREAM_SECONDS", 0.05)
    parts: list[bytes] = []

    async def listen() -> None:
        app = made()
        await app(SCOPE, silent, into(parts))
        await app.hub.close()

    asyncio.run(listen())

    # The fifth is due as the stream ends.
    assert parts == [b"retry: 3000\nid: 0-0\n\n", *[HEARTBEAT] * 4, b""]


def test_a_page_whose_next_event_waits_gets_no_sign_before_it() -> None:
    listener = Listener(Holder(user_id=1))
    listener.beat()
    listener.beat()
    listener.put(event_id="1-0", frame=b"event")
    listener.beat()

    waiting = [listener.waiting.get_nowait() for _ in range(listener.waiting.qsize())]

    assert waiting == [HEARTBEAT, b"event"]


def test_events_leave_no_clocks_behind() -> None:
    parts: list[bytes] = []

    async def listen() -> int:
        app, loop = made(), asyncio.get_running_loop()
        page = asyncio.create_task(app(SCOPE, silent, into(parts)))
        while not parts:
            await asyncio.sleep(0)
        (listener,) = app.hub.listeners[1]
        # What the loop still has to wake somebody for, cancelled or not; nothing public says it.
        clocks: list[Any] = loop._scheduled  # type: ignore[attr-defined]
        before = set(clocks)
        for number in range(1, EVENTS + 1):
            listener.put(event_id=f"{number}-0", frame=b"event")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        left = len(set(clocks) - before)
        page.cancel()
        await asyncio.gather(page, return_exceptions=True)
        await app.hub.close()
        return left

    assert asyncio.run(listen()) == 0
    assert parts[1 : EVENTS + 1] == [b"event"] * EVENTS


def test_no_page_waits_for_a_look_through_all_that_is_loaded() -> None:
    # A process of its own: this one has loaded more, and keeps watching it.
    asked = "import gc, config.asgi; print(gc.get_freeze_count() > 50_000, len(gc.get_objects()) < 1_000)"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.split()[-2:] == ["True", "True"]
