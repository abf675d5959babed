"""The charges of a range of trade dates, for the engine. What does not belong here: rates (marketdata), computing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from apps.market.selectors.rules import rulebook_in_force
from engine.costs.schedule import DayRates, DutyRounding, Schedule
from marketdata.rulebook import charge_schedule

DEFAULT_PLAN = "india"


def get_charge_schedule(
    *,
    segment: str,
    start: date,
    end: date,
    exchange: str = "NSE",
    plan: str = DEFAULT_PLAN,
    duty_rounding: DutyRounding = "none",
) -> Schedule:
    """Every rate of a segment from ``start`` to ``end``, by the rules in force now.

    ``segment``: equity_delivery, equity_intraday, futures or options.

    :raises RulebookError: if the segment, exchange or plan is unknown, or ``start`` is before the first rate
    """
    found = charge_schedule.schedule(rulebook_in_force(), segment, start=start, end=end, exchange=exchange, plan=plan)
    rows = tuple(DayRates(**asdict(row)) for row in found.rows)
    return Schedule.checked(segment=segment, rows=rows, duty_rounding=duty_rounding)
