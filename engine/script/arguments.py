"""The arguments of a call, matched with the parameters it has. What does not belong here: what a call means."""

from __future__ import annotations

from collections.abc import Sequence

from engine.script import limits, nodes
from engine.script.context import Context
from engine.script.errors import Code, quoted
from engine.script.nodes import Node
from engine.script.values import NUMERIC, Kind, Value, refusal


def bind(call: nodes.Call, parameters: Sequence[str]) -> dict[str, Node]:
    """The arguments of a call by parameter; a parameter that ends in ``?`` may be left out.

    :raises ScriptError: ARGUMENT
    """
    names = [parameter.rstrip("?") for parameter in parameters]
    if len(call.positional) > len(names):
        reason = f"{call.name} takes at most {len(names)} arguments: {', '.join(names) or 'none'}"
        raise refusal(Code.ARGUMENT, call.positional[len(names)].place, reason)
    bound = dict(zip(names, call.positional, strict=False))
    for keyword, node in call.keywords:
        if keyword not in names:
            reason = f"{call.name} has no argument {quoted(keyword)}; it has {', '.join(names) or 'none'}"
            raise refusal(Code.ARGUMENT, node.place, reason)
        if keyword in bound:
            raise refusal(Code.ARGUMENT, node.place, f"{call.name} is given {keyword} twice")
        bound[keyword] = node
    for parameter in parameters:
        if not parameter.endswith("?") and parameter not in bound:
            raise refusal(Code.ARGUMENT, call.place, f"{call.name} needs its argument {parameter}")
    return bound


def numeric(context: Context, node: Node) -> Value:
    """An argument that is a number.

    :raises ScriptError: TYPE
    """
    return checked_number(context.lower(node), node)


def checked_number(value: Value, node: Node) -> Value:
    """A value that is a number, na included.

    :raises ScriptError: TYPE
    """
    if value.kind not in NUMERIC and value.kind != "na":
        raise refusal(Code.TYPE, node.place, f"A number is needed here, not {described(value.kind)}")
    return value


def boolean(context: Context, node: Node) -> Value:
    """An argument that is a bool.

    :raises ScriptError: TYPE
    """
    value = context.lower(node)
    if value.kind != "bool":
        raise refusal(Code.TYPE, node.place, f"A bool is needed here, not {described(value.kind)}")
    return value


def known_number(context: Context, node: Node) -> float:
    """An argument that is a number before the run.

    :raises ScriptError: TYPE or ARGUMENT
    """
    value = numeric(context, node)
    if value.number is None:
        raise refusal(
            Code.ARGUMENT,
            node.place,
            "This must be known before the run: use a number or an input; to change it, choose between two calls",
        )
    return value.number


def known_length(context: Context, node: Node, *, least: int = 1) -> int:
    """An argument that is a whole number of bars.

    :raises ScriptError: TYPE or ARGUMENT
    """
    length = known_number(context, node)
    if not (length % 1 == 0 and least <= length <= limits.MAX_LENGTH):
        hint = ": write int(...)" if length % 1 else ""
        reason = f"A length is a whole number of bars from {least} to {limits.MAX_LENGTH}{hint}"
        raise refusal(Code.ARGUMENT, node.place, reason)
    return int(length)


def known_truth(context: Context, node: Node) -> bool:
    """An argument that is true or false before the run.

    :raises ScriptError: TYPE or ARGUMENT
    """
    value = boolean(context, node)
    if value.number is None:
        raise refusal(Code.ARGUMENT, node.place, "This must be known before the run: use true, false or an input")
    return value.number == 1.0


def known_text(context: Context, node: Node) -> str:
    """An argument that is a string before the run.

    :raises ScriptError: TYPE
    """
    value = context.lower(node)
    if value.text is None:
        raise refusal(Code.TYPE, node.place, f"A fixed string is needed here, not {described(value.kind)}")
    return value.text


_DESCRIBED: dict[Kind, str] = {
    "int": "a number",
    "float": "a number",
    "bool": "a bool",
    "string": "a string",
    "paint": "something that is only drawn or printed (color.*, str.*, syminfo.ticker, timeframe.period)",
    "void": "a call that gives no value",
    "na": "na",
    "tuple": "several values at once",
}


def described(kind: Kind) -> str:
    """A kind in words."""
    return _DESCRIBED[kind]
