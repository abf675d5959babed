"""The rates of charges by trade date, as plain data. What does not belong here: computing a charge, any rate itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal, get_args

from engine.errors import InvalidCosts

Segment = Literal["equity_delivery", "equity_intraday", "futures", "options", "any"]
DutyRounding = Literal["none", "nearest_rupee"]

ZERO = Decimal(0)
SEGMENTS: tuple[str, ...] = get_args(Segment)
MAX_PERCENT = Decimal(50)
MAX_FLAT = Decimal(1_000_000)
# A millionth of a percent, 1e-8 as a fraction, is the unit in which rates are counted.
FINEST_PERCENT = Decimal("0.000001")
FINEST_FLAT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class DayRates:
    """The rates in force from a trade date on (inclusive), in percent of the value of an order.

    Brokerage is the lower of ``brokerage_flat`` (rupees an executed order) and ``brokerage_pct`` where both are
    given, the given one where one is, nothing where none is. ``exchange_pct`` includes IPFT. ``gst_pct`` is of
    brokerage, exchange and SEBI together. ``exercise_stt_pct``, of the intrinsic value, is paid by the holder of an
    option at expiry.
    """

    valid_from: date
    brokerage_flat: Decimal | None = None
    brokerage_pct: Decimal | None = None
    stt_buy_pct: Decimal = ZERO
    stt_sell_pct: Decimal = ZERO
    exchange_pct: Decimal = ZERO
    sebi_pct: Decimal = ZERO
    stamp_buy_pct: Decimal = ZERO
    gst_pct: Decimal = ZERO
    exercise_stt_pct: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Schedule:
    """The charges of one segment: rows oldest first, each in force until the next begins.

    ``duty_rounding`` ``nearest_rupee`` rounds STT and stamp duty of a day to whole rupees, as a contract note does.
    Build with :meth:`checked` unless the rows were checked before.
    """

    segment: Segment
    rows: tuple[DayRates, ...]
    duty_rounding: DutyRounding = "none"

    @classmethod
    def checked(cls, *, segment: str, rows: tuple[DayRates, ...], duty_rounding: DutyRounding = "none") -> Schedule:
        """A schedule that can be used.

        :raises InvalidCosts: if the segment is unknown, there is no row, rows are not in order, or a rate is out of
            bounds or finer than a millionth of a percent
        """
        known = {name: name for name in get_args(Segment)}
        if segment not in known:
            raise InvalidCosts(f"There is no segment {segment!r}; there are {', '.join(SEGMENTS)}")
        if duty_rounding not in get_args(DutyRounding):
            raise InvalidCosts(f"duty_rounding must be one of {', '.join(get_args(DutyRounding))}")
        if not rows:
            raise InvalidCosts(f"There are no charges for {segment}")
        if any(later.valid_from <= earlier.valid_from for earlier, later in pairwise(rows)):
            raise InvalidCosts("The rows of charges must be in the order of their dates")
        for row in rows:
            _check_row(row)
        return cls(segment=known[segment], rows=rows, duty_rounding=duty_rounding)


def flat_percent(percent: Decimal) -> Schedule:
    """A schedule that takes a percentage of the value of every order, and nothing else.

    :raises InvalidCosts: if the percentage is out of bounds or finer than a millionth of a percent
    """
    return Schedule.checked(segment="any", rows=(DayRates(valid_from=date.min, brokerage_pct=percent),))


def _check_row(row: DayRates) -> None:
    percentages = {
        "brokerage_pct": row.brokerage_pct or ZERO,
        "stt_buy_pct": row.stt_buy_pct,
        "stt_sell_pct": row.stt_sell_pct,
        "exchange_pct": row.exchange_pct,
        "sebi_pct": row.sebi_pct,
        "stamp_buy_pct": row.stamp_buy_pct,
        "gst_pct": row.gst_pct,
        "exercise_stt_pct": row.exercise_stt_pct,
    }
    for name, percent in percentages.items():
        _check(name, percent, most=MAX_PERCENT, finest=FINEST_PERCENT, row=row)
    _check("brokerage_flat", row.brokerage_flat or ZERO, most=MAX_FLAT, finest=FINEST_FLAT, row=row)


def _check(name: str, value: Decimal, *, most: Decimal, finest: Decimal, row: DayRates) -> None:
    if not (value.is_finite() and 0 <= value <= most and value % finest == 0):
        raise InvalidCosts(f"{name} from {row.valid_from} must be 0 to {most} in steps of {finest}, not {value}")
