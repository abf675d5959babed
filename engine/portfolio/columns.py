"""The bars of several instruments on one axis of time. What does not belong here: signals, fills, money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidBars
from engine.types import Bars

Places = Sequence[NDArray[np.int64]]


class Axis(NamedTuple):
    """Every moment at which an instrument has a bar, its session, and where each instrument's bars are on it."""

    time: NDArray[np.int64]
    session: NDArray[np.int32]
    places: Places


def axis_of(bars: Sequence[Bars]) -> Axis:
    """The moments of all bars, in order.

    :raises InvalidBars: if one moment belongs to two sessions
    """
    # Runs of bars in order are merged in a tenth of the time that np.unique takes for them.
    moments = np.sort(np.concatenate([each.time for each in bars]), kind="stable")
    time = moments[np.diff(moments, prepend=moments[0] - 1) != 0]
    session = np.full(len(time), -1, np.int32)
    places = [np.searchsorted(time, each.time) for each in bars]
    for each, place in zip(bars, places, strict=True):
        known = session[place]
        if ((known != -1) & (known != each.session)).any():
            raise InvalidBars(index=0, reason="two instruments disagree on the session of a bar")
        session[place] = each.session
    return Axis(time, session, places)


def spread(columns: Sequence[NDArray[np.generic]], *, axis: Axis, empty: float, kind: type) -> NDArray[Any]:
    """Columns of the instruments' own bars as rows on the axis, ``empty`` where there is no bar."""
    rows: NDArray[Any] = np.full((len(columns), len(axis.time)), empty, dtype=kind)
    for row, column, place in zip(rows, columns, axis.places, strict=True):
        row[place] = column
    return rows


def index_of(bars: Sequence[Bars], *, axis: Axis) -> NDArray[np.int32]:
    """Equal parts of all instruments, bought at their first closes and held, scaled to the first one's price.

    # Assumption: the part of an instrument without a bar yet lies idle until its first.
    """
    gains = np.zeros(len(axis.time))
    for each, place in zip(bars, axis.places, strict=True):
        newest = np.searchsorted(place, np.arange(len(axis.time)), side="right") - 1
        gains += np.where(newest < 0, 1.0, each.close[np.maximum(newest, 0)] / each.close[0])
    # Held at least a paisa: a value of nothing has no return.
    scaled: NDArray[np.int32] = np.maximum(np.rint(gains / len(bars) * bars[0].close[0]), 1).astype(np.int32)
    return scaled
