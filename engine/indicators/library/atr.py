"""ATR, the average true range. In percent of the close it is NATR's file; channels are files of their own."""

from __future__ import annotations

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.indicators.ranges import average_true_range
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    return (average_true_range(bars, period=int(params["timeperiod"])) / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="ATR",
    label="Average true range",
    parameters=(period(14),),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("value",),
    source="TA-Lib ATR (Wilder's smoothing), started one bar earlier with high - low",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
