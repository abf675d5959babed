"""A Plan in its one canonical JSON document, and in one English sentence.

What does not belong here: reading either back.
"""

from __future__ import annotations

from engine import indicators
from engine.rules import vocabulary
from engine.types import Comparison, Condition, Exits, Operand, Plan, Sizing

_PAISE_PER_RUPEE = 100
_VERBS = {"enter_long": "buy", "exit_long": "sell", "enter_short": "sell short", "exit_short": "cover"}


def to_json(plan: Plan) -> dict[str, object]:
    """The canonical rules document of a plan: everything said, inputs put in, nothing in short form.

    ``parse`` gives the same plan back. Cash is in rupees. The inputs stay as a record of the values used.
    """
    document: dict[str, object] = {
        "name": plan.name,
        "inputs": {name: _plain(value) for name, value in plan.inputs},
        "direction": plan.direction,
        "exits": exits_to_json(plan.exits),
        "sizing": sizing_to_json(plan.sizing),
    }
    for slot in vocabulary.SLOTS:
        condition = getattr(plan, slot)
        if condition is not None:
            document[slot] = _condition(condition)
    return document


def exits_to_json(exits: Exits) -> dict[str, object]:
    """The exits of a document, those that are on."""
    return {name: _plain(level) for name, level in _levels(exits).items()}


def sizing_to_json(sizing: Sizing) -> dict[str, object]:
    """The sizing of a document; cash in rupees."""
    if sizing.kind == "all_in":
        return {"kind": sizing.kind}
    value = sizing.value / _PAISE_PER_RUPEE if sizing.kind == "cash" else sizing.value
    return {"kind": sizing.kind, "value": _plain(value)}


def sentence(plan: Plan) -> str:
    """What a plan does, in one English sentence; sides that its direction does not trade are left out."""
    sides = ("long", "short") if plan.direction == "both" else (plan.direction,)
    parts = [
        f"{_VERBS[slot]} when {_words(getattr(plan, slot))}"
        for slot in vocabulary.SLOTS
        if slot.endswith(sides) and getattr(plan, slot) is not None
    ]
    parts += [f"{vocabulary.EXITS[name]} at {level:.15g} %" for name, level in _levels(plan.exits).items()]
    parts.append(f"each time with {_size_words(plan.sizing)}")
    text = "; ".join(parts)
    return f"{plan.name}: {text}." if plan.name else f"{text[0].upper()}{text[1:]}."


def _levels(exits: Exits) -> dict[str, float]:
    levels = {name: getattr(exits, name) for name in vocabulary.EXITS}
    return {name: level for name, level in levels.items() if level is not None}


def _plain(value: float) -> float:
    return int(value) if value.is_integer() else value


def _size_words(sizing: Sizing) -> str:
    if sizing.kind == "cash":
        return f"Rs {sizing.value / _PAISE_PER_RUPEE:.15g}"
    words = {"quantity": "shares", "percent_of_equity": "% of the equity"}
    return f"{sizing.value:.15g} {words[sizing.kind]}" if sizing.kind in words else "all of the equity"


def _condition(condition: Condition) -> dict[str, object]:
    if isinstance(condition, Comparison):
        document: dict[str, object] = {
            "left": _operand(condition.left),
            "op": condition.operator,
            "right": _operand(condition.right),
        }
        if condition.upper is not None:
            document["upper"] = _operand(condition.upper)
        return document
    if condition.join == "not":
        return {"not": _condition(condition.members[0])}
    return {condition.join: [_condition(member) for member in condition.members]}


def _operand(operand: Operand) -> dict[str, object]:
    if operand.kind == "number":
        return {"number": _plain(operand.value)}
    if operand.kind == "price":
        return {"price": operand.name, "offset": operand.offset}
    return {
        "indicator": operand.name,
        "params": {name: _plain(value) for name, value in operand.params},
        "output": operand.output,
        "offset": operand.offset,
    }


def _words(condition: Condition) -> str:
    if isinstance(condition, Comparison):
        return _comparison_words(condition)
    if condition.join == "not":
        return f"not ({_words(condition.members[0])})"
    members = [
        _words(member) if isinstance(member, Comparison) or member.join == "not" else f"({_words(member)})"
        for member in condition.members
    ]
    return f" {vocabulary.JOINS[condition.join]} ".join(members)


def _comparison_words(comparison: Comparison) -> str:
    operator = vocabulary.OPERATORS[comparison.operator]
    left, right = _operand_words(comparison.left), _operand_words(comparison.right)
    if operator.right == "bars":
        return f"{left} {operator.words} for {right} {'bar' if comparison.right.value == 1 else 'bars'}"
    upper = f" and {_operand_words(comparison.upper)}" if comparison.upper else ""
    return f"{left} {operator.words} {right}{upper}"


def _operand_words(operand: Operand) -> str:
    if operand.kind == "number":
        return f"{operand.value:.15g}"
    text = operand.name
    if operand.params:
        text += f"({','.join(f'{value:.15g}' for _, value in operand.params)})"
    if operand.kind == "indicator" and len(indicators.REGISTRY[operand.name].outputs) > 1:
        text += f".{operand.output}"
    return f"{text}[{operand.offset}]" if operand.offset else text
