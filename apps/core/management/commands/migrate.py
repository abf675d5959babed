"""``manage.py migrate`` beside a service that runs: one at a time, and nobody waits behind it for longer than a moment.

What does not belong here: migrations.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2.errors import LockNotAvailable

# An index that is built or removed so waits for all who began before, and nobody waits behind it. Cut off it stays, not
# valid, and the next attempt finds its name taken.
BESIDE_WRITERS = "CONCURRENTLY"
LOCK_KEY = 7_162_534
# Whoever writes to a table waits behind a migration that waits for it. A migration that has not got it by then lets
# everybody pass and begins again.
LOCK_SECONDS = 2
PAUSE_SECONDS = 1
ATTEMPTS = 60
# A table may take longer to change than a request may take, and Python between two statements of a migration as well.
SETTINGS = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "lock_timeout": f"{LOCK_SECONDS}s"}


class Command(migrate.Command):
    help = f"{migrate.Command.help} Waits for another one to end, and gives way to those who use a table."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, again and again while a table is in use."""
        with alone(connections[options["database"]]):
            for _ in range(ATTEMPTS - 1):
                try:
                    super().handle(*args, **options)
                except OperationalError as error:
                    if not isinstance(error.__cause__, LockNotAvailable):
                        raise
                    self.stdout.write(f"\nA table is in use: again in {PAUSE_SECONDS} s.")
                    time.sleep(PAUSE_SECONDS)
                else:
                    return
            super().handle(*args, **options)


@contextmanager
def alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait until no other process migrates this database; then let nobody wait behind us for long."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
        for name, value in SETTINGS.items():
            cursor.execute(f"SET {name} = '{value}'")
    try:
        with connection.execute_wrapper(_patiently):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])
            for name in SETTINGS:
                cursor.execute(f"RESET {name}")


def _patiently(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run a statement, one beside writers for as long as it waits."""
    if BESIDE_WRITERS not in str(sql):
        return execute(sql, params, many, context)
    with context["connection"].cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        try:
            return execute(sql, params, many, context)
        finally:
            cursor.execute(f"SET lock_timeout = '{SETTINGS['lock_timeout']}'")
