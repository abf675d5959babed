"""Predefined strategies that buy by the calendar. What does not belong here: those that read the price."""

from __future__ import annotations

from engine.indicators import Parameter
from engine.rules.predefined.definition import Predefined

_MOST_PURCHASES = 1_000

STRATEGIES = (
    Predefined(
        code="buy_and_hold",
        name="Buy and hold",
        description="Buy at the first bar and keep it to the end: what every other strategy is measured against.",
        parameters=(),
        document={"enter_long": {"left": "CLOSE", "op": ">", "right": 0}},
    ),
    Predefined(
        code="dollar_cost_averaging",
        name="Dollar-cost averaging",
        description=(
            "Buy for the same amount every month, on a chosen trading day, and sell nothing. Shares are whole: an "
            "amount below one share buys none."
        ),
        parameters=(
            Parameter("amount", "Rupees a month", "integer", 10_000, 100, 10_000_000),
            Parameter("day", "Trading day of the month", "integer", 1, 1, 15),
        ),
        document={
            "enter_long": {
                "all": [
                    {"left": "SESSION_OF_MONTH", "op": "==", "right": "day"},
                    {"left": "BAR_OF_SESSION", "op": "==", "right": 1},
                ]
            },
            "entries": {"max_entries": _MOST_PURCHASES},
            "sizing": {"kind": "cash", "value": "amount"},
        },
    ),
)
