"""The strategy of a run as it was when posted: later changes of it change no run.

What does not belong here: the grammars (engine), how the run is simulated otherwise (terms).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from apps.backtests.enums import StrategyKind
from apps.core.errors import ValidationFailed
from apps.strategies import selectors as strategies_selectors
from apps.strategies import services as strategies_services
from engine import script as scripts
from engine.rules import vocabulary, wording
from engine.types import Plan

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.users.models import User

Json = dict[str, Any]

INLINE_NAME = "Own rules"
SCRIPT_FIELD = "strategy_custom_script"
# What a script says itself, in its call of strategy() and by its orders.
SAID_BY_SCRIPTS = ("direction", "sizing", *vocabulary.EXITS)


def take(*, user: User, request: Mapping[str, Any]) -> Json:
    """The strategy of a request as a document that a worker can run.

    :raises NotFound: if the strategy does not exist or is not the user's to run
    :raises InvalidRules: if the strategy, a parameter or a setting cannot be understood
    :raises InvalidScript: if the script or one of its inputs cannot be understood
    :raises ValidationFailed: if a setting is one that a script says itself
    """
    settings = request.get("settings", {})
    if SCRIPT_FIELD in request:
        return _of_script(request[SCRIPT_FIELD], inputs=request.get("parameters", {}), settings=settings)
    return _of_rules(user=user, request=request, settings=settings)


def compile_script(source: str, *, inputs: Mapping[str, object]) -> scripts.Program:
    """The program of a script.

    :raises InvalidScript: if it or one of its inputs cannot be understood
    """
    return strategies_services.compile_script(source, parameters=inputs, pointer=f"/{SCRIPT_FIELD}")


def restore(run: BacktestRun) -> Plan | scripts.Program:
    """The strategy of a run as it was when posted.

    :raises InvalidRules, InvalidScript: if this version of the engine no longer understands it
    """
    if run.strategy["kind"] == StrategyKind.SCRIPT:
        return compile_script(run.strategy_custom_script or "", inputs=run.strategy["parameters"])
    return strategies_services.restore_plan(run.strategy["rules"])


def _of_script(source: str, *, inputs: Mapping[str, object], settings: Mapping[str, Any]) -> Json:
    for name in SAID_BY_SCRIPTS:
        if settings.get(name) is not None:
            raise ValidationFailed.field(f"settings.{name}", "A script says this itself.", code="script")
    program = compile_script(source, inputs=inputs)
    return {
        "kind": StrategyKind.SCRIPT.value,
        "id": None,
        "name": program.declared.title,
        "sentence": scripts.sentence(program),
        "rules": None,
        "parameters": {each.name: each.value for each in program.inputs},
        "fill_on": program.declared.fill_on,
        "sizing": wording.sizing_to_json(program.declared.sizing),
    }


def _of_rules(*, user: User, request: Mapping[str, Any], settings: Mapping[str, Any]) -> Json:
    parameters = request.get("parameters", {})
    overrides = strategies_services.Overrides(
        direction=settings.get("direction"),
        exits={name: settings[name] for name in vocabulary.EXITS if settings.get(name) is not None},
        sizing=settings.get("sizing"),
    )
    if "strategy_predefined" in request:
        predefined = strategies_selectors.get_predefined(user=user, pk=request["strategy_predefined"])
        understood = strategies_services.compile_predefined(predefined, parameters=parameters, overrides=overrides)
        kind, name = StrategyKind.PREDEFINED, predefined.name
    elif "strategy_rule_based" in request:
        own = strategies_services.get_readable(user=user, pk=request["strategy_rule_based"])
        understood = strategies_services.compile_rules(own.rules_json, parameters=parameters, overrides=overrides)
        kind, name = StrategyKind.RULE_BASED, own.name
    else:
        understood = strategies_services.compile_rules(request["rules"], parameters=parameters, overrides=overrides)
        kind, name = StrategyKind.RULES, understood.name or INLINE_NAME
    return {
        "kind": kind.value,
        "id": request.get("strategy_predefined") or request.get("strategy_rule_based"),
        "name": name,
        "sentence": understood.sentence,
        "rules": understood.rules,
        "parameters": dict(understood.inputs),
    }
