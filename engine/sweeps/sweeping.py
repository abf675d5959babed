"""A sweep: a row of statistics for each combination of a grid, a few at a time.

What does not belong here: choosing among the rows, judging them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidRules, InvalidSettings
from engine.metrics.definition import SESSIONS_PER_YEAR
from engine.metrics.returns import growth_a_year
from engine.script.errors import ScriptError
from engine.script.program import Program
from engine.simulation import checks, scripted
from engine.sweeps import crossing, recognition
from engine.sweeps.family import Family
from engine.sweeps.grid import Grid
from engine.sweeps.rows import METRICS, Rows, row_of
from engine.sweeps.trials import AnyFamily, Trials
from engine.types import Bars, Plan, Settings

# How many bars are passed over before rows are handed out: about a tenth of a second each way.
_BARS_AT_ONCE = 500_000
_CROSSING_BARS_AT_ONCE = 25_000_000
_YEAR_ROOT = math.sqrt(SESSIONS_PER_YEAR)


def sweep(
    *, family: AnyFamily, grid: Grid, bars: Bars, settings: Settings, first: int = 0, last: int | None = None
) -> Iterator[Rows]:
    """Run the combinations from ``first`` to before ``last`` (None: all), and give their rows a few at a time.

    Each row is what the single run of its combination says. A combination whose values make no strategy, or one that
    cannot be carried out on these settings, is not tried; memory does not grow with the number of combinations.

    :raises InvalidSettings: if plan, settings and bars do not fit together
    :raises InvalidRules, ScriptError: if an input of the grid is none of the strategy's
    :raises ScriptError: if the script goes beyond its limits on these bars
    """
    end = len(grid) if last is None else min(last, len(grid))
    if isinstance(family, Family):
        found = recognition.recognise(family, grid, bars=bars, settings=settings)
        if found is not None:
            yield from _crossings(found, bars=bars, settings=settings, span=(first, end))
            return
    yield from _generally(family, grid, bars=bars, settings=settings, span=(first, end))


def _steps(span: tuple[int, int], *, size: int) -> Iterator[tuple[int, int]]:
    for first in range(span[0], span[1], max(1, size)):
        yield first, min(first + max(1, size), span[1])


def _generally(
    family: AnyFamily, grid: Grid, *, bars: Bars, settings: Settings, span: tuple[int, int]
) -> Iterator[Rows]:
    """Each combination by its run, sharing their indicators."""
    trials = Trials(bars)
    # How long a script takes is in nobody's hands: after each of its runs the caller may look around.
    at_once = _BARS_AT_ONCE // max(1, len(bars)) if isinstance(family, Family) else 1
    for first, last in _steps(span, size=at_once):
        values = np.full((last - first, len(METRICS)), np.nan)
        tried = np.zeros(last - first, dtype=bool)
        for number in range(first, last):
            strategy = _built(family, grid.combination(number))
            if strategy is not None and _is_sound(strategy, settings=settings):
                result = trials.run(strategy, settings=settings)
                values[number - first] = row_of(result.statistics)
                tried[number - first] = True
        yield Rows(first, values, tried)


def _built(family: AnyFamily, values: dict[str, float]) -> Plan | Program | None:
    """The plan or program of a combination; None where its values make none.

    :raises InvalidRules, ScriptError: if it is for a name that the strategy has not
    """
    try:
        return family.build(values)
    except (InvalidRules, ScriptError):
        # What is wrong with every combination is an error, what is wrong with this one is not.
        if values.keys() - family.inputs.keys():
            raise
        return None


def plan_of(strategy: Plan | Program) -> Plan:
    """The plan; of a script what it says before it runs."""
    return scripted.plan_of(strategy) if isinstance(strategy, Program) else strategy


def _is_sound(strategy: Plan | Program, *, settings: Settings) -> bool:
    """Whether the values of a combination, such as a quantity, go with the settings."""
    try:
        checks.check_plan(plan=plan_of(strategy), settings=settings)
    except InvalidSettings:
        return False
    return True


def _crossings(
    found: recognition.Crossings, *, bars: Bars, settings: Settings, span: tuple[int, int]
) -> Iterator[Rows]:
    """The combinations of crossing averages, by the pass for them."""
    checks.check_settings(plan=found.family.build({}), bars=bars, settings=settings)
    market = crossing.market_of(
        prices=(bars.open, bars.close),
        session=bars.session,
        cash=settings.initial_cash,
        at_open=settings.fill_on == "next_open",
    )
    days = int(bars.session[-1] - bars.session[0])
    for first, last in _steps(span, size=_CROSSING_BARS_AT_ONCE // len(bars)):
        pairs, tried = found.pairs(first, last)
        values = np.full((last - first, len(METRICS)), np.nan)
        values[tried] = _measured(crossing.run(market, pairs), initial=float(settings.initial_cash), days=days)
        yield Rows(first, values, tried)


def _measured(found: NDArray[np.float64], *, initial: float, days: int) -> NDArray[np.float64]:
    """Rows of METRICS from what the pass wrote."""
    final, drawdown, mean, deviation, trades, wins, profit, loss = found.T
    growth = np.array([growth_a_year(final=value, initial=initial, days=days) for value in final.tolist()])
    columns = [
        (final - initial) / initial * 100.0,
        growth * 100.0,
        drawdown * 100.0,
        _ratio(mean, deviation) * _YEAR_ROOT,
        _ratio(growth, drawdown),
        trades,
        _ratio(wins, trades) * 100.0,
        _ratio(profit, loss),
    ]
    return np.stack(columns, axis=1)


def _ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    """``top / bottom``, NaN where the bottom is 0."""
    quotient = np.full(len(top), np.nan)
    np.divide(top, bottom, out=quotient, where=bottom != 0.0)
    return quotient
