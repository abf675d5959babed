"""A completed run as one file: page, spreadsheet, JSON. What does not belong here: HTTP, what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from apps.backtests import selectors
from apps.backtests.services import reports, workbook
from apps.core import json_text

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.users.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIELDS = (
    "strategy",
    "strategy_custom_script",
    "settings",
    "instrument_type",
    "instrument_identifier",
    "start_date",
    "end_date",
    "initial_wallet_amount",
    "final_wallet_amount",
    "total_pnl",
    "pnl_percentage",
    "number_of_trades",
    "list_of_trades_json",
    "equity_curve_json",
    "extra",
    "created_at",
    "finished_at",
)


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A whole file: its name, what it is, its bytes, and whether a browser saves it or shows it (inline)."""

    filename: str
    content_type: str
    content: bytes
    disposition: str = "attachment"


def export_workbook(*, user: User, run_id: str) -> ResultFile:
    """One of the user's completed runs as a spreadsheet.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    run = _completed(user=user, run_id=run_id)
    return ResultFile(f"backtest-{run.run_id}.xlsx", XLSX, workbook.write_workbook(run))


def export_document(*, user: User, run_id: str) -> ResultFile:
    """One of the user's completed runs as JSON: all that is kept, series included.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    run = _completed(user=user, run_id=run_id)
    document = {
        "run_id": run.run_id,
        "strategy": run.strategy,
        "strategy_custom_script": run.strategy_custom_script,
        "instrument_type": run.instrument_type,
        "instrument_identifier": run.instrument_identifier,
        "start_date": run.start_date,
        "end_date": run.end_date,
        "initial_wallet_amount": str(run.initial_wallet_amount),
        "final_wallet_amount": str(run.final_wallet_amount),
        "settings": run.settings,
        **run.extra,
        "trades": run.list_of_trades_json,
        "equity": run.equity_curve_json,
    }
    content = json_text.dumps(document, option=orjson.OPT_INDENT_2)
    return ResultFile(f"backtest-{run.run_id}.json", "application/json", content)


def export_report(*, user: User, run_id: str) -> ResultFile:
    """One of the user's completed runs as one HTML page.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    run = _completed(user=user, run_id=run_id)
    page = reports.write_report(run).encode()
    return ResultFile(f"backtest-{run.run_id}.html", "text/html; charset=utf-8", page, disposition="inline")


def _completed(*, user: User, run_id: str) -> BacktestRun:
    return selectors.get_completed_run(user=user, run_id=run_id, fields=FIELDS)
