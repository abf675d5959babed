"""``manage.py reconcile_wallets``: prove that the ledger balances. What does not belong here: the rules (selectors)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.wallet import selectors

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Prove that every entry sums to zero, that every balance is the sum of its postings, and that every user's "
        "balance is the cash of the practice account. The exit code is 1 where that does not hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print only what does not hold")

    def handle(self, *_args: Any, **options: Any) -> None:
        broken = 0
        for rule, ids in selectors.audit_unscoped():
            broken += len(ids)
            if ids:
                more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
                self.stdout.write(f"{rule}: {', '.join(str(each) for each in ids[:SHOWN])}{more}")
            elif not options["quiet"]:
                self.stdout.write(f"{rule}: none")
        if broken:
            raise CommandError(f"The ledger does not balance: {broken} findings.")
