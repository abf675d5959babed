"""Taking a backtest in: what can be known to be wrong is refused here, before there is a run.

What does not belong here: the shape of the request (serializers), running it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from apps.backtests import constants, errors, selectors
from apps.backtests.models import BacktestRun
from apps.backtests.services import admission, instruments, places, refusals, snapshots, terms, wording
from apps.core import jobs
from apps.market import selectors as market_selectors
from apps.market.enums import Interval

if TYPE_CHECKING:
    from apps.users.models import User

Json = dict[str, Any]

# What a run is, apart from where it stands and what came of it.
COPIED = (
    "strategy_predefined_id",
    "strategy_rule_based_id",
    "strategy_custom_script",
    "strategy",
    "settings",
    "instrument_type",
    "instrument_identifier",
    "start_date",
    "end_date",
    "initial_wallet_amount",
)


@transaction.atomic
def request_run(*, user: User, request: Mapping[str, Any]) -> BacktestRun:
    """Queue a backtest and ring the workers once it is committed.

    ``request`` is the checked body: an instrument, dates, a wallet, exactly one strategy, and how to simulate.

    :raises NotFound: if the strategy does not exist or is not the user's to run
    :raises InvalidRules, InvalidScript: if the strategy, a parameter or a setting cannot be understood
    :raises InstrumentNotFound: if there is no such instrument
    :raises InstrumentInactive: if it is no longer offered
    :raises NoBars: if it has no prices between the dates
    :raises CostsUnknown, LotUnknown: if the rulebook does not know its charges or its lot
    :raises SimulationRefused: if the strategy cannot be carried out on these terms, whatever the prices
    :raises ConcurrencyLimit, QueueFull: if the user may not post another run now
    """
    strategy = snapshots.take(user=user, request=request)
    instrument = instruments.find_instrument(
        instrument_type=request["instrument_type"], identifier=request["instrument_identifier"]
    )
    _check_instrument(
        instrument,
        interval=request.get("interval", Interval.DAY),
        start=request["start_date"],
        end=request["end_date"],
    )
    settled = terms.settle(request=request, instrument=instrument, fill_on=strategy.get("fill_on"))
    refusals.check_run(strategy=strategy, settled=settled, request=request)
    return queue(
        user=user,
        strategy_predefined_id=request.get("strategy_predefined"),
        strategy_rule_based_id=request.get("strategy_rule_based"),
        strategy_custom_script=request.get(snapshots.SCRIPT_FIELD),
        strategy={**strategy, "terms": wording.terms_words(settled)},
        settings=settled,
        instrument_type=instrument.type,
        instrument_identifier=instrument.identifier,
        start_date=request["start_date"],
        end_date=request["end_date"],
        initial_wallet_amount=request["initial_wallet_amount"],
    )


@transaction.atomic
def rerun(*, user: User, run_id: str) -> BacktestRun:
    """Queue a completed run again as it was, to see whether it gives the same result.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    :raises InstrumentNotFound, InstrumentInactive, NoBars: if its instrument or its prices are gone
    :raises ConcurrencyLimit, QueueFull: if the user may not post another run now
    """
    first = selectors.get_completed_run(user=user, run_id=run_id, fields=(*COPIED, "extra"))
    instrument = instruments.find_instrument(
        instrument_type=first.instrument_type, identifier=first.instrument_identifier
    )
    _check_instrument(instrument, interval=terms.of(first)["interval"], start=first.start_date, end=first.end_date)
    manifest = first.extra.get("manifest", {})
    compared = {"run_id": first.run_id, **{name: manifest.get(name) for name in ("data_hash", "result_hash")}}
    return queue(user=user, extra={"rerun_of": compared}, **{name: getattr(first, name) for name in COPIED})


def _check_instrument(instrument: market_selectors.Instrument, **asked: Any) -> None:
    if not instrument.is_active:
        raise errors.InstrumentInactive(details={"instrument_identifier": instrument.identifier})
    market_selectors.check_bars(instrument=instrument, **asked)


def queue(*, user: User, **values: Any) -> BacktestRun:
    """Put a run into the queue, in the caller's transaction, and ring the workers once it is committed.

    :raises ConcurrencyLimit, QueueFull: if the user may not post another run now
    """
    admission.admit(user=user)
    run = BacktestRun(user=user, **values)
    if began := jobs.origin():
        run.extra["origin"] = began
    run.save(force_insert=True)
    jobs.enqueue(constants.EXECUTE_TASK, run_id=run.pk)
    return places.placed(run, user=user)
