"""A metric of a sweep over two of its inputs. What does not belong here: drawing it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import InvalidSettings
from engine.sweeps import rows
from engine.sweeps.grid import Grid


@dataclass(frozen=True, slots=True)
class Heatmap:
    """``values[j][i]`` is the metric at the i-th value of ``x`` and the j-th of ``y``; None is undefined.

    Where the sweep varied other inputs too, it is the best over them.
    """

    x: str
    y: str
    metric: str
    x_values: tuple[float, ...]
    y_values: tuple[float, ...]
    values: tuple[tuple[float | None, ...], ...]


def heatmap(*, grid: Grid, values: rows.Values, x: str, y: str, metric: str) -> Heatmap:
    """Fold the rows of a whole sweep to two of its inputs.

    :raises InvalidSettings: if an input or the metric is not one of the sweep's, or both inputs are the same
    """
    for name in (x, y):
        if name not in grid.names:
            raise InvalidSettings(f"The sweep varies {', '.join(grid.names)}, not {name}")
    if x == y:
        raise InvalidSettings("A heatmap needs two different inputs")
    across, down = grid.names.index(x), grid.names.index(y)
    good = rows.goodness(values, metric).reshape(grid.shape)
    others = tuple(axis for axis in range(len(grid.shape)) if axis not in (across, down))
    folded = good.max(axis=others) if others else good
    folded = folded if down < across else folded.T
    signed = -folded if metric in rows.LOWER_IS_BETTER else folded
    table = np.where(np.isinf(folded), np.nan, signed)
    cells = tuple(tuple(None if np.isnan(cell) else cell for cell in line) for line in table.tolist())
    return Heatmap(x, y, metric, grid.axes[across][1], grid.axes[down][1], cells)
