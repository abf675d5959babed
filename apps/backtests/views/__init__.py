"""The backtests' endpoints. What does not belong here: rules, queries."""

from apps.backtests.views.files import RunExportCsvView, RunExportJsonView, RunExportXlsxView, RunReportView
from apps.backtests.views.option_rules import OptionRunCreateView, RunOptionsView
from apps.backtests.views.portfolios import PortfolioRunCreateView
from apps.backtests.views.posting import RunCancelView, RunCreateView, RunRerunView
from apps.backtests.views.results import RunCompareView, RunDrawdownListView, RunEquityView, RunHeatmapView
from apps.backtests.views.runs import RunDetailView, RunListView, RunTradeListView
from apps.backtests.views.sweeps import (
    RunMonteCarloView,
    RunSensitivityView,
    SweepCancelView,
    SweepCreateView,
    SweepDetailView,
    SweepHeatmapView,
    SweepListView,
    SweepRowListView,
    WalkForwardCreateView,
)

__all__ = [
    "OptionRunCreateView",
    "PortfolioRunCreateView",
    "RunCancelView",
    "RunCompareView",
    "RunCreateView",
    "RunDetailView",
    "RunDrawdownListView",
    "RunEquityView",
    "RunExportCsvView",
    "RunExportJsonView",
    "RunExportXlsxView",
    "RunHeatmapView",
    "RunListView",
    "RunMonteCarloView",
    "RunOptionsView",
    "RunReportView",
    "RunRerunView",
    "RunSensitivityView",
    "RunTradeListView",
    "SweepCancelView",
    "SweepCreateView",
    "SweepDetailView",
    "SweepHeatmapView",
    "SweepListView",
    "SweepRowListView",
    "WalkForwardCreateView",
]
