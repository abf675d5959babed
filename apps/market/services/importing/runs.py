"""Importing files, each whole or not at all. What does not belong here: formats, tables, HTTP."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction

from apps.core import clock
from apps.core import services as core_services
from apps.core.errors import DomainError
from apps.market import errors
from apps.market.services.importing import reading, storing
from apps.market.services.importing.reports import FileReport, ImportOptions
from apps.stocks import selectors as stocks_selectors
from marketdata.files import FileRefused, Part, Problem, opening
from marketdata.files.errors import NothingInside
from marketdata.files.tables import MAX_PROBLEMS

if TYPE_CHECKING:
    from apps.users.models import User

SUFFIXES = (".csv", ".csv.gz", ".zip")
REFUSALS: dict[str, type[DomainError]] = {
    each.code: each
    for each in (
        errors.FileUnreadable,
        errors.FileTooLarge,
        errors.UnknownFileKind,
        errors.WrongFileKind,
        errors.ForeignMarket,
        errors.NoInstrument,
        errors.UnsupportedInterval,
        errors.NotPrices,
        errors.FileEmpty,
    )
}


def import_files(
    *,
    paths: Sequence[Path],
    options: ImportOptions,
    progress: Callable[[FileReport], None] = lambda _report: None,
) -> list[FileReport]:
    """Import files, or all tables and archives of folders, one transaction a file; report each as it is done.

    Importing again changes no row. Synthetic prices of an instrument are removed before its first real ones come in.
    A dry run does everything and takes it back.

    :raises ValidationFailed: if the options name an instrument that cannot be
    """
    reports = []
    for path in _files(paths):
        reports.append(_import_path(path, options=options))
        progress(reports[-1])
    return reports


def import_upload(
    *, file: BinaryIO, name: str, options: ImportOptions, user: User, ip_address: str | None = None
) -> FileReport:
    """Import one uploaded file, whole or not at all, and write who did it; a dry run reports and keeps nothing.

    ``file`` is binary and can seek; it is read in pieces. ``name`` is what the client calls it.

    :raises FileUnreadable, FileTooLarge, UnknownFileKind, WrongFileKind, ForeignMarket, NoInstrument: and
    :raises UnsupportedInterval, NotPrices, FileEmpty: if the file as a whole is refused; the message says what was seen
    :raises ValidationFailed: if the options name an instrument that cannot be
    :raises WrongRows: if rows are wrong, unless they may be left out or it is a dry run; details.problems names them
    """
    name = Path(name).name[:100]

    def record(report: FileReport) -> None:
        core_services.record_activity(
            actor=user.email, action="market.import", details=_details(report), ip_address=ip_address
        )

    try:
        report = _import(file, name=name, options=options, record=record)
    except FileRefused as refusal:
        seen = str(refusal)
        raise REFUSALS[refusal.code](f"{seen[:1].upper()}{seen[1:]}.") from refusal
    if report.is_failed and not options.dry_run:
        raise errors.WrongRows(
            details={
                "problem_count": report.problem_count,
                "problems": [dataclasses.asdict(each) for each in report.problems],
            }
        )
    return report


def data_until(bars: stocks_selectors.PriceColumns) -> datetime:
    """The moment up to which bars tell the story: the end of their last day in India."""
    last: date = bars.date[-1].item()
    return datetime.combine(last + timedelta(days=1), time.min, tzinfo=clock.IST)


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(child for child in path.iterdir() if child.name.endswith(SUFFIXES)) if path.is_dir() else []
        found += inside or [path]
    return found


def _import_path(path: Path, *, options: ImportOptions) -> FileReport:
    try:
        with path.open("rb") as file:
            return _import(file, name=path.name, options=options)
    except FileRefused as refusal:
        return _refused(path.name, code=refusal.code, message=str(refusal))
    except OSError as error:
        return _refused(path.name, code=errors.FileUnreadable.code, message=opening.what_is_wrong(error))


def _refused(name: str, *, code: str, message: str) -> FileReport:
    return FileReport(file=name, code=code, problems=(Problem(0, message),), problem_count=1, is_failed=True)


def _import(
    file: BinaryIO,
    *,
    name: str,
    options: ImportOptions,
    record: Callable[[FileReport], None] = lambda _report: None,
) -> FileReport:
    """One file in one transaction, which begins when all of it has been read, and ends with what ``record`` writes.

    :raises FileRefused: if it is refused as a whole
    :raises ValidationFailed: if the options name an instrument that cannot be
    """
    parts = reading.read(file, name=name, options=options)
    report = _read(parts, name=name)
    is_failed = bool(report.problem_count) and not options.skip_bad
    if is_failed and not options.dry_run:
        return dataclasses.replace(report, is_failed=True)
    _check_rows(parts, report=report, options=options)
    with transaction.atomic():
        told = _told(report, stored=storing.store(parts, file=name, only_known=options.only_known))
        record(told)
        transaction.set_rollback(options.dry_run)
    # The right rows of a file that would be refused are told, but nothing of it would be stored.
    return dataclasses.replace(told, stored=report.stored, is_failed=True) if is_failed else told


def _check_rows(parts: Sequence[Part], *, report: FileReport, options: ImportOptions) -> None:
    """Refuse to import nothing: with the wrong rows left out, some must remain."""
    if options.skip_bad and report.problem_count and not any(len(part.rows) for part in parts):
        raise NothingInside(
            f"all rows of the file are wrong; the first, on line {report.problems[0].line}: "
            f"{report.problems[0].message}"
        )


def _told(report: FileReport, *, stored: storing.Stored) -> FileReport:
    """What was read with what was stored of it."""
    return dataclasses.replace(
        report,
        bars=stored.bars,
        identifier=next(iter(stored.names)) if len(stored.names) == 1 else "",
        instruments=len(stored.names),
        first_date=min(stored.days, default=None),
        last_date=max(stored.days, default=None),
        skipped={**report.skipped, **stored.skipped},
        stored=stored.totals,
    )


def _read(parts: Sequence[Part], *, name: str) -> FileReport:
    """What reading found, over all tables of a file."""
    skipped: dict[str, int] = {}
    for part in parts:
        for reason, count in part.skipped.items():
            skipped[reason] = skipped.get(reason, 0) + count
    return FileReport(
        file=name,
        file_kind=parts[0].kind,
        problems=tuple(each for part in parts for each in part.problems)[:MAX_PROBLEMS],
        problem_count=sum(part.problem_count for part in parts),
        rows=sum(part.row_count for part in parts),
        skipped=skipped,
    )


def _details(report: FileReport) -> dict[str, object]:
    stored = report.stored
    return {
        "file": report.file,
        "kind": report.file_kind,
        "bars": report.bars,
        "instruments": report.instruments,
        "problems": report.problem_count,
        "inserted": stored.inserted,
        "updated": stored.updated,
    }
