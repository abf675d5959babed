"""Trades as a CSV file, line by line. What does not belong here: HTTP headers (views)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.backtests import selectors

if TYPE_CHECKING:
    from apps.users.models import User

COLUMNS = (
    "entry_date",
    "exit_date",
    "side",
    "quantity",
    "entry_price",
    "exit_price",
    "pnl",
    "exit_reason",
    "bars_held",
    "mae",
    "mfe",
    "ambiguous",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Export:
    """A file: its name, and its lines as they are made."""

    filename: str
    lines: Iterator[str]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def export_trades(*, user: User, run_id: str) -> Export:
    """The trades of one of the user's completed runs, instrument and strategy beside each.

    :raises NotFound: if the run is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    fields = ("list_of_trades_json", "instrument_identifier", "strategy", "start_date", "end_date")
    run = selectors.get_completed_run(user=user, run_id=run_id, fields=fields)
    label = (run.instrument_identifier, run.strategy["name"])
    rows = ([*label, *(trade[column] for column in COLUMNS)] for trade in run.list_of_trades_json or [])
    return Export(filename=f"backtest-{run.run_id}.csv", lines=_lines(rows))


def _lines(rows: Iterator[list[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(["instrument", "strategy", *COLUMNS])
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def safe_cell(value: object) -> object:
    """The value, so that no spreadsheet takes a text for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
