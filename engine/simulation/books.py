"""The door to the compiled pass: plan, settings and columns in, the books of a run out.

What does not belong here: the rules of fills (kernel), refusals (checks), statistics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from struct import Struct
from typing import TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from engine.costs import tables
from engine.simulation import checks, interface, kernel, moments, records
from engine.types import (
    Bars,
    EntryReason,
    ExitReason,
    Plan,
    Rejection,
    RejectionReason,
    Settings,
    Side,
    Signals,
    Trade,
)

Scalar = TypeVar("Scalar", bound=np.generic)

_SIDES: dict[int, Side] = {1: "long", -1: "short"}
_REASONS: dict[int, ExitReason] = {
    interface.SIGNAL: "signal",
    interface.STOP: "stop",
    interface.TARGET: "target",
    interface.TRAILING: "trailing",
    interface.REVERSE: "reverse",
    interface.END: "end",
    interface.TIME: "time",
    interface.SQUARE_OFF: "square_off",
    interface.EXPIRY: "expiry",
}
_ENTRY_REASONS: dict[int, EntryReason] = {
    interface.MARKET: "signal",
    interface.LIMIT: "limit",
    interface.STOP_MARKET: "stop",
    interface.STOP_LIMIT: "stop",
}
_REJECTIONS: dict[int, RejectionReason] = {
    interface.INSUFFICIENT_CASH: "insufficient_cash",
    interface.BELOW_ONE_LOT: "below_one_lot",
    interface.OUTSIDE_SESSION: "outside_session",
    interface.MAX_PER_DAY: "max_trades_per_day",
    interface.NO_STOP_DISTANCE: "no_stop_distance",
}
# No session: duties begin anew with the first order.
_NO_DAY = -(2**62)
_DESK = np.dtype([("account", interface.ACCOUNT), ("orders", interface.ORDERS), ("bar", interface.BAR)], align=True)
_COUNTED = itemgetter(
    *((interface.ACCOUNT.names or ()).index(name) for name in ("closed", "rejected", "exposed", "charges", "traded"))
)
_NO_COLUMN = np.empty(0)
# The rows of trades as bytes without names, which are copied at once, and what stands in the bytes of one.
_BYTES = np.dtype((np.void, interface.TRADE.itemsize))
_CELLS = Struct("".join(interface.TRADE[name].char for name in interface.TRADE.names or ()))
# As Trade._make, which looks at the length first.
_new_trade = cast("Callable[[tuple[object, ...]], Trade]", partial(tuple.__new__, Trade))
_NO_COLUMN.flags.writeable = False


@dataclass(frozen=True, slots=True)
class Books:
    """What a simulation wrote down, as columns.

    ``trades``: closed trades, rows of ``interface.TRADE`` in the order of their exits; ``open_trades``: none or one;
    ``rejections``: rows of ``interface.REJECTION``. ``equity``: paise at each close. ``exposed_bars``: bars traded
    through with a position, wholly or until its stop or target. ``charges`` and ``traded`` (the value of all orders)
    are paise.
    """

    trades: NDArray[np.void]
    open_trades: NDArray[np.void]
    rejections: NDArray[np.void]
    equity: NDArray[np.float64]
    exposed_bars: int
    charges: float
    traded: float


def simulate(
    *,
    signals: Signals,
    plan: Plan,
    bars: Bars,
    settings: Settings,
    atr: NDArray[np.float64] | None = None,
) -> Books:
    """Carry out a plan's signals on bars.

    ``atr``: paise, one value a bar, where an exit of the plan is a multiple of it.

    :raises InvalidSettings: if plan, settings, signals and bars do not fit together
    :raises InvalidCosts: if the charges of a bar's date are not known
    """
    checks.check_settings(plan=plan, bars=bars, settings=settings)
    checks.check_signals(signals=signals, bars=bars)
    checks.check_clock(plan=plan, bars=bars)
    checks.check_atr(plan=plan, bars=bars, atr=atr)
    charges = tables.NO_TABLE if settings.costs is None else tables.table(settings.costs, session=bars.session)
    columns = interface.Columns(
        _frozen(bars.open, np.int32),
        _frozen(bars.high, np.int32),
        _frozen(bars.low, np.int32),
        _frozen(bars.close, np.int32),
        _frozen(bars.session, np.int32),
        _frozen(signals.enter_long, np.bool_),
        _frozen(signals.exit_long, np.bool_),
        _frozen(signals.enter_short, np.bool_),
        _frozen(signals.exit_short, np.bool_),
        moments.of(bars=bars, plan=plan, settings=settings),
        _NO_COLUMN if atr is None else _frozen(atr, np.float64),
        charges.row,
    )
    # Every trade, the open one too, and every rejection was asked for by an entry signal of its own.
    rows = int(np.count_nonzero(columns.enter_long) + np.count_nonzero(columns.enter_short))
    pages = np.empty(rows, interface.PAGE)
    equity = np.empty(len(bars))
    desk = desk_of(plan, settings, rates=charges.rates)
    is_open = kernel.simulate(columns, desk, pages, equity)
    return books_of(desk.account[0], is_open=is_open, pages=pages, equity=equity)


def desk_of(plan: Plan, settings: Settings, *, rates: NDArray[np.void]) -> interface.Desk:
    """The records a pass begins with: the rules, an account with its cash, no orders, no bar yet."""
    rules = records.rules_of(plan.direction, plan.exits, plan.entries, plan.sizing, settings)
    # np.zeros takes six times as long for a record.
    desk = np.frombuffer(bytearray(_DESK.itemsize), _DESK)
    account = desk["account"]
    account["cash"] = settings.initial_cash
    account["duty_day"] = _NO_DAY
    return interface.Desk(rules, account, desk["orders"], desk["bar"], rates)


def books_of(account: np.void, *, is_open: bool, pages: NDArray[np.void], equity: NDArray[np.float64]) -> Books:
    """What a finished pass wrote, cut to its size."""
    equity.flags.writeable = False
    closed, rejected, exposed, charges, traded = _COUNTED(account.item())
    return Books(
        # A copy, which does not keep the rest of the rows.
        trades=np.frombuffer(pages["trade"][:closed].view(_BYTES).tobytes(), interface.TRADE),
        open_trades=pages["trade"][closed : closed + is_open],
        rejections=pages["rejection"][:rejected],
        equity=equity,
        exposed_bars=exposed,
        charges=charges,
        traded=traded,
    )


class Trades(Sequence[Trade]):
    """Rows of ``interface.TRADE`` as trades, all built when one is asked for; equal to a tuple of the same."""

    __slots__ = ("_built", "_rows")

    def __init__(self, rows: NDArray[np.void]) -> None:
        self._rows = rows
        self._built: tuple[Trade, ...] | None = None

    def _all(self) -> tuple[Trade, ...]:
        if self._built is None:
            self._built = list_trades(self._rows)
        return self._built

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Trade: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Trade, ...]: ...
    def __getitem__(self, index: int | slice) -> Trade | tuple[Trade, ...]:
        return self._all()[index]

    def __iter__(self) -> Iterator[Trade]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, Trades) else other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())


def list_trades(rows: NDArray[np.void]) -> tuple[Trade, ...]:
    """Rows of ``interface.TRADE`` as trades; whole quantities are integers."""
    return tuple(
        [
            _new_trade(
                (
                    _SIDES[side],
                    int(quantity) if quantity.is_integer() else quantity,
                    entered,
                    entry_price,
                    left,
                    exit_price,
                    pnl,
                    _REASONS[reason],
                    held,
                    mae,
                    mfe,
                    ambiguous,
                    charges,
                    _ENTRY_REASONS[kind],
                    entries,
                    entry_tag,
                    exit_tag,
                )
            )
            for (
                side,
                quantity,
                entered,
                entry_price,
                left,
                exit_price,
                pnl,
                reason,
                held,
                mae,
                mfe,
                ambiguous,
                charges,
                kind,
                entries,
                entry_tag,
                exit_tag,
            ) in _CELLS.iter_unpack(rows.view(_BYTES).tobytes())
        ]
    )


def list_rejections(rows: NDArray[np.void]) -> tuple[Rejection, ...]:
    """Rows of ``interface.REJECTION`` as rejections."""
    return tuple(Rejection(index, _SIDES[side], _REJECTIONS[reason]) for index, side, reason in rows.tolist())


def _frozen(column: NDArray[np.generic], kind: type[Scalar]) -> NDArray[Scalar]:
    """A contiguous read-only view: one kind of array, so that the pass is compiled once."""
    flags = column.flags
    if flags.c_contiguous and not flags.writeable and column.dtype.type is kind:
        return cast("NDArray[Scalar]", column)
    view = np.ascontiguousarray(column, dtype=kind).view()
    view.flags.writeable = False
    return view
