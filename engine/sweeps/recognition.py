"""Which sweeps have the shape that ``crossing`` runs: two simple averages that cross, both ways, all in, long.

What does not belong here: the pass itself, plans of other shapes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine import indicators, rules
from engine.errors import InvalidRules
from engine.sweeps.family import Family
from engine.sweeps.grid import Grid
from engine.types import Bars, Comparison, Entries, Exits, Operand, Plan, Settings, Sizing

_PERIOD = indicators.REGISTRY["SMA"].parameters[0]
# Two values for each input, no two alike: a period that shows both of an input's is that input.
_PROBES = (101, 301)
_MOST_EXACT = 2**53

Places = tuple[NDArray[np.int64], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a period comes from: the axis of that number, or a value of its own."""

    axis: int | None
    value: float


@dataclass(frozen=True, slots=True)
class Crossings:
    """A sweep of crossings: the fast and the slow average of each of its combinations."""

    family: Family
    grid: Grid
    fast: Source
    slow: Source

    def pairs(self, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Which combinations from ``first`` to before ``last`` are strategies, after the periods of those that are."""
        places = self.grid.places(first, last)
        tried = np.ones(last - first, dtype=bool)
        for (name, given), place in zip(self.grid.axes, places, strict=True):
            tried &= np.array([self._allows(name, value) for value in given])[place]
        for lower, upper in self.family.ascending:
            tried &= self._input(lower, places) < self._input(upper, places)
        periods = [self._period(source, places) for source in (self.fast, self.slow)]
        return np.stack(periods, axis=1)[tried].astype(np.int64), tried

    def _period(self, source: Source, places: Places) -> NDArray[np.float64]:
        """A period in each combination."""
        if source.axis is None:
            return np.full(len(places[0]), source.value)
        return np.array(self.grid.axes[source.axis][1])[places[source.axis]]

    def _input(self, name: str, places: Places) -> NDArray[np.float64]:
        """An input in each combination: as it varies, or as the document has it."""
        if name in self.grid.names:
            return self._period(Source(self.grid.names.index(name), 0.0), places)
        return np.full(len(places[0]), dict(self.family.build({}).inputs)[name])

    def _allows(self, name: str, value: float) -> bool:
        """Whether an input may have a value, as a period and as the strategy says."""
        said = () if self.family.predefined is None else self.family.predefined.parameters
        bounds = [_PERIOD, *(parameter for parameter in said if parameter.name == name)]
        return all(parameter.complaint(value) is None for parameter in bounds)


def recognise(family: Family, grid: Grid, *, bars: Bars, settings: Settings) -> Crossings | None:
    """The crossings of a sweep, or None where the general way must run it."""
    if not _is_plain(settings) or int(bars.close.sum(dtype=np.int64)) * int(_PERIOD.maximum) >= _MOST_EXACT:
        return None
    probes = [{name: float(start + axis) for axis, name in enumerate(grid.names)} for start in _PROBES]
    try:
        plans = [rules.parse(dict(family.document), inputs=probe) for probe in probes]
    except InvalidRules:
        return None
    periods = [_periods(plan) for plan in plans]
    if periods[0] is None or periods[1] is None:
        return None
    fast, slow = (_source(pair, axes=len(grid.axes)) for pair in zip(*periods, strict=True))
    # An input that is no period would have to keep other bounds than a period's.
    if {fast.axis, slow.axis} - {None} != set(range(len(grid.axes))):
        return None
    return Crossings(family, grid, fast, slow)


def _is_plain(settings: Settings) -> bool:
    """Whether orders are free, whole shares, and fill at the price."""
    is_free = settings.costs is None and not (settings.slippage_ticks or settings.slippage_bps)
    return is_free and settings.units == "whole" and settings.lot_size == 1 and settings.expiry is None


def _periods(plan: Plan) -> tuple[float, float] | None:
    """The periods of the averages of a plan that buys and sells at their crossings and does nothing else."""
    is_bare = plan.exits == Exits() and plan.entries == Entries() and plan.sizing == Sizing()
    up, down = plan.enter_long, plan.exit_long
    if plan.direction != "long" or not is_bare or not isinstance(up, Comparison) or not isinstance(down, Comparison):
        return None
    if (up.operator, down.operator) != ("CROSS_ABOVE", "CROSS_BELOW") or (up.left, up.right) != (down.left, down.right):
        return None
    if not _is_average(up.left) or not _is_average(up.right):
        return None
    return dict(up.left.params)["timeperiod"], dict(up.right.params)["timeperiod"]


def _is_average(operand: Operand) -> bool:
    return operand.kind == "indicator" and operand.name == "SMA" and not operand.offset and operand.timeframe is None


def _source(pair: tuple[float, float], *, axes: int) -> Source:
    """Where a period comes from that was such a pair under the probes."""
    for axis in range(axes):
        if pair == tuple(float(start + axis) for start in _PROBES):
            return Source(axis, 0.0)
    return Source(None, pair[0])
