"""Random numbers that are the same bits everywhere: keyed words, normals from a table, a scan for AR(1).

The words are SplitMix64 (Steele, Lea and Flood, 2014) at a counter: integer arithmetic, any word without those before
it. Numpy's own distributions may change between versions. What does not belong here: what the numbers are used for.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from statistics import NormalDist
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from marketdata import elementary
from marketdata.elementary import Floats

Singles = NDArray[np.float32]
Words = NDArray[np.uint64]
Lanes = NDArray[np.uint16]  # four of each word

# Assumption: one seed of forty: middling volatility, no move of 20 % between two sessions, no stock below Rs 20.
SEED = "papertrade-36"
Column = TypeVar("Column", Floats, Singles)

LANE_VALUES = 2**16
_WORD_LANES = 4
_STEP, _FIRST_FACTOR, _SECOND_FACTOR = (
    np.uint64(factor) for factor in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
_FIRST_SHIFT, _SECOND_SHIFT, _THIRD_SHIFT = (np.uint64(shift) for shift in (30, 27, 31))
_HALF_SHIFT = np.uint64(32)
_NEGLIGIBLE = 2.0**-60


@lru_cache(maxsize=4096)
def key(name: str, stream: str) -> np.uint64:
    """Where the words of the stream ``stream`` of ``name`` start; other names and streams are independent."""
    digest = hashlib.blake2b(f"{SEED}/{name}/{stream}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "big"))


def words(start: np.uint64 | Words, counters: Words) -> Words:
    """The random words at ``counters`` of the streams that start at ``start``, broadcast against each other."""
    mixed = counters * _STEP + start
    shifted = mixed >> _FIRST_SHIFT
    mixed ^= shifted
    mixed *= _FIRST_FACTOR
    np.right_shift(mixed, _SECOND_SHIFT, out=shifted)
    mixed ^= shifted
    mixed *= _SECOND_FACTOR
    np.right_shift(mixed, _THIRD_SHIFT, out=shifted)
    mixed ^= shifted
    return mixed


def lanes(raw: Words) -> Lanes:
    """The words as four times as many numbers of 16 bits along the last axis, lowest bits first."""
    return raw.astype("<u8", copy=False).view("<u2")


@lru_cache(maxsize=1)
def normal_table() -> Floats:
    """65,536 equally likely standard normal values: mean exactly 0, variance 1, largest 4.3.

    Rounded to 12 decimals, which hides the last bits of the C library's logarithm.
    """
    half = LANE_VALUES // 2
    upper = [NormalDist().inv_cdf(0.5 + (index + 0.5) / LANE_VALUES) for index in range(half)]
    positive = np.round(np.array(upper) / math.sqrt(math.fsum(value * value for value in upper) / half), 12)
    table = np.concatenate([-positive[::-1], positive])
    table.flags.writeable = False
    return table


@lru_cache(maxsize=1)
def single_normal_table() -> Singles:
    """The normal table in single precision, half the size: intraday columns are many."""
    return _single(normal_table())


@lru_cache(maxsize=1)
def exponential_table() -> Singles:
    """65,536 equally likely values of the exponential distribution with mean 1; largest 11.8."""
    return _single(-elementary.log((np.arange(LANE_VALUES) + 0.5) / LANE_VALUES))


@lru_cache(maxsize=4)
def lognormal_table(sd: float) -> Singles:
    """65,536 equally likely values of the lognormal distribution with mean 1 whose logarithm has this deviation."""
    return _single(elementary.exp(sd * normal_table() - 0.5 * sd * sd))


def _single(values: Floats) -> Singles:
    table = values.astype(np.float32)
    table.flags.writeable = False
    return table


def normals(name: str, stream: str, size: int) -> tuple[Floats, Floats]:
    """Two independent columns of standard normals, each the sum of two table values (up to 6.1 in size).

    A column of n values is the beginning of a longer one, so nothing depends on how far a caller looks.
    """
    table = normal_table()
    drawn = lanes(words(key(name, stream), _counters(size))).reshape(-1, _WORD_LANES)
    parts = [table.take(drawn[:, lane]) for lane in range(_WORD_LANES)]
    return (parts[0] + parts[1]) * math.sqrt(0.5), (parts[2] + parts[3]) * math.sqrt(0.5)


def uniforms_and_normals(name: str, stream: str, size: int) -> tuple[Floats, Floats]:
    """A column of uniforms strictly between 0 and 1 and an independent one of normals (up to 4.3 in size)."""
    raw = words(key(name, stream), _counters(size))
    uniform = ((raw >> _HALF_SHIFT).astype(np.float64) + 0.5) * 2.0**-32
    return uniform, normal_table().take(lanes(raw).reshape(-1, _WORD_LANES)[:, 0])


def day_counters(slots: NDArray[np.int64], size: int) -> Words:
    """The counters of the words that hold ``size`` lanes of each day, of shape (days, words)."""
    each = -(-size // _WORD_LANES)
    first = slots.astype(np.uint64) * np.uint64(each)
    counters: Words = np.add.outer(first, np.arange(each, dtype=np.uint64))
    return counters


@lru_cache(maxsize=4)
def _counters(size: int) -> Words:
    """The first ``size`` counters."""
    return np.arange(size, dtype=np.uint64)


def ar1(phi: float, shocks: Column) -> Column:
    """``x[t] = phi * x[t-1] + shocks[t]`` along the first axis, starting at ``x[0] = shocks[0]``, by log-doubling.

    Multiplies and adds only, in an order that depends on ``phi`` alone: a prefix has the same bits at any length.
    """
    values = shocks.copy()
    step, power = 1, phi
    while step < len(values) and power > _NEGLIGIBLE:
        values[step:] += values.dtype.type(power) * values[:-step]
        step, power = 2 * step, power * power
    return values
