"""A Plan in its one canonical JSON document, and in one English sentence.

What does not belong here: reading either back.
"""

from __future__ import annotations

from engine import indicators
from engine.rules import vocabulary, wording
from engine.types import Comparison, Condition, Entries, Operand, Plan

_VERBS = {"enter_long": "buy", "exit_long": "sell", "enter_short": "sell short", "exit_short": "cover"}


def to_json(plan: Plan) -> dict[str, object]:
    """The canonical rules document of a plan: everything said, inputs put in, nothing in short form.

    ``parse`` gives the same plan back. Cash is in rupees. The inputs stay as a record of the values used.
    """
    document: dict[str, object] = {
        "name": plan.name,
        "inputs": {name: wording.plain(value) for name, value in plan.inputs},
        "direction": plan.direction,
        "exits": wording.exits_to_json(plan.exits),
        "sizing": wording.sizing_to_json(plan.sizing),
    }
    if plan.entries != Entries():
        document["entries"] = wording.entries_to_json(plan.entries)
    for slot in vocabulary.SLOTS:
        condition = getattr(plan, slot)
        if condition is not None:
            document[slot] = _condition(condition)
    return document


def sentence(plan: Plan) -> str:
    """What a plan does, in one English sentence; sides that its direction does not trade are left out."""
    sides = ("long", "short") if plan.direction == "both" else (plan.direction,)
    parts = [
        f"{_VERBS[slot]} when {_words(getattr(plan, slot))}"
        for slot in vocabulary.SLOTS
        if slot.endswith(sides) and getattr(plan, slot) is not None
    ]
    parts += wording.exit_words(plan.exits)
    parts.append(", ".join((f"each time with {wording.size_words(plan.sizing)}", *wording.entry_words(plan.entries))))
    text = "; ".join(parts)
    return f"{plan.name}: {text}." if plan.name else f"{text[0].upper()}{text[1:]}."


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
        return {"number": wording.plain(operand.value)}
    timeframe = {} if operand.timeframe is None else {"timeframe": operand.timeframe}
    if operand.kind == "price":
        return {"price": operand.name, "offset": operand.offset, **timeframe}
    return {
        "indicator": operand.name,
        "params": {name: wording.plain(value) for name, value in operand.params},
        "output": operand.output,
        "offset": operand.offset,
        **timeframe,
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
    is_clock = comparison.left.name == "TIME"
    left, right = operand_words(comparison.left), operand_words(comparison.right, is_clock=is_clock)
    if operator.right == "bars":
        return f"{left} {operator.words} for {right} {'bar' if comparison.right.value == 1 else 'bars'}"
    upper = f" and {operand_words(comparison.upper, is_clock=is_clock)}" if comparison.upper else ""
    return f"{left} {operator.words} {right}{upper}"


def operand_words(operand: Operand, *, is_clock: bool = False) -> str:
    """Name an operand as a rules document would, a number of TIME (``is_clock``) as a clock shows it."""
    if operand.kind == "number":
        return _clock_words(operand.value) if is_clock else f"{operand.value:.15g}"
    text = operand.name
    if operand.params:
        text += f"({','.join(f'{value:.15g}' for _, value in operand.params)})"
    if operand.kind == "indicator" and len(indicators.REGISTRY[operand.name].outputs) > 1:
        text += f".{operand.output}"
    text = f"{text}[{operand.offset}]" if operand.offset else text
    return text if operand.timeframe is None else f"{text} on {operand.timeframe} bars"


def _clock_words(value: float) -> str:
    """The value of TIME, hours times 100 plus minutes, as a clock shows it."""
    is_time = value.is_integer() and 0 <= value < 2400 and value % 100 < 60
    return f"{int(value) // 100:02}:{int(value) % 100:02}" if is_time else f"{value:.15g}"
