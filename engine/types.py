"""The vocabulary of the engine: bars, plan, settings, trades, result.

Prices are paise. What does not belong here: computing anything from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidBars

FillOn = Literal["same_close", "next_open"]
PathMode = Literal["pessimistic", "tv_path", "optimistic"]
StopBasis = Literal["fill", "signal_close"]
Direction = Literal["long", "short", "both"]
SizingKind = Literal["all_in", "quantity", "cash", "percent_of_equity"]
Side = Literal["long", "short"]
ExitReason = Literal["signal", "stop", "target", "trailing", "reverse", "end"]

MAX_PRICE_PAISE = 2**31 - 1
# A price cannot fall by more than all of it; it can rise by more.
MAX_STOP_PCT = 100.0
MAX_TARGET_PCT = 1000.0


@dataclass(frozen=True, slots=True)
class Bars:
    """Columns of bars, one value a bar.

    ``time``: epoch seconds of the open, strictly increasing. ``session``: day number of the IST trading day
    (days since 1970-01-01), never decreasing. Prices: paise. Build with :meth:`checked` unless the columns
    were checked before.
    """

    time: NDArray[np.int64]
    session: NDArray[np.int32]
    open: NDArray[np.int32]
    high: NDArray[np.int32]
    low: NDArray[np.int32]
    close: NDArray[np.int32]
    volume: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def checked(cls, **columns: NDArray[np.generic]) -> Bars:
        """Bars whose columns have been checked and made read-only.

        Columns may be integers or floats (whole numbers, no NaN).

        :raises InvalidBars: naming the first bad bar
        """
        size = len(columns["time"])
        if any(len(column) != size for column in columns.values()):
            raise InvalidBars(index=0, reason="the columns differ in length")
        found = [(int(np.argmax(bad)), reason) for reason, bad in _complaints(columns) if bad.any()]
        if found:
            index, reason = min(found, key=lambda complaint: complaint[0])
            raise InvalidBars(index=index, reason=reason)
        kinds = {"time": np.int64, "session": np.int32, "volume": np.int64}
        typed = {name: np.array(column, dtype=kinds.get(name, np.int32)) for name, column in columns.items()}
        for column in typed.values():
            column.flags.writeable = False
        return cls(**typed)


def _complaints(columns: Mapping[str, NDArray[np.generic]]) -> list[tuple[str, NDArray[np.bool_]]]:
    """Each rule of a sound bar with the bars that break it, in the order a reader would look."""
    raw = {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}
    prices = [raw[name] for name in ("open", "high", "low", "close")]
    time = np.asarray(columns["time"])
    step_back = np.zeros(len(time), dtype=bool)
    step_back[1:] = time[1:] <= time[:-1]
    session_back = np.zeros(len(time), dtype=bool)
    session_back[1:] = raw["session"][1:] < raw["session"][:-1]
    open_, high, low, close = prices
    return [
        ("a value is missing", np.any([~np.isfinite(value) for value in raw.values()], axis=0)),
        ("the time does not increase", step_back),
        ("the session goes back", session_back),
        ("a price is not above zero", np.min(prices, axis=0) <= 0),
        ("a price is too large", np.max(prices, axis=0) > MAX_PRICE_PAISE),
        ("a value is not whole", np.any([value != np.floor(value) for value in raw.values()], axis=0)),
        ("low is above high", low > high),
        (
            "open or close is outside low and high",
            (np.maximum(open_, close) > high) | (np.minimum(open_, close) < low),
        ),
        ("the volume is negative", raw["volume"] < 0),
    ]


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison.

    ``kind`` ``number``: ``value``. ``price``: ``name`` is OPEN, HIGH, LOW, CLOSE or VOLUME. ``indicator``:
    ``name`` with ``params`` (resolved numbers by parameter name) and ``output``. ``offset`` looks back bars.
    """

    kind: Literal["number", "price", "indicator"]
    name: str = ""
    value: float = 0.0
    params: tuple[tuple[str, float], ...] = ()
    output: str = ""
    offset: int = 0


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
    """Protective exits in percent of the entry price; None is off."""

    stop_loss_pct: float | None = None
    target_pct: float | None = None
    trailing_stop_pct: float | None = None


@dataclass(frozen=True, slots=True)
class Sizing:
    """How much to buy: ``all_in`` needs no value; ``quantity`` shares; ``cash`` paise; ``percent_of_equity``."""

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


@dataclass(frozen=True, slots=True)
class Signals:
    """What a plan says on each bar: four boolean columns, and the bars before any of them can be true."""

    enter_long: NDArray[np.bool_]
    exit_long: NDArray[np.bool_]
    enter_short: NDArray[np.bool_]
    exit_short: NDArray[np.bool_]
    warmup_bars: int


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is simulated, apart from the plan. ``initial_cash`` is whole paise."""

    initial_cash: int
    fill_on: FillOn = "same_close"
    path_mode: PathMode = "pessimistic"
    stop_basis: StopBasis = "fill"


class Trade(NamedTuple):
    """One round trip, or the position still open at the end (``exit_reason`` ``end``, marked at the last close).

    Indices are bar numbers; prices and ``pnl`` are paise and may have a fraction, for stop and target levels are
    not rounded. ``mae`` and ``mfe`` are the worst and best excursion in paise a share, both >= 0.
    ``ambiguous``: its exit bar held both the stop and the target.
    """

    side: Side
    quantity: int
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


@dataclass(frozen=True, slots=True)
class Rejection:
    """An order that could not be carried out: the bar it was due at, and why."""

    index: int
    side: Side
    reason: Literal["insufficient_cash"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run gave. ``equity`` is paise at each bar's close: cash + position, exactly."""

    trades: tuple[Trade, ...]
    open_trade: Trade | None
    rejections: tuple[Rejection, ...]
    equity: NDArray[np.float64]
    statistics: Mapping[str, float | int | None]
    warmup_bars: int
