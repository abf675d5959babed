"""Rows of files as the bars that a provider gives. What does not belong here: files, symbols, the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from marketdata import rulebook, sessions
from marketdata.files.tables import DailyRows, IntradayRows, Whole
from marketdata.rulebook import sessions as rule_sessions
from marketdata.rulebook.segments import CASH
from marketdata.types import DailyBars, Days, IntradayBars

Column = TypeVar("Column", bound=NDArray[Any])

PRICES = ("open", "high", "low", "close")


def between(days: Days, start: date, end: date) -> Days:
    """The days from ``start`` to ``end``, both included, of sorted days; read-only."""
    first = int(np.searchsorted(days, np.datetime64(start), side="left"))
    last = int(np.searchsorted(days, np.datetime64(end), side="right"))
    found = days[first:last]
    found.flags.writeable = False
    return found


def daily(pieces: Sequence[DailyRows] | None, start: date, end: date) -> DailyBars:
    """Pieces of one instrument as daily bars; of two of one day the first counts."""
    day = _joined(pieces, "day")
    _, first = np.unique(day, return_index=True)
    dates = day[first].astype("datetime64[D]")
    keep = first[(dates >= np.datetime64(start)) & (dates <= np.datetime64(end))]
    prices = {name: _sealed(_joined(pieces, name)[keep].astype(np.int32)) for name in PRICES}
    return DailyBars(
        date=_sealed(day[keep].astype("datetime64[D]")),
        **prices,
        volume=_sealed(_joined(pieces, "volume")[keep]),
        final=_sealed(np.full(len(keep), fill_value=True)),
    )


def intraday(pieces: Sequence[IntradayRows] | None, start: date, end: date, *, segment: str = CASH) -> IntradayBars:
    """Pieces of one instrument of a segment as whole regular sessions; of two bars of one time the first counts."""
    day, minute = _joined(pieces, "day"), _joined(pieces, "minute")
    _, first = np.unique(day * 1_440 + minute, return_index=True)
    low, high = (int(np.datetime64(each, "D").astype(np.int64)) for each in (start, end))
    first = first[(day[first] >= low) & (day[first] <= high)]
    days = np.array([each for each in np.unique(day[first]).tolist() if _is_regular(each)], dtype=np.int64)
    first = first[np.isin(day[first], days)]
    row = np.searchsorted(days, day[first])
    bar = (minute[first] - _opens()) // sessions.BAR_MINUTES
    shape = (len(days), sessions.bars_per_session())
    known = np.zeros(shape, dtype=bool)
    known[row, bar] = True
    columns = {name: _spread(_joined(pieces, name)[first], known=known, at=(row, bar)) for name in (*PRICES, "volume")}
    _fill(columns, known=known)
    return IntradayBars(
        date=_sealed(days.astype("datetime64[D]")),
        open=_sealed(columns["open"].astype(np.int32)),
        high=_sealed(columns["high"].astype(np.int32)),
        low=_sealed(columns["low"].astype(np.int32)),
        close=_sealed(columns["close"].astype(np.int32)),
        volume=_sealed(columns["volume"]),
        counts=_sealed(_counts(days, known=known, segment=segment)),
    )


def _joined(pieces: Sequence[DailyRows] | Sequence[IntradayRows] | None, name: str) -> Whole:
    return np.concatenate([np.empty(0, dtype=np.int64), *(getattr(each, name) for each in pieces or ())])


def _opens() -> int:
    opens, _ = sessions.hours(sessions.FIRST_DAY)
    return opens.hour * 60 + opens.minute


def _is_regular(day: int) -> bool:
    return rule_sessions.is_full_day(rulebook.default(), np.datetime64(day, "D").item())


def _counts(days: Whole, *, known: NDArray[np.bool_], segment: str) -> NDArray[np.int16]:
    """How many bars of each day there are: those of its segment's session, and a later one that a file has."""
    rules, most = rulebook.default(), known.shape[1]
    of_session = [rule_sessions.expected_bars(rules, np.datetime64(day, "D").item(), segment) for day in days.tolist()]
    last = most - known[:, ::-1].argmax(axis=1)
    counts: NDArray[np.int16] = np.maximum(np.minimum(of_session, most), last).astype(np.int16)
    return counts


def _spread(values: Whole, *, known: NDArray[np.bool_], at: tuple[Whole, Whole]) -> Whole:
    spread = np.zeros(known.shape, dtype=np.int64)
    spread[at] = values
    return spread


def _fill(columns: dict[str, Whole], *, known: NDArray[np.bool_]) -> None:
    """Give a bar without trades the close before it; before the first trade of a day, the open of that trade."""
    count = known.shape[1]
    last = np.maximum.accumulate(np.where(known, np.arange(count), -1), axis=1)
    first = known.argmax(axis=1)
    row = np.arange(len(known))[:, None]
    quiet = np.where(last >= 0, columns["close"][row, last], columns["open"][row, first[:, None]])
    for name in PRICES:
        columns[name] = np.where(known, columns[name], quiet)


def _sealed(column: Column) -> Column:
    column.flags.writeable = False
    return column
