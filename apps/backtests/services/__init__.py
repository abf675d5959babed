"""Every rule and write of backtests. What does not belong here: the simulation itself (engine)."""

from apps.backtests.services.admission import claim_next, ring_pending
from apps.backtests.services.cancellation import cancel_run
from apps.backtests.services.execution import execute_pending
from apps.backtests.services.exports import export_trades
from apps.backtests.services.places import show_run
from apps.backtests.services.submission import request_run

__all__ = [
    "cancel_run",
    "claim_next",
    "execute_pending",
    "export_trades",
    "request_run",
    "ring_pending",
    "show_run",
]
