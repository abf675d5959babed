"""Runs of option rules: from a request to days of contracts, through the engine, to what is stored.

What does not belong here: the queue and the ends of runs (the services around), fills (engine).
"""

from apps.backtests.services.legs.execution import is_option_run, simulate
from apps.backtests.services.legs.submission import request_option_run

__all__ = ["is_option_run", "request_option_run", "simulate"]
