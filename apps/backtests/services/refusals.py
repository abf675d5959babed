"""What the engine would refuse on any bars, refused before there is a run.

What does not belong here: terms that do not fit the instrument (terms), what only the bars can tell (the run itself).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from apps.backtests import errors
from apps.backtests.services import terms
from apps.backtests.services.portfolios import sharing
from apps.market.enums import Interval
from apps.strategies import services as strategies_services
from engine import rules
from engine.errors import EngineError, InvalidSettings
from engine.portfolio import runner as portfolio_runner
from engine.rules import wording
from engine.simulation import checks, moments
from engine.types import Plan

Json = dict[str, Any]

# From short to long; the timeframes of a strategy have the same names.
INTERVALS = [str(each) for each in Interval]


def check_run(*, strategy: Json, settled: Json, request: Mapping[str, Any]) -> None:
    """Pass if a strategy can be carried out on these terms.

    ``strategy`` as it is stored, ``settled`` the terms; of the request dates and wallet count.

    :raises SimulationRefused: saying why not
    """
    plan = _plan(strategy)
    with _refused():
        _check_interval(plan, interval=settled["interval"])
        checks.check_plan(plan=plan, settings=terms.settings_of(settled, **_span(request)))


def check_portfolio(*, strategy: Json, allocation: Json, settled: Json, request: Mapping[str, Any]) -> None:
    """Pass if a strategy can be carried out on several instruments; its own sizing does not count.

    :raises SimulationRefused: saying why not
    """
    plan = _plan(strategy)
    with _refused():
        _check_interval(plan, interval=settled["interval"])
        settings = terms.settings_of(settled, **_span(request))
        portfolio_runner.check_plan(plan=plan, allocation=sharing.restore(allocation), settings=settings)


@contextmanager
def _refused() -> Iterator[None]:
    """The engine's refusals as ours.

    :raises SimulationRefused: where there was one
    """
    try:
        yield
    except EngineError as error:
        raise errors.SimulationRefused(f"The simulation refuses to run: {error}.") from error


def _plan(strategy: Json) -> Plan:
    """The plan; of a script what it says before it runs."""
    if strategy["rules"] is None:
        return Plan(name=strategy["name"], direction="both", sizing=wording.sizing_of(strategy["sizing"]))
    return strategies_services.restore_plan(strategy["rules"])


def _span(request: Mapping[str, Any]) -> Json:
    return {"start": request["start_date"], "end": request["end_date"], "wallet": request["initial_wallet_amount"]}


def _check_interval(plan: Plan, *, interval: str) -> None:
    """Pass if the bars are short enough for what the strategy looks at.

    :raises InvalidSettings: if it reads a time of day or a timeframe that they are too long for
    """
    if interval in (Interval.DAY, Interval.WEEK) and moments.needs_clock(plan):
        raise InvalidSettings("A time of day needs bars shorter than a day")
    for timeframe in rules.warmup_timeframes(plan):
        if INTERVALS.index(timeframe) <= INTERVALS.index(interval):
            raise InvalidSettings(f"The timeframe {timeframe} is not longer than the bars of the run")
