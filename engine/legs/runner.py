"""A run of an option rule over days: each day through the compiled pass, then statistics.

What does not belong here: the rules of fills (kernel), choosing contracts (selection).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.costs import tables
from engine.errors import InvalidSettings
from engine.legs import days as sessions
from engine.legs import interface, kernel, results
from engine.legs import rule as rules
from engine.legs.days import Day, Hours, SkipReason
from engine.legs.results import DayResult, LegExitReason, LegsResult, LegTrade
from engine.legs.rule import LegRule, LegsRule, Level, WholeLevel
from engine.metrics import registry, tally
from engine.simulation import fills, records
from engine.simulation import interface as codes
from engine.types import Bars, Entries, Exits, Settings, Side, Sizing

PAISE = 100.0
PERCENT = "percent"

_SIDES: dict[int, Side] = {1: "long", -1: "short"}
_REASONS: dict[int, LegExitReason] = {
    codes.STOP: "stop",
    codes.TARGET: "target",
    codes.SQUARE_OFF: "square_off",
    codes.EXPIRY: "expiry",
    interface.WHOLE_STOP: "whole_stop",
    interface.WHOLE_TARGET: "whole_target",
}


class _Run(NamedTuple):
    """What holds for every day: the rule, the settings, the rules of each leg as numbers, the rates by bar."""

    rule: LegsRule
    settings: Settings
    leg_rules: NDArray[np.void]
    charges: tables.Table
    step: int


class _Traded(NamedTuple):
    """A day's result, its trades, and how many bars something was held through."""

    result: DayResult
    trades: tuple[LegTrade, ...] = ()
    exposed: int = 0
    turnover: float = 0.0


def run(*, rule: LegsRule, days: Sequence[Day], settings: Settings) -> LegsResult:
    """Trade a rule on days, one after the other, with the cash of the days before.

    Of the settings, the units, the lot and the expiry do not count: contracts say their own. The same arguments give
    the same result, bit for bit.

    :raises InvalidSettings: if rule, days and settings do not fit together
    :raises InvalidBars: if days or premiums cannot be
    :raises InvalidCosts: if the charges of a day are not known
    """
    rules.check(rule)
    sessions.check(days, rule=rule)
    _check_settings(settings)
    bars = _joined(days)
    costs = settings.costs
    charges = tables.NO_TABLE if costs is None else tables.table(costs, session=bars.session)
    leg_rules = np.concatenate([_rules_of(leg, settings) for leg in rule.legs])
    known = _Run(rule, settings, leg_rules, charges, sessions.step_of(days))
    equity = np.empty(len(bars))
    traded, begin, cash = [], 0, float(settings.initial_cash)
    for index, day in enumerate(days):
        part = equity[begin : begin + len(day.bars)]
        traded.append(_trade(known, day, (index, begin), cash, part))
        begin, cash = begin + len(day.bars), float(part[-1])
    return _result(traded, bars=bars, equity=equity, known=known)


def _check_settings(settings: Settings) -> None:
    """Pass if the settings suit options.

    # Assumption: levels are set off the fill price; ``stop_basis`` has no meaning, for no bar gives a signal.
    """
    if settings.initial_cash <= 0:
        raise InvalidSettings("The run needs cash to begin with")
    if settings.stop_basis != "fill":
        raise InvalidSettings("Stops and targets of legs are set off the fill price")
    if settings.costs is not None and settings.costs.segment not in ("options", "any"):
        raise InvalidSettings(f"Options do not pay the charges of {settings.costs.segment}")


def _joined(days: Sequence[Day]) -> Bars:
    """The underlying's bars of all days."""
    names = ("time", "session", "open", "high", "low", "close", "volume")
    return Bars(**{name: np.concatenate([getattr(day.bars, name) for day in days]) for name in names})


def _rules_of(leg: LegRule, settings: Settings) -> NDArray[np.void]:
    exits = Exits(
        stop_loss_pct=_level(leg.stop, PERCENT),
        stop_loss_points=_level(leg.stop, "points"),
        target_pct=_level(leg.target, PERCENT),
        target_points=_level(leg.target, "points"),
    )
    return records.rules_of("both", exits, Entries(), Sizing(), settings)


def _level(level: Level | WholeLevel | None, unit: str) -> float:
    """A level in a unit, paise where it is an amount; 0 where it is off or of another unit."""
    if level is None or level.unit != unit:
        return 0.0
    return level.value if unit == PERCENT else level.value * PAISE


def _trade(known: _Run, day: Day, place: tuple[int, int], cash: float, equity: NDArray[np.float64]) -> _Traded:
    """Trade a day, ``place`` being its number and that of its first bar, and fill its equity."""
    equity[:] = cash
    hours = _hours(known, day, cash=cash)
    if isinstance(hours, str):
        return _Traded(DayResult(day.session, hours))
    desk = _desk(known, day, hours, cash=cash, begin=place[1])
    rows = np.zeros(sum(1 + (leg.re_entry.count if leg.re_entry else 0) for leg in known.rule.legs), interface.TRADE)
    columns = (np.stack([getattr(each, name) for each in day.contracts]) for name in interface.Prices._fields)
    prices = interface.Prices(*(np.ascontiguousarray(column, dtype=np.int32) for column in columns))
    book = desk.day[0]
    if not kernel.trade(desk, prices, rows, equity):
        equity[:] = cash
        reason: SkipReason = "insufficient_cash" if book["cash"] < 0.0 else "insufficient_margin"
        return _Traded(DayResult(day.session, reason, lacks_margin=bool(book["lacks"])))
    count = int(book["traded"])
    result = DayResult(
        session=day.session,
        skipped=None,
        premium=float(book["premium"]),
        pnl=float(equity[-1]) - cash,
        charges=float(book["charges"]),
        trades=count,
        lacks_margin=bool(book["lacks"]),
    )
    trades = tuple(_written(row, day, place) for row in rows[:count].tolist())
    return _Traded(result, trades, int(book["exposed"]), float(book["turnover"]))


def _hours(known: _Run, day: Day, *, cash: float) -> Hours | SkipReason:
    """When the day is entered and left, or why it is skipped."""
    if day.skipped is not None:
        return day.skipped
    if cash <= 0.0:
        return "insufficient_cash"
    found = sessions.hours(known.rule, bars=day.bars, fill_on=known.settings.fill_on, step=known.step)
    if isinstance(found, str):
        return found
    for contract, leg, leg_rules in zip(day.contracts, known.rule.legs, known.leg_rules, strict=True):
        column = contract.open if known.settings.fill_on == "next_open" else contract.close
        side = 1 if leg.side == "long" else -1
        # Sold at a price that slippage brings to nothing, it is not sold.
        if not (column[found.enter_at] > 0 and fills.slipped(float(column[found.enter_at]), side, leg_rules) > 0.0):
            return "no_price"
    return found


def _desk(known: _Run, day: Day, hours: Hours, *, cash: float, begin: int) -> interface.Desk:
    """The records a day begins with."""
    rule, count = known.rule, len(known.rule.legs)
    legs = np.zeros(count, interface.LEG)
    last = float(day.bars.close[-1]) if day.settlement is None else day.settlement
    for state, leg, contract in zip(legs, rule.legs, day.contracts, strict=True):
        state["side"] = 1 if leg.side == "long" else -1
        state["quantity"] = leg.lots * contract.lot_size
        if leg.re_entry is not None:
            state["left"] = leg.re_entry.count
            state["again"] = interface.NEXT_ORDER if leg.re_entry.at == "once" else interface.COST
        is_settled = rule.settles and contract.expiry == day.session
        state["settlement"] = sessions.intrinsic(contract, underlying=last) if is_settled else np.nan
    book = np.zeros(1, interface.DAY)
    book["enter_at"], book["leave_at"], book["leaves_at_close"] = hours
    book["stop"], book["target"] = _level(rule.stop, "rupees"), _level(rule.target, "rupees")
    book["stop_pct"], book["target_pct"] = _level(rule.stop, PERCENT), _level(rule.target, PERCENT)
    book["cash"], book["margin"], book["asks"] = cash, day.margin, rule.asks_margin
    bar = np.zeros(1, codes.BAR)
    if len(known.charges.row):
        bar["rates"] = known.charges.rates[known.charges.row[begin]]
    accounts, order = np.zeros(count, codes.ACCOUNT), np.zeros(1, codes.ENTRY)
    return interface.Desk(legs, known.leg_rules, accounts, book, bar, order)


def _written(row: tuple[float, ...], day: Day, place: tuple[int, int]) -> LegTrade:
    """A row of the compiled pass as a trade."""
    leg, side, quantity, number, entry_at, exit_at, reason, ambiguous, paid, got, pnl, charges, mae, mfe = row
    return LegTrade(
        day=place[0],
        leg=int(leg),
        contract=day.contracts[int(leg)].name,
        side=_SIDES[int(side)],
        quantity=int(quantity),
        entry=int(number),
        entry_index=place[1] + int(entry_at),
        entry_price=paid,
        exit_index=place[1] + int(exit_at),
        exit_price=got,
        exit_reason=_REASONS[int(reason)],
        pnl=pnl,
        charges=charges,
        mae=mae,
        mfe=mfe,
        ambiguous=bool(ambiguous),
    )


def _result(traded: Sequence[_Traded], *, bars: Bars, equity: NDArray[np.float64], known: _Run) -> LegsResult:
    trades = [trade for each in traded for trade in each.trades]
    equity.flags.writeable = False
    charges = sum((each.result.charges for each in traded), 0.0)
    prices = np.array([trade.entry_price for trade in trades], float)
    closed = tally.TradeColumns(
        np.array([trade.pnl for trade in trades], float),
        prices * np.array([trade.quantity for trade in trades], float),
        np.array([trade.bars_held for trade in trades], np.int64),
        prices,
        np.array([trade.mae for trade in trades], float),
        np.array([trade.mfe for trade in trades], float),
    )
    exposed, turnover = sum(each.exposed for each in traded), sum((each.turnover for each in traded), 0.0)
    statistics = registry.measure(
        bars=bars,
        equity=equity,
        initial_cash=known.settings.initial_cash,
        closed=closed,
        activity=registry.Activity(exposed, charges, turnover),
    )
    return LegsResult(
        trades=tuple(trades),
        days=tuple(each.result for each in traded),
        legs=results.by_leg(trades, legs=len(known.rule.legs)),
        equity=equity,
        statistics=statistics,
        charges=charges,
    )
