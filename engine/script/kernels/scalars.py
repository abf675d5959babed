"""What each instruction makes of three numbers, as compiled functions.

One definition for constants, whole columns and the machine, so that they cannot differ. A number is a float64, NaN is
Pine's na, a bool is 1 or 0 and never na. What is not finite is na. What does not belong here: jumps, history, orders.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled, compiled_apart
from engine.script.kernels import codes

_EQUAL_WITHIN = 1e-9
_IST_SECONDS = 19_800
_DAY_SECONDS = 86_400


@compiled
def _bool(holds: bool) -> float:
    return 1.0 if holds else 0.0


@compiled
def _arithmetic(op: int, a: float, b: float) -> float:
    if op == codes.ADD:
        return a + b
    if op == codes.SUB:
        return a - b
    if op == codes.MUL:
        return a * b
    if op == codes.NEG:
        return -a
    if op == codes.DIV:
        return a / b if b != 0.0 else np.nan
    if op == codes.MOD:
        return float(np.fmod(a, b)) if b != 0.0 else np.nan
    return float(a**b)


@compiled
def _comparison(op: int, a: float, b: float) -> float:
    """1 or 0; 0 wherever one of the two is na."""
    if op == codes.LT:
        return _bool(a < b)
    if op == codes.LE:
        return _bool(a <= b)
    if op == codes.GT:
        return _bool(a > b)
    if op == codes.GE:
        return _bool(a >= b)
    if op == codes.EQ:
        return _bool(abs(a - b) <= _EQUAL_WITHIN)
    return _bool(abs(a - b) > _EQUAL_WITHIN)


@compiled
def _logic(op: int, a: float, b: float, c: float) -> float:
    if op == codes.AND:
        return _bool(a == 1.0 and b == 1.0)
    if op == codes.OR:
        return _bool(a == 1.0 or b == 1.0)
    if op == codes.NOT:
        return _bool(a != 1.0)
    if op == codes.SELECT:
        return b if a == 1.0 else c
    if op == codes.NA:
        return _bool(math.isnan(a))
    if op == codes.NZ:
        return b if math.isnan(a) else a
    return _bool(a != 0.0 and not math.isnan(a))


@compiled
def _whole(op: int, a: float, b: float) -> float:
    if op == codes.ABS:
        return abs(a)
    if op == codes.FLOOR:
        return float(np.floor(a))
    if op == codes.CEIL:
        return float(np.ceil(a))
    if op == codes.SIGN:
        return float(np.sign(a))
    if op == codes.TRUNC:
        return float(np.trunc(a))
    if math.isnan(a) or math.isnan(b):
        return np.nan
    return max(a, b) if op == codes.MAX else min(a, b)


@compiled
def _in_loop(a: float, b: float, c: float) -> float:
    return _bool(a <= b) if c >= 0.0 else _bool(a >= b)


@compiled_apart
def _rounded(a: float, b: float) -> float:
    """Half away from zero, to so many decimals."""
    scale = 10.0**b
    return float(np.sign(a) * np.floor(abs(a) * scale + 0.5) / scale)


@compiled
def _finite(value: float) -> float:
    return value if math.isfinite(value) else np.nan


@compiled_apart
def _function(op: int, a: float, b: float) -> float:
    if op == codes.EXP:
        return _finite(np.exp(a))
    if op == codes.LOG:
        return _finite(np.log(a))
    if op == codes.LOG10:
        return _finite(np.log10(a))
    if op == codes.SQRT:
        return _finite(np.sqrt(a))
    return _finite(_rounded(a, b))


@compiled_apart
def _angle(op: int, a: float) -> float:
    if op == codes.SIN:
        return float(np.sin(a))
    if op == codes.COS:
        return float(np.cos(a))
    if op == codes.TAN:
        return float(np.tan(a))
    if op == codes.ASIN:
        return float(np.arcsin(a))
    if op == codes.ACOS:
        return float(np.arccos(a))
    return float(np.arctan(a))


@compiled_apart
def _civil(op: int, days: int) -> float:
    """Year, month or day of a number of days since 1970 (Gregorian, by eras of 400 years from 1 March)."""
    shifted = days + 719_468
    era = shifted // 146_097
    day_of_era = shifted - era * 146_097
    year_of_era = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    march_month = (5 * day_of_year + 2) // 153
    month = march_month + 3 if march_month < 10 else march_month - 9
    if op == codes.MONTH:
        return float(month)
    if op == codes.YEAR:
        return float(year_of_era + era * 400 + (1 if month <= 2 else 0))
    return float(day_of_year - (153 * march_month + 2) // 5 + 1)


@compiled_apart
def _clock(op: int, milliseconds: float) -> float:
    """A part of a time in India, Sunday being day 1."""
    if not abs(milliseconds) < 1e15:
        return np.nan
    seconds = int(milliseconds // 1000.0) + _IST_SECONDS
    if op == codes.HOUR:
        return float(seconds // 3_600 % 24)
    if op == codes.MINUTE:
        return float(seconds // 60 % 60)
    if op == codes.SECOND:
        return float(seconds % 60)
    days = seconds // _DAY_SECONDS
    if op == codes.DAY_OF_WEEK:
        return float((days + 4) % 7 + 1)
    return _civil(op, days)


@compiled
def value(op: int, a: float, b: float, c: float) -> float:
    """The value of an instruction below ``codes.JUMP`` for three operands."""
    group = op >> 3
    if group == 0:
        return _finite(_arithmetic(op, a, b)) if op == codes.POW else _arithmetic(op, a, b)
    if group == 1:
        return _comparison(op, a, b)
    if group == 2:
        return _logic(op, a, b, c)
    if group == 3:
        return _whole(op, a, b)
    if group == 4:
        if op == codes.COPY:
            return a
        return _in_loop(a, b, c) if op == codes.IN_LOOP else _function(op, a, b)
    if group == 5:
        return _finite(_angle(op, a))
    return _clock(op, a)


@compiled_apart
def column(op: int, a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    """The value of an instruction for every bar; a column of one element stands for a constant."""
    size = max(len(a), len(b), len(c))
    step_a, step_b, step_c = int(len(a) > 1), int(len(b) > 1), int(len(c) > 1)
    out = np.empty(size)
    for index in range(size):
        out[index] = value(op, a[index * step_a], b[index * step_b], c[index * step_c])
    return out
