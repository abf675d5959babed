"""How positions are entered, sized and left, from a rules document.

What does not belong here: conditions, saying any of it back (``wording``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from engine.rules import vocabulary
from engine.rules.operands import OperandReader
from engine.rules.reading import Node, quoted
from engine.rules.vocabulary import Amount
from engine.types import Entries, Exits, OrderKind, Sizing, SizingKind

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_LEVELS = ("stop_loss", "target", "trailing_stop")


def exits(fields: Mapping[str, Node], *, operands: OperandReader) -> Exits:
    """The exits of a document, all off where it names none.

    :raises InvalidRules: if one is unknown or out of bounds, or a level is given in two units
    """
    if "exits" not in fields:
        return Exits()
    words = fields["exits"].fields(tuple(vocabulary.EXITS))
    for level in _LEVELS:
        given = [name for name in words if name.startswith(f"{level}_")]
        if len(given) > 1:
            raise words[given[1]].refusal(f"{given[0]} is given too: a level has one unit")
    if "atr_period" in words and not any(name.endswith("_atr") for name in words):
        raise words["atr_period"].refusal("No exit here is a multiple of the average true range")
    return Exits(**_amounts(words, known=vocabulary.EXITS, operands=operands))


def entries(fields: Mapping[str, Node], *, operands: OperandReader) -> Entries:
    """How a document enters, at market where it says nothing.

    :raises InvalidRules: if a member is unknown, out of bounds or out of order
    """
    if "entries" not in fields:
        return Entries()
    words = fields["entries"].fields(("kind", *vocabulary.ENTRIES))
    kind = cast("OrderKind", words["kind"].choice(vocabulary.ORDER_KINDS)) if "kind" in words else "market"
    numbers = {name: word for name, word in words.items() if name != "kind"}
    if kind == "market":
        for name in ("offset_pct", "valid_bars"):
            if name in numbers:
                raise numbers[name].refusal("An order at market does not wait for a price")
    read = Entries(kind=kind, **_amounts(numbers, known=vocabulary.ENTRIES, operands=operands))
    if read.first_minute is not None and read.last_minute is not None and read.first_minute > read.last_minute:
        raise words["last_time"].refusal("last_time is before first_time")
    return read


def sizing(fields: Mapping[str, Node], *, operands: OperandReader) -> Sizing:
    """The sizing of a document, all of the equity where it says nothing.

    :raises InvalidRules: if it is unknown or out of bounds, or a value is missing or not taken
    """
    if "sizing" not in fields:
        return Sizing()
    members = fields["sizing"].fields(("kind", "value"), required=("kind",))
    kind = cast("SizingKind", members["kind"].choice(tuple(vocabulary.SIZINGS)))
    amount = vocabulary.SIZINGS[kind].amount
    if amount is None:
        if "value" in members:
            raise members["value"].refusal(f"{kind} takes no value")
        return Sizing(kind=kind)
    if "value" not in members:
        raise fields["sizing"].refusal(f"{kind} needs a value")
    return Sizing(kind=kind, value=float(_amount(members["value"], amount=amount, operands=operands)))


def _amounts(words: Mapping[str, Node], *, known: Mapping[str, Amount], operands: OperandReader) -> dict[str, Any]:
    """Each word's amount by the name of the plan's field."""
    return {
        known[name].field or name: _amount(node, amount=known[name], operands=operands) for name, node in words.items()
    }


def _amount(node: Node, *, amount: Amount, operands: OperandReader) -> float:
    """A number within bounds, counted in the smallest part there is of it (paise, minutes)."""
    if amount.unit == vocabulary.CLOCK:
        return _minutes(node, operands=operands)
    value = operands.number(node)
    # A rupee amount is the double nearest to whole paise, so it comes back from them exactly.
    parts = round(value * amount.per_unit) if abs(value) <= amount.maximum else 0
    is_within = 0 < value <= amount.maximum or value == amount.minimum
    if not is_within or (amount.per_unit and parts / amount.per_unit != value):
        whole = {0: "", 1: ", whole", 100: " in whole paise"}[amount.per_unit]
        least = "more than 0" if amount.minimum is None else f"at least {amount.minimum:g}"
        raise node.refusal(f"Expected {least} and up to {amount.maximum:g} {amount.unit}{whole}")
    return parts if amount.per_unit else value


def _minutes(node: Node, *, operands: OperandReader) -> int:
    """Minutes after midnight of a time as text, ``15:15``, or as an input's number, 1515."""
    match = _CLOCK.fullmatch(node.value) if isinstance(node.value, str) else None
    value = float(match[1] + match[2]) if match is not None else operands.number(node)
    if not (value % 1 == 0 and 0 < value < 2400 and value % 100 < 60):
        raise node.refusal(f"Expected a time of day such as 15:15, not {quoted(node.value)}")
    return int(value) // 100 * 60 + int(value) % 100
