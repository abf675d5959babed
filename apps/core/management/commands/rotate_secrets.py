"""``manage.py rotate_secrets``: write stored secrets under the newest key. What does not belong here: the rules."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import services
from apps.core.secrets import SecretUnreadable


class Command(BaseCommand):
    help = (
        "Encrypt every stored secret anew under the first key of ENCRYPTION_KEYS. To change the key: put the new one "
        "first and keep the old one, restart every process, run this, take the old one out, restart again."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            count = services.rotate_secrets()
        except SecretUnreadable as error:
            raise CommandError(f"{error} Put the key back that it was written under, and run this again.") from error
        self.stdout.write(f"{count} secrets are under the newest key.")
