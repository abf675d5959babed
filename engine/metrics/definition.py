"""What a statistic is, and the facts it may be computed from. What does not belong here: any one statistic."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from engine.metrics.facts import CurveFacts
from engine.metrics.tally import TradeFacts

SESSIONS_PER_YEAR = 252

Unit = Literal["percent", "ratio", "paise", "days", "bars", "count"]


class Facts(NamedTuple):
    """All that the statistics of a run are computed from. Closes, ``charges`` and ``traded`` are paise."""

    curve: CurveFacts
    trades: TradeFacts
    bars: int
    exposed_bars: int
    first_close: int
    last_close: int
    charges: float
    traded: float


@dataclass(frozen=True, slots=True)
class Statistic:
    """One entry of the registry.

    ``formula`` is a sentence for the reader, ``source`` where the definition comes from. ``compute`` returns NaN or
    an infinity where the value is undefined.
    """

    key: str
    label: str
    unit: Unit
    formula: str
    source: str
    compute: Callable[[Facts], float]


def ratio(top: float, bottom: float) -> float:
    """``top / bottom``, NaN where the bottom is 0."""
    return top / bottom if bottom != 0 else math.nan
