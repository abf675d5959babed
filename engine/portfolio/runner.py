"""A run of one plan over a list of instruments: signals of each, one compiled pass, one set of statistics.

What does not belong here: rules of signals, of fills (kernel) and of statistics (metrics).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import indicators, rules
from engine.costs import tables
from engine.errors import InvalidSettings
from engine.metrics import registry, tally
from engine.portfolio import allocation as shares
from engine.portfolio import columns, interface, kernel
from engine.portfolio.allocation import Allocation
from engine.portfolio.columns import Axis
from engine.simulation import books, checks, moments, records
from engine.simulation import interface as codes
from engine.types import Bars, Plan, RejectionReason, Settings, Side, Signals, Sizing, Trade

PAISE = 100.0
# No session: duties begin anew with the first order.
_NO_DAY = -(2**62)


class Candidate(NamedTuple):
    """An instrument with what the plan says of it; ``atr`` (paise) and ``rank`` have a value a bar where needed."""

    bars: Bars
    signals: Signals
    atr: NDArray[np.float64] | None = None
    rank: NDArray[np.float64] | None = None


class Held(NamedTuple):
    """A trade and the number of its instrument in the list; its bars are moments of the run."""

    instrument: int
    trade: Trade


class Refused(NamedTuple):
    """An entry that could not be at a moment: ``max_positions``, or what the simulation says."""

    instrument: int
    at: int
    side: Side
    reason: RejectionReason | Literal["max_positions"]


@dataclass(frozen=True, slots=True)
class PortfolioResult:
    """What a run gave, by moment (``time``, ``session``): ``equity`` is paise at each, cash + positions.

    Trades are in the order of their exits, on one moment in that of the list.
    """

    trades: Sequence[Held]
    open_trades: Sequence[Held]
    rejections: Sequence[Refused]
    time: NDArray[np.int64]
    session: NDArray[np.int32]
    equity: NDArray[np.float64]
    statistics: Mapping[str, float | int | None]
    warmup_bars: int
    charges: float


def run(*, plan: Plan, bars: Sequence[Bars], allocation: Allocation, settings: Settings) -> PortfolioResult:
    """Run a plan over instruments that share the cash; its own sizing does not count, the allocation does.

    :raises InvalidSettings: if plan, bars, allocation and settings do not fit together
    :raises InvalidBars: if instruments disagree on sessions
    :raises InvalidCosts: if the charges of a day are not known
    """
    shares.check(allocation, instruments=len(bars))
    return simulate(
        candidates=[_candidate(plan, each, allocation) for each in bars],
        plan=plan,
        allocation=allocation,
        settings=settings,
    )


def simulate(
    *, candidates: Sequence[Candidate], plan: Plan, allocation: Allocation, settings: Settings
) -> PortfolioResult:
    """Carry out signals on several instruments; of the plan direction, exits and entries count.

    :raises InvalidSettings: if they do not fit together
    :raises InvalidBars: if instruments disagree on sessions
    :raises InvalidCosts: if the charges of a day are not known
    """
    _check(candidates, plan=plan, allocation=allocation, settings=settings)
    axis = columns.axis_of([each.bars for each in candidates])
    charges = tables.NO_TABLE if settings.costs is None else tables.table(settings.costs, session=axis.session)
    world = _world(candidates, axis=axis, charges=charges, plan=plan, allocation=allocation, settings=settings)
    desk = _desk(candidates, plan=plan, allocation=allocation, settings=settings, rates=charges.rates)
    equity = np.empty(len(axis.time))
    kernel.simulate(desk, world, equity)
    equity.flags.writeable = False
    return _result(desk, candidates, axis=axis, equity=equity, settings=settings)


def _candidate(plan: Plan, bars: Bars, allocation: Allocation) -> Candidate:
    seen = rules.Columns(bars)
    rank = None if allocation.rank_by is None else seen.of(allocation.rank_by)
    atr = None
    if checks.needs_atr(plan.exits):
        period = {"timeperiod": float(plan.exits.atr_period)}
        (values,) = indicators.columns(indicators.REGISTRY["ATR"], period, bars)
        atr = values * PAISE
    return Candidate(bars, rules.evaluate(plan, bars, columns=seen), atr, rank)


def _check(candidates: Sequence[Candidate], *, plan: Plan, allocation: Allocation, settings: Settings) -> None:
    """Pass if all fit together; what a single run refuses is refused here too."""
    shares.check(allocation, instruments=len(candidates))
    check_plan(plan=plan, allocation=allocation, settings=settings)
    for each in candidates:
        checks.check_settings(plan=_sized(plan, allocation), bars=each.bars, settings=settings)
        checks.check_signals(signals=each.signals, bars=each.bars)
        checks.check_clock(plan=plan, bars=each.bars)
        checks.check_atr(plan=plan, bars=each.bars, atr=each.atr)


def check_plan(*, plan: Plan, allocation: Allocation, settings: Settings) -> None:
    """Refuse what no list of instruments can carry out.

    :raises InvalidSettings: naming the first thing that makes no sense
    """
    if plan.entries.kind != "market" or plan.entries.max_entries != 1:
        raise InvalidSettings("The entries of a portfolio are market orders, one into a position")
    if settings.expiry is not None:
        raise InvalidSettings("A portfolio holds no contracts that expire")
    checks.check_plan(plan=_sized(plan, allocation), settings=settings)


def _sized(plan: Plan, allocation: Allocation) -> Plan:
    """The plan with entries of an amount; that of an equal part is put in as it is known."""
    return replace(plan, sizing=Sizing("cash", max(1, allocation.amount)))


def _world(
    candidates: Sequence[Candidate],
    *,
    axis: Axis,
    charges: tables.Table,
    plan: Plan,
    allocation: Allocation,
    settings: Settings,
) -> interface.World:
    bars = [each.bars for each in candidates]
    said = [
        each.signals.enter_long * interface.ENTER_LONG
        + each.signals.exit_long * interface.EXIT_LONG
        + each.signals.enter_short * interface.ENTER_SHORT
        + each.signals.exit_short * interface.EXIT_SHORT
        for each in candidates
    ]
    clock = [moments.of(bars=each, plan=plan, settings=settings) for each in bars]
    sign = 1.0 if allocation.highest_first else -1.0
    ranks = [np.full(len(each.bars), np.nan) if each.rank is None else sign * each.rank for each in candidates]
    ranges = [np.zeros(len(each.bars)) if each.atr is None else each.atr for each in candidates]
    opens, highs, lows, closes = (
        columns.spread([getattr(each, name) for each in bars], axis=axis, empty=0, kind=np.int32)
        for name in ("open", "high", "low", "close")
    )
    return interface.World(
        opens,
        highs,
        lows,
        closes,
        columns.spread(said, axis=axis, empty=0, kind=np.uint8),
        columns.spread(clock, axis=axis, empty=0, kind=np.uint8),
        columns.spread(ranges, axis=axis, empty=np.nan, kind=np.float64),
        columns.spread(ranks, axis=axis, empty=np.nan, kind=np.float64),
        axis.session,
        charges.row,
    )


def _desk(
    candidates: Sequence[Candidate],
    *,
    plan: Plan,
    allocation: Allocation,
    settings: Settings,
    rates: NDArray[np.void],
) -> interface.Desk:
    """The records a pass begins with."""
    count = len(candidates)
    # Every trade, the open one too, and every rejection was asked for by an entry signal of its own.
    rows = [
        int(np.count_nonzero(each.signals.enter_long) + np.count_nonzero(each.signals.enter_short))
        for each in candidates
    ]
    states = np.zeros(count, interface.STATE)
    states["first_row"] = np.cumsum([0, *rows[:-1]])
    accounts = np.zeros(count, codes.ACCOUNT)
    accounts["duty_day"] = _NO_DAY
    shared = np.zeros(1, interface.SHARED)
    shared["cash"], shared["amount"] = settings.initial_cash, allocation.amount
    shared["equal"], shared["max_positions"], shared["row"] = allocation.kind == "equal", allocation.max_positions, -1
    sized = _sized(plan, allocation)
    # A copy: the size of an entry is written into it.
    numbers = records.rules_of(sized.direction, sized.exits, sized.entries, sized.sizing, settings).copy()
    orders, bar = np.zeros(count, codes.ORDERS), np.zeros(1, codes.BAR)
    pages = np.zeros(sum(rows), codes.PAGE)
    return interface.Desk(states, accounts, orders, numbers, bar, shared, rates, pages)


def _result(
    desk: interface.Desk,
    candidates: Sequence[Candidate],
    *,
    axis: Axis,
    equity: NDArray[np.float64],
    settings: Settings,
) -> PortfolioResult:
    trades, open_trades, rejections = _written(desk)
    bars = [each.bars for each in candidates]
    index = columns.index_of(bars, axis=axis)
    closed = [held.trade for held in trades]
    prices = np.array([trade.entry_price for trade in closed], float)
    charges = float(desk.accounts["charges"].sum())
    statistics = registry.measure(
        bars=Bars(axis.time, axis.session, index, index, index, index, np.zeros(len(index), np.int64)),
        equity=equity,
        initial_cash=settings.initial_cash,
        closed=tally.TradeColumns(
            np.array([trade.pnl for trade in closed], float),
            prices * np.array([trade.quantity for trade in closed], float),
            np.array([trade.bars_held for trade in closed], np.int64),
            prices,
            np.array([trade.mae for trade in closed], float),
            np.array([trade.mfe for trade in closed], float),
        ),
        activity=registry.Activity(int(desk.shared[0]["exposed"]), charges, float(desk.accounts["traded"].sum())),
    )
    return PortfolioResult(
        trades=trades,
        open_trades=open_trades,
        rejections=rejections,
        time=axis.time,
        session=axis.session,
        equity=equity,
        statistics=statistics,
        warmup_bars=max(each.signals.warmup_bars for each in candidates),
        charges=charges,
    )


def _written(desk: interface.Desk) -> tuple[tuple[Held, ...], tuple[Held, ...], tuple[Refused, ...]]:
    """What the pass wrote: closed trades, open ones, refused entries."""
    trades: list[Held] = []
    still: list[Held] = []
    refused: list[Refused] = []
    for number, (account, state) in enumerate(zip(desk.accounts, desk.states, strict=True)):
        rows = desk.pages[int(state["first_row"]) :]
        closed, held = int(account["closed"]), int(account["side"] != 0)
        written = books.list_trades(rows["trade"][: closed + held])
        trades += [Held(number, trade) for trade in written[:closed]]
        still += [Held(number, trade) for trade in written[closed:]]
        refused += [_refused(number, row) for row in rows["rejection"][: int(account["rejected"])]]
    trades.sort(key=lambda held: (held.trade.exit_index, held.instrument))
    refused.sort(key=lambda each: (each.at, each.instrument))
    return tuple(trades), tuple(still), tuple(refused)


def _refused(number: int, row: np.void) -> Refused:
    if row["reason"] == interface.MAX_POSITIONS:
        return Refused(number, int(row["index"]), "long" if row["side"] > 0 else "short", "max_positions")
    (known,) = books.list_rejections(np.array([row]))
    return Refused(number, known.index, known.side, known.reason)
