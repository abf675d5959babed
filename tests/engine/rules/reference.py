"""Conditions read bar by bar, slowly and plainly, to compare the vectorised evaluation with.

What does not belong here: anything fast. None stands for what is not available.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from zoneinfo import ZoneInfo

import numpy as np

from engine import indicators
from engine.types import Bars, Comparison, Condition, Operand

IST = ZoneInfo("Asia/Kolkata")

INTRADAY = {"15m": 15, "30m": 30, "1h": 60}
NAMES = ("time", "session", "open", "high", "low", "close", "volume", "expiry")


def ended(bars: Bars, index: int, timeframe: str) -> Bars:
    """The longer bars that have ended by the close of a bar, made of the bars up to it only."""
    groups: list[list[int]] = []
    names: list[tuple[int, ...]] = []
    for bar in range(index + 1):
        moment = dt.datetime.fromtimestamp(int(bars.time[bar]), IST)
        year, week, _ = moment.isocalendar()
        minutes = INTRADAY.get(timeframe, 0)
        slot = (moment.hour * 60 + moment.minute - 555) // minutes if minutes else 0
        name = (year, week) if timeframe == "1w" else (moment.toordinal(), slot)
        if not names or names[-1] != name:
            names.append(name)
            groups.append([])
        groups[-1].append(bar)
    if timeframe not in INTRADAY or not _closes_slot(moment, names[-1][1], INTRADAY[timeframe]):
        del groups[-1]
    return _joined(bars, groups, names, timeframe)


def _closes_slot(moment: dt.datetime, slot: int, minutes: int) -> bool:
    return moment.hour * 60 + moment.minute - 555 + 5 >= (slot + 1) * minutes


def _joined(bars: Bars, groups: list[list[int]], names: list[tuple[int, ...]], timeframe: str) -> Bars:
    rows = []
    for group, name in zip(groups, names, strict=False):
        first, last = group[0], group[-1]
        opens = int(bars.time[first])
        if timeframe in INTRADAY:
            day = dt.datetime.fromtimestamp(opens, IST).replace(hour=0, minute=0)
            opens = int((day + dt.timedelta(minutes=555 + name[1] * INTRADAY[timeframe])).timestamp())
        highest, lowest = max(bars.high[group].tolist()), min(bars.low[group].tolist())
        volume = sum(bars.volume[group].tolist())
        expiry = bars.expiry[first] if bars.expiry is not None else 0
        rows.append((opens, bars.session[first], bars.open[first], highest, lowest, bars.close[last], volume, expiry))
    table = np.array(rows, dtype=np.int64).reshape(len(rows), len(NAMES))
    return Bars.checked(**dict(zip(NAMES, table.T, strict=True)))


def value(operand: Operand, bars: Bars, index: int) -> float | None:
    """An operand on a bar, from the bars up to it only."""
    if operand.timeframe is not None:
        longer = ended(bars, index, operand.timeframe)
        return value(dataclasses.replace(operand, timeframe=None), longer, len(longer) - 1)
    index -= operand.offset
    if operand.kind == "number":
        return operand.value
    if index < 0:
        return None
    if operand.kind == "price":
        raw = int(getattr(bars, operand.name.lower())[index])
        return float(raw) if operand.name == "VOLUME" else raw / 100
    column = indicators.compute(operand.name, dict(operand.params), bars)[operand.output]
    return None if math.isnan(column[index]) else float(column[index])


def holds(condition: Condition | None, bars: Bars, index: int) -> bool:
    """Whether a condition is true on a bar."""
    assert condition is not None
    if isinstance(condition, Comparison):
        return compared(condition, bars, index) is True
    if condition.join == "not":
        member = condition.members[0]
        return known(member, bars, index) and not holds(member, bars, index)
    answers = [holds(member, bars, index) for member in condition.members]
    return all(answers) if condition.join == "all" else any(answers)


def known(condition: Condition, bars: Bars, index: int) -> bool:
    """Whether everything that a condition reads on a bar is available."""
    if isinstance(condition, Comparison):
        return compared(condition, bars, index) is not None
    return all(known(member, bars, index) for member in condition.members)


def compared(comparison: Comparison, bars: Bars, index: int) -> bool | None:
    """The answer of a comparison on a bar, None where it has none."""
    operator = comparison.operator
    if operator in ("RISING", "FALLING"):
        count = int(comparison.right.value)
        if index < count:
            return None
        run = [value(comparison.left, bars, index - back) for back in range(count, -1, -1)]
        values = [number for number in run if number is not None]
        if len(values) < len(run):
            return None
        steps = itertools.pairwise(values)
        return all(now > before if operator == "RISING" else now < before for before, now in steps)
    sides = [value(side, bars, index) for side in (comparison.left, comparison.right, comparison.upper) if side]
    if operator.startswith("CROSS"):
        if index == 0:
            return None
        sides += [value(side, bars, index - 1) for side in (comparison.left, comparison.right)]
    numbers = [number for number in sides if number is not None]
    return _answer(operator, numbers) if len(numbers) == len(sides) else None


def _answer(operator: str, sides: list[float]) -> bool:
    left, right, *more = sides
    answers = {
        ">": left > right,
        ">=": left >= right,
        "<": left < right,
        "<=": left <= right,
        "==": abs(left - right) <= 1e-9,
        "!=": abs(left - right) > 1e-9,
    }
    if operator in answers:
        return answers[operator]
    if operator == "BETWEEN":
        return right <= left <= more[0]
    was_left, was_right = more
    if operator == "CROSS_ABOVE":
        return was_left <= was_right and left > right
    return was_left >= was_right and left < right
