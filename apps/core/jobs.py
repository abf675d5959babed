"""Ringing the workers. The row in the database is the job; a lost ring is repeated by a beat task.

What does not belong here: tasks, and any state of a job.
"""

from __future__ import annotations

from functools import cache, partial

import structlog
from celery import current_app
from django.db import transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

from apps.core.constants import BROKER_TIMEOUT_SECONDS

log = structlog.get_logger(__name__)


def enqueue(task_name: str, /, **ids: object) -> None:
    """Send a registered task after the present transaction commits.

    The row that the task works on must be written by then. A broker that is down loses only the ring: the caller
    succeeds, and the beat task of the app rings again.
    """
    transaction.on_commit(partial(_ring, task_name, ids))


def _ring(task_name: str, ids: dict[str, object]) -> None:
    # The lines of the task then carry the id of the request that it began with.
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    try:
        with producers[_doorbell()].acquire(block=True) as producer:
            current_app.tasks[task_name].apply_async(
                kwargs=ids, retry=False, producer=producer, headers={"request_id": request_id}
            )
    except (OperationalError, OSError) as error:
        log.warning("ring_failed", task=task_name, error=type(error).__name__, **ids)


@cache
def _doorbell() -> Connection:
    """A way to the broker that gives up at once: a worker waits for messages, nobody waits for a silent broker."""
    options = {**current_app.conf.broker_transport_options, "socket_timeout": BROKER_TIMEOUT_SECONDS}
    connection: Connection = current_app.connection(transport_options=options)
    return connection
