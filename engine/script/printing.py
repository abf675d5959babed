"""A program as one English sentence, and its inputs as form fields. What does not belong here: compiling."""

from __future__ import annotations

from engine.script.kernels import codes
from engine.script.program import Program
from engine.types import Sizing

_PAISE = 100.0


def sentence(program: Program) -> str:
    """What a script does, as far as its calls tell."""
    sides = {order.side for order in program.orders if order.kind in (codes.ENTRY, codes.ORDER)}
    entering = " and ".join(word for side, word in ((1, "long"), (-1, "short")) if side in sides)
    parts = [f"enters {entering}" if entering else "enters nothing", _leaving(program)]
    parts.append(f"with {_sized(program.declared.sizing)} at a time")
    if program.declared.max_entries > 1:
        parts.append(f"up to {program.declared.max_entries} times in one position")
    given = ", ".join(f"{found.name} = {_said(found.value)}" for found in program.inputs)
    return f"The script {program.declared.title} {', '.join(parts)}{f'; {given}' if given else ''}."


def _leaving(program: Program) -> str:
    kinds = {order.kind for order in program.orders}
    ways = [
        word
        for word, found in (
            ("at market", kinds & {codes.CLOSE, codes.CLOSE_ALL, codes.ORDER}),
            ("at its levels", kinds & {codes.EXIT}),
        )
        if found
    ]
    return f"leaves {' and '.join(ways)}" if ways else "leaves only by reversing"


def _sized(sizing: Sizing) -> str:
    if sizing.kind == "quantity":
        return f"{sizing.value:g} share{'' if sizing.value == 1 else 's'}"
    if sizing.kind == "cash":
        return f"{sizing.value / _PAISE:g} rupees"
    return f"{sizing.value:g} percent of the equity"


def _said(value: float | bool | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:g}"
