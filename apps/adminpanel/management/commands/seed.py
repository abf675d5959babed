"""``manage.py seed``: what a new installation needs before its first request. Running it again adds what is missing.

What does not belong here: the rules of each step (services of the apps).
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.core import clock
from apps.core import services as core_services
from apps.market import services as market_services
from apps.strategies import services as strategies_services
from apps.users import services as users_services
from apps.users.enums import Role

DEFAULT_YEARS = 10
MAX_YEARS = 20


class Command(BaseCommand):
    help = (
        "Write permissions, configuration, predefined strategies, the synthetic universe with daily bars, a demo user "
        "and a superadmin. Existing rows stay as they are; a password is printed only when it is set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--years", type=int, default=DEFAULT_YEARS, choices=range(MAX_YEARS + 1), metavar=f"0..{MAX_YEARS}",
            help=f"how many years of synthetic daily bars to write (default {DEFAULT_YEARS}; 0 for none)",
        )  # fmt: skip

    def handle(self, *_args: Any, **options: Any) -> None:
        self._say("permissions", f"{users_services.seed_permissions()} new")
        self._say("configuration", f"{core_services.seed_configuration()} new")
        self._say("predefined strategies", f"{strategies_services.seed_predefined()} new")
        if options["years"]:
            counts = market_services.seed_universe(
                years=options["years"], today=clock.today(), progress=self._show_progress
            )
            self._say("synthetic universe", counts)
        for email, password, role in (
            (settings.DEMO_EMAIL, settings.DEMO_PASSWORD, Role.USER),
            (settings.SUPERADMIN_EMAIL, settings.SUPERADMIN_PASSWORD, Role.SUPERADMIN),
        ):
            new = users_services.ensure_account(email=email, role=role, password=password or None)
            self._say(f"{role.label.lower()} {email}", f"password {new}" if new else "exists")

    def _say(self, what: str, result: object) -> None:
        self.stdout.write(f"  {what}: {result}")

    def _show_progress(self, done: int, total: int, symbol: str) -> None:
        """A bar on a terminal, nothing in a log."""
        if self.stdout.isatty():
            filled = 30 * done // total
            bar = "█" * filled + "░" * (30 - filled)
            self.stdout.write(
                f"\r  synthetic universe {bar} {done}/{total} {symbol:<12}", ending="\n" if done == total else ""
            )
            self.stdout.flush()
