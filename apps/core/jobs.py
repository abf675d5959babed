"""Ringing the workers. The row in the database is the job; a lost ring is repeated by a beat task.

What does not belong here: tasks, and any state of a job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial

import structlog
from celery import current_app
from django.db import transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

from apps.core import telemetry
from apps.core.constants import BROKER_TIMEOUT_SECONDS

log = structlog.get_logger(__name__)


def enqueue(task_name: str, /, **ids: object) -> None:
    """Send a registered task after the present transaction commits.

    The row that the task works on must be written by then. A broker that is down loses only the ring: the caller
    succeeds, and the beat task of the app rings again.
    """
    transaction.on_commit(partial(_ring, task_name, ids))


def origin() -> dict[str, str]:
    """What the present work began with, as far as it is known: the id of the request, and the span it is a part of.

    A row that waits keeps it: the ring that wakes a worker may be another row's.
    """
    request_id: str = structlog.contextvars.get_contextvars().get("request_id", "")
    known = {"request_id": request_id, "traceparent": telemetry.traceparent()}
    return {name: value for name, value in known.items() if value}


@contextmanager
def continuing(name: str, began: Mapping[str, str], **said: str) -> Iterator[None]:
    """Log and time the body as a part of the request that a row came with, ``began`` being its ``origin()``."""
    request_id = (began or origin()).get("request_id", "")
    with (
        structlog.contextvars.bound_contextvars(request_id=request_id),
        telemetry.span(name, parent=began.get("traceparent", ""), request_id=request_id, **said),
    ):
        yield


def _ring(task_name: str, ids: dict[str, object]) -> None:
    try:
        with producers[_doorbell()].acquire(block=True) as producer:
            current_app.tasks[task_name].apply_async(kwargs=ids, retry=False, producer=producer, headers=origin())
    except (OperationalError, OSError) as error:
        log.warning("ring_failed", task=task_name, error=type(error).__name__, **ids)


@cache
def _doorbell() -> Connection:
    """A way to the broker that gives up at once: a worker waits for messages, nobody waits for a silent broker."""
    options = {**current_app.conf.broker_transport_options, "socket_timeout": BROKER_TIMEOUT_SECONDS}
    connection: Connection = current_app.connection(transport_options=options)
    return connection
