"""Calls: which function a name means. What does not belong here: what any function does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.script import functions, hints, inputs, mathematics, nodes, orders, studies, times, trades, values
from engine.script.context import Context
from engine.script.errors import Code, quoted
from engine.script.values import Value, refusal

BUILT_IN: Mapping[str, Callable[[Context, nodes.Call], Value]] = {
    **mathematics.CALLS,
    **studies.CALLS,
    **inputs.CALLS,
    **times.CALLS,
    **trades.CALLS,
    **orders.CALLS,
}


def call(context: Context, node: nodes.Call) -> Value:
    """The value of a call."""
    if node.name in context.functions:
        return functions.of_user(context, node)
    built_in = BUILT_IN.get(node.name)
    if built_in is not None:
        return built_in(context, node)
    if node.name.startswith(hints.DRAWN) or node.name in hints.DRAWN_CALLS:
        # What only draws is not even looked at.
        return values.PAINT
    instead = hints.instead(node.name)
    if instead is not None:
        raise refusal(Code.UNSUPPORTED, node.place, instead)
    raise refusal(Code.UNKNOWN_NAME, node.place, f"There is no function {quoted(node.name)}")
