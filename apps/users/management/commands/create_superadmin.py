"""``manage.py create_superadmin``: somebody who may do everything. What does not belong here: the rules (services)."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.users import services


class Command(BaseCommand):
    help = (
        "Make a superadministrator. What is not given is asked for at a terminal; elsewhere --email is needed, and the "
        "password is that of SUPERADMIN_PASSWORD or generated and printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="the address to sign in with")
        parser.add_argument(
            "--reset",
            action="store_true",
            help="make an account that is there a superadministrator: a new password, enabled, without two-factor",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        email = options["email"] or self._ask("E-mail: ")
        given = settings.SUPERADMIN_PASSWORD or self._ask_password()
        services.seed_permissions()
        try:
            password = services.make_superadmin(email=email, password=given, replaces=options["reset"])
        except DomainError as error:
            raise CommandError(_explain(error)) from error
        shown = "" if given else f", password {password} (shown only now)"
        self.stdout.write(f"{email.strip().lower()} is a superadministrator{shown}.")

    def _ask(self, prompt: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError("Give --email: nobody can be asked here.")
        return input(prompt)

    def _ask_password(self) -> str | None:
        """The password typed twice; None for one to be generated."""
        if not sys.stdin.isatty():
            return None
        password = getpass("Password (empty: one is generated): ")
        if password and password != getpass("Once more: "):
            raise CommandError("The two are not the same. Run this again.")
        return password or None


def _explain(error: DomainError) -> str:
    fields: Any = error.details.get("fields", {})
    said = [problem["message"] for problems in fields.values() for problem in problems]
    hint = " Use --reset to make it a superadministrator." if error.code == "EMAIL_TAKEN" else ""
    return " ".join(said or [error.message]) + hint
