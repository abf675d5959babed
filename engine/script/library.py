"""How the studies over any source are computed, whole columns at a time.

A bar on which a source is na is left out, as if it had not been: the study is na there and goes on after it.
What does not belong here: studies that only the indicators have (the run hands those in), names and arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import talib
from numpy.typing import NDArray

from engine.script.kernels import rolling, windows

Column = NDArray[np.float64]
Sources = tuple[Column, ...]
Numbers = tuple[float, ...]
Compute = Callable[[Sources, Numbers], tuple[Column, ...]]


def _without_gaps(compute: Compute) -> Compute:
    """A study over the bars on which all its sources have values."""

    def computed(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
        known: NDArray[np.bool_] = np.logical_not(np.logical_or.reduce([np.isnan(source) for source in sources]))
        if known.all():
            return compute(sources, numbers)
        dense = compute(tuple(np.ascontiguousarray(source[known]) for source in sources), numbers)
        spread = []
        for column in dense:
            wide = np.full(len(known), np.nan)
            wide[known] = column
            spread.append(wide)
        return tuple(spread)

    return computed


def _of_talib(function: Callable[..., Column]) -> Compute:
    """A TA-Lib function of one source and a length; of no bars, or fewer than it needs, there is nothing."""

    def computed(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
        source, length = sources[0], int(numbers[0])
        if length == 1 and function in (talib.SMA, talib.EMA, talib.WMA, talib.MAX, talib.MIN, talib.SUM):
            return (source.copy(),)
        return (function(source, timeperiod=length) if len(source) else source,)

    return _without_gaps(computed)


def _wilder(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    return (windows.wilder(sources[0], int(numbers[0])),)


def _wma(source: Column, length: int) -> Column:
    return source if length == 1 else talib.WMA(source, timeperiod=length)


def _hma(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    source, length = sources[0], int(numbers[0])
    if len(source) < length:
        return (np.full(len(source), np.nan),)
    leading = 2 * _wma(source, max(length // 2, 1)) - _wma(source, length)
    return (_wma(leading, math.isqrt(length)),)


def _vwma(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    source, volume = sources
    length = float(numbers[0])
    traded, shares = (_of_talib(talib.SUM)((column,), (length,))[0] for column in (source * volume, volume))
    average = np.full(len(source), np.nan)
    np.divide(traded, shares, out=average, where=shares > 0)
    return (average,)


def _macd(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    source = sources[0]
    if not len(source):
        return source, source, source
    fast, slow, signal = (int(number) for number in numbers)
    found: tuple[Column, ...] = talib.MACD(source, fastperiod=fast, slowperiod=slow, signalperiod=signal)
    return found


def _deviation(source: Column, length: int) -> Column:
    if not len(source):
        return source
    return np.zeros(len(source)) if length == 1 else talib.STDDEV(source, timeperiod=length, nbdev=1.0)


def _bands(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    middle = _of_talib(talib.SMA)(sources, numbers[:1])[0]
    width = numbers[1] * _deviation(sources[0], int(numbers[0]))
    return middle, middle + width, middle - width


def _stdev(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    length, biased = int(numbers[0]), numbers[1]
    deviation = _deviation(sources[0], length)
    if biased or length == 1:
        return (deviation,)
    return (deviation * math.sqrt(length / (length - 1)),)


def _variance(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    return (_stdev(sources, numbers)[0] ** 2,)


def _channel(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    source, ranges = sources
    middle, width = (_of_talib(talib.EMA)((column,), numbers[:1])[0] for column in (source, ranges))
    return middle, middle + numbers[1] * width, middle - numbers[1] * width


def _stochastic(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    source, high, low = sources
    top = _of_talib(talib.MAX)((high,), numbers)[0]
    bottom = _of_talib(talib.MIN)((low,), numbers)[0]
    found = np.full(len(source), np.nan)
    np.divide(100.0 * (source - bottom), top - bottom, out=found, where=top > bottom)
    return (found,)


def _cci(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    source, length = sources[0], int(numbers[0])
    mean = _of_talib(talib.SMA)((source,), (float(length),))[0]
    away = 0.015 * windows.mean_deviation(source, length)
    found = np.full(len(source), np.nan)
    np.divide(source - mean, away, out=found, where=away > 0)
    return (found,)


def _money_flow(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    source, volume = sources
    return (talib.MFI(source, source, source, volume, timeperiod=int(numbers[0])) if len(source) else source,)


def _regression(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    source, length, offset = sources[0], int(numbers[0]), numbers[1]
    if not len(source):
        return (source,)
    slope = talib.LINEARREG_SLOPE(source, timeperiod=length)
    intercept = talib.LINEARREG_INTERCEPT(source, timeperiod=length)
    return (intercept + slope * (length - 1 - offset),)


def _directional(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:
    """ADX from the two directional indicators, smoothed by a length of its own."""
    plus, minus = sources
    total = plus + minus
    ratio = np.where(total > 0, 100.0 * np.abs(plus - minus) / np.where(total > 0, total, 1.0), 0.0)
    return (windows.wilder(ratio, int(numbers[0])),)


def _cumulated(sources: Sources, numbers: Numbers) -> tuple[Column, ...]:  # noqa: ARG001 - one signature for all
    return (np.cumsum(sources[0]),)


COMPUTE: Mapping[str, Compute] = {
    "ta.sma": _of_talib(talib.SMA),
    "ta.ema": _of_talib(talib.EMA),
    "ta.wma": _of_talib(talib.WMA),
    "ta.rma": _without_gaps(_wilder),
    "ta.hma": _without_gaps(_hma),
    "ta.vwma": _without_gaps(_vwma),
    "ta.rsi": _of_talib(talib.RSI),
    "ta.cmo": _of_talib(talib.CMO),
    "ta.macd": _without_gaps(_macd),
    "ta.bb": _without_gaps(_bands),
    "ta.kc": _without_gaps(_channel),
    "ta.stdev": _without_gaps(_stdev),
    "ta.variance": _without_gaps(_variance),
    "ta.dev": _without_gaps(lambda s, n: (windows.mean_deviation(s[0], int(n[0])),)),
    "ta.median": _without_gaps(lambda s, n: (rolling.median(s[0], int(n[0])),)),
    "ta.linreg": _without_gaps(_regression),
    "ta.stoch": _without_gaps(_stochastic),
    "ta.cci": _without_gaps(_cci),
    "ta.mfi": _without_gaps(_money_flow),
    "ta.highest": _of_talib(talib.MAX),
    "ta.lowest": _of_talib(talib.MIN),
    "ta.highestbars": _without_gaps(lambda s, n: (rolling.extreme_offset(s[0], int(n[0]), 1.0),)),
    "ta.lowestbars": _without_gaps(lambda s, n: (rolling.extreme_offset(s[0], int(n[0]), -1.0),)),
    "ta.cum": _without_gaps(_cumulated),
    "math.sum": _of_talib(talib.SUM),
    "ta.barssince": lambda s, _: (windows.bars_since(s[0]),),
    "ta.valuewhen": lambda s, n: (windows.value_when(s[0], s[1], int(n[0])),),
    "ta.pivothigh": lambda s, n: (rolling.pivot(s[0], int(n[0]), int(n[1]), 1.0),),
    "ta.pivotlow": lambda s, n: (rolling.pivot(s[0], int(n[0]), int(n[1]), -1.0),),
    "ta.vwap": lambda s, _: (windows.session_average(s[0], s[1], s[2]),),
    "fixnan": lambda s, _: (windows.held(s[0]),),
    "adx": _without_gaps(_directional),
}
