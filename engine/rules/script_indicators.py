"""The studies of a script that the indicators have: their names, parameters and outputs, bound to the registry.

A script's own studies are over any source; where the source is the price that an indicator reads, the indicator gives
the values, so that a script and a rule say the same. What does not belong here: studies that no indicator is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine import indicators
from engine.errors import InvalidRules
from engine.types import Bars

Column = NDArray[np.float64]
Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """An indicator as a study: the sources it needs, its parameters from the study's numbers, its outputs in order.

    ``turned``: outputs whose sign Pine has the other way round.
    """

    indicator: str
    sources: tuple[str, ...]
    params: Callable[[Numbers], Mapping[str, float]]
    outputs: tuple[str, ...] = ("value",)
    turned: tuple[str, ...] = ()


def _length(numbers: Numbers) -> Mapping[str, float]:
    return {"timeperiod": numbers[0]}


_CLOSE = ("close",)
_HLC = ("high", "low", "close")
BOUND: Mapping[str, Bound] = {
    "ta.sma": Bound("SMA", _CLOSE, _length),
    "ta.ema": Bound("EMA", _CLOSE, _length),
    "ta.wma": Bound("WMA", _CLOSE, _length),
    "ta.hma": Bound("HMA", _CLOSE, _length),
    "ta.vwma": Bound("VWMA", ("close", "volume"), _length),
    "ta.rsi": Bound("RSI", _CLOSE, _length),
    "ta.macd": Bound(
        "MACD",
        _CLOSE,
        lambda n: {"fastperiod": n[0], "slowperiod": n[1], "signalperiod": n[2]},
        ("macd", "signal", "hist"),
    ),
    "ta.bb": Bound("BBANDS", _CLOSE, lambda n: {"timeperiod": n[0], "nbdev": n[1]}, ("middle", "upper", "lower")),
    "ta.cci": Bound("CCI", ("hlc3",), _length),
    "ta.mfi": Bound("MFI", ("hlc3", "volume"), _length),
    "ta.vwap": Bound("VWAP", ("hlc3", "volume", "session.isfirstbar"), lambda n: {}),  # noqa: ARG005 - one signature
    "ta.atr": Bound("ATR", _HLC, _length),
    "ta.wpr": Bound("WILLR", _HLC, _length),
    "ta.sar": Bound("SAR", ("high", "low"), lambda n: {"acceleration": n[1], "maximum": n[2]}),
    "ta.supertrend": Bound(
        "SUPERTREND",
        _HLC,
        lambda n: {"timeperiod": n[1], "multiplier": n[0]},
        ("value", "direction"),
        turned=("direction",),
    ),
    "ta.obv": Bound("OBV", ("close", "volume"), lambda n: {}),  # noqa: ARG005 - one signature
    "ta.accdist": Bound("AD", (*_HLC, "volume"), lambda n: {}),  # noqa: ARG005 - one signature
    "plus_di": Bound("PLUS_DI", _HLC, _length),
    "minus_di": Bound("MINUS_DI", _HLC, _length),
}


def columns(study: str, sources: tuple[str, ...], numbers: Numbers, bars: Bars) -> tuple[Column, ...] | None:
    """The columns of a study over sources by name, None where no indicator is that study."""
    bound = BOUND.get(study)
    if bound is None or bound.sources != sources:
        return None
    indicator = indicators.REGISTRY[bound.indicator]
    try:
        params = dict(indicators.resolve(indicator, bound.params(numbers)))
    except InvalidRules:
        # Beyond the bounds of the indicator; the study itself may still have an answer.
        return None
    found = dict(zip(indicator.outputs, indicators.columns(indicator, params, bars), strict=True))
    return tuple(-found[name] if name in bound.turned else found[name] for name in bound.outputs)
