"""A script whose inputs are still open: the programs that their values make.

What does not belong here: which values are tried (grid), running a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import script
from engine.script.program import Input, Program

_VARIED = ("int", "float", "bool")


@dataclass(frozen=True, slots=True)
class ScriptFamily:
    """A script, the values ``given`` for inputs that do not vary, and the inputs it has."""

    source: str
    given: Mapping[str, object]
    declared: tuple[Input, ...]

    @classmethod
    def of(cls, source: str, *, given: Mapping[str, object] | None = None) -> ScriptFamily:
        """The family of a script.

        :raises ScriptError: if it, or a value given for one of its inputs, cannot be understood
        """
        program = script.compile(source, inputs=given)
        return cls(source, dict(given or {}), program.inputs)

    def build(self, values: Mapping[str, float]) -> Program:
        """The program with these values of its inputs, the others as given; of a bool 1 is true and 0 false.

        :raises ScriptError: if a name is unknown, or a value out of bounds or of no use to the script
        """
        bools = {each.name for each in self.declared if each.kind == "bool"}
        plain = {name: bool(value) if name in bools and value in (0, 1) else value for name, value in values.items()}
        return script.compile(self.source, inputs={**self.given, **plain})

    @property
    def inputs(self) -> Mapping[str, float]:
        """The inputs that a grid may vary, with their values outside of it: numbers, and bools as 1 and 0."""
        return {each.name: float(each.value) for each in self.declared if each.kind in _VARIED}
