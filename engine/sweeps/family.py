"""A strategy whose inputs are still open: the plans that its values make.

What does not belong here: which values are tried (grid), running a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import rules
from engine.errors import InvalidRules
from engine.rules.predefined import Predefined
from engine.types import Plan


@dataclass(frozen=True, slots=True)
class Family:
    """A rules document with inputs, and what a predefined strategy asks of their values."""

    document: Mapping[str, object]
    predefined: Predefined | None = None

    @classmethod
    def of_code(cls, code: str, *, changes: Mapping[str, object] | None = None) -> Family:
        """The family of a predefined strategy; ``changes`` replace members of its document (direction, exits, sizing).

        :raises InvalidRules: if there is no such strategy
        """
        strategy = rules.predefined.find(code)
        if strategy is None:
            raise InvalidRules(pointer="/code", reason="There is no such predefined strategy")
        return cls({**strategy.rules(), "direction": strategy.direction, **(changes or {})}, strategy)

    def build(self, values: Mapping[str, float]) -> Plan:
        """The plan with these values of its inputs, the others as the document has them.

        :raises InvalidRules: if a name or a value is unknown, out of bounds or out of order
        """
        plan = rules.parse(dict(self.document), inputs=values)
        if self.predefined is not None:
            self.predefined.check(dict(plan.inputs))
        return plan

    @property
    def inputs(self) -> Mapping[str, float]:
        """The inputs that a grid may vary, with their values outside of it.

        :raises InvalidRules: if the document cannot be understood
        """
        return dict(self.build({}).inputs)

    @property
    def ascending(self) -> tuple[tuple[str, str], ...]:
        """Pairs of inputs of which the first must be below the second."""
        return () if self.predefined is None else self.predefined.ascending
