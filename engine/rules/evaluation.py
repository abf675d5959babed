"""What a plan says on every bar: boolean columns, computed whole columns at a time.

A signal of a bar reads that bar and those before it, nothing later. An operand that is not available (NaN: warm-up,
or an offset before the first bar) makes its condition false, not an error. ``not`` is true only where
everything under it is available, so that no warm-up can turn into a signal.
What does not belong here: orders, fills, positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine import indicators
from engine.rules import vocabulary
from engine.types import Bars, Comparison, Condition, Direction, Operand, Plan, Signals, Timeframe

Truth = NDArray[np.bool_]
Column = NDArray[np.float64]

# The slots of conditions that count, by what a plan trades.
_TRADED: dict[Direction, tuple[str, ...]] = {
    "long": tuple(slot for slot in vocabulary.SLOTS if slot.endswith("long")),
    "short": tuple(slot for slot in vocabulary.SLOTS if slot.endswith("short")),
    "both": tuple(vocabulary.SLOTS),
}
_EQUAL_WITHIN = 1e-9
_PAISE_PER_RUPEE = 100.0


def evaluate(plan: Plan, bars: Bars, *, columns: Columns | None = None) -> Signals:
    """Evaluate the four conditions of a plan over bars.

    ``columns``: of these bars, where several plans share what they read.

    A side that the plan's direction does not trade, and a condition that it has not, are false throughout.
    ``warmup_bars`` is the first bar on which one of the conditions has all the operands it needs.

    :raises InvalidSettings: if the bars are not shorter than a timeframe that the plan asks for
    """
    conditions = _conditions(plan)
    columns = Columns(bars) if columns is None else columns
    truths = {slot: _truth(condition, columns=columns) for slot, condition in conditions.items()}
    never = np.zeros(len(bars), dtype=bool)
    for truth in (never, *truths.values()):
        truth.flags.writeable = False
    warmup_bars = min((_warmup(condition, ready=columns.ready) for condition in conditions.values()), default=0)
    return Signals(**{slot: truths.get(slot, never) for slot in vocabulary.SLOTS}, warmup_bars=warmup_bars)


def warmup_bars(plan: Plan) -> int:
    """Count the bars before the first on which one of a plan's conditions can be true.

    What a longer timeframe needs is left out: how many bars it is made of, only the bars say.
    """
    return min((_warmup(condition, ready=_ready) for condition in _conditions(plan).values()), default=0)


def warmup_timeframes(plan: Plan) -> dict[Timeframe, int]:
    """Count, for each longer timeframe that a plan reads, the bars of it before all its operands are available."""
    needed: dict[Timeframe, int] = {}
    for operand in operands(plan):
        if operand.timeframe is not None:
            bars = _ready(replace(operand, timeframe=None)) + 1
            needed[operand.timeframe] = max(needed.get(operand.timeframe, 0), bars)
    return needed


def operands(plan: Plan) -> Iterator[Operand]:
    """Every operand of the conditions that a plan's direction trades, in reading order, repetitions included."""
    for condition in _conditions(plan).values():
        yield from _all_operands(condition)


def _all_operands(condition: Condition) -> Iterator[Operand]:
    if isinstance(condition, Comparison):
        yield from _operands(condition)
        return
    for member in condition.members:
        yield from _all_operands(member)


def _conditions(plan: Plan) -> dict[str, Condition]:
    """The conditions that count, by slot."""
    active = {slot: getattr(plan, slot) for slot in _TRADED.get(plan.direction, ())}
    return {slot: condition for slot, condition in active.items() if condition is not None}


class Columns:
    """Operands as columns over one set of bars, each indicator computed once."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self._prices: dict[str, Column] = {}
        self._indicators: dict[tuple[str, tuple[tuple[str, float], ...]], dict[str, Column]] = {}
        self._frames: dict[Timeframe, tuple[indicators.Frame, Columns]] = {}

    @property
    def held(self) -> int:
        """How many values of indicators are kept."""
        own = sum(len(outputs) for outputs in self._indicators.values()) * len(self.bars)
        return own + sum(longer.held for _, longer in self._frames.values())

    def of(self, operand: Operand) -> Column:
        """An operand's value on each bar, NaN where it has none."""
        if operand.kind == "number":
            return np.full(len(self.bars), operand.value)
        if operand.timeframe is not None:
            frame, longer = self._longer(operand.timeframe)
            return frame.seen(longer.of(replace(operand, timeframe=None)))
        column = self._price(operand.name) if operand.kind == "price" else self._indicator(operand)
        return _shifted(column, operand.offset) if operand.offset else column

    def ready(self, operand: Operand) -> int:
        """The first bar on which an operand can have a value; the number of bars if there is none."""
        if operand.timeframe is None:
            return _ready(operand)
        frame, _ = self._longer(operand.timeframe)
        return int(np.searchsorted(frame.newest, _ready(replace(operand, timeframe=None))))

    def _longer(self, timeframe: Timeframe) -> tuple[indicators.Frame, Columns]:
        if timeframe not in self._frames:
            frame = indicators.frame(self.bars, timeframe)
            self._frames[timeframe] = (frame, Columns(frame.bars))
        return self._frames[timeframe]

    def _price(self, name: str) -> Column:
        if name not in self._prices:
            raw = getattr(self.bars, name.lower())
            self._prices[name] = raw.astype(np.float64) if name == "VOLUME" else raw / _PAISE_PER_RUPEE
        return self._prices[name]

    def _indicator(self, operand: Operand) -> Column:
        key = (operand.name, operand.params)
        if key not in self._indicators:
            indicator = indicators.REGISTRY[operand.name]
            computed = indicators.columns(indicator, dict(operand.params), self.bars)
            self._indicators[key] = dict(zip(indicator.outputs, computed, strict=True))
        return self._indicators[key][operand.output]


def _shifted(column: Column, bars: int) -> Column:
    """The column as it stood so many bars ago, NaN before the first."""
    shifted = np.full(len(column), np.nan)
    shifted[bars:] = column[: max(len(column) - bars, 0)]
    return shifted


def _after(before: Truth, now: Truth) -> Truth:
    """True where ``before`` held on the previous bar and ``now`` holds on this one."""
    both = np.zeros(len(now), dtype=bool)
    np.logical_and(before[:-1], now[1:], out=both[1:])
    return both


_COMPARE: dict[str, Callable[[Column, Column], Truth]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "==": lambda left, right: np.abs(left - right) <= _EQUAL_WITHIN,
    # Not the negation of ==, which would be true where an operand is NaN.
    "!=": lambda left, right: np.abs(left - right) > _EQUAL_WITHIN,
    # Equality counts on the previous bar only.
    "CROSS_ABOVE": lambda left, right: _after(left <= right, left > right),
    "CROSS_BELOW": lambda left, right: _after(left >= right, left < right),
}


def _truth(condition: Condition, *, columns: Columns) -> Truth:
    if isinstance(condition, Comparison):
        return _compared(condition, columns=columns)
    members = [_truth(member, columns=columns) for member in condition.members]
    if condition.join == "not":
        return _available(condition.members[0], columns=columns) & ~members[0]
    together = np.logical_and if condition.join == "all" else np.logical_or
    truth: Truth = together.reduce(members)
    return truth


def _compared(comparison: Comparison, *, columns: Columns) -> Truth:
    left = columns.of(comparison.left)
    if comparison.operator in ("RISING", "FALLING"):
        return _run(left, bars=int(comparison.right.value), rising=comparison.operator == "RISING")
    right = columns.of(comparison.right)
    if comparison.upper is not None:
        return (left >= right) & (left <= columns.of(comparison.upper))
    return _COMPARE[comparison.operator](left, right)


def _run(column: Column, *, bars: int, rising: bool) -> Truth:
    """True where each of the last ``bars`` steps went the same way, strictly."""
    steps = np.zeros(len(column), dtype=np.int64)
    steps[1:] = column[1:] > column[:-1] if rising else column[1:] < column[:-1]
    taken = np.cumsum(steps)
    run = np.zeros(len(column), dtype=bool)
    run[bars:] = taken[bars:] - taken[: max(len(column) - bars, 0)] == bars
    return run


def _available(condition: Condition, *, columns: Columns) -> Truth:
    """True where every operand under a condition has the values that it reads."""
    if not isinstance(condition, Comparison):
        both: Truth = np.logical_and.reduce([_available(member, columns=columns) for member in condition.members])
        return both
    known = np.ones(len(columns.bars), dtype=bool)
    for operand in _operands(condition):
        missing = np.isnan(columns.of(operand))
        for back in range(_reach(condition) + 1):
            known[back:] &= ~missing[: max(len(missing) - back, 0)]
    known[: _reach(condition)] = False
    return known


def _operands(comparison: Comparison) -> tuple[Operand, ...]:
    upper = () if comparison.upper is None else (comparison.upper,)
    return (comparison.left, comparison.right, *upper)


def _reach(comparison: Comparison) -> int:
    """How many bars before its own a comparison reads."""
    operator = vocabulary.OPERATORS[comparison.operator]
    return int(comparison.right.value) if operator.right == "bars" else int(operator.looks_back)


def _warmup(condition: Condition, *, ready: Callable[[Operand], int], all_of_it: bool = False) -> int:
    """The first bar on which a condition can be true; ``all_of_it``: on which all operands under it are available."""
    if isinstance(condition, Comparison):
        return max(map(ready, _operands(condition))) + _reach(condition)
    all_of_it = all_of_it or condition.join == "not"
    members = [_warmup(member, ready=ready, all_of_it=all_of_it) for member in condition.members]
    return min(members) if condition.join == "any" and not all_of_it else max(members)


def _ready(operand: Operand) -> int:
    """The bars that an operand needs before its first value, 0 where a longer timeframe decides."""
    if operand.timeframe is not None:
        return 0
    if operand.kind != "indicator":
        return operand.offset
    return indicators.REGISTRY[operand.name].warmup(dict(operand.params)) + operand.offset
