"""Conditions of a rules document: comparisons, and groups of them.

What does not belong here: what a condition is for (``parsing``, ``compact``), what it says on a bar (``evaluation``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.rules import vocabulary
from engine.rules.operands import OperandReader
from engine.rules.reading import Node
from engine.types import Comparison, Condition, Group, Operand

_COMPARISON = ("left", "op", "right", "upper")
_COMPACT_JOINS: dict[str, Literal["all", "any"]] = {"AND": "all", "OR": "any"}


def joined(join: Literal["all", "any"], members: Sequence[Condition]) -> Condition:
    """Conditions under ``all`` or ``any``; a single one stands for itself."""
    return members[0] if len(members) == 1 else Group(join=join, members=tuple(members))


@dataclass(slots=True)
class ConditionReader:
    """Reads conditions that share one limit on how many comparisons there may be."""

    operands: OperandReader
    comparisons: int = 0

    def read(self, node: Node, *, depth: int = 1) -> Condition:
        """A comparison or a group; ``depth`` is the level of the group, if it is one.

        :raises InvalidRules: if it cannot be understood, or exceeds a limit
        """
        keys = node.members()
        if "op" in keys:
            return self._comparison(node)
        if depth > vocabulary.MAX_DEPTH:
            raise node.refusal(f"Groups are nested more than {vocabulary.MAX_DEPTH} deep")
        if "conditions" in keys:
            return self.compact_group(node.fields(("conditions", "operator"), required=("conditions",)), depth=depth)
        if "not" in keys:
            member = node.fields(("not",), required=("not",))["not"]
            return Group(join="not", members=(self.read(member, depth=depth + 1),))
        join: Literal["all", "any"] = "all" if "all" in keys else "any"
        if join not in keys:
            raise node.refusal("A condition has an op, or is a group with all, any or not")
        return joined(join, self._members(node.fields((join,), required=(join,))[join], depth=depth))

    def compact_group(self, fields: dict[str, Node], *, depth: int) -> Condition:
        """The members under ``conditions``, joined by ``operator`` AND (assumed where it is absent) or OR.

        :raises InvalidRules: if a member cannot be understood, or a limit is exceeded
        """
        operator = fields["operator"].choice(tuple(_COMPACT_JOINS)) if "operator" in fields else "AND"
        return joined(_COMPACT_JOINS[operator], self._members(fields["conditions"], depth=depth))

    def _members(self, node: Node, *, depth: int) -> list[Condition]:
        members = node.items(at_most=vocabulary.MAX_CONDITIONS)
        return [self.read(member, depth=depth + 1) for member in members]

    def _comparison(self, node: Node) -> Comparison:
        self.comparisons += 1
        if self.comparisons > vocabulary.MAX_CONDITIONS:
            raise node.refusal(f"There are more than {vocabulary.MAX_CONDITIONS} conditions")
        fields = node.fields(_COMPARISON, required=("left", "op"))
        operator = vocabulary.OPERATORS[fields["op"].choice(tuple(vocabulary.OPERATORS))]
        if ("upper" in fields) != (operator.right == "range"):
            raise node.refusal("BETWEEN needs an upper end (key upper), and no other operator takes one")
        return Comparison(
            left=self.operands.read(fields["left"]),
            operator=operator.name,
            right=self._right(node, fields=fields, operator=operator),
            upper=self.operands.read(fields["upper"]) if "upper" in fields else None,
        )

    def _right(self, node: Node, *, fields: dict[str, Node], operator: vocabulary.Operator) -> Operand:
        if "right" not in fields:
            if operator.right == "bars":
                return Operand(kind="number", value=1.0)
            raise node.refusal(
                f"{operator.name} needs something on its right side: a number, a price or an indicator (key right)"
            )
        right = self.operands.read(fields["right"])
        if operator.right == "bars" and not (
            right.kind == "number" and right.value % 1 == 0 and 1 <= right.value <= vocabulary.MAX_RUN_BARS
        ):
            raise fields["right"].refusal(f"Expected a whole number of bars from 1 to {vocabulary.MAX_RUN_BARS}")
        return right
