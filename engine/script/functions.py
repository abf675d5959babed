"""Calls of functions that are scripts themselves: the user's, and the prelude's. Each call is compiled anew.

What does not belong here: built-in functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from engine.script import limits, nodes
from engine.script.arguments import bind
from engine.script.context import Context, Variable
from engine.script.errors import Code, quoted
from engine.script.nodes import Node, Place
from engine.script.values import Value, refusal


def of_user(context: Context, call: nodes.Call) -> Value:
    """A call of a function of the script."""
    function = context.functions[call.name]
    if call.name in context.active:
        raise refusal(Code.SCOPE, call.place, f"{quoted(call.name)} calls itself: use a loop")
    bound = bind(call, [p.name + ("?" if p.default is not None else "") for p in function.parameters])
    # What may be left out has a default.
    given = [cast("Node", bound.get(parameter.name, parameter.default)) for parameter in function.parameters]
    arguments = [context.lower(node) for node in given]
    return _called(context, function, arguments, call.place)


def from_prelude(context: Context, name: str, arguments: Sequence[Value], place: Place) -> Value:
    """A call of a function of the prelude."""
    return _called(context, context.library[name], arguments, place)


def _called(context: Context, function: nodes.Function, arguments: Sequence[Value], place: Place) -> Value:
    if len(context.active) >= limits.MAX_CALL_DEPTH:
        reason = f"Functions call each other at most {limits.MAX_CALL_DEPTH} deep"
        raise refusal(Code.TOO_DEEP, place, reason)
    for parameter, value in zip(function.parameters, arguments, strict=True):
        if value.kind in ("void", "tuple"):
            raise refusal(Code.TYPE, place, f"{quoted(parameter.name)} of {function.name} needs one value")
    loops, context.loops = context.loops, 0
    context.active.append(function.name)
    with context.inside(function=True) as scope:
        for parameter, value in zip(function.parameters, arguments, strict=True):
            scope.names[parameter.name] = Variable(value.kind, value, changes=False)
        result = context.lower(function.body)
    context.active.pop()
    context.loops = loops
    return result
