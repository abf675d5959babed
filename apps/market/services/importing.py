"""Importing files of daily bars into the price tables, all of a file or nothing. What does not belong here: parsing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction

from apps.core import clock
from apps.market.constants import INDEX_FILES
from apps.market.enums import ImportKind
from apps.market.services import csv_bars
from apps.sectors import services as sectors_services
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from apps.stocks.constants import IMPORT_SOURCE

SUFFIXES = (".csv", ".csv.gz")


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. A file with a problem stored nothing; ``problems`` are its first hundred."""

    file: str
    identifier: str
    problems: tuple[csv_bars.Problem, ...]
    problem_count: int
    bars: int = 0
    first_date: date | None = None
    last_date: date | None = None
    stored: stocks_services.StoredBars = dataclasses.field(default_factory=stocks_services.StoredBars)

    @property
    def is_failed(self) -> bool:
        """Whether anything was wrong with the file."""
        return self.problem_count > 0


def import_files(
    *,
    kind: ImportKind,
    paths: Sequence[Path],
    dry_run: bool = False,
    progress: Callable[[FileReport], None] = lambda _report: None,
) -> list[FileReport]:
    """Import files, or all .csv and .csv.gz files of folders, one transaction a file; report each as it is done.

    Importing again changes no row. Synthetic bars of an instrument are removed before its first real bars come in.
    A dry run does everything and takes it back.
    """
    reports = []
    for path in _files(paths):
        reports.append(_import_file(path, kind=kind, dry_run=dry_run))
        progress(reports[-1])
    return reports


def data_until(bars: stocks_selectors.PriceColumns) -> datetime:
    """The moment up to which bars tell the story: the end of their last day in India."""
    return datetime.combine(_last_day(bars) + timedelta(days=1), time.min, tzinfo=clock.IST)


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(child for child in path.iterdir() if child.name.endswith(SUFFIXES)) if path.is_dir() else []
        found += inside or [path]
    return found


def _import_file(path: Path, *, kind: ImportKind, dry_run: bool) -> FileReport:
    parsed = csv_bars.read_file(path=path, kind=kind, today=clock.today())
    report = FileReport(
        file=path.name,
        identifier=parsed.identifier,
        problems=tuple(parsed.problems),
        problem_count=parsed.problem_count,
    )
    if parsed.bars is None:
        return report
    with transaction.atomic():
        stored = _store(parsed.identifier, bars=parsed.bars, kind=kind, file=path.name)
        transaction.set_rollback(dry_run)
    return dataclasses.replace(
        report,
        bars=len(parsed.bars),
        first_date=parsed.bars.date[0].item(),
        last_date=_last_day(parsed.bars),
        stored=stored,
    )


def _store(
    identifier: str, *, bars: stocks_selectors.PriceColumns, kind: ImportKind, file: str
) -> stocks_services.StoredBars:
    extra = {"source": IMPORT_SOURCE, "file": file}
    if kind == ImportKind.DAILY_EQUITY:
        return stocks_services.store_imported_bars(enum=identifier, bars=bars, extra=extra, data_until=data_until(bars))
    name = dict(INDEX_FILES.values())[identifier]
    return sectors_services.store_imported_bars(enum=identifier, name=name, bars=bars, extra=extra)


def _last_day(bars: stocks_selectors.PriceColumns) -> date:
    day: date = bars.date[-1].item()
    return day
