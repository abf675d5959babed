"""Where the lines of a chart's grid stand, and how they are called. What does not belong here: drawing."""

from __future__ import annotations

import math
from datetime import date, timedelta

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
DAY_STEPS = (1, 2, 7, 14)
MONTHS = 12
MOST_DATES = 8
SHORT_SPAN = timedelta(days=75)


def value_ticks(*, low: float, high: float, count: int = 4) -> list[float]:
    """Round values within ``low`` .. ``high``, about ``count`` of them; one where both are equal."""
    if high <= low:
        return [low]
    rough = (high - low) / count
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * each for each in STEPS if unit * each >= rough)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [number * step for number in range(first, last + 1)]


def date_ticks(*, first: date, last: date) -> list[tuple[date, str]]:
    """Days within ``first`` .. ``last`` with their labels, eight at most: days, months or years."""
    if last - first <= SHORT_SPAN:
        span = (last - first).days
        step = next((each for each in DAY_STEPS if span // each < MOST_DATES), DAY_STEPS[-1])
        return [
            (first + timedelta(days=day), f"{first + timedelta(days=day):%d %b}") for day in range(0, span + 1, step)
        ]
    begins = first.year * MONTHS + first.month - (first.day == 1)
    ends = last.year * MONTHS + last.month - 1
    step = next((each for each in MONTH_STEPS if (ends - begins) // each < MOST_DATES), MONTH_STEPS[-1])
    # Counted from January, so that years stand where years begin.
    months = range(-(-begins // step) * step, ends + 1, step)
    days = [date(month // MONTHS, month % MONTHS + 1, 1) for month in months]
    return [(day, f"{day:%Y}" if step >= MONTHS else f"{day:%b %Y}") for day in days]
