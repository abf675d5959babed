"""Columns of bars and the proof that a market could have printed them. What does not belong here: plans, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidBars

MAX_PRICE_PAISE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Bars:
    """Columns of bars, one value a bar.

    ``time``: epoch seconds of the open, strictly increasing. ``session``: day number of the IST trading day
    (days since 1970-01-01), never decreasing. Prices: paise. ``expiry``: day number on which the instrument
    expires, None where it does not. Build with :meth:`checked` unless the columns were checked before.
    """

    time: NDArray[np.int64]
    session: NDArray[np.int32]
    open: NDArray[np.int32]
    high: NDArray[np.int32]
    low: NDArray[np.int32]
    close: NDArray[np.int32]
    volume: NDArray[np.int64]
    expiry: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def checked(cls, **columns: NDArray[np.generic]) -> Bars:
        """Bars whose columns have been checked and made read-only.

        Columns may be integers or floats (whole numbers, no NaN).

        :raises InvalidBars: naming the first bad bar
        """
        size = len(columns["time"])
        if any(len(column) != size for column in columns.values()):
            raise InvalidBars(index=0, reason="the columns differ in length")
        found = [(int(np.argmax(bad)), reason) for reason, bad in _complaints(columns) if bad.any()]
        if found:
            index, reason = min(found, key=lambda complaint: complaint[0])
            raise InvalidBars(index=index, reason=reason)
        kinds = {"time": np.int64, "session": np.int32, "volume": np.int64}
        typed = {name: np.array(column, dtype=kinds.get(name, np.int32)) for name, column in columns.items()}
        for column in typed.values():
            column.flags.writeable = False
        return cls(**typed)


def _complaints(columns: Mapping[str, NDArray[np.generic]]) -> list[tuple[str, NDArray[np.bool_]]]:
    """Each rule of a sound bar with the bars that break it, in the order a reader would look."""
    raw = {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}
    prices = [raw[name] for name in ("open", "high", "low", "close")]
    time = np.asarray(columns["time"])
    step_back = np.zeros(len(time), dtype=bool)
    step_back[1:] = time[1:] <= time[:-1]
    session_back = np.zeros(len(time), dtype=bool)
    session_back[1:] = raw["session"][1:] < raw["session"][:-1]
    open_, high, low, close = prices
    return [
        ("a value is missing", np.any([~np.isfinite(value) for value in raw.values()], axis=0)),
        ("the time does not increase", step_back),
        ("the session goes back", session_back),
        ("a price is not above zero", np.min(prices, axis=0) <= 0),
        ("a price is too large", np.max(prices, axis=0) > MAX_PRICE_PAISE),
        ("a value is not whole", np.any([value != np.floor(value) for value in raw.values()], axis=0)),
        ("low is above high", low > high),
        (
            "open or close is outside low and high",
            (np.maximum(open_, close) > high) | (np.minimum(open_, close) < low),
        ),
        ("the volume is negative", raw["volume"] < 0),
        ("the instrument has expired", raw.get("expiry", raw["session"]) < raw["session"]),
    ]
