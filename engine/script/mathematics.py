"""``math.*``, ``na``, ``nz`` and the conversions. What does not belong here: studies over several bars."""

from __future__ import annotations

from collections.abc import Mapping

from engine.script import nodes, operations, values
from engine.script.arguments import bind, known_number, numeric
from engine.script.context import Context
from engine.script.errors import Code
from engine.script.expressions import as_condition
from engine.script.kernels import codes
from engine.script.values import Kind, Value, joined, refusal

_OF_ONE: Mapping[str, tuple[int, Kind]] = {
    "math.floor": (codes.FLOOR, "int"),
    "math.ceil": (codes.CEIL, "int"),
    "math.sqrt": (codes.SQRT, "float"),
    "math.exp": (codes.EXP, "float"),
    "math.log": (codes.LOG, "float"),
    "math.log10": (codes.LOG10, "float"),
    "math.sin": (codes.SIN, "float"),
    "math.cos": (codes.COS, "float"),
    "math.tan": (codes.TAN, "float"),
    "math.asin": (codes.ASIN, "float"),
    "math.acos": (codes.ACOS, "float"),
    "math.atan": (codes.ATAN, "float"),
    "math.sign": (codes.SIGN, "float"),
    "int": (codes.TRUNC, "int"),
    "float": (codes.COPY, "float"),
}
_DEGREES = {"math.todegrees": 180.0 / 3.141592653589793, "math.toradians": 3.141592653589793 / 180.0}
_MANY = {"math.max": codes.MAX, "math.min": codes.MIN}
_MAX_MANY = 50


def of_one(context: Context, call: nodes.Call) -> Value:
    """A function of one number."""
    node = bind(call, ("number",))["number"]
    code, kind = _OF_ONE[call.name]
    return operations.operate(context, code, (numeric(context, node),), kind=kind, place=call.place)


def absolute(context: Context, call: nodes.Call) -> Value:
    """``math.abs``, of the kind it is given."""
    value = numeric(context, bind(call, ("number",))["number"])
    kind: Kind = "int" if value.kind == "int" else "float"
    return operations.operate(context, codes.ABS, (value,), kind=kind, place=call.place)


def turned(context: Context, call: nodes.Call) -> Value:
    """Degrees and radians."""
    value = numeric(context, bind(call, ("number",))["number"])
    factor = values.number(_DEGREES[call.name], whole=False)
    return operations.operate(context, codes.MUL, (value, factor), kind="float", place=call.place)


def power(context: Context, call: nodes.Call) -> Value:
    """``math.pow``."""
    bound = bind(call, ("base", "exponent"))
    pair = (numeric(context, bound["base"]), numeric(context, bound["exponent"]))
    return operations.operate(context, codes.POW, pair, kind="float", place=call.place)


def of_many(context: Context, call: nodes.Call) -> Value:
    """``math.max`` and ``math.min`` of two or more; na where one of them is."""
    found = _listed(context, call)
    kind: Kind = "int" if all(value.kind == "int" for value in found) else "float"
    result = found[0]
    for value in found[1:]:
        result = operations.operate(context, _MANY[call.name], (result, value), kind=kind, place=call.place)
    return result


def average(context: Context, call: nodes.Call) -> Value:
    """``math.avg`` of two or more."""
    found = _listed(context, call)
    total = found[0]
    for value in found[1:]:
        total = operations.operate(context, codes.ADD, (total, value), kind="float", place=call.place)
    count = values.number(len(found), whole=True)
    return operations.operate(context, codes.DIV, (total, count), kind="float", place=call.place)


def _listed(context: Context, call: nodes.Call) -> list[Value]:
    if call.keywords or not 2 <= len(call.positional) <= _MAX_MANY:
        raise refusal(Code.ARGUMENT, call.place, f"{call.name} takes two numbers or more, without names")
    return [numeric(context, node) for node in call.positional]


def rounded(context: Context, call: nodes.Call) -> Value:
    """``math.round``: to a whole number, or to so many decimals."""
    bound = bind(call, ("number", "precision?"))
    value = numeric(context, bound["number"])
    if "precision" not in bound:
        zero = values.number(0, whole=True)
        return operations.operate(context, codes.ROUND, (value, zero), kind="int", place=call.place)
    digits = known_number(context, bound["precision"])
    if not (digits % 1 == 0 and 0 <= digits <= 16):
        raise refusal(Code.ARGUMENT, bound["precision"].place, "The decimals are a whole number from 0 to 16")
    pair = (value, values.number(digits, whole=True))
    return operations.operate(context, codes.ROUND, pair, kind="float", place=call.place)


def rounded_to_tick(context: Context, call: nodes.Call) -> Value:
    """``math.round_to_mintick``."""
    value = numeric(context, bind(call, ("number",))["number"])
    tick = Value("float", register=codes.ACCOUNT.index("syminfo.mintick"))
    zero = values.number(0, whole=True)
    ticks = operations.operate(context, codes.DIV, (value, tick), kind="float", place=call.place)
    whole = operations.operate(context, codes.ROUND, (ticks, zero), kind="float", place=call.place)
    return operations.operate(context, codes.MUL, (whole, tick), kind="float", place=call.place)


def is_na(context: Context, call: nodes.Call) -> Value:
    """``na(x)``; a bool is never na."""
    value = context.lower(bind(call, ("x",))["x"])
    if value.kind in ("paint", "bool", "string"):
        return values.truth(value.kind == "paint", form="series")
    if value.kind in ("void", "tuple"):
        raise refusal(Code.TYPE, call.place, "na(x) asks about one value")
    return operations.operate(context, codes.NA, (value,), kind="bool", place=call.place)


def nz(context: Context, call: nodes.Call) -> Value:
    """``nz(x, replacement)``: 0 unless said otherwise."""
    bound = bind(call, ("source", "replacement?"))
    value = context.lower(bound["source"])
    if value.kind == "bool":
        return value
    value = numeric(context, bound["source"]) if value.kind == "na" else value
    other = numeric(context, bound["replacement"]) if "replacement" in bound else values.number(0, whole=True)
    kind = joined(value.kind, other.kind)
    if kind not in ("int", "float"):
        raise refusal(Code.TYPE, call.place, "nz takes a number")
    return operations.operate(context, codes.NZ, (value, other), kind=kind, place=call.place)


def as_bool(context: Context, call: nodes.Call) -> Value:
    """``bool(x)``: true where a number is neither 0 nor na."""
    value = context.lower(bind(call, ("x",))["x"])
    if value.kind in ("int", "float"):
        return operations.operate(context, codes.TRUTH, (value,), kind="bool", place=call.place)
    return as_condition(context, value, call.place)


def as_string(context: Context, call: nodes.Call) -> Value:
    """``string(x)`` of a string."""
    value = context.lower(bind(call, ("x",))["x"])
    if value.kind not in ("string", "paint"):
        raise refusal(Code.TYPE, call.place, "Write str.tostring to print a number")
    return value


CALLS = {
    **dict.fromkeys(_OF_ONE, of_one),
    **dict.fromkeys(_DEGREES, turned),
    **dict.fromkeys(_MANY, of_many),
    "math.abs": absolute,
    "math.pow": power,
    "math.avg": average,
    "math.round": rounded,
    "math.round_to_mintick": rounded_to_tick,
    "na": is_na,
    "nz": nz,
    "bool": as_bool,
    "string": as_string,
}
