"""A script as compiled: what a run, a form and a reader need of it. What does not belong here: compiling, running."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.script.columns import Column
from engine.script.kernels.codes import Code
from engine.script.nodes import Place
from engine.types import FillOn, Sizing


@dataclass(frozen=True, slots=True)
class Declared:
    """What ``strategy(...)`` says of the strategy itself. ``fill_on`` None: it leaves that to the run."""

    title: str = "Script"
    sizing: Sizing = field(default_factory=lambda: Sizing("quantity", 1.0))
    max_entries: int = 1
    fill_on: FillOn | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A value that a run may set; ``kind`` is int, float, bool, string or source."""

    name: str
    title: str
    kind: str
    default: float | bool | str
    value: float | bool | str
    minimum: float | None = None
    maximum: float | None = None
    options: tuple[float | str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The input as a form field."""
        return {
            "name": self.name,
            "label": self.title,
            "type": self.kind,
            "default": self.default,
            "min": self.minimum,
            "max": self.maximum,
            "options": list(self.options) or None,
        }


@dataclass(frozen=True, slots=True)
class OrderCall:
    """One call of ``strategy.entry`` and its kin: ids as numbers (-1: none), side 1, -1 or 0, registers of ``SLIP``."""

    kind: int
    place: Place
    label: str
    identity: int
    entry: int
    side: int
    registers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A script that may be run.

    ``graph``: its columns, sources first; ``loaded``: those the machine reads, in the order of
    ``code.column_registers``. ``places``: of each instruction. ``tags``: the ids of orders, by the numbers that
    trades carry. ``warmup_bars``: bars before all columns that the orders read have values, as far as lengths tell.
    """

    version: int
    declared: Declared
    inputs: tuple[Input, ...]
    orders: tuple[OrderCall, ...]
    graph: tuple[Column, ...]
    loaded: tuple[int, ...]
    code: Code
    places: tuple[Place, ...]
    tags: tuple[str, ...]
    warmup_bars: int
