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
    if node.name.startswith(hints.DRAWN) or node.name in hints.DRAWN_CALLS or _is_drawn(context, node.name):
        # What only draws is not even looked at.
        return values.PAINT
    raise _unknown(context, node)


def _is_drawn(context: Context, name: str) -> bool:
    """Whether it is a method of a line, a label or the like: ``level.set_x2(...)``."""
    owner = context.find(name.rpartition(".")[0])
    return owner is not None and owner.kind == "paint"


def _unknown(context: Context, node: nodes.Call) -> Exception:
    known = (*BUILT_IN, *context.functions)
    instead = hints.instead(node.name, known) or hints.renamed(node.name, known)
    if instead is not None:
        return refusal(Code.UNSUPPORTED, node.place, instead)
    owner, _, method = node.name.rpartition(".")
    if owner and context.find(owner) is not None:
        reason = f"Methods are outside the subset: write {method[:40]}(...) with {owner[:40]} as its first argument"
        return refusal(Code.UNSUPPORTED, node.place, reason)
    return refusal(
        Code.UNKNOWN_NAME, node.place, f"There is no function {quoted(node.name)}{hints.alike(node.name, known)}"
    )
