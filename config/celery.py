"""The Celery application and the warm-up of its workers. What does not belong here: tasks, rules."""

from __future__ import annotations

import gc
import os
from typing import Any

import structlog
from celery import Celery, Task
from celery.signals import task_failure, task_postrun, task_prerun, worker_process_init
from django.db import close_old_connections

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")


class TimedTask(Task):
    """A task whose run is a span, in the trace of the request or task that rang."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Run the task."""
        from apps.core import telemetry

        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        parent = getattr(self.request, "traceparent", None) or ""
        with telemetry.span(f"task {self.name}", parent=parent, request_id=request_id):
            return self.run(*arguments, **named)


broker.register()
app = Celery("papertrade", task_cls=TimedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def prepare_child(**_: object) -> None:
    """Load the compiled kernels before the first task, so that no user waits for a compiler; bound what tasks take.

    What is loaded by then is not looked through for rubbish again.
    """
    from apps.core import memory
    from engine import warming

    warming.warm()
    gc.collect()
    gc.freeze()
    memory.limit_present_process()


@task_prerun.connect
def bind_task(task: Task, task_id: str, **_: object) -> None:
    """Put the ids of the task, and of the request that it began with, into every line it logs."""
    if not task.request.is_eager:
        request_id = getattr(task.request, "request_id", None) or task_id
        structlog.contextvars.bind_contextvars(task_id=task_id, request_id=request_id)


@task_prerun.connect
def check_connections(task: Task, **_: object) -> None:
    """Begin each task, as each request begins, with a connection to the database that works, or that is made anew.

    Celery closes connections after so many tasks only: until then each would fail after a restart of the database.
    """
    if not task.request.is_eager:
        close_old_connections()


@task_failure.connect
def capture_failure(sender: Task, exception: BaseException, **_: object) -> None:
    """Send the bug that ended a task to where errors go."""
    from apps.core import telemetry

    telemetry.capture(exception, where=sender.name)


@task_postrun.connect
def unbind_task(task: Task, **_: object) -> None:
    """Let the next task start without them."""
    if not task.request.is_eager:
        structlog.contextvars.clear_contextvars()
