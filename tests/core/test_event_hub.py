"""Who listens in one process, by the broker of the tests: what many pages at once ask of it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from django.conf import settings as django_settings

from apps.core.events.hub import MAX_CONNECTIONS, MAX_STREAMS, Hub
from apps.core.events.tickets import Holder


def test_pages_that_all_come_back_at_once_are_let_in_by_a_few_connections(settings: Any) -> None:
    settings.EVENT_KEYS = f"test:{uuid4().hex}"

    async def come() -> int:
        hub = Hub(django_settings.REDIS_URL)
        listeners = [hub.join(Holder(user_id=number)) for number in range(MAX_STREAMS)]
        coming = asyncio.gather(*(hub.begin(listener, after=None) for listener in listeners))
        most = 0
        while not coming.done():
            most = max(most, len(hub._broker.connection_pool._in_use_connections))
            await asyncio.sleep(0)
        await coming
        await hub.close()
        assert not any(listener.is_catching_up for listener in listeners)
        return most

    assert asyncio.run(come()) == MAX_CONNECTIONS
