"""Ringing the workers. The row in the database is the job; a lost ring is repeated by a beat task.

What does not belong here: tasks, and any state of a job.
"""

from __future__ import annotations

from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def enqueue(task_name: str, /, **ids: object) -> None:
    """Send a registered task after the present transaction commits.

    The row that the task works on must be written by then. A broker that is down loses only the ring: the caller
    succeeds, and the beat task of the app rings again.
    """
    transaction.on_commit(partial(_ring, task_name, ids))


def _ring(task_name: str, ids: dict[str, object]) -> None:
    try:
        current_app.tasks[task_name].apply_async(kwargs=ids, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("ring_failed", task=task_name, error=type(error).__name__, **ids)
