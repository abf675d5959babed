"""The strategy of a sweep with its inputs still open, as a document that a worker can read.

What does not belong here: the grid, running it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from apps.backtests.services.snapshots import SCRIPT_FIELD
from apps.strategies import selectors as strategies_selectors
from apps.strategies import services as strategies_services
from engine import rules
from engine.rules import vocabulary
from engine.sweeps import AnyFamily, Family, ScriptFamily

if TYPE_CHECKING:
    from apps.users.models import User

Json = dict[str, Any]


def document_of(*, user: User, request: Mapping[str, Any]) -> Json:
    """``code`` of the predefined strategy, or None, and the ``document`` with what the request says instead.

    Of a script its text and the values ``given`` for inputs outside of the grid.

    :raises NotFound: if the strategy does not exist or is not the user's to run
    """
    if SCRIPT_FIELD in request:
        return {"script": request[SCRIPT_FIELD], "given": dict(request.get("parameters") or {})}
    code: str | None = None
    if "strategy_predefined" in request:
        code = strategies_selectors.get_predefined(user=user, pk=request["strategy_predefined"]).code
        document: object = dict(Family.of_code(code).document)
    elif "strategy_rule_based" in request:
        document = strategies_services.get_readable(user=user, pk=request["strategy_rule_based"]).rules_json
    else:
        document = request["rules"]
    whole: Json = dict(document) if isinstance(document, dict) else {"rules": document}
    settings = request.get("settings", {})
    exits = {name: settings[name] for name in vocabulary.EXITS if settings.get(name) is not None}
    if exits:
        whole["exits"] = {**cast("Json", whole.get("exits") or {}), **exits}
    whole.update({name: settings[name] for name in ("direction", "sizing") if settings.get(name) is not None})
    if request.get("parameters"):
        whole["inputs"] = {**cast("Json", whole.get("inputs") or {}), **request["parameters"]}
    return {"code": code, "document": whole}


def family_of(stored: Json) -> AnyFamily:
    """The engine's family of what :func:`document_of` gave.

    :raises ScriptError: if this version of the engine no longer understands the script
    """
    if "script" in stored:
        return ScriptFamily.of(stored["script"], given=stored["given"])
    code = stored["code"]
    return Family(stored["document"], None if code is None else rules.predefined.find(code))
