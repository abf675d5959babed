"""Running what was claimed, from prices to a result. What does not belong here: claiming, writing ends."""

from __future__ import annotations

from typing import Any

import structlog

from apps.backtests import constants, errors
from apps.backtests.enums import RunStatus, Stage
from apps.backtests.models import BacktestRun
from apps.backtests.services import admission, leases, outcomes, results
from apps.core import clock, jobs, money
from apps.core.errors import DomainError
from apps.market import selectors as market_selectors
from apps.strategies import services as strategies_services
from engine import runner
from engine.errors import EngineError
from engine.types import Settings

log = structlog.get_logger(__name__)

SIMULATING_PROGRESS = 0.3


def execute_pending() -> None:
    """Claim and run while something waits that may run; after a while ring for the rest and stop.

    A second call with nothing to do does nothing.
    """
    until = clock.monotonic() + constants.WORK_SECONDS
    while (run := admission.claim_next()) is not None:
        execute(run)
        if clock.monotonic() >= until:
            jobs.enqueue(constants.EXECUTE_TASK)
            return


def execute(run: BacktestRun) -> None:
    """Run one claimed backtest to its end, whatever the end is.

    A bug is not caught: it goes on to the worker's log. The run ends as failed all the same, and another worker is
    rung for what this one leaves behind.
    """
    started = clock.monotonic()
    is_ended = False
    try:
        with leases.held(run):
            _run_to_end(run, started=started)
        is_ended = True
    except errors.RunCancelled:
        is_ended = results.mark_cancelled(run=run)
    except DomainError as error:
        is_ended = results.fail(run=run, code=error.code, message=error.message)
    finally:
        if not is_ended and results.fail(run=run, code=constants.INTERNAL_CODE, message=constants.INTERNAL_MESSAGE):
            log.error("backtest_broke", run_id=run.run_id)
            jobs.enqueue(constants.EXECUTE_TASK, run_id=run.pk)


def _run_to_end(run: BacktestRun, *, started: float) -> None:
    """Load, simulate, write.

    :raises RunCancelled: if the user cancelled meanwhile
    :raises DomainError: if it cannot be run; the message is for the user
    """
    instrument = market_selectors.get_instrument(
        instrument_type=run.instrument_type, identifier=run.instrument_identifier
    )
    loaded = market_selectors.load_daily_bars(instrument=instrument, start=run.start_date, end=run.end_date)
    _enter_simulation(run)
    plan = strategies_services.restore_plan(run.strategy["rules"])
    settings = Settings(initial_cash=money.paise(run.initial_wallet_amount), **run.settings)
    try:
        result = runner.run(plan=plan, bars=loaded.bars, settings=settings)
    except EngineError as error:
        raise errors.SimulationRefused(f"The simulation refused to run: {error}.") from error
    outcome = outcomes.build(run=run, instrument=instrument, loaded=loaded, result=result)
    if not results.complete(run=run, outcome=outcome, seconds=clock.monotonic() - started):
        raise errors.RunCancelled


def _enter_simulation(run: BacktestRun) -> None:
    """Show that the prices are loaded, unless the user has cancelled.

    :raises RunCancelled: if so
    """
    changes: dict[str, Any] = {"stage": Stage.SIMULATING, "progress": SIMULATING_PROGRESS, "updated_at": clock.now()}
    still = BacktestRun.objects.unscoped().filter(
        pk=run.pk, status=RunStatus.RUNNING, attempt=run.attempt, cancel_requested=False
    )
    if not still.update(**changes):
        raise errors.RunCancelled
