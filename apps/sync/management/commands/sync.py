"""``manage.py sync``: fetch prices in this process. What does not belong here: the rules (services)."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import clock
from apps.core.errors import DomainError
from apps.sync import selectors, services
from apps.sync.enums import SyncMode, SyncType
from apps.sync.models import SyncItem, SyncLog
from marketdata import sessions

HELP = """\
Fetch prices into the tables, in this process; the sync is in the list of syncs like any other.

A normal sync fetches what is missing up to the last final day, so that running it twice changes nothing. A hard sync
fetches a range of days over what is there. Instruments with imported prices are skipped. The exit code is 1 if any
instrument failed.

  manage.py sync                                       stocks, sectors, options: what is missing
  manage.py sync --type stock --instruments TCS INFY
  manage.py sync --hard --from 2025-01-01 --to 2025-03-31 --type stock
"""
BAR_CHARS = 30


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as e:
        raise ArgumentTypeError(f"{text!r} is no day: write YYYY-MM-DD") from e


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--type", choices=SyncType.values, help="of which type (default: all, one after the other)")
        parser.add_argument("--instruments", nargs="+", default=[], metavar="NAME", help="only these of the type")
        parser.add_argument("--hard", action="store_true", help="fetch a range of days again: needs --from and --to")
        parser.add_argument("--from", dest="start", type=_day, metavar="DAY", help="first day, YYYY-MM-DD")
        parser.add_argument("--to", dest="end", type=_day, metavar="DAY", help="last day, YYYY-MM-DD")

    def handle(self, *_args: Any, **options: Any) -> None:
        _check_range(is_hard=options["hard"], start=options["start"], end=options["end"])
        if options["instruments"] and not options["type"]:
            raise CommandError("--instruments needs --type.")
        types = [options["type"]] if options["type"] else SyncType.values
        failed = sum(self._sync(sync_type, options).failed_count for sync_type in types)
        if failed:
            raise CommandError(f"{failed} instruments failed.")

    def _sync(self, sync_type: str, options: dict[str, Any]) -> SyncLog:
        order = services.Order(
            sync_type=sync_type,
            mode=SyncMode.HARD if options["hard"] else SyncMode.NORMAL,
            instruments=options["instruments"],
            start_date=options["start"],
            end_date=options["end"],
        )
        try:
            log = services.open_sync(order=order)
        except DomainError as error:
            raise CommandError(error.message) from error
        services.execute_all(log_id=log.pk, progress=self._show_progress)
        log = selectors.get_log(log_id=log.pk)
        self.stdout.write(
            f"{SyncType(sync_type).label}: {log.success_count} stored, {log.failed_count} failed, "
            f"{log.skipped_count} skipped, of {log.total_items}"
        )
        for failure in log.failures:
            self.stdout.write(f"  {failure['instrument']}: {failure['message']}")
        return log

    def _show_progress(self, item: SyncItem) -> None:
        """A bar on a terminal, nothing in a log."""
        if not self.stdout.isatty():
            return
        log = selectors.get_log(log_id=item.log_id)
        bar = "█" * round(BAR_CHARS * log.progress)
        self.stdout.write(
            f"\r  {log.sync_type} {bar:░<{BAR_CHARS}} {log.processed}/{log.total_items} {item.instrument:<15}",
            ending="\n" if log.end_time else "",
        )
        self.stdout.flush()


def _check_range(*, is_hard: bool, start: date | None, end: date | None) -> None:
    if not is_hard and start is None and end is None:
        return
    if not is_hard or start is None or end is None:
        raise CommandError("--hard, --from and --to go together.")
    if start > end:
        raise CommandError("--to is before --from.")
    if end < sessions.FIRST_DAY:
        raise CommandError(f"--to: there is no market before {sessions.FIRST_DAY}.")
    if start > clock.today():
        raise CommandError("--from is in the future.")
