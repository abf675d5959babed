"""The rows of a sweep as its owner reads them: the best, all of them, two inputs as a map.

What does not belong here: queries (selectors), computing a row (engine).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from apps.backtests import constants
from apps.backtests.enums import SweepKind
from apps.backtests.models import Sweep
from apps.backtests.selectors import sweeps as selectors
from apps.core import errors
from engine import sweeps as engine_sweeps
from engine.errors import InvalidSettings

if TYPE_CHECKING:
    from apps.users.models import User

Json = dict[str, Any]

USUAL_METRIC = "sharpe"
TRADES = engine_sweeps.METRICS.index("trades")


def show_sweep(*, user: User, sweep_id: str, metric: str = USUAL_METRIC) -> Sweep:
    """One of the user's sweeps with its best combinations so far.

    :raises NotFound: if it is missing or belongs to someone else
    """
    sweep = selectors.get_sweep(user=user, sweep_id=sweep_id)
    sweep.best_rows = _rows_of(sweep, metric=metric, at_most=constants.SWEEP_BEST)
    return sweep


def list_sweep_rows(*, user: User, sweep_id: str, metric: str) -> list[Json]:
    """The combinations of a sweep that were tried so far, from the best by a metric to the worst.

    :raises NotFound: if it is missing or belongs to someone else
    """
    return _rows_of(selectors.get_sweep(user=user, sweep_id=sweep_id), metric=metric)


def show_heatmap(*, user: User, sweep_id: str, x: str, y: str, metric: str) -> engine_sweeps.Heatmap:
    """A metric of a sweep over two of its inputs, as far as it was tried.

    :raises NotFound: if it is missing, belongs to someone else or is a walk-forward
    :raises ValidationFailed: if an input is not named or none of the sweep's
    """
    sweep = selectors.get_sweep(user=user, sweep_id=sweep_id)
    if sweep.kind != SweepKind.SWEEP:
        raise errors.NotFound
    for field, name in (("x", x), ("y", y)):
        if not name:
            raise errors.ValidationFailed.field(field, "Name an input of the sweep.")
    grid = grid_of(sweep)
    try:
        return engine_sweeps.heatmap(grid=grid, values=values_of(sweep), x=x, y=y, metric=metric)
    except InvalidSettings as error:
        raise errors.ValidationFailed.field("y" if x in grid.names else "x", f"{error}.") from error


def grid_of(sweep: Sweep) -> engine_sweeps.Grid:
    """The grid of a sweep."""
    return engine_sweeps.Grid(tuple((name, tuple(values)) for name, values in sweep.grid))


def values_of(sweep: Sweep) -> NDArray[np.float64]:
    """The rows of a sweep, a combination each; NaN throughout where none is yet or it was not tried."""
    values = np.full((sweep.combinations, len(engine_sweeps.METRICS)), np.nan)
    for first, last, raw in selectors.list_done_unscoped(sweep_id=sweep.pk):
        values[first:last] = np.frombuffer(raw, dtype="<f8").reshape(last - first, -1)
    return values


def _rows_of(sweep: Sweep, *, metric: str, at_most: int | None = None) -> list[Json]:
    """The tried combinations as rows, from the best by a metric to the worst."""
    values, grid = values_of(sweep), grid_of(sweep)
    tried = ~np.isnan(values[:, TRADES])
    ordered = [place for place in engine_sweeps.order(values, metric).tolist() if tried[place]]
    return [
        {"number": place, "parameters": grid.combination(place), "statistics": _statistics(values[place].tolist())}
        for place in ordered[:at_most]
    ]


def _statistics(row: list[float]) -> dict[str, float | None]:
    return {key: None if np.isnan(value) else value for key, value in zip(engine_sweeps.METRICS, row, strict=True)}
