"""Running a strategy over several instruments, from prices to a result. What does not belong here: writing ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.backtests import errors
from apps.backtests.enums import RunKind
from apps.backtests.services import terms
from apps.backtests.services.portfolios import outcomes, sharing
from apps.market import selectors as market_selectors
from apps.strategies import services as strategies_services
from engine.errors import EngineError
from engine.portfolio import runner

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.backtests.services.results import Outcome
    from apps.backtests.services.watching import Watch


def is_portfolio_run(run: BacktestRun) -> bool:
    """Whether a run is over several instruments."""
    return bool(run.settings.get("kind") == RunKind.PORTFOLIO)


def simulate(run: BacktestRun, *, watch: Watch) -> Outcome:
    """Load, simulate, and give what is to be written.

    # Assumption: the tick of the first instrument is that of all.

    :raises RunCancelled: if the user cancelled meanwhile
    :raises DomainError: if it cannot be run; the message is for the user
    """
    asked = terms.of(run)
    listed = [market_selectors.get_named_instrument(identifier=key) for key in asked["instruments"]]
    found: list[market_selectors.LoadedBars] = []
    for each in listed:
        watch.loading(len(found) / len(listed))
        found.append(terms.load_bars(run, instrument=each))
    watch.enter_simulation()
    _, settings = terms.prepare(run=run, instrument=listed[0], loaded=found[0])
    plan = strategies_services.restore_plan(run.strategy["rules"])
    try:
        result = runner.run(
            plan=plan,
            bars=[each.bars for each in found],
            allocation=sharing.restore(asked["allocation"]),
            settings=settings,
        )
    except EngineError as error:
        raise errors.SimulationRefused.of(error) from error
    watch.simulating()
    return outcomes.build(run=run, listed=listed, found=found, result=result, tick_size=settings.tick_size)
