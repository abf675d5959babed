"""Taking a run over several instruments in. What does not belong here: the shape of the request, running it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from apps.backtests import errors
from apps.backtests.enums import RunKind
from apps.backtests.services import refusals, snapshots, submission, terms, wording
from apps.backtests.services.portfolios import sharing
from apps.core.errors import ValidationFailed
from apps.market import selectors as market_selectors
from apps.market.enums import InstrumentType
from engine.errors import InvalidRules

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.users.models import User


@transaction.atomic
def request_portfolio_run(*, user: User, request: Mapping[str, Any]) -> BacktestRun:
    """Queue a run of one strategy over instruments that share the wallet, and ring the workers once it is committed.

    The run goes by its first instrument where it is listed; its settings name all.

    :raises NotFound: if the strategy does not exist or is not the user's to run
    :raises InvalidRules: if the strategy, a parameter or a setting cannot be understood
    :raises ValidationFailed: if an instrument is named twice or is an option, or the rank cannot be understood
    :raises InstrumentNotFound, InstrumentInactive, NoBars: if one is unknown, no longer offered or without prices
    :raises CostsUnknown: if the rulebook does not know the charges
    :raises SimulationRefused: if the strategy cannot be carried out so, whatever the prices
    :raises ConcurrencyLimit, QueueFull: if the user may not post another run now
    """
    strategy = snapshots.take(user=user, request=request)
    allocation = sharing.document_of(request["allocation"])
    try:
        sharing.restore(allocation)
    except InvalidRules as error:
        raise ValidationFailed.field("allocation.rank_by", f"{error}.") from error
    listed = [_checked(name, request=request) for name in request["instruments"]]
    keys = [each.identifier for each in listed]
    if len(set(keys)) < len(keys):
        raise ValidationFailed.field("instruments", "An instrument is named twice.")
    settled = terms.settle(request=request, instrument=listed[0], fill_on=strategy.get("fill_on"))
    refusals.check_portfolio(strategy=strategy, allocation=allocation, settled=settled, request=request)
    return submission.queue(
        user=user,
        strategy_predefined_id=request.get("strategy_predefined"),
        strategy_rule_based_id=request.get("strategy_rule_based"),
        strategy={
            **strategy,
            "name": f"{strategy['name']}, {len(keys)} instruments",
            "sentence": f"{strategy['sentence']} {sharing.words(allocation)}",
            "terms": wording.terms_words(settled),
        },
        settings={**settled, "kind": RunKind.PORTFOLIO.value, "instruments": keys, "allocation": allocation},
        instrument_type=listed[0].type,
        instrument_identifier=listed[0].identifier,
        start_date=request["start_date"],
        end_date=request["end_date"],
        initial_wallet_amount=request["initial_wallet_amount"],
    )


def _checked(name: str, *, request: Mapping[str, Any]) -> market_selectors.Instrument:
    found = market_selectors.get_named_instrument(identifier=name)
    if found.type == InstrumentType.OPTION:
        raise ValidationFailed.field("instruments", "A list holds stocks and indices, no options.")
    if not found.is_active:
        raise errors.InstrumentInactive(details={"instrument_identifier": found.identifier})
    market_selectors.check_bars(
        instrument=found, interval=request["interval"], start=request["start_date"], end=request["end_date"]
    )
    return found
