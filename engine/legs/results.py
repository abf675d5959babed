"""What a run of an option rule gives: by trade, by day, by leg. What does not belong here: computing fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.legs.days import SkipReason
from engine.types import Side

LegExitReason = Literal["stop", "target", "square_off", "expiry", "whole_stop", "whole_target"]


class LegTrade(NamedTuple):
    """One round trip of a leg.

    ``day`` is the number of the day, ``leg`` that of the leg, ``entry`` 0 for the first and then the number of the
    re-entry; bars are numbered through the run. Prices and amounts are paise; ``pnl`` is net of ``charges``.
    ``mae``, ``mfe``: worst and best excursion a unit, both >= 0.
    """

    day: int
    leg: int
    contract: str
    side: Side
    quantity: int
    entry: int
    entry_index: int
    entry_price: float
    exit_index: int
    exit_price: float
    exit_reason: LegExitReason
    pnl: float
    charges: float
    mae: float
    mfe: float
    ambiguous: bool

    @property
    def bars_held(self) -> int:
        """Bars from the entry to the exit."""
        return self.exit_index - self.entry_index


class DayResult(NamedTuple):
    """One day: traded, or skipped for a reason.

    ``premium``: what the entry brought in (above 0) or cost (below), paise; ``pnl`` is net of ``charges``.
    ``lacks_margin``: the cash did not leave the margin free at the entry.
    """

    session: int
    skipped: SkipReason | None
    premium: float = 0.0
    pnl: float = 0.0
    charges: float = 0.0
    trades: int = 0
    lacks_margin: bool = False


class LegResult(NamedTuple):
    """One leg over the run: its trades, how many won and were stopped, and what they made (paise, net)."""

    trades: int
    wins: int
    stops: int
    pnl: float
    charges: float


@dataclass(frozen=True, slots=True)
class LegsResult:
    """What a run gave. ``equity`` is paise at each bar's close: cash + what is held at its last known premiums."""

    trades: Sequence[LegTrade]
    days: Sequence[DayResult]
    legs: Sequence[LegResult]
    equity: NDArray[np.float64]
    statistics: Mapping[str, float | int | None]
    charges: float


def by_leg(trades: Sequence[LegTrade], *, legs: int) -> tuple[LegResult, ...]:
    """The trades summed up for each leg."""
    return tuple(_summed([trade for trade in trades if trade.leg == leg]) for leg in range(legs))


def _summed(trades: Sequence[LegTrade]) -> LegResult:
    return LegResult(
        trades=len(trades),
        wins=sum(trade.pnl > 0 for trade in trades),
        stops=sum(trade.exit_reason == "stop" for trade in trades),
        pnl=sum((trade.pnl for trade in trades), 0.0),
        charges=sum((trade.charges for trade in trades), 0.0),
    )
