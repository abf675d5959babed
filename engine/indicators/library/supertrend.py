"""SUPERTREND, the band of average true ranges that the price has not passed. No other trailing level belongs here."""

from __future__ import annotations

import numpy as np

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Parameter, Params, period
from engine.indicators.ranges import average_true_range
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    # Here, so that a process that only names indicators loads no compiler.
    from engine.indicators import kernels

    bars_back = int(params["timeperiod"])
    middle = (bars.high.astype(np.float64) + bars.low) / 2
    width = params["multiplier"] * average_true_range(bars, period=bars_back)
    level, direction = kernels.supertrend(bars.close.astype(np.float64), middle, width, bars_back - 1)
    return level / PAISE_PER_RUPEE, direction


INDICATOR = Indicator(
    name="SUPERTREND",
    label="Supertrend",
    parameters=(
        period(10),
        Parameter("multiplier", "Ranges", "number", default=3.0, minimum=0.1, maximum=20.0),
    ),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("value", "direction"),
    source="Olivier Seban, as charted by TradingView, direction 1 up and -1 down; not in TA-Lib",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
