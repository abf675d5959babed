"""Trades as a CSV file, line by line. What does not belong here: HTTP headers (views)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.backtests import selectors
from apps.core import csv_export
from apps.core.csv_export import CsvFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apps.backtests.models import BacktestRun
    from apps.users.models import User

COLUMNS = (
    "entry_date",
    "entry_time",
    "exit_date",
    "exit_time",
    "side",
    "quantity",
    "entry_price",
    "exit_price",
    "gross_pnl",
    "charges",
    "pnl",
    "entry_reason",
    "exit_reason",
    "entries",
    "entry_tag",
    "exit_tag",
    "bars_held",
    "mae",
    "mfe",
    "ambiguous",
)


def instrument_of(trade: Mapping[str, Any], *, run: BacktestRun) -> str:
    """What was traded: the contract of a leg, the instrument of a portfolio, else the run's."""
    return str(trade.get("contract") or trade.get("instrument") or run.instrument_identifier)


def export_trades(*, user: User, run_id: str) -> CsvFile:
    """The trades of one of the user's completed runs, instrument and strategy beside each.

    :raises NotFound: if the run is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    fields = ("instrument_identifier", "strategy", "start_date", "end_date")
    run = selectors.get_completed_run(user=user, run_id=run_id, fields=fields)
    name = run.strategy["name"]
    rows = (
        [instrument_of(trade, run=run), name, *(trade.get(column) for column in COLUMNS)]
        for trade in selectors.stream_trades(user=user, run_id=run_id)
    )
    header = ("instrument", "strategy", *COLUMNS)
    return CsvFile(filename=f"backtest-{run.run_id}.csv", lines=csv_export.lines(header=header, rows=rows))
