"""exp, log and the normal distribution with the same bits on every machine.

Numpy's own differ in the last bit between processors. These use tables and additions, multiplications and divisions,
which IEEE 754 fixes. What does not belong here: random numbers, and what is priced with them.
"""

from __future__ import annotations

import math
from decimal import Context
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_EXP_STEPS = 64  # table entries per unit
_EXP_LIMIT = 64  # exp(-64) is nothing, exp(64) no price
_LOG_STEPS = 256
_CDF_STEPS = 256
_CDF_LIMIT = 9  # beyond, the distribution is 0 or 1 to 1e-19
_PRECISE = Context(prec=25)
_LN_2 = float(_PRECISE.ln(2))
_ROOT_2_PI = math.sqrt(2 * math.pi)


@lru_cache(maxsize=1)
def _exp_table() -> Floats:
    """exp(i / 64) for i from -64 * 64 to 64 * 64, each a product of two correctly rounded values."""
    whole = np.array([float(_PRECISE.exp(value)) for value in range(-_EXP_LIMIT, _EXP_LIMIT)])
    steps = [_PRECISE.divide(step, _EXP_STEPS) for step in range(_EXP_STEPS)]
    part = np.array([float(_PRECISE.exp(value)) for value in steps])
    return np.append(whole[:, None] * part, float(_PRECISE.exp(_EXP_LIMIT)))


def exp(values: Floats) -> Floats:
    """E to the power of each value, to 1e-15 relative; values beyond 64 in size count as 64."""
    inside = np.minimum(np.maximum(values, -_EXP_LIMIT), _EXP_LIMIT)
    steps = np.floor(inside * _EXP_STEPS + 0.5)
    rest = inside - steps * (1 / _EXP_STEPS)
    series = exp_near_zero(rest)
    series *= _exp_table().take((steps + _EXP_LIMIT * _EXP_STEPS).astype(np.intp))
    return series


def exp_near_zero(values: Floats) -> Floats:
    """E to the power of values up to 0.25 in size, to 5e-7 relative; up to 0.01, to 3e-15."""
    series = values * (1 / 120)
    for coefficient in (1 / 24, 1 / 6, 0.5, 1.0):
        series += coefficient
        series *= values
    series += 1.0
    return series


@lru_cache(maxsize=1)
def _log_table() -> tuple[Floats, Floats]:
    """The middles of 128 steps from 0.5 to 1, and their logarithms."""
    middles = (np.arange(_LOG_STEPS // 2, _LOG_STEPS) + 0.5) / _LOG_STEPS
    return middles, np.array([float(_PRECISE.ln(_PRECISE.create_decimal_from_float(middle))) for middle in middles])


def log(values: Floats) -> Floats:
    """The natural logarithm of positive values, to a unit in the last place, around 1 to 2e-16 absolute."""
    mantissa, exponent = np.frexp(values)
    middles, logarithms = _log_table()
    index = (mantissa * _LOG_STEPS).astype(np.intp) - _LOG_STEPS // 2
    middle = middles.take(index)
    rest = (mantissa - middle) / middle
    series = rest * (-1 / 6)
    for coefficient in (1 / 5, -1 / 4, 1 / 3, -1 / 2, 1.0):
        series += coefficient
        series *= rest
    return series + (exponent * _LN_2 + logarithms.take(index))


@lru_cache(maxsize=1)
def _cdf_table() -> tuple[Floats, Floats]:
    """The normal distribution and its density at every 1/256 from -9 to 9.

    Assumption: the C library's complementary error function differs between machines by a unit in the last place,
    which rounding to ticks hides.
    """
    nodes = [step / _CDF_STEPS for step in range(-_CDF_LIMIT * _CDF_STEPS, _CDF_LIMIT * _CDF_STEPS + 1)]
    distribution = [0.5 * math.erfc(-node / math.sqrt(2)) for node in nodes]
    return np.array(distribution), normal_density(np.array(nodes))


def normal_density(values: Floats) -> Floats:
    """The standard normal density."""
    return exp(-0.5 * values * values) * (1 / _ROOT_2_PI)


def normal_cdf(values: Floats) -> Floats:
    """The standard normal distribution function, to 4e-16 absolute: the Taylor series of the nearest table entry."""
    inside = np.minimum(np.maximum(values, -_CDF_LIMIT), _CDF_LIMIT)
    steps = np.floor(inside * _CDF_STEPS + 0.5)
    node = steps * (1 / _CDF_STEPS)
    index = (steps + _CDF_LIMIT * _CDF_STEPS).astype(np.intp)
    rest = inside - node
    distribution, density = _cdf_table()
    square = node * node
    # The derivatives of the density are the density times the Hermite polynomials of the node.
    series = node * (3.0 - square) * (1 / 24) * rest
    series += (square - 1.0) * (1 / 6)
    series *= rest
    series -= 0.5 * node
    series *= rest
    series += 1.0
    series *= rest
    series *= density.take(index)
    series += distribution.take(index)
    return series
