"""``ta.*`` and its kin: what they take, and whether a column or the machine answers.

A study over columns is a column itself. Over a series that only the run makes (a ``var``, the position) it is compiled
from the prelude where that has it, at the left margin only, so that it sees every bar; else it is refused.
What does not belong here: how a study is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from engine.script import functions, nodes, operations, values
from engine.script.arguments import bind, described, known_length, known_number, known_truth
from engine.script.context import Context
from engine.script.errors import Code
from engine.script.kernels import codes
from engine.script.nodes import Node, Place
from engine.script.values import Kind, Value, refusal

_WORDS = {"length", "fastlen", "slowlen", "siglen", "leftbars", "rightbars", "diLength", "adxSmoothing", "atrPeriod"}


@dataclass(frozen=True, slots=True)
class Study:
    """What a study takes and gives.

    ``series``: arguments that are series, then ``implied`` prices; ``numbers``: arguments known before the run, with
    their defaults (None: must be given). ``warmup``: of the numbers. ``machine``: the prelude's function for series
    that are no columns, with what stands for its further arguments.
    """

    series: tuple[str, ...] = ()
    numbers: Mapping[str, float | None] | None = None
    implied: tuple[str, ...] = ()
    outputs: tuple[Kind, ...] = ("float",)
    warmup: Callable[[tuple[float, ...]], int] = lambda numbers: int(numbers[0]) - 1 if numbers else 0
    machine: str = ""


_LENGTH: Mapping[str, float | None] = {"length": None}
_CLOSED = Study(("source",), _LENGTH)
_HLC = ("high", "low", "close")
STUDIES: Mapping[str, Study] = {
    "ta.sma": Study(("source",), _LENGTH, machine="sma"),
    "ta.ema": Study(("source",), _LENGTH, machine="ema"),
    "ta.rma": Study(("source",), _LENGTH, machine="rma"),
    "ta.wma": _CLOSED,
    "ta.hma": Study(("source",), _LENGTH, warmup=lambda n: int(n[0]) + int(n[0] ** 0.5) - 2),
    "ta.vwma": Study(("source",), _LENGTH, implied=("volume",)),
    "ta.rsi": Study(("source",), _LENGTH, warmup=lambda n: int(n[0])),
    "ta.cmo": Study(("source",), _LENGTH, warmup=lambda n: int(n[0])),
    "ta.macd": Study(
        ("source",),
        {"fastlen": None, "slowlen": None, "siglen": None},
        outputs=("float", "float", "float"),
        warmup=lambda n: int(n[1] + n[2]) - 2,
    ),
    "ta.bb": Study(("source",), {"length": None, "mult": None}, outputs=("float", "float", "float")),
    "ta.kc": Study(("series", "ranges"), {"length": None, "mult": None}, outputs=("float", "float", "float")),
    "ta.stdev": Study(("source",), {"length": None, "biased": 1.0}),
    "ta.variance": Study(("source",), {"length": None, "biased": 1.0}),
    "ta.dev": _CLOSED,
    "ta.median": _CLOSED,
    "ta.linreg": Study(("source",), {"length": None, "offset": None}),
    "ta.stoch": Study(("source", "high", "low"), _LENGTH),
    "ta.cci": _CLOSED,
    "ta.mfi": Study(("series",), _LENGTH, implied=("volume",), warmup=lambda n: int(n[0])),
    "ta.highest": Study(("source",), _LENGTH, machine="highest"),
    "ta.lowest": Study(("source",), _LENGTH, machine="lowest"),
    "ta.highestbars": Study(("source",), _LENGTH, outputs=("int",)),
    "ta.lowestbars": Study(("source",), _LENGTH, outputs=("int",)),
    "ta.cum": Study(("source",), machine="cum"),
    "math.sum": Study(("source",), _LENGTH, machine="sum"),
    "ta.barssince": Study(("condition",), outputs=("int",), machine="barssince"),
    "ta.valuewhen": Study(("condition", "source"), {"occurrence": None}, warmup=lambda _: 0, machine="valuewhen"),
    "ta.pivothigh": Study(("source",), {"leftbars": None, "rightbars": None}, warmup=lambda n: int(n[0] + n[1])),
    "ta.pivotlow": Study(("source",), {"leftbars": None, "rightbars": None}, warmup=lambda n: int(n[0] + n[1])),
    "ta.vwap": Study(("source",), implied=("volume", "session.isfirstbar")),
    "fixnan": Study(("source",), machine="held"),
    "ta.atr": Study((), _LENGTH, implied=_HLC),
    "ta.wpr": Study((), _LENGTH, implied=_HLC),
    "ta.sar": Study((), {"start": None, "inc": None, "max": None}, implied=("high", "low"), warmup=lambda _: 1),
    "ta.supertrend": Study(
        (),
        {"factor": None, "atrPeriod": None},
        implied=_HLC,
        outputs=("float", "float"),
        warmup=lambda n: int(n[1]) - 1,
    ),
    "ta.obv": Study((), implied=("close", "volume")),
    "ta.accdist": Study((), implied=("high", "low", "close", "volume")),
    "plus_di": Study((), _LENGTH, implied=_HLC, warmup=lambda n: int(n[0])),
    "minus_di": Study((), _LENGTH, implied=_HLC, warmup=lambda n: int(n[0])),
    "adx": Study(("plus", "minus"), _LENGTH),
}
_PRICE_OF_ONE = {
    "ta.highest": "high",
    "ta.highestbars": "high",
    "ta.lowest": "low",
    "ta.lowestbars": "low",
    "ta.pivothigh": "high",
    "ta.pivotlow": "low",
}
VARIABLES = frozenset({"ta.obv", "ta.accdist", "ta.vwap", "ta.tr"})
_BOOLEAN = frozenset({"condition"})
_FROM_ZERO = frozenset({"occurrence", "offset"})
# Of a single bar these have no value.
_FROM_TWO = frozenset({"ta.rsi", "ta.cmo", "ta.mfi", "ta.linreg", "ta.wpr", "ta.macd"})
_BOUNDS = {
    **{("ta.sar", name): (0.001, 1.0) for name in ("start", "inc", "max")},
    ("ta.supertrend", "factor"): (0.1, 20.0),
}


def study(context: Context, call: nodes.Call) -> Value:
    """A study with the arguments of a call."""
    found = STUDIES[call.name]
    numbers = found.numbers or {}
    if call.name == "ta.vwap" and len(call.positional) + len(call.keywords) > 1:
        raise refusal(Code.UNSUPPORTED, call.place, "ta.vwap begins anew with each session: leave anchor and bands out")
    call = _with_source(call, found)
    optional = [name if default is None else f"{name}?" for name, default in numbers.items()]
    bound = bind(call, (*found.series, *optional))
    given = tuple(_number(context, call.name, name, bound.get(name, default)) for name, default in numbers.items())
    if call.name == "ta.sar":
        _check_steps(given, call.place)
    sources = [_source(context, name, bound[name]) for name in found.series]
    if any(source.register is not None for source in sources):
        return _by_machine(context, call, found, (sources, given))
    return over(context, call.name, tuple(sources), given, call.place)


def _with_source(call: nodes.Call, found: Study) -> nodes.Call:
    """``ta.highest(10)`` means ``ta.highest(high, 10)``, and so on."""
    given = len(call.positional) + len(call.keywords)
    price = _PRICE_OF_ONE.get(call.name)
    if price is None or given != len(found.numbers or {}) or any(keyword == "source" for keyword, _ in call.keywords):
        return call
    return nodes.Call(
        call.place, call.depth, call.name, (nodes.Name(call.place, 1, price), *call.positional), call.keywords
    )


def _number(context: Context, study: str, name: str, given: Node | float | None) -> float:
    """A number of a study: what an argument says, or its default."""
    if not isinstance(given, Node):
        return cast("float", given)
    if name in _WORDS:
        return float(known_length(context, given, least=2 if study in _FROM_TWO and name != "siglen" else 1))
    if name == "biased":
        return float(known_truth(context, given))
    number = known_number(context, given)
    if name in _FROM_ZERO:
        return float(known_length(context, given, least=0))
    if (study, name) in _BOUNDS:
        least, most = _BOUNDS[study, name]
        if not least <= number <= most:
            raise refusal(Code.ARGUMENT, given.place, f"This is a number from {least:g} to {most:g}")
    if not 0 < number <= 100:
        raise refusal(Code.ARGUMENT, given.place, "This is a number above 0 and at most 100")
    return number


def _check_steps(numbers: tuple[float, ...], place: Place) -> None:
    """Refuse a parabolic stop that the indicator does not have.

    :raises ScriptError: UNSUPPORTED or ARGUMENT
    """
    start, step, most = numbers
    if start != step:
        raise refusal(Code.UNSUPPORTED, place, "ta.sar begins with its step: give start and inc the same number")
    if step > most:
        raise refusal(Code.ARGUMENT, place, "The max of ta.sar is at least its start")


def _source(context: Context, name: str, node: Node) -> Value:
    value = context.lower(node)
    wanted = ("bool",) if name in _BOOLEAN else ("int", "float", "na", "bool")
    if value.kind not in wanted or (value.kind == "bool" and name not in _BOOLEAN):
        needed = "a bool" if name in _BOOLEAN else "a number"
        raise refusal(Code.TYPE, node.place, f"{needed.capitalize()} is needed here, not {described(value.kind)}")
    return value


def over(context: Context, name: str, sources: tuple[Value, ...], numbers: tuple[float, ...], place: Place) -> Value:
    """A study over columns, as a value or several.

    :raises ScriptError: TOO_LARGE
    """
    found = STUDIES[name]
    columns = tuple(operations.as_column(context, source, place) for source in sources)
    columns += tuple(context.columns.base(price) for price in found.implied)
    own = max(found.warmup(numbers), 0)
    items = tuple(
        Value(kind, column=context.columns.study(name, output, sources=columns, numbers=numbers, warmup=own))
        for output, kind in enumerate(found.outputs)
    )
    return items[0] if len(items) == 1 else Value("tuple", items=items)


def _by_machine(
    context: Context, call: nodes.Call, found: Study, given: tuple[list[Value], tuple[float, ...]]
) -> Value:
    sources, numbers = given
    if not found.machine or (call.name == "ta.valuewhen" and numbers[0] > 0):
        reason = f"{call.name} cannot follow a series that the run itself makes (var, :=, position): give it prices"
        raise refusal(Code.UNSUPPORTED, call.place, reason)
    if context.blocks:
        reason = f"Call {call.name} at the left margin, so that it sees every bar, and use its value here"
        raise refusal(Code.SCOPE, call.place, reason)
    arguments = [*sources, *(values.number(number, whole=number % 1 == 0) for number in numbers)]
    name = found.machine
    if name in ("ema", "rma"):
        weight = 2.0 / (numbers[0] + 1.0) if name == "ema" else 1.0 / numbers[0]
        name, arguments = "smoothed", [*arguments, values.number(weight, whole=False)]
    return functions.from_prelude(context, name, arguments, call.place)


def of_two_bars(context: Context, call: nodes.Call) -> Value:
    """``ta.crossover`` and its kin, over any series."""
    function = context.library[call.name.removeprefix("ta.")]
    parameters = [p.name + ("?" if p.default is not None else "") for p in function.parameters]
    bound = bind(call, parameters)
    if call.name == "ta.change":
        boolean = context.lower(bound["source"])
        if boolean.kind == "bool":
            return _changed(context, call, boolean)
    arguments = [
        _two_bars_argument(context, p.name, cast("Node", bound.get(p.name, p.default))) for p in function.parameters
    ]
    if context.blocks and any(value.register is not None for value in arguments):
        reason = f"Call {call.name} at the left margin, so that it sees every bar, and use its value here"
        raise refusal(Code.SCOPE, call.place, reason)
    return functions.from_prelude(context, function.name, arguments, call.place)


def _two_bars_argument(context: Context, name: str, node: Node) -> Value:
    if name == "length":
        return values.number(known_length(context, node), whole=True)
    if name == "handle_na":
        return values.truth(known_truth(context, node))
    return _source(context, name, node)


def _changed(context: Context, call: nodes.Call, value: Value) -> Value:
    """Whether a bool is another than on the bar before."""
    before = operations.back(context, value, bars=1, place=call.place)
    return operations.operate(context, codes.NE, (value, before), kind="bool", place=call.place)


def variable(context: Context, name: str, place: Place) -> Value:
    """``ta.tr``, ``ta.obv``, ``ta.accdist`` and ``ta.vwap`` without brackets."""
    if name == "ta.tr":
        return functions.from_prelude(context, "tr", [values.truth(False)], place)
    if name == "ta.vwap":
        return over(context, name, (context.lower(nodes.Name(place, 1, "hlc3")),), (), place)
    return over(context, name, (), (), place)


def directional(context: Context, call: nodes.Call) -> Value:
    """``ta.dmi``: both directional indicators and the ADX."""
    bound = bind(call, ("diLength", "adxSmoothing"))
    lengths = [float(known_length(context, bound[name])) for name in ("diLength", "adxSmoothing")]
    plus, minus = (over(context, name, (), (lengths[0],), call.place) for name in ("plus_di", "minus_di"))
    adx = over(context, "adx", (plus, minus), (lengths[1],), call.place)
    return Value("tuple", items=(plus, minus, adx))


def channel(context: Context, call: nodes.Call) -> Value:
    """``ta.kc``: Keltner's channel."""
    bound = bind(call, ("series", "length", "mult", "useTrueRange?"))
    source = _source(context, "series", bound["series"])
    numbers = (float(known_length(context, bound["length"])), known_number(context, bound["mult"]))
    true_range = known_truth(context, bound["useTrueRange"]) if "useTrueRange" in bound else True
    ranges = nodes.Binary(call.place, 1, (nodes.Name(call.place, 1, "high"), nodes.Name(call.place, 1, "low")), ("-",))
    width = (
        functions.from_prelude(context, "tr", [values.truth(True)], call.place) if true_range else context.lower(ranges)
    )
    if source.register is not None:
        raise refusal(Code.UNSUPPORTED, call.place, "ta.kc cannot follow a series that the run itself makes")
    return over(context, "ta.kc", (source, width), numbers, call.place)


_TWO_BARS = ("crossover", "crossunder", "cross", "change", "mom", "roc", "rising", "falling", "tr")
_INTERNAL = ("plus_di", "minus_di", "adx")
CALLS = {
    **{name: study for name in STUDIES if name not in _INTERNAL and name not in ("ta.obv", "ta.accdist")},
    **{f"ta.{name}": of_two_bars for name in _TWO_BARS},
    "ta.dmi": directional,
    "ta.kc": channel,
}
