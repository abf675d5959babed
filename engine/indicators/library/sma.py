"""SMA, the simple moving average. Its exact sums are in ``means``; nothing else belongs here."""

from __future__ import annotations

from engine.indicators.definition import Column, Indicator, Params, period
from engine.indicators.means import rolling_mean
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    return (rolling_mean(bars.close, period=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="SMA",
    label="Simple moving average",
    parameters=(period(20),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib SMA, summed in whole paise",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
