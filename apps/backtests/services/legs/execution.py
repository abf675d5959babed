"""Running an option rule, from prices to a result. What does not belong here: claiming, writing ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apps.backtests import errors
from apps.backtests.enums import MarginUse, RunKind
from apps.backtests.services import instruments, terms
from apps.backtests.services.legs import documents, market, outcomes
from apps.core import money
from engine.errors import EngineError
from engine.legs import runner
from engine.types import Settings

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.backtests.services.results import Outcome
    from apps.backtests.services.watching import Watch


def is_option_run(run: BacktestRun) -> bool:
    """Whether a run is of an option rule."""
    return bool(run.settings.get("kind") == RunKind.OPTIONS)


def simulate(run: BacktestRun, *, watch: Watch) -> Outcome:
    """Load the days, trade them, and give what is to be written.

    :raises RunCancelled: if the user cancelled meanwhile
    :raises DomainError: if it cannot be run; the message is for the user
    """
    instrument = instruments.find_instrument(instrument_type=run.instrument_type, identifier=run.instrument_identifier)
    asked = terms.of(run)
    rule = replace(
        documents.restore(run.strategy["rules"], name=run.strategy["name"]),
        asks_margin=asked.get("margin") == MarginUse.REQUIRED,
    )
    found = market.load(instrument=instrument, rule=rule, start=run.start_date, end=run.end_date, between=watch.loading)
    watch.enter_simulation()
    settings = Settings(
        initial_cash=money.paise(run.initial_wallet_amount),
        fill_on=asked["fill_on"],
        path_mode=asked["path_mode"],
        **{name: asked[name] for name in terms.AGAINST},
        costs=terms.schedule_of(asked["costs"], start=run.start_date, end=run.end_date),
    )
    try:
        result = runner.run(rule=rule, days=found.days, settings=settings)
    except EngineError as error:
        raise errors.SimulationRefused.of(error) from error
    return outcomes.build(run=run, found=found, result=result, tick_size=settings.tick_size)
