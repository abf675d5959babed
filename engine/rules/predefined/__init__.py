"""Strategies that ship with the platform, each a rules document with parameters.

What does not belong here: how rules are read or evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import InvalidRules
from engine.rules import parsing, wording
from engine.rules.predefined import breakout, holding, intraday, reversion, trend
from engine.rules.predefined.definition import Predefined
from engine.rules.reading import Node
from engine.types import Direction, Exits, Plan, Sizing

CATALOGUE: tuple[Predefined, ...] = (
    *trend.STRATEGIES,
    *breakout.STRATEGIES,
    *reversion.STRATEGIES,
    *intraday.STRATEGIES,
    *holding.STRATEGIES,
)

_BY_CODE = {strategy.code: strategy for strategy in CATALOGUE}


def find(code: str) -> Predefined | None:
    """The strategy of a code, or None."""
    return _BY_CODE.get(code)


def build(
    code: str,
    params: Mapping[str, float] | None = None,
    *,
    direction: Direction | None = None,
    exits: Exits | None = None,
    sizing: Sizing | None = None,
) -> Plan:
    """Build the plan of a predefined strategy; what is not given is as the strategy has it.

    :raises InvalidRules: if the code or a parameter is unknown, or a value is out of bounds or order
    """
    strategy = find(code)
    if strategy is None:
        raise InvalidRules(pointer="/code", reason="There is no such predefined strategy")
    document = {**strategy.rules(), "direction": direction or strategy.direction}
    if exits is not None:
        document["exits"] = wording.exits_to_json(exits)
    if sizing is not None:
        document["sizing"] = wording.sizing_to_json(sizing)
    inputs = params or {}
    strategy.check(parsing.input_values(Node(document["inputs"], "/inputs"), overrides=inputs))
    return parsing.parse(document, inputs=inputs)


__all__ = ["CATALOGUE", "Predefined", "build", "find"]
