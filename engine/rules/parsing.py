"""A rules document, in any of its forms, to the one frozen Plan.

A whitelist reads it: nothing of the document is ever evaluated as code, and every size has a limit that is checked
before the work. What does not belong here: operands, conditions, orders, running the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from engine.errors import InvalidRules
from engine.rules import compact, orders, vocabulary
from engine.rules.conditions import ConditionReader
from engine.rules.operands import INPUT_NAME, OperandReader
from engine.rules.reading import Node, quoted, root
from engine.types import Condition, Direction, Plan

_SETTINGS = ("inputs", "direction", "entries", "exits", "sizing")
_FULL = ("name", *_SETTINGS, *vocabulary.SLOTS)
_ENTRIES = {"long": ("enter_long",), "short": ("enter_short",), "both": ("enter_long", "enter_short")}


def parse(document: object, *, inputs: Mapping[str, float] | None = None) -> Plan:
    """Understand a rules document.

    ``document``: JSON text, or what it decodes to. ``inputs`` replace the document's own by name. Prices and cash
    are in rupees, as users write them. Without ``direction`` the full form trades the sides it has entries
    for, the compact form is long only.

    :raises InvalidRules: if anything in it is unknown, out of bounds or missing, with the pointer to it
    """
    node = root(document)
    if isinstance(node.value, list | tuple):
        node = Node({"rules": node.value}, "")
        base = ""
    else:
        base = "/rules"
    keys = node.members()
    if "rules" in keys:
        return _several(node, base=base, inputs=inputs or {})
    if "conditions" in keys:
        return _one(node, inputs=inputs or {})
    return _full(node, inputs=inputs or {})


def _full(node: Node, *, inputs: Mapping[str, float]) -> Plan:
    fields = node.fields(_FULL)
    operands = _operands(fields, overrides=inputs)
    slots = {slot: ConditionReader(operands).read(fields[slot]) for slot in vocabulary.SLOTS if slot in fields}
    traded = [side for side in ("long", "short") if f"enter_{side}" in slots]
    implied: Direction = "both" if len(traded) == 2 else cast("Direction", traded[0]) if traded else "long"
    return _plan(fields, slots=slots, operands=operands, direction=_direction(fields, default=implied))


def _one(node: Node, *, inputs: Mapping[str, float]) -> Plan:
    fields = node.fields((*compact.RULE, *_SETTINGS))
    operands = _operands(fields, overrides=inputs)
    direction = _direction(fields, default="long")
    reader = ConditionReader(operands)
    slots = compact.read([node], reader=reader, direction=direction, extra=_SETTINGS, depth=1)
    return _plan(fields, slots=slots, operands=operands, direction=direction)


def _several(node: Node, *, base: str, inputs: Mapping[str, float]) -> Plan:
    fields = node.fields(("name", "rules", *_SETTINGS), required=("rules",))
    operands = _operands(fields, overrides=inputs)
    direction = _direction(fields, default="long")
    rules = Node(fields["rules"].value, base).items(at_most=vocabulary.MAX_CONDITIONS)
    reader = ConditionReader(operands)
    slots = compact.read(rules, reader=reader, direction=direction, extra=(), depth=2)
    if "name" not in fields:
        fields |= {key: member for key, member in rules[0].members().items() if key == "name" and member.value}
    return _plan(fields, slots=slots, operands=operands, direction=direction)


def _plan(
    fields: Mapping[str, Node], *, slots: Mapping[str, Condition], operands: OperandReader, direction: Direction
) -> Plan:
    if not any(entry in slots for entry in _ENTRIES[direction]):
        raise InvalidRules(pointer="", reason=f"The strategy never enters: direction is {direction}, without an entry")
    return Plan(
        name=fields["name"].text(at_most=vocabulary.MAX_NAME) if "name" in fields else "",
        enter_long=slots.get("enter_long"),
        exit_long=slots.get("exit_long"),
        enter_short=slots.get("enter_short"),
        exit_short=slots.get("exit_short"),
        direction=direction,
        exits=orders.exits(fields, operands=operands),
        sizing=orders.sizing(fields, operands=operands),
        inputs=tuple(sorted(operands.inputs.items())),
        entries=orders.entries(fields, operands=operands),
    )


def input_values(declared: Node, *, overrides: Mapping[str, float]) -> dict[str, float]:
    """Inputs by name, with the caller's values in place of the document's own.

    :raises InvalidRules: if a name or a value is no such thing, or an override names no input
    """
    given = declared.members()
    if len(given) > vocabulary.MAX_INPUTS:
        raise declared.refusal(f"There are more than {vocabulary.MAX_INPUTS} inputs")
    for name, node in given.items():
        if not INPUT_NAME.fullmatch(name):
            raise node.refusal("An input is named in lower case: a letter, then letters, digits or _")
    values = {name: node.number() for name, node in given.items()}
    for name, value in overrides.items():
        node = Node(value, declared.child(name))
        if name not in values:
            raise node.refusal(f"There is no input {quoted(name)}")
        values[name] = node.number()
    return values


def _operands(fields: Mapping[str, Node], *, overrides: Mapping[str, float]) -> OperandReader:
    return OperandReader(input_values(fields.get("inputs", Node({}, "/inputs")), overrides=overrides))


def _direction(fields: Mapping[str, Node], *, default: Direction) -> Direction:
    if "direction" not in fields:
        return default
    return cast("Direction", fields["direction"].choice(vocabulary.DIRECTIONS))
