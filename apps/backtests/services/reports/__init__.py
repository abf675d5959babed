"""A result as one page that needs nothing else. What does not belong here: computing a result, HTTP."""

from apps.backtests.services.reports.page import write_report

__all__ = ["write_report"]
