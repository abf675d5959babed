"""The door to the compiled pass: plan, settings and columns in, the books of a run out.

What does not belong here: the rules of fills (kernel), refusals (checks), statistics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.simulation import checks, interface, kernel
from engine.types import Bars, ExitReason, PathMode, Plan, Rejection, Settings, Side, Signals, SizingKind, Trade

Scalar = TypeVar("Scalar", bound=np.generic)

_SIDES: dict[int, Side] = {1: "long", -1: "short"}
_REASONS: dict[int, ExitReason] = {
    interface.SIGNAL: "signal",
    interface.STOP: "stop",
    interface.TARGET: "target",
    interface.TRAILING: "trailing",
    interface.REVERSE: "reverse",
    interface.END: "end",
}
_PATH_MODES: dict[PathMode, int] = {
    "pessimistic": interface.PESSIMISTIC,
    "tv_path": interface.TV_PATH,
    "optimistic": interface.OPTIMISTIC,
}
_SIZINGS: dict[SizingKind, int] = {
    "all_in": interface.ALL_IN,
    "quantity": interface.QUANTITY,
    "cash": interface.CASH,
    "percent_of_equity": interface.PERCENT_OF_EQUITY,
}


@dataclass(frozen=True, slots=True)
class Books:
    """What a simulation wrote down, as columns.

    ``trades``: closed trades, rows of ``interface.TRADE`` in the order of their exits; ``open_trades``: none or one;
    ``rejections``: rows of ``interface.REJECTION``. ``equity``: paise at each close. ``exposed_bars``: bars traded
    through with a position, wholly or until its stop or target.
    """

    trades: NDArray[np.void]
    open_trades: NDArray[np.void]
    rejections: NDArray[np.void]
    equity: NDArray[np.float64]
    exposed_bars: int


def simulate(*, signals: Signals, plan: Plan, bars: Bars, settings: Settings) -> Books:
    """Carry out a plan's signals on bars.

    :raises InvalidSettings: if plan, settings, signals and bars do not fit together
    """
    checks.check_settings(plan=plan, bars=bars, settings=settings)
    checks.check_signals(signals=signals, bars=bars)
    columns = interface.Columns(
        _frozen(bars.open, np.int32),
        _frozen(bars.high, np.int32),
        _frozen(bars.low, np.int32),
        _frozen(bars.close, np.int32),
        _frozen(signals.enter_long, np.bool_),
        _frozen(signals.exit_long, np.bool_),
        _frozen(signals.enter_short, np.bool_),
        _frozen(signals.exit_short, np.bool_),
    )
    # Every trade, the open one too, and every rejection was asked for by an entry signal of its own.
    rows = np.count_nonzero(columns.enter_long) + np.count_nonzero(columns.enter_short)
    trades = np.empty(rows, interface.TRADE)
    rejections = np.empty(rows, interface.REJECTION)
    equity = np.empty(len(bars))
    closed, rejected, exposed, is_open = kernel.simulate(columns, _rules(plan, settings), trades, rejections, equity)
    equity.flags.writeable = False
    return Books(
        trades=trades[:closed],
        open_trades=trades[closed : closed + is_open],
        rejections=rejections[:rejected],
        equity=equity,
        exposed_bars=exposed,
    )


def list_trades(rows: NDArray[np.void]) -> tuple[Trade, ...]:
    """Rows of ``interface.TRADE`` as trades."""
    return tuple(
        Trade(_SIDES[side], quantity, begun, paid, ended, got, pnl, _REASONS[reason], held, mae, mfe, ambiguous)
        for side, quantity, begun, paid, ended, got, pnl, reason, held, mae, mfe, ambiguous in rows.tolist()
    )


def list_rejections(rows: NDArray[np.void]) -> tuple[Rejection, ...]:
    """Rows of ``interface.REJECTION`` as rejections."""
    return tuple(Rejection(index, _SIDES[side], "insufficient_cash") for index, side in rows.tolist())


def _rules(plan: Plan, settings: Settings) -> interface.Rules:
    return interface.Rules(
        at_open=settings.fill_on == "next_open",
        allow_long=plan.direction != "short",
        allow_short=plan.direction != "long",
        levels_from_signal=settings.stop_basis == "signal_close",
        path_mode=_PATH_MODES[settings.path_mode],
        sizing=_SIZINGS[plan.sizing.kind],
        size=float(plan.sizing.value),
        stop_pct=float(plan.exits.stop_loss_pct or 0.0),
        target_pct=float(plan.exits.target_pct or 0.0),
        trailing_pct=float(plan.exits.trailing_stop_pct or 0.0),
        initial_cash=float(settings.initial_cash),
    )


def _frozen(column: NDArray[np.generic], kind: type[Scalar]) -> NDArray[Scalar]:
    """A contiguous read-only view: one kind of array, so that the pass is compiled once."""
    view = np.ascontiguousarray(column, dtype=kind).view()
    view.flags.writeable = False
    return view
