"""``input.*``: values that a run may set. What does not belong here: how a run gets to set them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import cast

from engine.script import limits, names, nodes, values
from engine.script.arguments import bind, described, known_number, known_text
from engine.script.context import Context
from engine.script.errors import LONGEST_REASON, Code, ScriptError, quoted
from engine.script.nodes import Node
from engine.script.program import Input
from engine.script.values import Value, refusal

_ABOUT = ("tooltip?", "inline?", "group?", "confirm?", "display?", "active?")
_BOUNDED = ("defval", "title?", "minval?", "maxval?", "step?", "options?", *_ABOUT)
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "input": ("defval", "title?", "tooltip?", "inline?", "group?", "display?", "active?"),
    "input.int": _BOUNDED,
    "input.float": _BOUNDED,
    "input.price": ("defval", "title?", *_ABOUT),
    "input.bool": ("defval", "title?", *_ABOUT),
    "input.string": ("defval", "title?", "options?", *_ABOUT),
    "input.text_area": ("defval", "title?", *_ABOUT),
    "input.session": ("defval", "title?", "options?", *_ABOUT),
    "input.timeframe": ("defval", "title?", "options?", *_ABOUT),
    "input.source": ("defval", "title?", *_ABOUT),
    "input.color": ("defval", "title?", *_ABOUT),
}
_KINDS = {
    "input.int": "int",
    "input.float": "float",
    "input.price": "float",
    "input.bool": "bool",
    "input.source": "source",
}
_OF_KINDS = frozenset({"type", "minval", "maxval", "step", "options"})
_LARGEST = 1e15
SOURCES = ("open", "high", "low", "close", "hl2", "hlc3", "ohlc4", "hlcc4", "volume")


def read(context: Context, call: nodes.Call) -> Value:
    """The value of an input: what the run gives, else its default."""
    if context.active or context.blocks:
        raise refusal(Code.SCOPE, call.place, "Inputs stand at the left margin, outside of functions and blocks")
    _check_general(call)
    bound = bind(call, _PARAMETERS[call.name])
    declaring, context.declaring = context.declaring, ""
    if call.name == "input.color":
        return values.PAINT
    node = bound["defval"]
    kind = _kind(context, call, node)
    if kind == "paint":
        return values.PAINT
    title = known_text(context, bound["title"]) if "title" in bound else declaring
    found = _described(context, bound, kind=kind, name=_name(context, declaring, title), title=title)
    if len(context.inputs) >= limits.MAX_INPUTS:
        raise refusal(Code.TOO_LARGE, call.place, f"A script has at most {limits.MAX_INPUTS} inputs")
    context.inputs[found.name] = found
    return _value(context, found, call)


def _check_general(call: nodes.Call) -> None:
    """Refuse what ``input`` took in version 4, and the inputs by kind take now."""
    for keyword, node in call.keywords:
        if call.name == "input" and keyword in _OF_KINDS:
            reason = f"input has no argument '{keyword}': write input.int, input.float, input.string and so on"
            raise refusal(Code.ARGUMENT, node.place, reason)


def _kind(context: Context, call: nodes.Call, node: Node) -> str:
    if call.name in _KINDS:
        return _KINDS[call.name]
    if call.name != "input":
        return "string"
    if isinstance(node, nodes.Name) and node.name in SOURCES:
        return "source"
    return str(context.lower(node).kind)


def _name(context: Context, declaring: str, title: str) -> str:
    """The name an input is set by: that of its variable, else made of its title, and of nobody else."""
    plain = declaring or re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_") or "input"
    name, count = plain[: limits.MAX_NAME], 1
    while name in context.inputs:
        count += 1
        name = f"{plain[: limits.MAX_NAME - 4]}_{count}"
    return name


def _described(context: Context, bound: Mapping[str, Node], *, kind: str, name: str, title: str) -> Input:
    node = bound["defval"]
    if kind == "source":
        if not isinstance(node, nodes.Name) or node.name not in SOURCES:
            raise refusal(Code.ARGUMENT, node.place, f"A source is one of {', '.join(SOURCES)}")
        return Input(name, title, kind, node.name, str(context.given.get(name, node.name)), options=SOURCES)
    default = _default(context, node, kind)
    minimum, maximum = (
        _finite(known_number(context, bound[each]), bound[each]) if each in bound else None
        for each in ("minval", "maxval")
    )
    options = _options(context, bound.get("options"), kind)
    given = context.given.get(name, default)
    found = Input(name, title, kind, default, _checked(given, kind, name), minimum, maximum, options)
    complaint = _complaint(found)
    if complaint and name in context.given:
        raise _refused(name, complaint)
    if complaint:
        raise refusal(Code.ARGUMENT, node.place, f"The default of this input {complaint}")
    return found


def _default(context: Context, node: Node, kind: str) -> float | bool | str:
    value = context.lower(node)
    fits = value.kind == kind or (kind == "float" and value.kind == "int")
    known = value.number if value.text is None else value.text
    if not fits or known is None:
        raise refusal(Code.TYPE, node.place, f"The default must be a fixed {kind}, not {described(value.kind)}")
    return known if isinstance(known, str) else _plain(_finite(known, node), kind)


def _finite(number: float, node: Node) -> float:
    if not math.isfinite(number):
        raise refusal(Code.ARGUMENT, node.place, "There is no such number: nothing is divided by 0, nor above 1e308")
    return number


def _plain(known: float, kind: str) -> float | bool:
    return known == 1.0 if kind == "bool" else int(known) if kind == "int" else known


def _options(context: Context, node: Node | None, kind: str) -> tuple[float | str, ...]:
    if node is None:
        return ()
    if not isinstance(node, nodes.Sequence):
        raise refusal(Code.ARGUMENT, node.place, 'Options are a list: [1, 2] or ["a", "b"]')
    return tuple(_default(context, item, kind) for item in node.items)


def _checked(given: object, kind: str, name: str) -> float | bool | str:
    """A value given for an input, if it is of its kind."""
    if kind == "bool" and isinstance(given, bool):
        return given
    if kind == "string" and isinstance(given, str) and len(given) <= limits.MAX_STRING:
        return given
    is_number = isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < _LARGEST
    if kind == "float" and is_number:
        return float(cast("float", given))
    if kind == "int" and is_number and given == int(cast("float", given)):
        return int(cast("float", given))
    raise _refused(name, f"must be a fixed {kind}")


def _complaint(found: Input) -> str | None:
    value = found.value
    if found.options and value not in found.options:
        return f"must be one of {', '.join(str(option) for option in found.options)}"
    if isinstance(value, str):
        return None
    if found.minimum is not None and value < found.minimum:
        return f"must be at least {found.minimum:g}"
    if found.maximum is not None and value > found.maximum:
        return f"must be at most {found.maximum:g}"
    return None


def _refused(name: str, complaint: str) -> ScriptError:
    reason = f"The input {quoted(name)} {complaint}"[:LONGEST_REASON]
    return ScriptError(code=Code.INPUT, line=0, column=0, reason=reason)


def _value(context: Context, found: Input, call: nodes.Call) -> Value:
    if found.kind == "source":
        if found.value not in SOURCES:
            raise _refused(found.name, f"must be one of {', '.join(SOURCES)}")
        return names.built_in(context, nodes.Name(call.place, 1, str(found.value)))
    if isinstance(found.value, str):
        return values.text(found.value, form="input")
    if isinstance(found.value, bool):
        return values.truth(found.value, form="input")
    return values.number(float(found.value), whole=found.kind == "int", form="input")


CALLS = dict.fromkeys(_PARAMETERS, read)
