"""What backtests refuse, and why a run fails. What does not belong here: HTTP."""

from __future__ import annotations

from apps.core.enums import Kind
from apps.core.errors import DomainError
from apps.market import errors as market_errors


class ConcurrencyLimit(DomainError):
    """The user has as many unfinished backtests as are allowed, and waiting is switched off."""

    code = "CONCURRENCY_LIMIT"
    kind = Kind.LIMIT
    message = "You already have as many backtests running as are allowed. Wait until one has finished."


class QueueFull(DomainError):
    """The user has as many waiting backtests as are allowed."""

    code = "QUEUE_FULL"
    kind = Kind.LIMIT
    message = "You already have as many backtests waiting as are allowed. Wait until one has started."


class InstrumentInactive(market_errors.InstrumentInactive):
    """The instrument is no longer offered for backtests."""

    message = "This instrument is no longer offered for backtests."


class CostsUnknown(DomainError):
    """The rulebook has no charges for the segment on some day of the range; the message names it."""

    code = "COSTS_UNKNOWN"
    kind = Kind.REJECTED
    message = "The charges of this range of dates are not known."


class LotUnknown(DomainError):
    """The rulebook has no lot for the contract."""

    code = "LOT_UNKNOWN"
    kind = Kind.REJECTED
    message = "The lot of this contract is not known: send lot_size."


class RunNotFinished(DomainError):
    """The run has no result yet, or never will."""

    code = "RUN_NOT_COMPLETED"
    kind = Kind.CONFLICT
    message = "This backtest has no result: it has not finished, or it failed."


class RunAlreadyFinished(DomainError):
    """A run that has ended cannot be cancelled."""

    code = "RUN_ALREADY_FINISHED"
    kind = Kind.CONFLICT
    message = "This backtest has already ended."


class ResultTooLarge(DomainError):
    """The simulated money outgrew what an account can hold."""

    code = "RESULT_TOO_LARGE"
    kind = Kind.REJECTED
    message = "The simulated equity grew beyond what an account can hold. Start with less, or shorten the range."


class SimulationRefused(DomainError):
    """The engine refuses the bars or the settings; its reason is in the message."""

    code = "SIMULATION_REFUSED"
    kind = Kind.REJECTED

    @classmethod
    def of(cls, error: Exception) -> SimulationRefused:
        """The refusal that the engine's own error means."""
        return cls(f"The simulation refused to run: {error}.")


class WorkerLost(DomainError):
    """The run's workers ended without a word, as often as a run is tried."""

    code = "WORKER_LOST"
    kind = Kind.UNAVAILABLE
    message = "The worker of this backtest was lost again and again. Shorten the range, or ask the operator."


class RunTimedOut(DomainError):
    """The run took longer than a run may."""

    code = "RUN_TIMED_OUT"
    kind = Kind.REJECTED
    message = "This backtest took longer than is allowed. Shorten the range or simplify the strategy."


class OutOfMemory(DomainError):
    """The run wanted more memory than a run may have."""

    code = "OUT_OF_MEMORY"
    kind = Kind.REJECTED
    message = "This backtest needed more memory than is allowed. Shorten the range or simplify the strategy."


class RunCancelled(DomainError):
    """The user cancelled the run; raised between stages, and the code of the run."""

    code = "CANCELLED"
    kind = Kind.CONFLICT
    message = "You cancelled this backtest."


class SweepLimit(DomainError):
    """The user has as many unfinished sweeps as are allowed."""

    code = "SWEEP_LIMIT"
    kind = Kind.LIMIT
    message = "You already have as many sweeps running as are allowed. Wait until one has finished, or cancel it."


class SweepAlreadyFinished(DomainError):
    """A sweep that has ended cannot be cancelled."""

    code = "SWEEP_ALREADY_FINISHED"
    kind = Kind.CONFLICT
    message = "This sweep has already ended."


class SweepStopped(RunCancelled):
    """The sweep ended, or the part went to another worker, while this one worked; raised between steps only."""

    message = "You cancelled this sweep."


class NotOneInstrument(DomainError):
    """What was asked works on runs of one strategy on one instrument only."""

    code = "NOT_ONE_INSTRUMENT"
    kind = Kind.REJECTED
    message = "This works for a strategy on one instrument, not for option rules and portfolios."


class NoClosedTrades(DomainError):
    """The run closed no trade, or so many that they cannot be redrawn as often as asked."""

    code = "NOTHING_TO_REDRAW"
    kind = Kind.REJECTED
