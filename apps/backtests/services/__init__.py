"""Every rule and write of backtests. What does not belong here: the simulation itself (engine)."""

from apps.backtests.services.admission import claim_next, ring_pending
from apps.backtests.services.cancellation import cancel_run
from apps.backtests.services.execution import execute_pending
from apps.backtests.services.exports import export_trades
from apps.backtests.services.files import ResultFile, export_document, export_report, export_workbook
from apps.backtests.services.legs import request_option_run
from apps.backtests.services.places import eta_seconds, show_run
from apps.backtests.services.portfolios import request_portfolio_run
from apps.backtests.services.submission import request_run, rerun
from apps.backtests.services.sweeps import cancel_sweep, request_sweep
from apps.backtests.services.sweeps_of_runs import redraw_trades, vary_fills
from apps.backtests.services.sweeps_rows import list_sweep_rows, show_heatmap, show_sweep
from apps.backtests.services.sweeps_work import execute_sweeps, ring_sweeps

__all__ = [
    "ResultFile",
    "cancel_run",
    "cancel_sweep",
    "claim_next",
    "eta_seconds",
    "execute_pending",
    "execute_sweeps",
    "export_document",
    "export_report",
    "export_trades",
    "export_workbook",
    "list_sweep_rows",
    "redraw_trades",
    "request_option_run",
    "request_portfolio_run",
    "request_run",
    "request_sweep",
    "rerun",
    "ring_pending",
    "ring_sweeps",
    "show_heatmap",
    "show_run",
    "show_sweep",
    "vary_fills",
]
