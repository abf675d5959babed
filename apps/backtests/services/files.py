"""A completed run as one file: page, spreadsheet, JSON. What does not belong here: HTTP, what stands in them.

A long run is written as it is read: no more of it is in memory than what is read together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from apps.backtests import constants, selectors
from apps.backtests.services import documents, reports, workbook
from apps.core import errors

if TYPE_CHECKING:
    from apps.users.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STREAMS = {"trades": selectors.stream_trades, "rejected_orders": selectors.stream_rejected_orders}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file: its name, what it is, and whether a browser saves it or shows it (inline).

    ``content``: its bytes, or of a long run its pieces as they are made.
    """

    filename: str
    content_type: str
    content: bytes | Iterator[bytes]
    disposition: str = "attachment"


def export_workbook(*, user: User, run_id: str) -> ResultFile:
    """One of the user's completed runs as a spreadsheet.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    found = selectors.get_run_to_export(user=user, run_id=run_id)
    content: bytes | Iterator[bytes]
    if "trades" in found.long:
        content = workbook.stream_workbook(found.run, trades=_begun("trades", user=user, run_id=run_id))
    else:
        content = workbook.write_workbook(found.run, trades=found.trades or [])
    return ResultFile(f"backtest-{found.run.run_id}.xlsx", XLSX, content)


def export_document(*, user: User, run_id: str) -> ResultFile:
    """One of the user's completed runs as JSON: all that is kept, series included.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    found = selectors.get_run_to_export(user=user, run_id=run_id)
    long = {name: _begun(name, user=user, run_id=run_id) for name in found.long}
    whole = documents.describe(found)
    content = documents.stream(whole, long=long) if long else whole
    return ResultFile(f"backtest-{found.run.run_id}.json", "application/json", content)


def export_report(*, user: User, run_id: str) -> ResultFile:
    """One of the user's completed runs as one HTML page, with the first of its trades where there are very many.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    found = selectors.get_run_to_export(user=user, run_id=run_id)
    shown = (found.trades or [])[: constants.TRADES_SHOWN]
    page = reports.write_report(found.run, trades=shown).encode()
    return ResultFile(f"backtest-{found.run.run_id}.html", "text/html; charset=utf-8", page, disposition="inline")


def _begun(name: str, *, user: User, run_id: str) -> Iterator[Json]:
    """All rows of a long list. The first is read now: a database that cannot says so before an answer begins.

    :raises NotFound: if the run has gone meanwhile
    """
    rows = STREAMS[name](user=user, run_id=run_id)
    return chain([errors.found(next(rows, None))], rows)
