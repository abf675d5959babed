"""The words of a rules document: operators, price fields, exits, sizing, and the limits on all of them.

What does not belong here: reading or evaluating a document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine import indicators
from engine.types import MAX_STOP_PCT, MAX_TARGET_PCT

Right = Literal["operand", "bars", "range"]

MAX_TEXT = 64 * 1024
MAX_NAME = 120
MAX_DEPTH = 5
MAX_CONDITIONS = 50
MAX_INPUTS = 32
MAX_OFFSET = 500
MAX_RUN_BARS = 500
MAX_NUMBER = 1e15

PRICES = ("OPEN", "HIGH", "LOW", "CLOSE", "VOLUME")
SLOTS = ("enter_long", "exit_long", "enter_short", "exit_short")
DIRECTIONS = ("long", "short", "both")
EXITS = {"stop_loss_pct": "stop loss", "target_pct": "target", "trailing_stop_pct": "trailing stop"}
MAX_EXIT_PCT = {"stop_loss_pct": MAX_STOP_PCT, "target_pct": MAX_TARGET_PCT, "trailing_stop_pct": MAX_STOP_PCT}
JOINS = {"all": "and", "any": "or"}


@dataclass(frozen=True, slots=True)
class Operator:
    """How two operands are compared.

    ``words`` stand between them in a sentence. ``right``: another operand, a number of bars, or the lower end of
    a range. ``looks_back``: it also reads the previous bar.
    """

    name: str
    words: str
    right: Right = "operand"
    looks_back: bool = False


OPERATORS = {
    operator.name: operator
    for operator in (
        Operator(">", "is above"),
        Operator(">=", "is at least"),
        Operator("<", "is below"),
        Operator("<=", "is at most"),
        Operator("==", "equals"),
        Operator("!=", "differs from"),
        Operator("CROSS_ABOVE", "crosses above", looks_back=True),
        Operator("CROSS_BELOW", "crosses below", looks_back=True),
        Operator("RISING", "rises", right="bars"),
        Operator("FALLING", "falls", right="bars"),
        Operator("BETWEEN", "is between", right="range"),
    )
}


@dataclass(frozen=True, slots=True)
class SizingWord:
    """A way to size a position: what its value may be at most, None where it takes none.

    ``per_unit``: how many of the smallest part make one (100 paise a rupee), 0 where any fraction will do.
    """

    words: str
    unit: str
    maximum: float | None = None
    per_unit: int = 0


SIZINGS = {
    "all_in": SizingWord("all of the equity", ""),
    "quantity": SizingWord("a fixed quantity", "shares", maximum=1e9, per_unit=1),
    "cash": SizingWord("a fixed amount", "rupees", maximum=1e12, per_unit=100),
    "percent_of_equity": SizingWord("a part of the equity", "percent", maximum=100.0),
}


def catalogue() -> dict[str, object]:
    """Everything a visual builder of rules offers, as JSON."""
    return {
        "indicators": indicators.catalogue(),
        "prices": list(PRICES),
        "operators": [
            {"name": operator.name, "label": operator.words, "right": operator.right} for operator in OPERATORS.values()
        ],
        "joins": [*JOINS, "not"],
        "directions": list(DIRECTIONS),
        "exits": [
            {"name": name, "label": label, "above": 0, "max": MAX_EXIT_PCT[name]} for name, label in EXITS.items()
        ],
        "sizing": [
            {"name": name, "label": sizing.words, "unit": sizing.unit, "above": 0, "max": sizing.maximum}
            for name, sizing in SIZINGS.items()
        ],
        "limits": {
            "depth": MAX_DEPTH,
            "conditions": MAX_CONDITIONS,
            "offset": MAX_OFFSET,
            "inputs": MAX_INPUTS,
            "name_length": MAX_NAME,
        },
    }
