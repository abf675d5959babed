"""From what a user wrote or chose to the engine's plan. What does not belong here: the grammar (engine.rules)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from apps.strategies import errors
from apps.strategies.models import PredefinedStrategy
from engine import rules
from engine.errors import InvalidRules
from engine.types import Bars, Direction, Plan

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a run says instead of the strategy. ``exits`` in percent by name; ``sizing`` as in a rules document."""

    direction: str | None = None
    exits: Mapping[str, float] = field(default_factory=dict)
    sizing: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A strategy as the engine understands it: ``rules`` is its canonical document, with the inputs put in."""

    name: str
    sentence: str
    rules: Json
    inputs: Mapping[str, float]
    warmup_bars: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a document can be understood: what was understood, or the errors with their places."""

    valid: bool
    understood: Understood | None = None
    errors: tuple[Mapping[str, str], ...] = ()


def compile_predefined(
    strategy: PredefinedStrategy, *, parameters: Mapping[str, float], overrides: Overrides
) -> Understood:
    """The plan of a predefined strategy with these parameters; long only unless the overrides say otherwise.

    :raises InvalidRules: if a parameter or an override is unknown or out of bounds
    """
    direction = cast("Direction", overrides.direction or "long")
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


def validate_rules(document: object, *, parameters: Mapping[str, float]) -> Verdict:
    """What the engine understands of a document, or why it does not; refuses nothing."""
    try:
        return Verdict(valid=True, understood=_understood(rules.parse(document, inputs=parameters)))
    except InvalidRules as error:
        return Verdict(valid=False, errors=({"pointer": error.pointer, "message": error.reason},))


def restore_plan(document: Json) -> Plan:
    """The plan behind a canonical document that was understood before.

    :raises InvalidRules: if this version of the engine no longer understands it
    """
    try:
        return rules.parse(document)
    except InvalidRules as error:
        raise errors.InvalidRules.at(pointer=error.pointer, reason=error.reason) from error


def _adjusted(plan: Plan, *, overrides: Overrides) -> Plan:
    """The plan with the exits and the sizing of the overrides, checked as if the document had said them."""
    document = rules.to_json(plan)
    if overrides.exits:
        document["exits"] = {**cast("Json", document["exits"]), **overrides.exits}
    if overrides.sizing is not None:
        document["sizing"] = dict(overrides.sizing)
    return rules.parse(document)


def _understood(plan: Plan) -> Understood:
    return Understood(
        name=plan.name,
        sentence=rules.sentence(plan),
        rules=rules.to_json(plan),
        inputs=dict(plan.inputs),
        warmup_bars=rules.evaluate(plan, _one_bar()).warmup_bars,
    )


def _one_bar() -> Bars:
    """The least that a plan can be evaluated on: its warm-up does not depend on the prices."""
    one = np.ones(1, dtype=np.int64)
    return Bars.checked(time=one, session=one, open=one, high=one, low=one, close=one, volume=one)
