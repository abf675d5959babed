"""``manage.py doctor``: is this installation sound, and if not, what to do. What does not belong here: mending it.

Each check is a selector named in settings.DOCTOR_CHECKS that yields findings; no finding means healthy.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, ProgrammingError
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = (
        "Check settings, database, migrations, broker, worker, beat, clocks, disk, compiled kernels and the ledger, "
        "and say what to mend. The exit code is 1 where something is to be mended."
    )
    # It reports what is wrong with an installation, so it has to start on one.
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        broken = 0
        for name, path in settings.DOCTOR_CHECKS.items():
            findings = self._ask(path)
            broken += len(findings)
            self.stdout.write(f"  {'to mend' if findings else 'good':8} {name}")
            for finding in findings:
                self.stdout.write(f"           {finding}")
        if broken:
            raise CommandError(f"{broken} to mend.")

    def _ask(self, path: str) -> list[str]:
        try:
            return list(import_string(path)())
        except ProgrammingError:
            return ["A table is missing: run manage.py migrate."]
        except DatabaseError as error:
            # What PostgreSQL says of a connection names server, user and database, never the password.
            said = str(error).partition("\n")[0] or type(error).__name__
            return [f"The database of DATABASE_URL did not answer: {said}"]
