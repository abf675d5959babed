"""What an indicator is: its name, parameters, outputs, warm-up and how its columns are computed.

What does not belong here: any one indicator (``library``), finding one by name (``registry``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.types import Bars

Column = NDArray[np.float64]
Params = Mapping[str, float]

PAISE_PER_RUPEE = 100.0
LONGEST_PERIOD = 500


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that its user may set, with inclusive bounds; ``integer`` refuses fractions."""

    name: str
    label: str
    kind: Literal["integer", "number"]
    default: float
    minimum: float
    maximum: float

    def complaint(self, value: float) -> str | None:
        """What is wrong with a value, in words that follow the parameter's name; None where nothing is."""
        if self.kind == "integer" and value % 1 != 0:
            return "must be a whole number"
        if not self.minimum <= value <= self.maximum:
            return f"must be from {self.minimum:g} to {self.maximum:g}"
        return None

    def to_json(self) -> dict[str, str | float]:
        """The parameter as a form field, whole numbers as integers."""
        as_number = int if self.kind == "integer" else float
        return {
            "name": self.name,
            "label": self.label,
            "type": self.kind,
            "default": as_number(self.default),
            "min": as_number(self.minimum),
            "max": as_number(self.maximum),
        }


def period(default: int, *, name: str = "timeperiod", label: str = "Period", minimum: int = 1) -> Parameter:
    """A number of bars from ``minimum`` to 500."""
    return Parameter(name, label, "integer", default, minimum, LONGEST_PERIOD)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry of the registry.

    ``outputs``: the first is what the bare name means. ``warmup``: leading bars without a value, exact.
    ``columns``: one float64 column an output, called with more bars than the warm-up and checked parameters.
    ``relation``: what is wrong between parameters that are each within bounds, or None. ``source``: whose
    definition it is. ``absent``: where there may be no value even after the warm-up, empty for nowhere; the
    warm-up is then the least there can be.
    """

    name: str
    label: str
    parameters: tuple[Parameter, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    source: str
    warmup: Callable[[Params], int]
    columns: Callable[[Bars, Params], tuple[Column, ...]]
    relation: Callable[[Params], str | None] | None = None
    absent: str = ""

    def to_json(self) -> dict[str, object]:
        """What a form needs to offer the indicator; the warm-up is that of the default parameters."""
        return {
            "name": self.name,
            "label": self.label,
            "parameters": [parameter.to_json() for parameter in self.parameters],
            "inputs": list(self.inputs),
            "outputs": list(self.outputs),
            "warmup_bars": self.warmup({parameter.name: parameter.default for parameter in self.parameters}),
            "absent": self.absent,
            "source": self.source,
        }
