"""Make blocks of 5-minute candles anew: the door for an operator. What does not belong here: making them (services)."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.market import services

HELP = """\
Make the blocks from which runs read 5-minute candles, out of the JSON that is beside them.

Days that have no block are read from their JSON, which is right and slow: days stored before there were blocks, and
days whose JSON was changed by hand. Running it again writes nothing. --all looks at every day and writes the blocks
that are not what the JSON says.

  manage.py rebuild_intraday_blocks
  manage.py rebuild_intraday_blocks --all
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="every day, not only those without a block")

    def handle(self, *_args: object, **options: Any) -> None:
        written = services.rebuild_intraday_blocks(every=options["all"], progress=self._show)
        self.stdout.write(f"{written} blocks written.")

    def _show(self, rebuilt: services.RebuiltBlocks) -> None:
        place = f"{rebuilt.done}/{rebuilt.total}"
        self.stdout.write(f"{place} {rebuilt.instrument}: {rebuilt.days} days, {rebuilt.written} blocks written")
