"""The vocabulary of the engine: bars, plan, settings, trades, result.

Prices are paise. What does not belong here: computing anything from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.bars import MAX_PRICE_PAISE as MAX_PRICE_PAISE
from engine.bars import Bars as Bars
from engine.costs.schedule import Schedule

FillOn = Literal["same_close", "next_open"]
PathMode = Literal["pessimistic", "tv_path", "optimistic"]
StopBasis = Literal["fill", "signal_close"]
Direction = Literal["long", "short", "both"]
SizingKind = Literal["all_in", "quantity", "cash", "percent_of_equity", "risk_per_trade"]
Units = Literal["whole", "lots", "fractional"]
OrderKind = Literal["market", "limit", "stop"]
Side = Literal["long", "short"]
EntryReason = Literal["signal", "limit", "stop"]
Timeframe = Literal["15m", "30m", "1h", "1d", "1w"]
ExitReason = Literal["signal", "stop", "target", "trailing", "reverse", "end", "time", "square_off", "expiry"]
RejectionReason = Literal[
    "insufficient_cash", "below_one_lot", "outside_session", "max_trades_per_day", "no_stop_distance"
]

# A price cannot fall by more than all of it; it can rise by more.
MAX_STOP_PCT = 100.0
MAX_TARGET_PCT = 1000.0


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison.

    ``kind`` ``number``: ``value``. ``price``: ``name`` is OPEN, HIGH, LOW, CLOSE or VOLUME. ``indicator``:
    ``name`` with ``params`` (resolved numbers by parameter name) and ``output``. ``timeframe``: over bars of that
    length instead of the run's own, the last one that has ended. ``offset`` looks back bars of the timeframe.
    """

    kind: Literal["number", "price", "indicator"]
    name: str = ""
    value: float = 0.0
    params: tuple[tuple[str, float], ...] = ()
    output: str = ""
    offset: int = 0
    timeframe: Timeframe | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator right``.

    BETWEEN reads ``left`` inside ``right`` .. ``upper``; RISING and FALLING take ``right`` as a number of bars.
    """

    left: Operand
    operator: str
    right: Operand
    upper: Operand | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by ``all`` or ``any``, or one condition under ``not``."""

    join: Literal["all", "any", "not"]
    members: tuple[Condition, ...]


Condition = Comparison | Group


@dataclass(frozen=True, slots=True)
class Exits:
    """How a position is left apart from its signals; None is off.

    Of stop, target and trailing stop each may be given in one unit: percent of the entry price, points (paise), or
    multiples of ATR(``atr_period``) as it stood on the signal's bar. ``break_even_pct``: once an earlier bar was so
    far in favour, the stop is at the entry price. ``max_bars``: left after so many bars. ``square_off``: minutes
    after midnight in India; every day ends flat, and nothing is entered from then on.
    """

    stop_loss_pct: float | None = None
    target_pct: float | None = None
    trailing_stop_pct: float | None = None
    stop_loss_points: float | None = None
    target_points: float | None = None
    trailing_stop_points: float | None = None
    stop_loss_atr: float | None = None
    target_atr: float | None = None
    trailing_stop_atr: float | None = None
    atr_period: int = 14
    break_even_pct: float | None = None
    max_bars: int | None = None
    square_off: int | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """How a position is entered.

    ``kind`` ``limit`` waits for a price better than the signal's close by ``offset_pct`` percent, ``stop`` for one
    worse by it, for ``valid_bars`` bars from the one after the signal; a later entry signal replaces what waits.
    ``first_minute`` and ``last_minute``: minutes after midnight in India between which fills may be, both included.
    ``max_per_day``: entries a session. ``max_entries``: entries into one position, its price then being their mean.
    """

    kind: OrderKind = "market"
    offset_pct: float = 0.0
    valid_bars: int = 1
    first_minute: int | None = None
    last_minute: int | None = None
    max_per_day: int | None = None
    max_entries: int = 1


@dataclass(frozen=True, slots=True)
class Sizing:
    """How much to buy.

    ``all_in`` needs no value; ``quantity`` is shares; ``cash`` paise; ``percent_of_equity`` and ``risk_per_trade``
    percent: the latter is what is lost between the fill and the stop, and at most what the cash buys.
    """

    kind: SizingKind = "all_in"
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A strategy as understood, whatever it was written in."""

    name: str
    enter_long: Condition | None = None
    exit_long: Condition | None = None
    enter_short: Condition | None = None
    exit_short: Condition | None = None
    direction: Direction = "long"
    exits: Exits = field(default_factory=Exits)
    sizing: Sizing = field(default_factory=Sizing)
    inputs: tuple[tuple[str, float], ...] = ()
    entries: Entries = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class Signals:
    """What a plan says on each bar: four boolean columns, and the bars before any of them can be true."""

    enter_long: NDArray[np.bool_]
    exit_long: NDArray[np.bool_]
    enter_short: NDArray[np.bool_]
    exit_short: NDArray[np.bool_]
    warmup_bars: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """The end of a contract: its session's day number, and the price it is settled at (paise; None: its last close)."""

    session: int
    settlement: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is simulated, apart from the plan.

    ``initial_cash`` is whole paise. ``units``: whole shares, lots of ``lot_size``, or fractions down to a millionth.
    Slippage is ``slippage_ticks`` of ``tick_size`` paise and ``slippage_bps`` of the price together.
    ``penetration_ticks``: how far a bar must trade through a limit or target to fill it; 0: touching counts.
    ``costs`` None: orders are free.
    """

    initial_cash: int
    fill_on: FillOn = "same_close"
    path_mode: PathMode = "pessimistic"
    stop_basis: StopBasis = "fill"
    units: Units = "whole"
    lot_size: int = 1
    tick_size: float = 5.0
    slippage_ticks: float = 0.0
    slippage_bps: float = 0.0
    penetration_ticks: float = 0.0
    costs: Schedule | None = None
    expiry: Expiry | None = None


class Trade(NamedTuple):
    """One round trip, or the position still open at the end (``exit_reason`` ``end``, marked at the last close).

    Indices are bar numbers; prices and ``pnl`` are paise and may have a fraction, for stop and target levels are
    not rounded. ``pnl`` is net of ``charges``; of an open trade these are what was paid to enter. ``quantity`` is
    whole unless the run trades fractions. ``mae`` and ``mfe`` are the worst and best excursion in paise a share,
    both >= 0. ``ambiguous``: the bar does not tell whether its exit came first.
    """

    side: Side
    quantity: float
    entry_index: int
    entry_price: float
    exit_index: int
    exit_price: float
    pnl: float
    exit_reason: ExitReason
    bars_held: int
    mae: float
    mfe: float
    ambiguous: bool
    charges: float = 0.0
    entry_reason: EntryReason = "signal"
    entries: int = 1
    entry_tag: int = 0
    exit_tag: int = 0

    @property
    def gross_pnl(self) -> float:
        """The profit before charges, paise."""
        return self.pnl + self.charges


@dataclass(frozen=True, slots=True)
class Rejection:
    """An order that could not be carried out: the bar it was due at, and why."""

    index: int
    side: Side
    reason: RejectionReason


@dataclass(frozen=True, slots=True)
class Result:
    """What a run gave. ``equity`` is paise at each bar's close: cash + position, exactly.

    ``charges``: paise paid in all, those of the open trade included.
    """

    trades: Sequence[Trade]
    open_trade: Trade | None
    rejections: Sequence[Rejection]
    equity: NDArray[np.float64]
    statistics: Mapping[str, float | int | None]
    warmup_bars: int
    charges: float = 0.0
