"""Runs of one strategy over several instruments that share their cash: taking them in, running them.

What does not belong here: the queue and the ends of runs (the services around), fills and cash (engine).
"""

from apps.backtests.services.portfolios.execution import is_portfolio_run, simulate
from apps.backtests.services.portfolios.submission import request_portfolio_run

__all__ = ["is_portfolio_run", "request_portfolio_run", "simulate"]
