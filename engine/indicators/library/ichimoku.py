"""ICHIMOKU, the lines of the cloud. Its lagging span is the close itself, drawn earlier: compare CLOSE with CLOSE[26].

What does not belong here: any other channel.
"""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _middle(bars: Bars, *, bars_back: int) -> Column:
    """Halfway between the highest high and the lowest low, in paise."""
    upper = talib.MAX(bars.high.astype(np.float64), timeperiod=bars_back)
    middle: Column = (upper + talib.MIN(bars.low.astype(np.float64), timeperiod=bars_back)) / 2
    return middle


def _warmup(params: Params) -> int:
    spans = max(params["slowperiod"], params["spanperiod"]) - 1 + params["displacement"] - 1
    return int(max(spans, params["fastperiod"] - 1))


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    fast = _middle(bars, bars_back=int(params["fastperiod"]))
    slow = _middle(bars, bars_back=int(params["slowperiod"]))
    span = _middle(bars, bars_back=int(params["spanperiod"]))
    # Assumption: a bar counts as the first of those that the cloud is moved forward by, as on TradingView.
    moved = int(params["displacement"]) - 1
    lines = [fast, slow]
    for leading in ((fast + slow) / 2, span):
        line = np.full(len(bars), np.nan)
        line[moved:] = leading[: len(bars) - moved]
        lines.append(line)
    for line in lines:
        # All lines begin together, where the last of them does.
        line[: _warmup(params)] = np.nan
    return tuple(line / PAISE_PER_RUPEE for line in lines)


def _relation(params: Params) -> str | None:
    return None if params["fastperiod"] < params["slowperiod"] else "fastperiod must be below slowperiod"


INDICATOR = Indicator(
    name="ICHIMOKU",
    label="Ichimoku cloud",
    parameters=(
        period(9, name="fastperiod", label="Conversion period", minimum=2),
        period(26, name="slowperiod", label="Base period", minimum=2),
        period(52, name="spanperiod", label="Leading span B period", minimum=2),
        period(26, name="displacement", label="Displacement"),
    ),
    inputs=("HIGH", "LOW"),
    outputs=("conversion", "base", "span_a", "span_b"),
    source="Goichi Hosoda; the cloud as it stands over the bar; not in TA-Lib",
    warmup=_warmup,
    columns=_columns,
    relation=_relation,
)
