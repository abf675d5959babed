"""The compact form of rules: one or several of name, conditions, operator and action BUY, SELL or EXIT.

What does not belong here: reading a condition, and what both forms share (``parsing``).
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.rules import vocabulary
from engine.rules.conditions import ConditionReader, joined
from engine.rules.reading import Node
from engine.types import Condition, Direction

RULE = ("name", "conditions", "operator", "action")
ACTIONS = ("BUY", "SELL", "EXIT")


def read(
    rules: Sequence[Node], *, reader: ConditionReader, direction: Direction, extra: Sequence[str], depth: int
) -> dict[str, Condition]:
    """The four conditions that compact rules amount to, those that there are.

    BUY enters long and leaves short, SELL leaves long and enters short, EXIT leaves both; rules of one action are
    joined by ``any``. What ``direction`` does not trade is left out. ``extra``: keys a rule may have besides its
    own; ``depth``: level of a rule's group.

    :raises InvalidRules: if a rule cannot be understood
    """
    by_action: dict[str, list[Condition]] = {action: [] for action in ACTIONS}
    for rule in rules:
        fields = rule.fields((*RULE, *extra), required=("conditions", "action"))
        if "name" in fields:
            fields["name"].text(at_most=vocabulary.MAX_NAME)
        action = fields["action"].choice(ACTIONS)
        by_action[action].append(reader.compact_group(fields, depth=depth))
    slots: dict[str, list[Condition]] = {}
    if direction != "short":
        slots |= {"enter_long": by_action["BUY"], "exit_long": by_action["SELL"] + by_action["EXIT"]}
    if direction != "long":
        slots |= {"enter_short": by_action["SELL"], "exit_short": by_action["BUY"] + by_action["EXIT"]}
    return {slot: joined("any", conditions) for slot, conditions in slots.items() if conditions}
