"""Taking a run of an option rule in. What does not belong here: the shape of the request, running it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from apps.backtests import errors
from apps.backtests.enums import FillOn, MarginUse, PathMode, RunKind, StopBasis, StrategyKind
from apps.backtests.services import submission, terms, wording
from apps.backtests.services.legs import documents, margins
from apps.core import clock
from apps.core.errors import ValidationFailed
from apps.market import selectors as market_selectors
from apps.market.enums import InstrumentType, Interval
from engine.errors import InvalidSettings
from engine.legs import rule as rules
from marketdata.margin.terms import terms_of
from marketdata.rulebook.errors import RuleNotFound

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.users.models import User

DEFAULT_NAME = "Option rule"


@transaction.atomic
def request_option_run(*, user: User, request: Mapping[str, Any]) -> BacktestRun:
    """Queue a run of an option rule and ring the workers once it is committed.

    :raises ValidationFailed: if the rule cannot be carried out, or the instrument is an option itself
    :raises InstrumentNotFound, InstrumentInactive: if the underlying is unknown or no longer offered
    :raises NoDerivatives: if it has no options
    :raises NoBars: if it has no 5-minute bars between the dates
    :raises CostsUnknown: if the rulebook does not know the charges
    :raises ConcurrencyLimit, QueueFull: if the user may not post another run now
    """
    document, name = documents.document_of(request), request.get("name") or DEFAULT_NAME
    try:
        rules.check(documents.restore(document, name=name))
    except InvalidSettings as error:
        raise ValidationFailed.field("legs", f"{error}.") from error
    underlying = market_selectors.get_named_instrument(identifier=request["instrument_identifier"])
    if underlying.type == InstrumentType.OPTION:
        raise ValidationFailed.field("instrument_identifier", "Name what the options are on, a stock or an index.")
    if not underlying.is_active:
        raise errors.InstrumentInactive(details={"instrument_identifier": underlying.identifier})
    # Refuses an underlying without options before there is a run.
    market_selectors.list_expiries(underlying=underlying.identifier, on=request["start_date"], count=1, now=clock.now())
    market_selectors.check_bars(
        instrument=underlying,
        interval=Interval.FIVE_MINUTES,
        start=request["start_date"],
        end=request["end_date"],
    )
    settled = _terms(request)
    if settled["margin"] == MarginUse.REQUIRED:
        _check_margin(underlying, on=request["start_date"])
    return submission.queue(
        user=user,
        strategy={
            "kind": StrategyKind.OPTION_LEGS.value,
            "id": None,
            "name": name,
            "sentence": documents.sentence(document),
            "rules": document,
            "parameters": {},
            "terms": wording.terms_words(settled),
        },
        settings=settled,
        instrument_type=underlying.type,
        instrument_identifier=underlying.identifier,
        start_date=request["start_date"],
        end_date=request["end_date"],
        initial_wallet_amount=request["initial_wallet_amount"],
    )


def _check_margin(underlying: market_selectors.Instrument, *, on: date) -> None:
    """Pass if margins of its options are known from a day on.

    :raises ValidationFailed: if they are not
    """
    try:
        terms_of(market_selectors.rulebook_in_force(), margins.kind_of(underlying), on=on)
    except RuleNotFound as error:
        raise ValidationFailed.field("settings.margin", f"The margins are not known: {error}.") from error


def _terms(request: Mapping[str, Any]) -> dict[str, Any]:
    """Everything of the terms, said out; each contract has its own lot."""
    asked = request.get("settings", {})
    costs = terms.costs_of(asked.get("costs", terms.DEFAULTS["costs"]), is_option=True)
    terms.schedule_of(costs, start=request["start_date"], end=request["end_date"])
    return {
        **terms.DEFAULTS,
        "kind": RunKind.OPTIONS.value,
        "interval": Interval.FIVE_MINUTES.value,
        "fill_on": asked.get("fill_on", FillOn.SAME_CLOSE.value),
        "path_mode": asked.get("path_mode", PathMode.PESSIMISTIC.value),
        "stop_basis": StopBasis.FILL.value,
        **{name: asked.get(name, 0) for name in terms.AGAINST},
        "costs": costs,
        "margin": asked.get("margin", MarginUse.SHOWN.value),
    }
