"""Import files of prices: the door for an operator. What does not belong here: parsing, storing (services)."""

from __future__ import annotations

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.errors import ValidationFailed
from apps.market import services
from apps.market.enums import ImportKind

HELP = """\
Import real prices and corporate actions from files: plain, .gz or .zip. The header decides what a file is:

  the exchange's files of a day, cash market (old, UDiFF, sec_bhavdata_full) and derivatives (old, UDiFF, activity zip)
  CSV with date or time, open, high, low, close, volume: daily, or of 1 or 5 minutes; of one instrument or many
  the exchange's list of corporate actions, and CSV of symbol, ex_date, kind, factor

A file is imported whole or not at all: one wrong row stores nothing, and the report names its line, unless --skip-bad
leaves wrong rows out. Importing a file again changes no row. A stock or index that is missing is made, unless
--only-known. Synthetic prices of an instrument are removed before real ones come in, so that the two never mix.
The exit code is 1 if any file failed. docs/importing.md has columns, limits and reasons.

  manage.py import_market_data cm06JAN2021bhav.csv.zip folder/
  manage.py import_market_data --dry-run --instrument "NIFTY 50" prices.csv
  manage.py import_market_data --column date=TradeDate --column close=Px --instrument TCS odd.csv
"""
HEADER = ("file", "instrument", "from", "to", "bars", "new", "changed", "same", "synthetic removed", "result")


def _column(text: str) -> tuple[str, str]:
    ours, separator, theirs = text.partition("=")
    if not separator or ours not in services.IMPORT_COLUMNS:
        known = ", ".join(services.IMPORT_COLUMNS)
        raise ArgumentTypeError(f"{text!r} is not one of {known}, an equals sign and a column of the file")
    return ours, theirs


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of files")
        parser.add_argument("--kind", choices=ImportKind.values, help="what the files must be")
        parser.add_argument("--dry-run", action="store_true", help="check and count everything, and keep nothing")
        parser.add_argument("--skip-bad", action="store_true", help="leave wrong rows out instead of refusing the file")
        parser.add_argument("--only-known", action="store_true", help="make no instrument that is missing")
        parser.add_argument("--instrument", default="", help="whose prices a CSV without names holds")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            type=_column,
            metavar="OURS=THEIRS",
            help="what the file calls one of our columns; may be given several times",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        reports = self._import(options)
        self.stdout.write("")
        self._table([HEADER, *(_cells(report) for report in reports)])
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was kept.")
        failed = sum(report.is_failed for report in reports)
        if failed:
            raise CommandError(f"{failed} of {len(reports)} files failed.")

    def _import(self, options: dict[str, Any]) -> list[services.FileReport]:
        wanted = services.ImportOptions(
            kind=ImportKind(options["kind"]) if options["kind"] else None,
            dry_run=options["dry_run"],
            skip_bad=options["skip_bad"],
            only_known=options["only_known"],
            instrument=options["instrument"],
            columns=dict(options["column"]),
        )
        try:
            return services.import_files(paths=options["paths"], options=wanted, progress=self._show)
        except ValidationFailed as e:
            raise CommandError(_explained(e)) from e

    def _show(self, report: services.FileReport) -> None:
        self.stdout.write(f"{report.file}: {_result(report)}")
        for problem in report.problems:
            where = f"line {problem.line}: " if problem.line else ""
            self.stdout.write(f"  {where}{problem.message}")
        unseen = report.problem_count - len(report.problems)
        if unseen:
            self.stdout.write(f"  and {unseen} more")
        for reason, count in sorted(report.skipped.items(), key=lambda each: -each[1]):
            self.stdout.write(f"  {count} rows left out: {reason}")

    def _table(self, rows: list[tuple[str, ...]]) -> None:
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _explained(error: ValidationFailed) -> str:
    """The first problem of each field."""
    fields = cast("dict[str, list[dict[str, str]]]", error.details["fields"])
    return " ".join(f"--{name}: {found[0]['message']}" for name, found in fields.items())


def _result(report: services.FileReport) -> str:
    if report.is_failed:
        return f"failed, {report.problem_count} problems, nothing stored"
    removed = report.stored.removed_synthetic
    note = f"; {removed} synthetic bars of {_name(report)} removed" if removed else ""
    wrong = f", {report.problem_count} wrong rows left out" if report.problem_count else ""
    return f"{report.bars} bars of {_name(report)}{wrong}{note}"


def _name(report: services.FileReport) -> str:
    return report.identifier or f"{report.instruments} instruments"


def _cells(report: services.FileReport) -> tuple[str, ...]:
    stored = report.stored
    numbers = (report.bars, stored.inserted, stored.updated, stored.unchanged, stored.removed_synthetic)
    return (
        report.file,
        "-" if report.is_failed else _name(report),
        str(report.first_date or "-"),
        str(report.last_date or "-"),
        *(str(number) for number in numbers),
        "failed" if report.is_failed else "ok",
    )
