"""Every read of backtests that has an owner; ``queue`` reads across users. What does not belong here: writes."""

from apps.backtests.selectors.comparison import Comparison, compare_runs
from apps.backtests.selectors.drawdowns import Drawdown, list_drawdowns
from apps.backtests.selectors.equity import EquitySeries, equity_series
from apps.backtests.selectors.exporting import (
    ExportedRun,
    get_run_to_export,
    stream_rejected_orders,
    stream_trades,
)
from apps.backtests.selectors.figures import QueueDepth, count_ended_unscoped, get_queue_depth_unscoped
from apps.backtests.selectors.monthly import Heatmap, monthly_returns
from apps.backtests.selectors.option_legs import get_option_result
from apps.backtests.selectors.runs import (
    average_seconds,
    count_open_runs,
    find_version,
    get_completed_run,
    get_run,
    list_round_trips,
    list_runs,
    lock_run,
)
from apps.backtests.selectors.unfinished import OpenRun, list_open_runs, list_open_sweeps

__all__ = [
    "Comparison",
    "Drawdown",
    "EquitySeries",
    "ExportedRun",
    "Heatmap",
    "OpenRun",
    "QueueDepth",
    "average_seconds",
    "compare_runs",
    "count_ended_unscoped",
    "count_open_runs",
    "equity_series",
    "find_version",
    "get_completed_run",
    "get_option_result",
    "get_queue_depth_unscoped",
    "get_run",
    "get_run_to_export",
    "list_drawdowns",
    "list_open_runs",
    "list_open_sweeps",
    "list_round_trips",
    "list_runs",
    "lock_run",
    "monthly_returns",
    "stream_rejected_orders",
    "stream_trades",
]
