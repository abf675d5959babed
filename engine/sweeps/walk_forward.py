"""Walk-forward: the best of the past is traded through the time after it, window by window.

What does not belong here: how the best is found (rows), sweeping itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidSettings
from engine.metrics import registry, tally
from engine.sweeps import rows
from engine.sweeps.grid import Grid
from engine.sweeps.sweeping import sweep
from engine.sweeps.trials import AnyFamily, Trials
from engine.types import Bars, Settings, Trade

MAX_WINDOWS = 200


@dataclass(frozen=True, slots=True)
class Window:
    """Bars from ``train`` to before ``test`` are learned from, from ``test`` to before ``end`` traded."""

    train: int
    test: int
    end: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was traded in some bars: equity in paise at each, trades (bar numbers of all bars), and what they cost.

    What was open at the end is the last trade, left there.
    """

    equity: NDArray[np.float64]
    trades: tuple[Trade, ...]
    activity: registry.Activity
    statistics: Mapping[str, float | int | None]


@dataclass(frozen=True, slots=True)
class Pick:
    """What was chosen in a window, of how many, and how it did there.

    ``values``: the chosen inputs; None where nothing could be chosen, and nothing is traded. ``in_sample``: the
    row of the chosen one.
    """

    values: Mapping[str, float] | None
    tried: int
    in_sample: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Walk:
    """One window: what was picked, and what it gave after."""

    window: Window
    picked: Pick
    after: Outcome


@dataclass(frozen=True, slots=True)
class Choice:
    """How a window chooses: the grid, the metric, and what is called between the steps of its sweep."""

    grid: Grid
    metric: str
    between: Callable[[], None]


def windows(*, bars: Bars, train: int, test: int, anchored: bool = False) -> list[Window]:
    """Cut bars into windows of so many sessions to learn from and to trade.

    ``anchored``: each window learns from the first session on. A last time after that is short is traded too.

    :raises InvalidSettings: if a length is not above 0, or there are too few sessions or too many windows
    """
    starts = np.flatnonzero(np.append(True, bars.session[1:] != bars.session[:-1])).tolist()
    if train < 2 or test < 1:
        raise InvalidSettings("A window learns from at least 2 sessions and trades at least 1")
    if len(starts) <= train:
        raise InvalidSettings(f"There are {len(starts)} sessions: too few to learn from {train} and trade after")
    edges = [*starts, len(bars)]
    cut = [
        Window(0 if anchored else edges[at - train], edges[at], edges[min(at + test, len(starts))])
        for at in range(train, len(starts), test)
    ]
    if len(cut) > MAX_WINDOWS:
        raise InvalidSettings(f"There would be {len(cut)} windows, more than {MAX_WINDOWS}: make them longer")
    return cut


def pick(*, family: AnyFamily, choice: Choice, bars: Bars, settings: Settings, window: Window) -> Pick:
    """Choose in a window what did best by the metric; no window needs another for that.

    # Assumption: within a window learned from, indicators warm up anew.

    :raises InvalidSettings: if strategy, settings and bars do not fit together
    :raises ScriptError: if a script goes beyond its limits on these bars
    """
    learned = _between(bars, window.train, window.test)
    best, tried = (-np.inf, -1, [np.nan] * len(rows.METRICS)), 0
    for found in sweep(family=family, grid=choice.grid, bars=learned, settings=settings):
        choice.between()
        tried += int(found.tried.sum())
        place = rows.best(found.values, choice.metric)
        good = -np.inf if place is None else float(rows.goodness(found.values, choice.metric)[place])
        if place is not None and good > best[0]:
            best = (good, found.first + place, found.values[place].tolist())
    row = {key: None if np.isnan(value) else value for key, value in zip(rows.METRICS, best[2], strict=True)}
    return Pick(None if best[1] < 0 else choice.grid.combination(best[1]), tried, row)


def walk_forward(
    *, family: AnyFamily, picks: Iterable[Pick], bars: Bars, settings: Settings, cut: list[Window]
) -> Iterator[Walk]:
    """Trade what was picked in each window through the time after it.

    Signals of the time after are warm from its first bar; so is what a script keeps from bar to bar, while nothing
    that it orders before is placed. The cash of a window is the equity that the one before left.

    # Assumption: what is held at the end of a window is left at its last close without charges; a fraction of a paisa
    is not carried on.

    :raises InvalidSettings: if strategy, settings and bars do not fit together
    :raises ScriptError: if a script goes beyond its limits on these bars
    """
    cash = settings.initial_cash
    for window, picked in zip(cut, picks, strict=False):
        after = _trade(family, picked.values, bars=bars, settings=replace(settings, initial_cash=cash), window=window)
        yield Walk(window, picked, after)
        cash = int(after.equity[-1])
        if cash < 1:
            return


def stitch(*, walks: Sequence[Walk], bars: Bars, settings: Settings) -> Outcome:
    """Put the times after one behind the other, and measure them as one run from the first of them on."""
    afters = [walk.after for walk in walks]
    activities = [after.activity for after in afters]
    return _outcome(
        equity=np.concatenate([after.equity for after in afters]),
        trades=tuple(trade for after in afters for trade in after.trades),
        activity=registry.Activity(*(sum(part) for part in zip(*activities, strict=True))),
        bars=_between(bars, walks[0].window.test, walks[-1].window.end),
        initial_cash=settings.initial_cash,
    )


def _trade(
    family: AnyFamily, values: Mapping[str, float] | None, *, bars: Bars, settings: Settings, window: Window
) -> Outcome:
    """Run what was chosen on the time after; what it reads is warmed by the bars before, which are not traded."""
    seen, after = _between(bars, 0, window.end), _between(bars, window.test, window.end)
    if values is None:
        flat = np.full(len(after), float(settings.initial_cash))
        idle = registry.Activity(0, 0.0, 0.0)
        return _outcome(equity=flat, trades=(), activity=idle, bars=after, initial_cash=settings.initial_cash)
    result = Trials(seen).run(family.build(values), settings=settings, first=window.test)
    trades = tuple(result.trades) + (() if result.open_trade is None else (result.open_trade,))
    exposure = float(result.statistics["exposure_pct"] or 0.0)
    return _outcome(
        equity=result.equity[window.test :],
        trades=trades,
        activity=registry.Activity(
            exposed_bars=round(exposure / 100.0 * len(seen)),
            charges=result.charges,
            traded=sum(trade.quantity * (trade.entry_price + trade.exit_price) for trade in trades),
        ),
        bars=after,
        initial_cash=settings.initial_cash,
    )


def _outcome(
    *,
    equity: NDArray[np.float64],
    trades: tuple[Trade, ...],
    activity: registry.Activity,
    bars: Bars,
    initial_cash: int,
) -> Outcome:
    columns = [
        (trade.pnl, trade.entry_price * trade.quantity, trade.bars_held, trade.entry_price, trade.mae, trade.mfe)
        for trade in trades
    ]
    pnl, cost, held, price, mae, mfe = np.array(columns, dtype=np.float64).reshape(len(columns), 6).T
    closed = tally.TradeColumns(pnl, cost, held.astype(np.int64), price, mae, mfe)
    measured = registry.measure(bars=bars, equity=equity, initial_cash=initial_cash, closed=closed, activity=activity)
    return Outcome(equity, trades, activity, measured)


def _between(bars: Bars, first: int, last: int) -> Bars:
    """The bars from one to before another."""
    span = slice(first, last)
    return Bars(
        bars.time[span],
        bars.session[span],
        bars.open[span],
        bars.high[span],
        bars.low[span],
        bars.close[span],
        bars.volume[span],
        None if bars.expiry is None else bars.expiry[span],
    )
