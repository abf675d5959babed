"""Indexes that are built beside a service: whoever began before is waited for, for nobody waits behind them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from apps.core.management.commands import migrate

pytestmark = pytest.mark.django_db(transaction=True)
BUILD = "CREATE INDEX CONCURRENTLY later_number ON later (number)"
# Longer than the lock's time below, which is in force for every other statement.
HAS_WAITED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE query = %s AND wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '0.3 s'
"""
PAUSE = 0.02


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Another connection, which has written to a table and not said yet whether that stands."""
    monkeypatch.setitem(migrate.SETTINGS, "lock_timeout", "0.1s")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (number integer)")
    made: Any = connections.create_connection("default")
    with made.cursor() as cursor:
        cursor.execute("BEGIN; INSERT INTO later VALUES (1)")
        yield cursor
    made.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE later")


def build() -> None:
    try:
        with migrate.alone(connection), connection.cursor() as cursor:
            cursor.execute(BUILD)
    finally:
        connection.close()


def wait_for(building: Future[None]) -> None:
    """Until it has waited for long, or is over."""
    while not building.done():
        with connection.cursor() as cursor:
            cursor.execute(HAS_WAITED, [BUILD])
            if cursor.fetchone() == (1,):
                return
        time.sleep(PAUSE)


def test_an_index_waits_for_writers_as_long_as_they_take(writer: Any) -> None:
    """Cut off, it would leave an index that is not valid, and whose name is in the way of the next attempt."""
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(build)
        wait_for(building)
        writer.execute("COMMIT")
        building.result()

    writer.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'later_number'::regclass")
    assert writer.fetchone() == (True,)


def test_any_other_statement_gives_way(writer: Any) -> None:
    with migrate.alone(connection), connection.cursor() as cursor:
        cursor.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS later_pk ON stocks_category (id)")
        cursor.execute("DROP INDEX CONCURRENTLY later_pk")
        cursor.execute("SET statement_timeout = '5s'")
        with pytest.raises(OperationalError, match="lock timeout"):
            cursor.execute("ALTER TABLE later ADD COLUMN other integer")
