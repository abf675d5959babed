"""Random numbers that are the same bits everywhere: keyed words, normals from a table, a scan for AR(1).

Only ``random_raw`` of numpy's Philox is used: its distributions may change between versions, the words may not.
A column of n values is the beginning of a longer one, so nothing depends on how far a caller looks.
What does not belong here: what the numbers are used for.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Assumption: one seed of forty, whose market has middling volatility and no move of 20 % between two sessions.
SEED = "papertrade-14"
_LANE_BITS = 16
_LANE_MASK = np.uint64(2**_LANE_BITS - 1)
_HALF_MASK = np.uint64(2**32 - 1)
_NEGLIGIBLE = 2.0**-60


def words(name: str, stream: str, size: int) -> NDArray[np.uint64]:
    """``size`` random words of the stream ``stream`` of ``name``; other names and streams are independent."""
    digest = hashlib.blake2b(f"{SEED}/{name}/{stream}".encode(), digest_size=16).digest()
    return np.random.Philox(key=int.from_bytes(digest, "big")).random_raw(size)


@lru_cache(maxsize=1)
def _normal_table() -> Floats:
    """65,536 equally likely standard normal values: mean exactly 0, variance 1, largest 4.3.

    Rounded to 12 decimals, which hides the last bits of the C library's logarithm.
    """
    half = 2 ** (_LANE_BITS - 1)
    inverse = NormalDist().inv_cdf
    upper = [inverse(0.5 + (index + 0.5) / (2 * half)) for index in range(half)]
    scale = math.sqrt(math.fsum(value * value for value in upper) / half)
    positive = np.array([round(value / scale, 12) for value in upper])
    table = np.concatenate([-positive[::-1], positive])
    table.flags.writeable = False
    return table


def normals(name: str, stream: str, size: int) -> tuple[Floats, Floats]:
    """Two independent columns of standard normals, each the sum of two table values (up to 6.1 in size)."""
    raw = words(name, stream, size)
    table = _normal_table()
    lanes = [table[(raw >> np.uint64(_LANE_BITS * lane)) & _LANE_MASK] for lane in range(4)]
    return (lanes[0] + lanes[1]) * math.sqrt(0.5), (lanes[2] + lanes[3]) * math.sqrt(0.5)


def uniforms(name: str, stream: str, size: int) -> tuple[Floats, Floats]:
    """Two independent columns of uniforms strictly between 0 and 1, 32 bits each."""
    raw = words(name, stream, size)
    high, low = (raw >> np.uint64(32)).astype(np.float64), (raw & _HALF_MASK).astype(np.float64)
    return (high + 0.5) * 2.0**-32, (low + 0.5) * 2.0**-32


def ar1(phi: float, shocks: Floats) -> Floats:
    """``x[t] = phi * x[t-1] + shocks[t]``, starting at ``x[0] = shocks[0]``, by log-doubling.

    Multiplies and adds only, in an order that depends on ``phi`` alone: a prefix has the same bits at any length.
    """
    values = shocks.copy()
    step, power = 1, phi
    while step < len(values) and power > _NEGLIGIBLE:
        values[step:] += power * values[:-step]
        step, power = 2 * step, power * power
    return values
