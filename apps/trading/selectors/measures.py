"""What operators watch of trading: rows that sweeps leave alone. What does not belong here: users' reads."""

from __future__ import annotations

from collections.abc import Iterator

from apps.core import selectors as core_selectors
from apps.core.metrics import Measure
from apps.trading.constants import LEFT_ALONE
from apps.trading.enums import Sweep


def measure_unscoped() -> Iterator[Measure]:
    """How often each sweep has left a row as it was, for what was to be done to it was refused."""
    counted = core_selectors.read_tally(LEFT_ALONE)
    for sweep in Sweep:
        number = counted.get(sweep.value, 0)
        yield Measure(
            "papertrade_trading_rows_left_alone_total",
            "Rows that a sweep left as they were, each time it did.",
            number,
            {"sweep": sweep.value},
        )
