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
def holds(op: int, a: float, b: float) -> bool:
    """Whether a comparison, AND, OR or NOT holds; no comparison does where one of the two is na."""
    if op == codes.LT:
        return a < b
    if op == codes.LE:
        return a <= b
    if op == codes.GT:
        return a > b
    if op == codes.GE:
        return a >= b
    if op == codes.EQ:
        return abs(a - b) <= _EQUAL_WITHIN
    if op == codes.NE:
        return abs(a - b) > _EQUAL_WITHIN
    return _joined(op, a, b)


@compiled
def _joined(op: int, a: float, b: float) -> bool:
    if op == codes.AND:
        return a == 1.0 and b == 1.0
    if op == codes.OR:
        return a == 1.0 or b == 1.0
    return a != 1.0


# Each of these hands on what it does not know: together they are one row of cases, which the machine jumps to at once.
@compiled
def _arithmetic(op: int, a: float, b: float, c: float) -> float:
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
    return _choice(op, a, b, c)


@compiled
def _choice(op: int, a: float, b: float, c: float) -> float:
    if op == codes.SELECT:
        return b if a == 1.0 else c
    if op == codes.NA:
        return _bool(math.isnan(a))
    if op == codes.NZ:
        return b if math.isnan(a) else a
    if op == codes.TRUTH:
        return _bool(a != 0.0 and not math.isnan(a))
    if op == codes.COPY:
        return a
    if op == codes.IN_LOOP:
        return _bool(goes_on(a, b, c))
    return _whole(op, a, b)


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
    if op == codes.MAX:
        return np.nan if math.isnan(a) or math.isnan(b) else max(a, b)
    if op == codes.MIN:
        return np.nan if math.isnan(a) or math.isnan(b) else min(a, b)
    return _function(op, a, b)


@compiled
def goes_on(counter: float, last: float, step: float) -> bool:
    """Whether a loop has a turn for where its counter stands."""
    return counter <= last if step >= 0.0 else counter >= last


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
    if op >= codes.SIN:
        return _clock(op, a) if op >= codes.YEAR else _finite(_angle(op, a))
    if op == codes.TRUNC:
        return float(np.trunc(a))
    if op == codes.MOD:
        return float(np.fmod(a, b)) if b != 0.0 else np.nan
    return _finite(_powers(op, a, b))


@compiled_apart
def _powers(op: int, a: float, b: float) -> float:
    if op == codes.POW:
        return float(a**b)
    if op == codes.EXP:
        return float(np.exp(a))
    if op == codes.LOG:
        return float(np.log(a))
    if op == codes.LOG10:
        return float(np.log10(a))
    if op == codes.SQRT:
        return float(np.sqrt(a))
    return _rounded(a, b)


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
    if codes.LT <= op <= codes.NOT:
        return _bool(holds(op, a, b))
    return _arithmetic(op, a, b, c)


@compiled_apart
def column(op: int, a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    """The value of an instruction for every bar; a column of one element stands for a constant."""
    size = max(len(a), len(b), len(c))
    step_a, step_b, step_c = int(len(a) > 1), int(len(b) > 1), int(len(c) > 1)
    out = np.empty(size)
    for index in range(size):
        out[index] = value(op, a[index * step_a], b[index * step_b], c[index * step_c])
    return out
