"""Import files of daily bars: the door for an operator. What does not belong here: parsing, storing (services)."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.market import services
from apps.market.enums import ImportKind

HELP = """\
Import daily bars from .csv or .csv.gz files into the price tables.

  --kind daily_equity   one stock a file; columns date, symbol, open, high, low, close, volume (others are ignored)
  --kind daily_index    one index a file, named by the file: NIFTY_50, NIFTY_BANK or NIFTY_IT;
                        columns date, open, high, low, close, volume (the volume may be empty)

A file is imported whole or not at all: one wrong row stores nothing, and the report names its line. Importing a file
again changes no row. A stock or sector that is missing is made. Synthetic bars of an instrument are removed before
real ones come in, so that the two never mix. The exit code is 1 if any file failed.

  manage.py import_market_data --kind daily_equity RELIANCE.csv.gz "M&M.csv.gz"
  manage.py import_market_data --kind daily_index --dry-run folder/
"""
HEADER = ("file", "instrument", "from", "to", "bars", "new", "changed", "same", "synthetic removed", "result")


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", required=True, choices=ImportKind.values, help="what the files hold")
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of files")
        parser.add_argument("--dry-run", action="store_true", help="check and count everything, and keep nothing")

    def handle(self, *_args: object, **options: Any) -> None:
        reports = services.import_files(
            kind=ImportKind(options["kind"]),
            paths=options["paths"],
            dry_run=options["dry_run"],
            progress=self._show,
        )
        self.stdout.write("")
        self._table([HEADER, *(_cells(report) for report in reports)])
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was kept.")
        failed = sum(report.is_failed for report in reports)
        if failed:
            raise CommandError(f"{failed} of {len(reports)} files failed.")

    def _show(self, report: services.FileReport) -> None:
        self.stdout.write(f"{report.file}: {_result(report)}")
        for problem in report.problems:
            where = f"line {problem.line}: " if problem.line else ""
            self.stdout.write(f"  {where}{problem.message}")
        unseen = report.problem_count - len(report.problems)
        if unseen:
            self.stdout.write(f"  and {unseen} more")

    def _table(self, rows: list[tuple[str, ...]]) -> None:
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _result(report: services.FileReport) -> str:
    if report.is_failed:
        return f"failed, {report.problem_count} problems, nothing stored"
    removed = report.stored.removed_synthetic
    note = f"; {removed} synthetic bars of {report.identifier} removed" if removed else ""
    return f"{report.bars} bars of {report.identifier}{note}"


def _cells(report: services.FileReport) -> tuple[str, ...]:
    stored = report.stored
    numbers = (report.bars, stored.inserted, stored.updated, stored.unchanged, stored.removed_synthetic)
    return (
        report.file,
        report.identifier or "-",
        str(report.first_date or "-"),
        str(report.last_date or "-"),
        *(str(number) for number in numbers),
        "failed" if report.is_failed else "ok",
    )
