"""A worker's connection to the database outlives tasks, and a restart of the database costs no task (fault 9)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg2
import pytest
from django.db import connection
from psycopg2 import sql

from apps.core import tasks
from config import celery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _lasting_connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connections as production has them (config.settings.base), not as tests do."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    connection.close()
    yield
    connection.close()


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def begin_task() -> None:
    """What a worker does before each task; here, as in a worker, nothing is eager."""
    celery.check_connections(task=tasks.write_heartbeat)


def test_the_task_after_a_restart_of_the_database_has_a_connection_that_works() -> None:
    begin_task()
    lost = backend()
    with contextlib.closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT pg_terminate_backend(%s, 5000)"), [lost])

    begin_task()

    assert backend() != lost


def test_a_connection_that_works_is_kept_from_task_to_task() -> None:
    begin_task()
    kept = backend()

    begin_task()

    assert backend() == kept
