"""A schedule as columns of numbers for the compiled steps. What does not belong here: arithmetic on them, any rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.costs import arithmetic
from engine.costs.schedule import DayRates, Schedule
from engine.errors import InvalidCosts

_EPOCH = date(1970, 1, 1)
_PARTS_PER_PERCENT = Decimal(arithmetic.HUNDRED_MILLION // 100)


class Table(NamedTuple):
    """``rates``: ``arithmetic.RATES`` of each row of the schedule; ``row``: which of them holds on each bar."""

    rates: NDArray[np.void]
    row: NDArray[np.int32]


def table(schedule: Schedule, *, session: NDArray[np.int32]) -> Table:
    """The rates that hold on each bar, by its trade date.

    :raises InvalidCosts: if a bar is before the first row
    """
    begins = np.array([(row.valid_from - _EPOCH).days for row in schedule.rows])
    if len(session) and session[0] < begins[0]:
        day = np.datetime64(int(session[0]), "D")
        first = schedule.rows[0].valid_from
        raise InvalidCosts(f"The charges of {schedule.segment} on {day} are not known; they begin on {first}")
    row = np.searchsorted(begins, session, side="right") - 1
    return Table(np.array([numbers(each) for each in schedule.rows], arithmetic.RATES), row.astype(np.int32))


# Where orders are free: of the kinds the compiled steps expect, and never read.
NO_TABLE = Table(np.empty(0, arithmetic.RATES), np.empty(0, np.int32))


def numbers(row: DayRates) -> tuple[int, ...]:
    """A row of a schedule in the order of ``arithmetic.RATES``."""
    flat = -1 if row.brokerage_flat is None else int(row.brokerage_flat * arithmetic.PAISE_PER_RUPEE)
    brokerage = -1 if row.brokerage_pct is None else _parts(row.brokerage_pct)
    others = (
        row.stt_buy_pct,
        row.stt_sell_pct,
        row.exchange_pct,
        row.sebi_pct,
        row.stamp_buy_pct,
        row.gst_pct,
        row.exercise_stt_pct,
    )
    return (flat, brokerage, *(_parts(percent) for percent in others))


def _parts(percent: Decimal) -> int:
    """A percentage in hundred-millionths."""
    return int(percent * _PARTS_PER_PERCENT)
