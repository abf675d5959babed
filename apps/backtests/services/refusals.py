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
from engine import sweeps as engine_sweeps
from engine.errors import EngineError, InvalidRules, InvalidSettings
from engine.portfolio import runner as portfolio_runner
from engine.rules import wording
from engine.script import ScriptError
from engine.simulation import checks, moments
from engine.sweeps import AnyFamily, Grid, ScriptFamily
from engine.types import Bars, Plan, Settings

Json = dict[str, Any]

# How many combinations of a grid are looked at when it is posted; a script is compiled for each.
_MOST_PLANS, _MOST_SCRIPTS = 200, 10
# A prime that divides the length of no grid: steps of it visit each number once, and the inputs that move slowly too.
_STRIDE = 104_729
# From short to long; the timeframes of a strategy have the same names.
INTERVALS = [str(each) for each in Interval]


def check_run(*, strategy: Json, settled: Json, request: Mapping[str, Any]) -> None:
    """Pass if a strategy can be carried out on these terms.

    ``strategy`` as it is stored, ``settled`` the terms; of the request dates and wallet count.

    :raises SimulationRefused: saying why not
    """
    with _refused():
        _check(_plan(strategy), settled=settled, settings=terms.settings_of(settled, **_span(request)))


def check_sweep(*, family: AnyFamily, grid: Grid, settled: Json, request: Mapping[str, Any]) -> None:
    """Pass if a combination of the grid makes a strategy that these terms allow: the others are then not tried.

    :raises SimulationRefused: saying why the first cannot, or makes none, if that is so of all
    """
    settings = terms.settings_of(settled, **_span(request))
    reasons, unmade = [], []
    for number in _spread(len(grid), at_most=_MOST_SCRIPTS if isinstance(family, ScriptFamily) else _MOST_PLANS):
        try:
            strategy = family.build(grid.combination(number))
            _check(engine_sweeps.plan_of(strategy), settled=settled, settings=settings)
        except (InvalidRules, ScriptError) as error:
            unmade.append(error)
        except InvalidSettings as error:
            reasons.append(error)
        else:
            return
    with _refused():
        raise reasons[0] if reasons else InvalidSettings(f"No combination of the grid makes a strategy: {unmade[0]}")


def check_windows(*, bars: Bars, walk: Json) -> None:
    """Pass if a walk-forward can be cut into its windows.

    :raises SimulationRefused: if there are too few sessions or too many windows
    """
    with _refused():
        engine_sweeps.windows(
            bars=bars, train=walk["train_sessions"], test=walk["test_sessions"], anchored=walk["anchored"]
        )


def _spread(count: int, *, at_most: int) -> Iterator[int]:
    """So many numbers below a count, the first included, from everywhere among them."""
    for step in range(min(count, at_most)):
        yield step if count <= at_most else step * _STRIDE % count


def check_portfolio(*, strategy: Json, allocation: Json, settled: Json, request: Mapping[str, Any]) -> None:
    """Pass if a strategy can be carried out on several instruments; its own sizing does not count.

    :raises SimulationRefused: saying why not
    """
    plan = _plan(strategy)
    with _refused():
        _check_interval(plan, interval=settled["interval"])
        settings = terms.settings_of(settled, **_span(request))
        portfolio_runner.check_plan(plan=plan, allocation=sharing.restore(allocation), settings=settings)


def _check(plan: Plan, *, settled: Json, settings: Settings) -> None:
    """Pass if a plan can be carried out on any bars of this interval.

    :raises InvalidSettings: saying why not
    """
    _check_interval(plan, interval=settled["interval"])
    checks.check_plan(plan=plan, settings=settings)


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
