"""What a predefined strategy is: a rules document whose inputs have labels and bounds.

What does not belong here: any one strategy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import InvalidRules
from engine.indicators import Parameter
from engine.types import Direction


@dataclass(frozen=True, slots=True)
class Predefined:
    """One strategy of the catalogue.

    ``document`` is the rules document without its inputs, which are the ``parameters``; it has conditions for both
    sides unless it is meant for one. ``ascending``: pairs of parameters of which the first must be below the second.
    ``direction`` is what it trades where nothing else is said.
    """

    code: str
    name: str
    description: str
    parameters: tuple[Parameter, ...]
    document: Mapping[str, object]
    ascending: tuple[tuple[str, str], ...] = ()
    direction: Direction = "long"

    def rules(self) -> dict[str, object]:
        """The complete rules document, with the default of every input."""
        inputs = {parameter.name: parameter.default for parameter in self.parameters}
        return {"name": self.name, "inputs": inputs, **self.document}

    def check(self, values: Mapping[str, float]) -> None:
        """Refuse values outside the bounds or out of order.

        :raises InvalidRules: with the pointer to the input
        """
        for parameter in self.parameters:
            complaint = parameter.complaint(values[parameter.name])
            if complaint:
                raise InvalidRules(pointer=f"/inputs/{parameter.name}", reason=f"{parameter.name} {complaint}")
        for lower, upper in self.ascending:
            if values[lower] >= values[upper]:
                raise InvalidRules(pointer=f"/inputs/{lower}", reason=f"{lower} must be below {upper}")

    def to_json(self) -> dict[str, object]:
        """What a form needs to offer the strategy."""
        return {
            "code": self.code,
            "name": self.name,
            "description": self.description,
            "parameters": [parameter.to_json() for parameter in self.parameters],
            "rules": self.rules(),
        }


def mirrored(*, up: Mapping[str, object], down: Mapping[str, object]) -> dict[str, object]:
    """Conditions that are long after ``up`` until ``down``, and short after ``down`` until ``up``."""
    return {"enter_long": up, "exit_long": down, "enter_short": down, "exit_short": up}
