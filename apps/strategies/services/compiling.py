"""From what a user wrote or chose to the engine's plan. What does not belong here: the grammar (engine.rules)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from apps.strategies import errors
from apps.strategies.models import PredefinedStrategy
from engine import rules
from engine import script as scripts
from engine.errors import InvalidRules
from engine.types import Direction, Plan

Json = dict[str, object]

LEVELS = ("stop_loss", "target", "trailing_stop")


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a run says instead of the strategy. ``exits`` in percent by name; ``sizing`` as in a rules document."""

    direction: str | None = None
    exits: Mapping[str, float] = field(default_factory=dict)
    sizing: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A strategy as the engine understands it: ``rules`` is its canonical document, with the inputs put in.

    ``warmup_bars`` counts the run's own bars; ``warmup_timeframes`` those of each longer timeframe it reads.
    """

    name: str
    sentence: str
    rules: Json
    inputs: Mapping[str, float]
    warmup_bars: int
    warmup_timeframes: Mapping[str, int]


def compile_predefined(
    strategy: PredefinedStrategy, *, parameters: Mapping[str, float], overrides: Overrides
) -> Understood:
    """The plan of a predefined strategy with these parameters, in its usual direction unless the overrides say another.

    :raises InvalidRules: if a parameter or an override is unknown or out of bounds
    """
    direction = cast("Direction | None", overrides.direction)
    try:
        plan = rules.predefined.build(strategy.code, parameters, direction=direction)
        return _understood(_adjusted(plan, overrides=overrides))
    except InvalidRules as error:
        raise errors.InvalidRules.at(pointer=error.pointer, reason=error.reason) from error


def compile_rules(document: object, *, parameters: Mapping[str, float], overrides: Overrides) -> Understood:
    """The plan of a rules document, its inputs replaced by the parameters of the same name.

    :raises InvalidRules: if the document, a parameter or an override cannot be understood
    """
    try:
        plan = rules.parse(document, inputs=parameters)
        if overrides.direction is not None:
            # Read again from the source: what the document's own direction does not trade has left the plan.
            whole = document if isinstance(document, dict) else {"rules": document}
            plan = rules.parse({**whole, "direction": overrides.direction}, inputs=parameters)
        return _understood(_adjusted(plan, overrides=overrides))
    except InvalidRules as error:
        raise errors.InvalidRules.at(pointer=error.pointer, reason=error.reason) from error


def restore_plan(document: Json) -> Plan:
    """The plan behind a canonical document that was understood before.

    :raises InvalidRules: if this version of the engine no longer understands it
    """
    try:
        return rules.parse(document)
    except InvalidRules as error:
        raise errors.InvalidRules.at(pointer=error.pointer, reason=error.reason) from error


def compile_script(source: str, *, parameters: Mapping[str, object], pointer: str) -> scripts.Program:
    """The program of a script with these values of its inputs; ``pointer``: where the script stands in the request.

    :raises InvalidScript: if it or one of its inputs cannot be understood
    """
    try:
        return scripts.compile(source, inputs=parameters)
    except scripts.ScriptError as error:
        problem = {
            "pointer": pointer if error.line else "/parameters",
            "message": error.reason,
            "line": error.line or None,
            "column": error.column or None,
            "code": str(error.code),
        }
        raise errors.InvalidScript(
            f"The script cannot be understood: {error}.", details={"errors": [problem]}
        ) from error


def _adjusted(plan: Plan, *, overrides: Overrides) -> Plan:
    """The plan with the exits and the sizing of the overrides, checked as if the document had said them."""
    document = rules.to_json(plan)
    if overrides.exits:
        kept = _without_levels(cast("Json", document["exits"]), replaced=overrides.exits)
        document["exits"] = {**kept, **overrides.exits}
    if overrides.sizing is not None:
        document["sizing"] = dict(overrides.sizing)
    return rules.parse(document)


def _understood(plan: Plan) -> Understood:
    return Understood(
        name=plan.name,
        sentence=rules.sentence(plan),
        rules=rules.to_json(plan),
        inputs=dict(plan.inputs),
        warmup_bars=rules.warmup_bars(plan),
        warmup_timeframes={str(name): bars for name, bars in rules.warmup_timeframes(plan).items()},
    )


def _without_levels(exits: Json, *, replaced: Mapping[str, float]) -> Json:
    """The exits but for those levels that are given anew, whatever their unit."""
    levels = tuple(f"{level}_" for level in LEVELS if any(name.startswith(f"{level}_") for name in replaced))
    return {name: value for name, value in exits.items() if not name.startswith(levels)} if levels else exits
