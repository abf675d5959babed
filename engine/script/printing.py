"""A program as one English sentence, and its studies by name. What does not belong here: compiling."""

from __future__ import annotations

from engine.script.kernels import codes
from engine.script.program import Program
from engine.script.studies import STUDIES
from engine.types import Sizing

_PAISE = 100.0
_SIGNS = {codes.ADD: "+", codes.SUB: "-", codes.MUL: "*", codes.DIV: "/", codes.MOD: "%"}
# Of a study with several outputs, what each is called.
_OUTPUTS = {
    "ta.macd": ("macd", "signal", "histogram"),
    "ta.bb": ("middle", "upper", "lower"),
    "ta.kc": ("middle", "upper", "lower"),
    "ta.supertrend": ("line", "direction"),
}
_LONGEST_LABEL = 60
_DEEPEST_LABEL = 4
_MORE = "…"


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


def labels(program: Program) -> dict[int, str]:
    """The studies that the orders of a script depend on, by the number of their column: each as the script calls it."""
    return {
        index: _shortened(_column(program, index, depth=0))
        for index, column in enumerate(program.graph)
        if column.kind == "study"
    }


def _column(program: Program, index: int, *, depth: int) -> str:
    """A column as the script would write it; what stands too deep in another is left out."""
    column = program.graph[index]
    if depth > _DEEPEST_LABEL:
        return _MORE
    if column.kind == "base":
        return column.name
    if column.kind == "number":
        return ", ".join(f"{number:g}" for number in column.numbers) or "na"
    sources = [_column(program, source, depth=depth + 1) for source in column.sources]
    if column.kind == "back":
        return f"{sources[0]}[{column.numbers[0]:g}]"
    if column.kind == "operation":
        sign = _SIGNS.get(column.code)
        return f"({sources[0]} {sign} {sources[1]})" if sign else _MORE
    said = sources[: len(STUDIES[column.name].series)] + [f"{number:g}" for number in column.numbers]
    output = f".{_OUTPUTS[column.name][column.code]}" if column.name in _OUTPUTS else ""
    return f"{column.name}({', '.join(said)}){output}"


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}{_MORE}"
