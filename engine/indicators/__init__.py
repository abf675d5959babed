"""Indicators: columns of bars in, columns of numbers out.

Units: whatever is worth a price (averages, bands, ranges, MACD) is in rupees as float64, because that is what a
user compares it with; TA-Lib is given whole paise and its answer is divided by 100 once, so that flat prices and
means tie exactly (see ``means``). Volumes are shares, oscillators their own scale. NaN means not available.
To add an indicator, add one file to ``library``. What does not belong here: conditions, signals, trades.
"""

from engine.indicators.definition import Indicator, Parameter
from engine.indicators.registry import REGISTRY, catalogue, columns, compute, resolve
from engine.indicators.timeframes import TIMEFRAMES, Frame, frame

__all__ = [
    "REGISTRY",
    "TIMEFRAMES",
    "Frame",
    "Indicator",
    "Parameter",
    "catalogue",
    "columns",
    "compute",
    "frame",
    "resolve",
]
