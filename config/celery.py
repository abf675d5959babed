"""The Celery application and the warm-up of its workers. What does not belong here: tasks, rules."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")

app = Celery("papertrade")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def warm_kernels(**_: object) -> None:
    """Load the compiled kernels before the first task, so that no user waits for a compiler."""
    from engine import runner

    runner.warm()
