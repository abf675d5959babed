"""Statements: declarations, assignments, branches, loops, functions. What does not belong here: expressions, calls."""

from __future__ import annotations

import math
from typing import cast

from engine.script import emitter, expressions, nodes, values
from engine.script.arguments import described
from engine.script.context import Context, Variable
from engine.script.errors import Code, quoted
from engine.script.kernels import codes
from engine.script.nodes import Place
from engine.script.values import NUMERIC, Kind, Value, joined, refusal

_KINDS: dict[str, Kind] = {
    "": "na",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "string": "string",
    "color": "paint",
    "label": "paint",
    "line": "paint",
    "box": "paint",
    "table": "paint",
    "linefill": "paint",
    "polyline": "paint",
}


def block(context: Context, node: nodes.Block) -> Value:
    """Statements one after another; the value of the last one is the block's."""
    last = values.VOID
    for statement in node.statements:
        last = context.lower(statement)
    return last


def declare(context: Context, node: nodes.Declare) -> Value:
    """``name = value``, ``var name = value``, ``[a, b] = value``, or an expression by itself."""
    if not node.names:
        return context.lower(node.value)
    if node.kind not in _KINDS:
        raise refusal(
            Code.UNSUPPORTED, node.place, f"{quoted(node.kind)} is no type here: use int, float, bool, string"
        )
    if node.keep:
        return _kept(context, node)
    # An input that is written after a name goes by it.
    context.declaring = node.names[0] if isinstance(node.value, nodes.Call) else ""
    value = context.lower(node.value)
    context.declaring = ""
    if len(node.names) == 1:
        return _bound(context, node.names[0], value, node)
    if value.kind != "tuple" or len(value.items) != len(node.names):
        found = len(value.items) if value.kind == "tuple" else 1
        raise refusal(Code.TYPE, node.place, f"{len(node.names)} names are given {found} values")
    for name, item in zip(node.names, value.items, strict=True):
        _bound(context, name, item, node)
    return value


def _typed(value: Value, node: nodes.Declare) -> Value:
    """A value under the type its variable is declared with."""
    wanted = _KINDS[node.kind]
    kind = value.kind if wanted == "na" else joined(wanted, value.kind)
    if value.kind == "na" and wanted in ("na", "bool"):
        instead = "bool x = false" if wanted == "bool" else "float x = na"
        raise refusal(Code.TYPE, node.value.place, f"na alone has no type: write {instead}")
    if kind in (None, "void", "tuple") or (wanted == "int" and kind == "float"):
        reason = f"{quoted(node.names[0])} cannot be {described(value.kind)}"
        raise refusal(Code.TYPE, node.value.place, reason)
    return values.PAINT if kind == "paint" else value.as_kind(cast("Kind", kind))


def _bound(context: Context, name: str, value: Value, node: nodes.Declare) -> Value:
    value = _typed(value, node)
    changes = name in context.changed
    # Not the register of another variable, which may change after.
    if (changes and value.kind != "paint") or value.register in context.machine.changing:
        value = _variable(context, value, node.place)
    context.define(name, Variable(value.kind, value, changes), node.place)
    return value


def _variable(context: Context, value: Value, place: Place) -> Value:
    """A register of its own for a value that will change."""
    register = context.machine.register(place)
    context.machine.changing.add(register)
    context.machine.emit(codes.COPY, register, (context.machine.operand(value, place),), place)
    return Value(value.kind, register=register)


def _kept(context: Context, node: nodes.Declare) -> Value:
    """``var``: given its value on the first bar that comes here, then kept from bar to bar."""
    machine = context.machine
    with machine.piece() as first:
        value = _typed(context.lower(node.value), node)
        if value.kind == "paint":
            context.define(node.names[0], Variable("paint", value, changes=True), node.place)
            return value
        known = value.is_known and not first
        register = machine.register(node.place, _initial(context, value) if known else math.nan)
        machine.kept.add(register)
        machine.changing.add(register)
        if not known:
            machine.emit(codes.COPY, register, (machine.operand(value, node.place),), node.place)
    if not known:
        _once(context, first, node.place)
    kept = Value(value.kind, register=register)
    context.define(node.names[0], Variable(value.kind, kept, changes=True), node.place)
    return kept


def _initial(context: Context, value: Value) -> float:
    if value.text is not None:
        return context.machine.text_number(value.text)
    return cast("float", value.number)


def _once(context: Context, piece: list[emitter.Instruction], place: Place) -> None:
    """Put code that runs on the first bar that comes here, and never again."""
    machine = context.machine
    waiting = machine.register(place, 1.0)
    machine.kept.add(waiting)
    machine.emit(codes.JUMP_FALSE, 0, (len(piece) + 2, waiting), place)
    machine.put(piece, place)
    machine.emit(codes.COPY, waiting, (machine.operand(values.truth(False), place),), place)


def assign(context: Context, node: nodes.Assign) -> Value:
    """``name := value`` and ``name += value``."""
    variable = context.may_change(node.name, node.place)
    value = context.lower(node.value)
    if node.operator:
        own = nodes.Name(node.place, 1, node.name)
        value = expressions.arithmetic(context, node.operator, (variable.value, own), (value, node.value))
    if variable.kind == "paint":
        return values.PAINT
    kind = joined(variable.kind, value.kind)
    if kind != variable.kind or (kind == "bool" and value.kind == "na"):
        hint = f": write {node.name[:40]} = 0.0 or float" if {kind, variable.kind} <= NUMERIC else ""
        reason = f"{quoted(node.name)} is {described(variable.kind)} and cannot become {described(value.kind)}{hint}"
        raise refusal(Code.TYPE, node.value.place, _whole_number(reason, kind, variable.kind))
    register = cast("int", variable.value.register)
    context.machine.emit(codes.COPY, register, (context.machine.operand(value, node.place),), node.place)
    return variable.value


def _whole_number(reason: str, kind: Kind | None, variable: Kind) -> str:
    return reason.replace("a number and", "a whole number and", 1) if (kind, variable) == ("float", "int") else reason


def function(context: Context, node: nodes.Function) -> Value:
    """A function is kept as it is written, and compiled at each call."""
    if node.name in context.reserved:
        raise refusal(Code.REDEFINED, node.place, f"{quoted(node.name)} is built in: choose another name")
    if node.name in context.functions or node.name in context.scopes[0].names:
        raise refusal(Code.REDEFINED, node.place, f"{quoted(node.name)} is already defined")
    names = [parameter.name for parameter in node.parameters]
    if len(set(names)) < len(names):
        raise refusal(Code.REDEFINED, node.place, f"{quoted(node.name)} has two parameters of one name")
    context.functions[node.name] = node
    return values.VOID


def leave(context: Context, node: nodes.Leave) -> Value:
    """``break`` and ``continue``, put in place when the loop is put together."""
    if not context.loops:
        raise refusal(Code.SCOPE, node.place, f"{node.word} stands in a loop")
    context.machine.emit(codes.JUMP, 0, (emitter.BREAK if node.word == "break" else emitter.CONTINUE,), node.place)
    return values.VOID
