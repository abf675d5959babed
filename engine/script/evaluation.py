"""The columns of a program over bars, each computed once and let go when nothing needs it any more.

The indicators are handed in, for they stand on the same floor. What does not belong here: the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from engine.script import limits
from engine.script.columns import Column as Node
from engine.script.errors import Code, ScriptError
from engine.script.kernels import scalars
from engine.script.library import COMPUTE
from engine.script.program import Program
from engine.types import Bars

Column = NDArray[np.float64]
# A study of the registry: its name, the names of its sources ("" for what is no plain price), its numbers.
Indicators = Callable[[str, tuple[str, ...], tuple[float, ...], Bars], tuple[Column, ...] | None]

_MILLISECONDS = 1_000.0
_PAISE = 100.0
_IST_SECONDS = 19_800
_DAY_SECONDS = 86_400
_WEEK_SECONDS = 7 * _DAY_SECONDS
_HLC3 = "hlc3"
_NOTHING = np.zeros(1)


def columns(program: Program, bars: Bars, indicators: Indicators) -> NDArray[np.float64]:
    """What the machine loads: a row for each of ``program.loaded``, a value for each bar.

    :raises ScriptError: TOO_HEAVY, before anything is computed
    """
    return chosen(program, bars, indicators, program.loaded)


def chosen(program: Program, bars: Bars, indicators: Indicators, wanted: tuple[int, ...]) -> NDArray[np.float64]:
    """Some columns of the graph: a row for each that is wanted, a value for each bar.

    :raises ScriptError: TOO_HEAVY, before anything is computed
    """
    size = len(bars)
    cells = (len(program.graph) + len(program.code.histories)) * size
    if cells > limits.MAX_CELLS:
        reason = f"{len(program.graph)} columns over {size} bars are too much: use a shorter range or a smaller script"
        raise ScriptError(code=Code.TOO_HEAVY, line=1, column=1, reason=reason)
    rows = {index: row for row, index in enumerate(wanted)}
    found = np.empty((len(wanted), size))
    work = _Work(program.graph, bars, indicators)
    last = _last_uses(program)
    for index in range(len(program.graph)):
        column = work.compute(index)
        if index in rows:
            found[rows[index]] = column
        work.let_go(last.get(index, ()))
    return found


def _last_uses(program: Program) -> Mapping[int, list[int]]:
    """For each column, the sources that nothing after it reads."""
    last: dict[int, int] = {}
    for index, node in enumerate(program.graph):
        last[index] = max(last.get(index, index), index)
        for source in node.sources:
            last[source] = index
    gone: dict[int, list[int]] = {}
    for source, index in last.items():
        gone.setdefault(index, []).append(source)
    return gone


class _Work:
    """Columns as they are computed."""

    def __init__(self, graph: tuple[Node, ...], bars: Bars, indicators: Indicators) -> None:
        self._graph = graph
        self._bars = bars
        self._indicators = indicators
        self._found: dict[int, Column] = {}
        self._studies: dict[tuple[str, tuple[int, ...], tuple[float, ...]], tuple[Column, ...]] = {}

    def compute(self, index: int) -> Column:
        """One column, its sources being there."""
        node = self._graph[index]
        self._found[index] = {
            "base": self._base,
            "number": self._number,
            "operation": self._operation,
            "back": self._back,
            "study": self._study,
        }[node.kind](node)
        return self._found[index]

    def let_go(self, gone: list[int] | tuple[()]) -> None:
        """Forget columns."""
        for index in gone:
            del self._found[index]

    def _base(self, node: Node) -> Column:
        return base(self._bars, node.name, node.numbers)

    def _number(self, node: Node) -> Column:
        return np.full(1, node.numbers[0] if node.numbers else np.nan)

    def _operation(self, node: Node) -> Column:
        a, b, c = (*(self._found[source] for source in node.sources), _NOTHING, _NOTHING)[:3]
        computed: Column = scalars.column(node.code, a, b, c)
        return computed

    def _back(self, node: Node) -> Column:
        bars, before = int(node.numbers[0]), node.numbers[1] if len(node.numbers) > 1 else np.nan
        source = self._full(node.sources[0])
        shifted = np.full(len(source), before)
        shifted[bars:] = source[: max(len(source) - bars, 0)]
        return shifted

    def _full(self, index: int) -> Column:
        found = self._found[index]
        return found if len(found) == len(self._bars) else np.full(len(self._bars), found[0])

    def _study(self, node: Node) -> Column:
        key = (node.name, node.sources, node.numbers)
        if key not in self._studies:
            names = tuple(self._price_name(source) for source in node.sources)
            computed = self._indicators(node.name, names, node.numbers, self._bars)
            if computed is None:
                computed = COMPUTE[node.name](tuple(self._full(source) for source in node.sources), node.numbers)
            self._studies[key] = computed
        return self._studies[key][node.code]

    def _price_name(self, index: int) -> str:
        """The name of a price that a column is; "" where it is none."""
        node = self._graph[index]
        if node.kind == "base":
            return node.name
        return _HLC3 if self._is_mean_of_three(node) else ""

    def _is_mean_of_three(self, node: Node) -> bool:
        """Whether a column is (high + low + close) / 3, in the order in which ``hlc3`` is compiled."""
        if node.kind != "operation" or len(node.sources) != 2:
            return False
        total, count = (self._graph[source] for source in node.sources)
        if count.numbers != (3.0,) or total.kind != "operation" or len(total.sources) != 2:
            return False
        first, close = (self._graph[source] for source in total.sources)
        parts = [self._graph[source].name for source in first.sources] if first.kind == "operation" else []
        return parts == ["high", "low"] and close.name == "close"


def base(bars: Bars, name: str, numbers: tuple[float, ...]) -> Column:
    """A column that is read off the bars; prices in rupees, times in milliseconds, bools 1 and 0."""
    if name in ("open", "high", "low", "close"):
        price: Column = getattr(bars, name) / _PAISE
        return price
    if name == "volume":
        return bars.volume.astype(np.float64)
    if name == "bar_index":
        return np.arange(len(bars), dtype=np.float64)
    if name.startswith("timeframe."):
        return np.full(len(bars), _timeframe(bars, name.removeprefix("timeframe.")))
    return _calendar(bars, name, numbers)


def _timeframe(bars: Bars, word: str) -> float:
    """What kind of bars these are, by the shortest step between two of them."""
    seconds = int(np.diff(bars.time).min()) if len(bars) > 1 else _DAY_SECONDS
    if word == "multiplier":
        return float(seconds // 60) if seconds < _DAY_SECONDS else 1.0
    found = {
        "isintraday": seconds < _DAY_SECONDS,
        "isminutes": seconds < _DAY_SECONDS,
        "isdaily": _DAY_SECONDS <= seconds < 5 * _DAY_SECONDS,
        "isdwm": seconds >= _DAY_SECONDS,
        "isweekly": 5 * _DAY_SECONDS <= seconds <= _WEEK_SECONDS,
    }
    return float(found[word])


def _calendar(bars: Bars, name: str, numbers: tuple[float, ...]) -> Column:
    time: Column = bars.time.astype(np.float64) * _MILLISECONDS
    if name == "time":
        return time
    if name == "time.within":
        return np.where(_within(bars, numbers), time, np.nan)
    if name == "time_tradingday":
        return bars.session.astype(np.float64) * (_DAY_SECONDS * _MILLISECONDS)
    periods = {"session.isfirstbar": "period.day", "new": ("time", "period.day", "period.week", "period.month")}
    if name in periods:
        of = periods[name]
        first = _begins(bars, of if isinstance(of, str) else of[int(numbers[0])])
        # The first bar of all begins a session, but changes nothing.
        first[:1] = name == "session.isfirstbar"
        return first.astype(np.float64)
    starts = np.maximum.accumulate(np.where(_begins(bars, name), np.arange(len(bars)), 0))
    return time[starts]


def _begins(bars: Bars, period: str) -> NDArray[np.bool_]:
    """Where a new day, week (from Monday) or month begins."""
    days = bars.session.astype(np.int64)
    if period == "time":
        number = np.arange(len(bars))
    elif period == "period.week":
        number = (days + 3) // 7
    elif period == "period.month":
        number = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    else:
        number = days
    begins = np.ones(len(bars), dtype=bool)
    begins[1:] = number[1:] != number[:-1]
    return begins


def _within(bars: Bars, window: tuple[float, ...]) -> NDArray[np.bool_]:
    """Bars that open inside a session, its end excluded, on one of its days."""
    first, last, days = window
    seconds = bars.time + _IST_SECONDS
    minute = seconds % _DAY_SECONDS // 60
    weekday = (seconds // _DAY_SECONDS + 4) % 7 + 1
    inside: NDArray[np.bool_] = (minute >= first) & (minute < last) & ((int(days) >> weekday) & 1 == 1)
    return inside
