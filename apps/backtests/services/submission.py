"""Taking a backtest in: what can be known to be wrong is refused here, before there is a run.

What does not belong here: the shape of the request (serializers), running it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from apps.backtests import constants, errors
from apps.backtests.enums import FillOn, PathMode, StopBasis
from apps.backtests.models import BacktestRun
from apps.backtests.services import admission, places
from apps.core import jobs
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.strategies import selectors as strategies_selectors
from apps.strategies import services as strategies_services

if TYPE_CHECKING:
    from apps.users.models import User

Json = dict[str, Any]

INLINE_NAME = "Own rules"
SIMULATION_DEFAULTS = {
    "fill_on": FillOn.SAME_CLOSE.value,
    "path_mode": PathMode.PESSIMISTIC.value,
    "stop_basis": StopBasis.FILL.value,
}
EXITS = ("stop_loss_pct", "target_pct", "trailing_stop_pct")


@transaction.atomic
def request_run(*, user: User, request: Mapping[str, Any]) -> BacktestRun:
    """Queue a backtest and ring the workers once it is committed.

    ``request`` is the checked body: an instrument, dates, a wallet, exactly one strategy, and how to simulate.

    :raises NotFound: if the strategy does not exist or is not the user's to run
    :raises InvalidRules: if the strategy, a parameter or a setting cannot be understood
    :raises InstrumentNotFound: if there is no such instrument
    :raises InstrumentInactive: if it is no longer offered
    :raises NoBars: if it has no prices between the dates
    :raises ConcurrencyLimit: if the user may not post another run now
    :raises QueueFull: if too many of the user's runs wait
    """
    settings = request.get("settings", {})
    strategy = _snapshot(user=user, request=request, settings=settings)
    instrument = market_selectors.get_instrument(
        instrument_type=request["instrument_type"], identifier=request["instrument_identifier"]
    )
    if not instrument.is_active:
        raise errors.InstrumentInactive(details={"instrument_identifier": instrument.identifier})
    market_selectors.check_bars(
        instrument=instrument, interval=Interval.DAY, start=request["start_date"], end=request["end_date"]
    )
    admission.admit(user=user)
    run = BacktestRun.objects.create(
        user=user,
        strategy_predefined_id=request.get("strategy_predefined"),
        strategy_rule_based_id=request.get("strategy_rule_based"),
        strategy=strategy,
        settings={name: settings.get(name, default) for name, default in SIMULATION_DEFAULTS.items()},
        instrument_type=instrument.type,
        instrument_identifier=instrument.identifier,
        start_date=request["start_date"],
        end_date=request["end_date"],
        initial_wallet_amount=request["initial_wallet_amount"],
    )
    jobs.enqueue(constants.EXECUTE_TASK, run_id=run.pk)
    return places.placed(run, user=user)


def _snapshot(*, user: User, request: Mapping[str, Any], settings: Mapping[str, Any]) -> Json:
    """The strategy as it is now: later changes of it change no run."""
    parameters = request.get("parameters", {})
    overrides = strategies_services.Overrides(
        direction=settings.get("direction"),
        exits={name: settings[name] for name in EXITS if settings.get(name) is not None},
        sizing=settings.get("sizing"),
    )
    if "strategy_predefined" in request:
        predefined = strategies_selectors.get_predefined(user=user, pk=request["strategy_predefined"])
        understood = strategies_services.compile_predefined(predefined, parameters=parameters, overrides=overrides)
        kind, name = "predefined", predefined.name
    elif "strategy_rule_based" in request:
        own = strategies_services.get_readable(user=user, pk=request["strategy_rule_based"])
        understood = strategies_services.compile_rules(own.rules_json, parameters=parameters, overrides=overrides)
        kind, name = "rule_based", own.name
    else:
        understood = strategies_services.compile_rules(request["rules"], parameters=parameters, overrides=overrides)
        kind, name = "rules", understood.name or INLINE_NAME
    return {
        "kind": kind,
        "id": request.get("strategy_predefined") or request.get("strategy_rule_based"),
        "name": name,
        "sentence": understood.sentence,
        "rules": understood.rules,
        "parameters": dict(understood.inputs),
    }
