"""One instruction over values: a constant where all are known, a column where bars give them, else code.

What does not belong here: which kinds an operator of the language allows (``expressions``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import cast

from engine.script.columns import TooManyColumns
from engine.script.context import Context
from engine.script.errors import Code
from engine.script.kernels import codes, scalars
from engine.script.nodes import Place
from engine.script.values import Kind, Value, refusal, weakest


def operate(context: Context, code: int, values: tuple[Value, ...], *, kind: Kind, place: Place) -> Value:
    """The value of an instruction.

    :raises ScriptError: TOO_LARGE
    """
    if all(value.is_known for value in values):
        return _folded(context, code, values, kind=kind)
    if any(value.register is not None for value in values):
        to = context.machine.register(place)
        operands = tuple(context.machine.operand(value, place) for value in values)
        context.machine.emit(code, to, operands, place)
        return Value(kind, register=to)
    try:
        sources = tuple(_column(context, value) for value in values)
        return Value(kind, column=context.columns.operation(code, sources))
    except TooManyColumns as error:
        raise refusal(Code.TOO_LARGE, place, "The script needs too many columns") from error


def _folded(context: Context, code: int, values: tuple[Value, ...], *, kind: Kind) -> Value:
    form = weakest(*values)
    if code == codes.SELECT:
        chosen = values[1] if values[0].number == 1.0 else values[2]
        return chosen.as_kind(kind).as_form(form)
    numbers = [_number(context, value) for value in values]
    a, b, c = (*numbers, 0.0, 0.0, 0.0)[:3]
    return Value(kind, form, number=float(scalars.value(code, a, b, c)))


def _number(context: Context, value: Value) -> float:
    if value.text is not None:
        return context.machine.text_number(value.text)
    return cast("float", value.number)


def added(add: Callable[[], int], *, kind: Kind, place: Place) -> Value:
    """A column that ``add`` puts into the graph, as a value.

    :raises ScriptError: TOO_LARGE
    """
    try:
        return Value(kind, column=add())
    except TooManyColumns as error:
        raise refusal(Code.TOO_LARGE, place, "The script needs too many columns") from error


def _column(context: Context, value: Value) -> int:
    if value.column is not None:
        return value.column
    return context.columns.number(_number(context, value))


def as_column(context: Context, value: Value, place: Place) -> int:
    """The column of a value that bars and inputs alone give.

    :raises ScriptError: TOO_LARGE
    """
    try:
        return _column(context, value)
    except TooManyColumns as error:
        raise refusal(Code.TOO_LARGE, place, "The script needs too many columns") from error


def select(context: Context, condition: Value, yes: Value, no: Value, *, kind: Kind, place: Place) -> Value:
    """``condition ? yes : no``; of a condition that is known only one side remains.

    :raises ScriptError: TOO_LARGE
    """
    if condition.number is not None:
        chosen = yes if condition.number == 1.0 else no
        return chosen.as_kind(kind).as_form(weakest(condition, chosen))
    return operate(context, codes.SELECT, (condition, yes, no), kind=kind, place=place)


def back(context: Context, value: Value, *, bars: int, place: Place) -> Value:
    """A value as it was some bars ago: na, or false, before the first.

    :raises ScriptError: TOO_LARGE
    """
    before = 0.0 if value.kind == "bool" else math.nan
    if value.is_known or bars == 0:
        return value.as_form("series") if value.kind != "na" else value
    if value.column is not None:
        return Value(value.kind, column=context.columns.back(value.column, bars=bars, before=before))
    offset = Value("int", "const", number=float(bars))
    return back_by(context, value, offset, place=place)


def back_by(context: Context, value: Value, offset: Value, *, place: Place) -> Value:
    """A value as it was so many bars ago as another says.

    :raises ScriptError: TOO_LARGE
    """
    machine = context.machine
    if value.register is not None and offset.number is not None and _is_before(offset.number):
        return _recalled(context, value, int(offset.number), place=place)
    by = machine.operand(offset, place)
    to = machine.register(place)
    if value.register is None:
        column = as_column(context, value, place)
        machine.operand(Value(value.kind, column=column), place)
        machine.emit(codes.COLUMN_BACK, to, (column, by), place)
    else:
        machine.emit(codes.HISTORY_BACK, to, (machine.history(value.register, place), by, value.register), place)
    return _seen(context, value, to, place=place)


def _is_before(offset: float) -> bool:
    """Whether an offset that is known means an earlier bar that may be asked for."""
    return 1.0 <= offset <= codes.MAX_OFFSET


def _recalled(context: Context, value: Value, bars: int, *, place: Place) -> Value:
    """A value that the run makes as it was a known number of bars ago: loaded as the bar begins."""
    return _seen(context, value, context.machine.recall(cast("int", value.register), bars, place), place=place)


def _seen(context: Context, value: Value, register: int, *, place: Place) -> Value:
    """A value's past in a register; where there is none, a bool is false."""
    found = Value(value.kind, register=register)
    return operate(context, codes.TRUTH, (found,), kind="bool", place=place) if value.kind == "bool" else found
