"""The built-in variables. What does not belong here: built-in functions (``calls``), a script's own names."""

from __future__ import annotations

import math

from engine.script import hints, nodes, operations, studies, values
from engine.script.context import Context
from engine.script.errors import Code, quoted
from engine.script.kernels import codes
from engine.script.nodes import Place
from engine.script.values import Kind, Value, refusal

_PRICES = ("open", "high", "low", "close", "volume")
_MEANS = {
    "hl2": ("high", "low"),
    "hlc3": ("high", "low", "close"),
    "ohlc4": ("open", "high", "low", "close"),
    "hlcc4": ("high", "low", "close", "close"),
}
# Columns of the bars, with their kinds (``evaluation`` reads them).
_BASES: dict[str, Kind] = {
    "bar_index": "int",
    "time": "int",
    "time_tradingday": "int",
    "session.isfirstbar": "bool",
    "timeframe.multiplier": "int",
    "timeframe.isintraday": "bool",
    "timeframe.isminutes": "bool",
    "timeframe.isdaily": "bool",
    "timeframe.isdwm": "bool",
    "timeframe.isweekly": "bool",
}
_ALIASES = {"session.isfirstbar_regular": "session.isfirstbar"}
_CLOCK = {
    "year": codes.YEAR,
    "month": codes.MONTH,
    "dayofmonth": codes.DAY_OF_MONTH,
    "dayofweek": codes.DAY_OF_WEEK,
    "hour": codes.HOUR,
    "minute": codes.MINUTE,
    "second": codes.SECOND,
}
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_KNOWN: dict[str, Value] = {
    "na": values.NOTHING,
    "true": values.truth(True),
    "false": values.truth(False),
    "math.pi": values.number(math.pi, whole=False),
    "math.e": values.number(math.e, whole=False),
    "math.phi": values.number((1 + math.sqrt(5)) / 2, whole=False),
    "syminfo.pointvalue": values.number(1.0, whole=False),
    **{f"dayofweek.{day}": values.number(at, whole=True) for at, day in enumerate(_DAYS, start=1)},
    **{
        f"strategy.{word}": values.text(f"strategy.{word}")
        for word in ("long", "short", "fixed", "cash", "percent_of_equity")
    },
    # Assumption: a bar is seen once, complete, and none of them is known to be the last.
    "barstate.isconfirmed": values.truth(True, form="series"),
    "barstate.ishistory": values.truth(True, form="series"),
    "barstate.isnew": values.truth(True, form="series"),
    "barstate.islast": values.truth(False, form="series"),
    "barstate.islastconfirmedhistory": values.truth(False, form="series"),
    "barstate.isrealtime": values.truth(False, form="series"),
    "session.ismarket": values.truth(True, form="series"),
    "session.ispremarket": values.truth(False, form="series"),
    "session.ispostmarket": values.truth(False, form="series"),
}
_COUNTS = frozenset({"strategy.opentrades", "strategy.closedtrades", "strategy.wintrades", "strategy.losstrades"})
_ACCOUNT: dict[str, Kind] = {
    name: "int" if name in _COUNTS else "float" for name in codes.ACCOUNT if name.startswith(("strategy.", "syminfo."))
}


def built_in(context: Context, node: nodes.Name) -> Value:
    """The value of a built-in variable.

    :raises ScriptError: UNKNOWN_NAME or UNSUPPORTED
    """
    name = _ALIASES.get(node.name, node.name)
    for found in (_KNOWN.get(name), _account(name), _of_bars(context, name, node.place)):
        if found is not None:
            return found
    if name in studies.VARIABLES:
        return studies.variable(context, name, node.place)
    if name.startswith(hints.DRAWN) or name in hints.DRAWN_NAMES:
        return values.PAINT
    raise _unknown(context, name, node.place)


def _account(name: str) -> Value | None:
    kind = _ACCOUNT.get(name)
    return None if kind is None else Value(kind, register=codes.ACCOUNT.index(name))


def _of_bars(context: Context, name: str, place: Place) -> Value | None:
    if name in _PRICES:
        return base(context, name, kind="float", place=place)
    if name in _BASES:
        return base(context, name, kind=_BASES[name], place=place)
    if name == "barstate.isfirst":
        first = (base(context, "bar_index", kind="int", place=place), values.number(0, whole=True))
        return operations.operate(context, codes.EQ, first, kind="bool", place=place)
    if name in _CLOCK:
        return clock(context, name, base(context, "time", kind="int", place=place), place)
    return _mean(context, _MEANS[name], place) if name in _MEANS else None


def _mean(context: Context, prices: tuple[str, ...], place: Place) -> Value:
    total = base(context, prices[0], kind="float", place=place)
    for name in prices[1:]:
        pair = (total, base(context, name, kind="float", place=place))
        total = operations.operate(context, codes.ADD, pair, kind="float", place=place)
    count = values.number(len(prices), whole=False)
    return operations.operate(context, codes.DIV, (total, count), kind="float", place=place)


def base(context: Context, name: str, *, kind: Kind, place: Place, numbers: tuple[float, ...] = ()) -> Value:
    """A column of the bars as a value.

    :raises ScriptError: TOO_LARGE
    """
    return operations.added(lambda: context.columns.base(name, numbers), kind=kind, place=place)


def clock(context: Context, word: str, moment: Value, place: Place) -> Value:
    """The year, month, ... second of a moment in India."""
    return operations.operate(context, _CLOCK[word], (moment,), kind="int", place=place)


def _unknown(context: Context, name: str, place: Place) -> Exception:
    mine = (own for scope in context.scopes for own in scope.names)
    known = (*mine, *_PRICES, *_MEANS, *_BASES, *_CLOCK, *_KNOWN, *_ACCOUNT, *studies.VARIABLES)
    instead = hints.instead(name, known) or hints.renamed(name, known)
    if instead is not None:
        return refusal(Code.UNSUPPORTED, place, instead)
    if name in context.functions or name in context.reserved:
        return refusal(Code.TYPE, place, f"{quoted(name)} is a function: call it, {name[:40]}(...)")
    return refusal(Code.UNKNOWN_NAME, place, f"There is no variable {quoted(name)}{hints.alike(name, known)}")


CLOCK_WORDS: tuple[str, ...] = tuple(_CLOCK)
PLAIN = frozenset(
    name for name in (*_PRICES, *_MEANS, *_BASES, *_CLOCK, *_KNOWN, *hints.DRAWN_NAMES) if "." not in name
)
