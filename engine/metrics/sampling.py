"""Fewer points of a long series, its peaks and troughs kept. What does not belong here: whose series it is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def sample(values: NDArray[np.float64], *, points: int) -> NDArray[np.int64]:
    """Indices of at most ``points`` values: the first, the last, and minimum and maximum of equal buckets between.

    ``points`` is at least 4.
    """
    size = len(values)
    if size <= points:
        return np.arange(size)
    edges = np.linspace(1, size - 1, (points - 2) // 2 + 1).astype(np.int64)
    kept = [0, size - 1]
    for start, end in pairwise(edges):
        bucket = values[start:end]
        kept += [start + int(bucket.argmin()), start + int(bucket.argmax())]
    return np.unique(np.array(kept, dtype=np.int64))
