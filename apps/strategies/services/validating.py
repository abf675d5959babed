"""Whether what a user wrote is a strategy, and as what it is understood. What does not belong here: the grammars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.strategies.constants import SCRIPT_POINTER
from apps.strategies.errors import InvalidRules
from apps.strategies.services.compiling import Overrides, compile_rules
from engine import script as scripts


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place: a JSON pointer, of a script also line and column (from 1) and the engine's code."""

    pointer: str
    message: str
    line: int | None = None
    column: int | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a strategy can be understood: all that was understood, or the problems.

    ``rules`` is the canonical document of rules, None for a script. ``form``: the inputs as form fields.
    """

    valid: bool
    errors: tuple[Problem, ...] = ()
    name: str | None = None
    sentence: str | None = None
    inputs: Mapping[str, object] | None = None
    form: tuple[Mapping[str, object], ...] = ()
    warmup_bars: int | None = None
    warmup_timeframes: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, object] | None = None


def validate(*, parameters: Mapping[str, Any], rules: object = None, script: str | None = None) -> Verdict:
    """The verdict on a script where there is one, else on a rules document; refuses nothing."""
    if script is not None:
        return validate_script(script, parameters=parameters)
    return validate_rules(rules, parameters=parameters)


def validate_rules(document: object, *, parameters: Mapping[str, float]) -> Verdict:
    """What the engine understands of a rules document, or why it does not; refuses nothing."""
    try:
        understood = compile_rules(document, parameters=parameters, overrides=Overrides())
    except InvalidRules as error:
        return Verdict(valid=False, errors=(Problem(pointer=error.pointer, message=error.reason),))
    return Verdict(
        valid=True,
        name=understood.name,
        sentence=understood.sentence,
        inputs=understood.inputs,
        form=tuple(_number_field(name, value=value) for name, value in understood.inputs.items()),
        warmup_bars=understood.warmup_bars,
        warmup_timeframes=understood.warmup_timeframes,
        rules=understood.rules,
    )


def validate_script(source: str, *, parameters: Mapping[str, object]) -> Verdict:
    """What the engine understands of a script, or the first thing in it that it does not; refuses nothing."""
    try:
        program = scripts.compile(source, inputs=parameters)
    except scripts.ScriptError as error:
        problem = Problem(
            pointer=SCRIPT_POINTER,
            message=error.reason,
            line=error.line or None,
            column=error.column or None,
            code=str(error.code),
        )
        return Verdict(valid=False, errors=(problem,))
    return Verdict(
        valid=True,
        name=program.declared.title,
        sentence=scripts.sentence(program),
        inputs={each.name: each.value for each in program.inputs},
        form=tuple(each.to_json() for each in program.inputs),
        warmup_bars=program.warmup_bars,
    )


def _number_field(name: str, *, value: float) -> Mapping[str, object]:
    kind = {"name": name, "label": name, "type": "float", "default": value}
    return {**kind, "min": None, "max": None, "options": None}
