"""The words of a rules document: operators, price fields, exits, sizing, and the limits on all of them.

What does not belong here: reading or evaluating a document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from engine import indicators
from engine.indicators.definition import LONGEST_PERIOD
from engine.types import MAX_PRICE_PAISE, MAX_STOP_PCT, MAX_TARGET_PCT, OrderKind

Right = Literal["operand", "bars", "range"]

MAX_TEXT = 64 * 1024
MAX_NAME = 120
MAX_DEPTH = 5
MAX_CONDITIONS = 50
MAX_INPUTS = 32
MAX_OFFSET = 500
MAX_RUN_BARS = 500
MAX_NUMBER = 1e15
MAX_BARS = 1_000_000
MAX_RANGES = 1000.0
MAX_RUPEES = MAX_PRICE_PAISE // 100
MAX_OFFSET_PCT = 99.0

PERCENT, RUPEES, RANGES, BARS, CLOCK = "percent", "rupees", "multiples of ATR", "bars", "HH:MM"

PRICES = ("OPEN", "HIGH", "LOW", "CLOSE", "VOLUME")
SLOTS = ("enter_long", "exit_long", "enter_short", "exit_short")
DIRECTIONS = ("long", "short", "both")
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
class Amount:
    """A number that a document gives, above 0 (or from ``minimum``) to ``maximum``.

    ``per_unit``: how many of the smallest part make one (100 paise a rupee), 0 where any fraction will do. ``field``:
    the plan's name for it, where it is another.
    """

    name: str
    label: str
    unit: str
    maximum: float = 0.0
    per_unit: int = 0
    minimum: float | None = None
    field: str = ""

    def to_json(self) -> dict[str, object]:
        """The amount as a form field; the bounds of a time of day say nothing."""
        above = 0 if self.minimum is None else self.minimum
        bounds = {"above": None, "max": None} if self.unit == CLOCK else {"above": above, "max": self.maximum}
        return {"name": self.name, "label": self.label, "unit": self.unit, **bounds}


def _by_name(*amounts: Amount) -> dict[str, Amount]:
    return {amount.name: amount for amount in amounts}


EXITS = _by_name(
    Amount("stop_loss_pct", "stop loss", PERCENT, MAX_STOP_PCT),
    Amount("target_pct", "target", PERCENT, MAX_TARGET_PCT),
    Amount("trailing_stop_pct", "trailing stop", PERCENT, MAX_STOP_PCT),
    Amount("stop_loss_points", "stop loss", RUPEES, MAX_RUPEES, per_unit=100),
    Amount("target_points", "target", RUPEES, MAX_RUPEES, per_unit=100),
    Amount("trailing_stop_points", "trailing stop", RUPEES, MAX_RUPEES, per_unit=100),
    Amount("stop_loss_atr", "stop loss", RANGES, MAX_RANGES),
    Amount("target_atr", "target", RANGES, MAX_RANGES),
    Amount("trailing_stop_atr", "trailing stop", RANGES, MAX_RANGES),
    Amount("atr_period", "period of the ranges", BARS, LONGEST_PERIOD, per_unit=1),
    Amount("break_even_pct", "break even", PERCENT, MAX_TARGET_PCT),
    Amount("max_bars", "time stop", BARS, MAX_BARS, per_unit=1),
    Amount("square_off", "square off", CLOCK),
)
ENTRIES = _by_name(
    Amount("offset_pct", "distance from the close", PERCENT, MAX_OFFSET_PCT, minimum=0.0),
    Amount("valid_bars", "good for", BARS, MAX_BARS, per_unit=1),
    Amount("first_time", "not before", CLOCK, field="first_minute"),
    Amount("last_time", "not after", CLOCK, field="last_minute"),
    Amount("max_per_day", "entries a day", "entries", MAX_BARS, per_unit=1),
    Amount("max_entries", "entries into one position", "entries", MAX_BARS, per_unit=1),
)
ORDER_KINDS: tuple[str, ...] = get_args(OrderKind)


@dataclass(frozen=True, slots=True)
class SizingWord:
    """A way to size a position; ``amount`` is None where it takes no value."""

    words: str
    amount: Amount | None = None


SIZINGS = {
    "all_in": SizingWord("all of the equity"),
    "quantity": SizingWord("a fixed quantity", Amount("value", "", "shares", 1e9, per_unit=1)),
    "cash": SizingWord("a fixed amount", Amount("value", "", RUPEES, 1e12, per_unit=100)),
    "percent_of_equity": SizingWord("a part of the equity", Amount("value", "", PERCENT, 100.0)),
    "risk_per_trade": SizingWord("a risk of the equity, lost at the stop", Amount("value", "", PERCENT, 100.0)),
}


def catalogue() -> dict[str, object]:
    """Everything a visual builder of rules offers, as JSON."""
    return {
        "indicators": indicators.catalogue(),
        "prices": list(PRICES),
        "timeframes": list(indicators.TIMEFRAMES),
        "operators": [
            {"name": operator.name, "label": operator.words, "right": operator.right} for operator in OPERATORS.values()
        ],
        "joins": [*JOINS, "not"],
        "directions": list(DIRECTIONS),
        "exits": [amount.to_json() for amount in EXITS.values()],
        "entries": [amount.to_json() for amount in ENTRIES.values()],
        "order_kinds": list(ORDER_KINDS),
        "sizing": [_sizing_to_json(name, sizing) for name, sizing in SIZINGS.items()],
        "limits": {
            "depth": MAX_DEPTH,
            "conditions": MAX_CONDITIONS,
            "offset": MAX_OFFSET,
            "inputs": MAX_INPUTS,
            "name_length": MAX_NAME,
        },
    }


def _sizing_to_json(name: str, sizing: SizingWord) -> dict[str, object]:
    unit, most = (sizing.amount.unit, sizing.amount.maximum) if sizing.amount else ("", None)
    return {"name": name, "label": sizing.words, "unit": unit, "above": 0, "max": most}
