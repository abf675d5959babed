"""Running what was claimed, from prices to a result. What does not belong here: claiming, writing ends."""

from __future__ import annotations

from functools import partial

import structlog
from django.db import InterfaceError, OperationalError

from apps.backtests import constants, errors
from apps.backtests.models import BacktestRun
from apps.backtests.services import (
    admission,
    instruments,
    isolation,
    leases,
    legs,
    outcomes,
    portfolios,
    results,
    snapshots,
    terms,
)
from apps.backtests.services.watching import Watch
from apps.core import clock, jobs, memory
from apps.core.errors import DomainError
from engine import runner
from engine.errors import EngineError
from engine.script import Program
from engine.types import Bars, Result, Settings

log = structlog.get_logger(__name__)


def execute_pending() -> None:
    """Claim and run while something waits that may run; after a while ring for the rest and stop.

    A second call with nothing to do does nothing.
    """
    until = clock.monotonic() + constants.WORK_SECONDS
    while (run := admission.claim_next()) is not None:
        with jobs.continuing("backtest", run.extra.get("origin", {}), run_id=run.run_id):
            execute(run)
        if clock.monotonic() >= until:
            jobs.enqueue(constants.EXECUTE_TASK)
            return


def execute(run: BacktestRun) -> None:
    """Run one claimed backtest to its end, whatever the end is.

    A bug is not caught: it goes on to the worker's log. The run ends as failed all the same, and another worker is
    rung for what this one leaves behind. A run that the database was lost to does not end.
    """
    started = clock.monotonic()
    is_ended = False
    try:
        with leases.held(run), memory.wanted(error=errors.OutOfMemory):
            _run_to_end(run, started=started)
        is_ended = True
    except errors.RunCancelled:
        is_ended = results.mark_cancelled(run=run)
    except DomainError as error:
        is_ended = results.fail(run=run, code=error.code, message=error.message)
    except (OperationalError, InterfaceError) as error:
        # The database went away: no fault of the run. Its lease runs out, and it is tried again.
        log.warning("backtest_interrupted", run_id=run.run_id, error=type(error).__name__)
        is_ended = True
    finally:
        if not is_ended and results.fail(run=run, code=constants.INTERNAL_CODE, message=constants.INTERNAL_MESSAGE):
            log.error("backtest_broke", run_id=run.run_id)
            jobs.enqueue(constants.EXECUTE_TASK, run_id=run.pk)


def _run_to_end(run: BacktestRun, *, started: float) -> None:
    """Load, simulate, write.

    :raises RunCancelled: if the user cancelled meanwhile
    :raises DomainError: if it cannot be run; the message is for the user
    """
    outcome = _outcome(run)
    if not results.complete(run=run, outcome=outcome, seconds=clock.monotonic() - started):
        raise errors.RunCancelled


def _outcome(run: BacktestRun) -> results.Outcome:
    """Load and simulate, whatever the run is of.

    :raises RunCancelled: if the user cancelled meanwhile
    :raises DomainError: if it cannot be run; the message is for the user
    """
    watch = Watch(run)
    if legs.is_option_run(run):
        return legs.simulate(run, watch=watch)
    if portfolios.is_portfolio_run(run):
        return portfolios.simulate(run, watch=watch)
    return _of_one(run, watch=watch)


def _of_one(run: BacktestRun, *, watch: Watch) -> results.Outcome:
    """Load and simulate a strategy on one instrument.

    :raises RunCancelled: if the user cancelled meanwhile
    :raises DomainError: if it cannot be run; the message is for the user
    """
    instrument = instruments.find_instrument(instrument_type=run.instrument_type, identifier=run.instrument_identifier)
    loaded = terms.load_bars(run, instrument=instrument)
    watch.enter_simulation()
    bars, settings = terms.prepare(run=run, instrument=instrument, loaded=loaded)
    evaluate = partial(_evaluate, run=run, bars=bars, settings=settings)
    result, tags = isolation.evaluate(evaluate, kind=run.strategy["kind"], between=watch.simulating)
    simulated = outcomes.Simulated(result, tags=tags, tick_size=settings.tick_size)
    return outcomes.build(run=run, instrument=instrument, loaded=loaded, simulated=simulated)


def _evaluate(
    _beat: isolation.Beat, *, run: BacktestRun, bars: Bars, settings: Settings
) -> tuple[Result, tuple[str, ...]]:
    """The result of the strategy as it was when posted, and the ids of a script's orders; reads and writes nothing.

    :raises SimulationRefused: if it does not fit the bars, or a script goes beyond its limits
    :raises InvalidRules, InvalidScript: if this version of the engine no longer understands it
    """
    strategy = snapshots.restore(run)
    try:
        if isinstance(strategy, Program):
            return runner.run_program(program=strategy, bars=bars, settings=settings), strategy.tags
        return runner.run(plan=strategy, bars=bars, settings=settings), ()
    except EngineError as error:
        raise errors.SimulationRefused.of(error) from error
