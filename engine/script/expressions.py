"""Expressions without calls: literals, names, operators, history. What does not belong here: statements, calls."""

from __future__ import annotations

import math

from engine.script import names, nodes, operations, values
from engine.script.arguments import described
from engine.script.context import Context
from engine.script.errors import Code, quoted
from engine.script.kernels import codes
from engine.script.nodes import Node, Place
from engine.script.values import NUMERIC, Kind, Value, joined, refusal, weakest

_COMPARISONS = {
    "<": codes.LT,
    "<=": codes.LE,
    ">": codes.GT,
    ">=": codes.GE,
    "==": codes.EQ,
    "!=": codes.NE,
}
_ARITHMETIC = {"+": codes.ADD, "-": codes.SUB, "*": codes.MUL, "/": codes.DIV, "%": codes.MOD}
_LOGIC = {"and": codes.AND, "or": codes.OR}
_LAST_VERSION_WITH_NUMBERS_AS_BOOLS = 5


def number(_: Context, node: nodes.Number) -> Value:
    """A number as written."""
    return values.number(node.value, whole=node.whole)


def text(_: Context, node: nodes.Text) -> Value:
    """A string as written."""
    return values.text(node.value)


def color(_: Context, __: nodes.Color) -> Value:
    """A colour draws nothing."""
    return values.PAINT


def name(context: Context, node: nodes.Name) -> Value:
    """A variable of the script, else a built-in one."""
    variable = context.find(node.name)
    if variable is not None:
        return variable.value
    return names.built_in(context, node)


def sequence(context: Context, node: nodes.Sequence) -> Value:
    """Several values at once."""
    return Value("tuple", items=tuple(context.lower(item) for item in node.items))


def unary(context: Context, node: nodes.Unary) -> Value:
    """``-x``, ``+x``, ``not x``."""
    if node.operator == "not":
        operand = condition(context, node.operand)
        return operations.operate(context, codes.NOT, (operand,), kind="bool", place=node.place)
    operand = _arithmetic_operand(context.lower(node.operand), node.operand)
    if node.operator == "+":
        return operand
    return operations.operate(context, codes.NEG, (operand,), kind=operand.kind, place=node.place)


def condition(context: Context, node: Node) -> Value:
    """An expression that must be a bool; a number is one in version 5, true where it is neither 0 nor na.

    :raises ScriptError: TYPE
    """
    value = context.lower(node)
    return as_condition(context, value, node.place)


def as_condition(context: Context, value: Value, place: Place) -> Value:
    """A value as a bool.

    :raises ScriptError: TYPE
    """
    if value.kind in NUMERIC and context.version <= _LAST_VERSION_WITH_NUMBERS_AS_BOOLS:
        return operations.operate(context, codes.TRUTH, (value,), kind="bool", place=place)
    if value.kind != "bool":
        raise refusal(Code.TYPE, place, f"A condition is true or false, not {described(value.kind)}: compare it")
    return value


def binary(context: Context, node: nodes.Binary) -> Value:
    """Operators of one precedence, from the left."""
    if node.operators[0] in _LOGIC:
        result = condition(context, node.operands[0])
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            pair = (result, condition(context, operand))
            result = operations.operate(context, _LOGIC[operator], pair, kind="bool", place=node.place)
        return result
    result = context.lower(node.operands[0])
    left = node.operands[0]
    for operator, right in zip(node.operators, node.operands[1:], strict=True):
        other = context.lower(right)
        if operator in _ARITHMETIC:
            result = arithmetic(context, operator, (result, left), (other, right))
        else:
            result = compared(context, operator, (result, left), (other, right))
    return result


def arithmetic(context: Context, operator: str, left: tuple[Value, Node], right: tuple[Value, Node]) -> Value:
    """``left operator right`` of numbers; ``+`` joins strings too.

    :raises ScriptError: TYPE
    """
    first, second, place = left[0], right[0], right[1].place
    if operator == "+" and {first.kind, second.kind} & {"string", "paint"}:
        return _joined_text(first, second, place)
    one, two = _arithmetic_operand(*left), _arithmetic_operand(*right)
    kind: Kind = "int" if one.kind == two.kind == "int" else "float"
    whole = one.form == two.form == "const" and context.version <= _LAST_VERSION_WITH_NUMBERS_AS_BOOLS
    if operator == "/" and not (kind == "int" and whole):
        return operations.operate(context, codes.DIV, (one, two), kind="float", place=place)
    result = operations.operate(context, _ARITHMETIC[operator], (one, two), kind=kind, place=place)
    if operator == "/":
        # Pine 5: a quotient of two whole constants is whole.
        return operations.operate(context, codes.TRUNC, (result,), kind="int", place=place)
    return result


def _joined_text(first: Value, second: Value, place: Place) -> Value:
    if first.text is not None and second.text is not None:
        return values.text(first.text + second.text, form=weakest(first, second))
    if {first.kind, second.kind} <= {"string", "paint"}:
        return values.PAINT
    raise refusal(Code.TYPE, place, "A string and a number cannot be added: use str.tostring")


def _arithmetic_operand(value: Value, node: Node) -> Value:
    if value.kind not in NUMERIC and value.kind != "na":
        raise refusal(Code.TYPE, node.place, f"A number is needed here, not {described(value.kind)}")
    return value.as_kind("float") if value.kind == "na" else value


def compared(context: Context, operator: str, left: tuple[Value, Node], right: tuple[Value, Node]) -> Value:
    """``left operator right`` as a bool, false where either is na.

    :raises ScriptError: TYPE
    """
    (first, before), (second, after) = left, right
    for value, node in (left, right):
        if value.kind == "na":
            raise refusal(Code.TYPE, node.place, "Nothing equals na and nothing compares with it: write na(x)")
    alike = first.kind == second.kind or {first.kind, second.kind} <= NUMERIC
    ordered = operator not in ("==", "!=")
    comparable = first.kind in NUMERIC or (first.kind in ("bool", "string") and not ordered)
    if not alike or not comparable:
        reason = f"{described(first.kind)} and {described(second.kind)} cannot be compared with {operator}"
        raise refusal(Code.TYPE, before.place if not comparable else after.place, reason.capitalize())
    return operations.operate(context, _COMPARISONS[operator], (first, second), kind="bool", place=before.place)


def ternary(context: Context, node: nodes.Ternary) -> Value:
    """``condition ? yes : no``; both sides are evaluated."""
    test = condition(context, node.condition)
    yes, no = context.lower(node.yes), context.lower(node.no)
    return either(context, test, yes, no, place=node.no.place)


def either(context: Context, test: Value, yes: Value, no: Value, *, place: Place) -> Value:
    """One of two values of one kind.

    :raises ScriptError: TYPE
    """
    if "paint" in (yes.kind, no.kind):
        return values.PAINT
    if yes.kind == no.kind == "tuple" and len(yes.items) == len(no.items):
        pairs = zip(yes.items, no.items, strict=True)
        return Value("tuple", items=tuple(either(context, test, one, two, place=place) for one, two in pairs))
    kind = joined(yes.kind, no.kind)
    if kind is None or kind in ("void", "tuple") or (kind == "bool" and "na" in (yes.kind, no.kind)):
        reason = f"Both sides must be alike, not {described(yes.kind)} and {described(no.kind)}"
        raise refusal(Code.TYPE, place, reason)
    return operations.select(context, test, yes, no, kind=kind, place=place)


def history(context: Context, node: nodes.History) -> Value:
    """``series[bars]``."""
    series = context.lower(node.series)
    if series.kind in ("paint", "void", "tuple", "string"):
        reason = f"{quoted('[]')} reads the past of a number or a bool, not of {described(series.kind)}"
        raise refusal(Code.TYPE, node.place, reason)
    offset = context.lower(node.offset)
    if offset.kind != "int" and not (offset.kind == "float" and offset.number is None):
        raise refusal(Code.TYPE, node.offset.place, "How many bars to look back is a whole number")
    if offset.number is None:
        return operations.back_by(context, series, offset, place=node.place)
    bars = offset.number
    if math.isnan(bars) or not 0 <= bars <= codes.MAX_OFFSET:
        reason = f"One can look back 0 to {codes.MAX_OFFSET} bars, and never ahead"
        raise refusal(Code.ARGUMENT, node.offset.place, reason)
    return operations.back(context, series, bars=int(bars), place=node.place)
