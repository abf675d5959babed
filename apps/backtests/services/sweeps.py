"""Taking a sweep in, and ending it early: what can be known to be wrong is refused before there is a sweep.

What does not belong here: the shape of the request (serializers), working on it (sweeps_work).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from apps.backtests import constants, errors
from apps.backtests.enums import RunStatus, SweepKind
from apps.backtests.models import Sweep, SweepPart
from apps.backtests.selectors import sweeps as selectors
from apps.backtests.services import (
    admission,
    instruments,
    refusals,
    snapshots,
    sweeps_families,
    sweeps_results,
    sweeps_rows,
    terms,
    wording,
)
from apps.core import configuration, jobs
from apps.core.errors import ValidationFailed
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from engine.errors import EngineError, InvalidRules
from engine.sweeps import Grid

if TYPE_CHECKING:
    from apps.users.models import User

Json = dict[str, Any]

LONG_INTERVALS = (Interval.DAY, Interval.WEEK)


@transaction.atomic
def request_sweep(*, user: User, request: Mapping[str, Any]) -> Sweep:
    """Queue a sweep or, where the request has a ``walk``, a walk-forward, and ring the workers once it is committed.

    ``request`` is the body of a run with the ``grid``: the values to try of each input.

    :raises ValidationFailed: if the grid is empty, too large, or names no input of the strategy
    :raises SweepLimit: if the user has as many unfinished sweeps as are allowed
    :raises SimulationRefused: if no combination can be carried out on these terms, or the windows do not fit the prices
    :raises NotFound, InvalidRules, InstrumentNotFound, InstrumentInactive, NoBars, CostsUnknown, LotUnknown: as a run
    """
    strategy = snapshots.take(user=user, request=request)
    family = sweeps_families.document_of(user=user, request=request)
    grid = _grid(request["grid"], family=family)
    instrument = instruments.find_instrument(
        instrument_type=request["instrument_type"], identifier=request["instrument_identifier"]
    )
    if not instrument.is_active:
        raise errors.InstrumentInactive(details={"instrument_identifier": instrument.identifier})
    interval = request.get("interval", Interval.DAY)
    span = {"start": request["start_date"], "end": request["end_date"]}
    market_selectors.check_bars(instrument=instrument, interval=interval, **span)
    settled = terms.settle(request=request, instrument=instrument, fill_on=strategy.get("fill_on"))
    refusals.check_sweep(family=sweeps_families.family_of(family), grid=grid, settled=settled, request=request)
    if request.get("walk") is not None:
        # Only the prices say how many sessions there are.
        loaded = market_selectors.load_bars(
            instrument=instrument, interval=interval, adjusted=settled["adjusted"], **span
        )
        refusals.check_windows(bars=loaded.bars, walk=request["walk"])
    _admit(user)
    sweep = Sweep.objects.create(
        user=user,
        kind=SweepKind.SWEEP if request.get("walk") is None else SweepKind.WALK_FORWARD,
        strategy={**strategy, "terms": wording.terms_words(settled), "family": family},
        settings=settled,
        grid=[[name, list(values)] for name, values in grid.axes],
        walk=request.get("walk"),
        instrument_type=instrument.type,
        instrument_identifier=instrument.identifier,
        initial_wallet_amount=request["initial_wallet_amount"],
        combinations=len(grid),
        parts=0,
        start_date=request["start_date"],
        end_date=request["end_date"],
        extra={"origin": jobs.origin()},
    )
    _divide(sweep, interval=interval)
    return sweeps_rows.show_sweep(user=user, sweep_id=sweep.sweep_id)


@transaction.atomic
def cancel_sweep(*, user: User, sweep_id: str) -> Sweep:
    """End one of the user's sweeps; a worker notices between two steps and leaves its part.

    :raises NotFound: if it is missing or belongs to someone else
    :raises SweepAlreadyFinished: if it has ended
    """
    sweep = selectors.lock_sweep(user=user, sweep_id=sweep_id)
    if sweep.status not in selectors.OPEN:
        raise errors.SweepAlreadyFinished(details={"sweep_status": sweep.status})
    sweeps_results.end(
        sweep,
        status=RunStatus.FAILED,
        error_message=errors.SweepStopped.message,
        extra={"code": errors.SweepStopped.code},
    )
    return sweeps_rows.show_sweep(user=user, sweep_id=sweep_id)


def _grid(asked: Mapping[str, list[float]], *, family: Json) -> Grid:
    try:
        grid = Grid.checked(**asked)
        inputs = sweeps_families.family_of(family).inputs
    except InvalidRules as error:
        raise ValidationFailed.field("parameters", f"{error.reason}.") from error
    except EngineError as error:
        raise ValidationFailed.field("grid", f"{error}.") from error
    for name in grid.names:
        if name not in inputs:
            known = ", ".join(inputs) or "none"
            raise ValidationFailed.field(f"grid.{name}", f"The strategy has no such number to vary; it has: {known}.")
    if len(grid) > constants.MAX_COMBINATIONS:
        message = f"{len(grid)} combinations are more than {constants.MAX_COMBINATIONS}."
        raise ValidationFailed.field("grid", message)
    return grid


def _admit(user: User) -> None:
    """Pass if the user may post one more sweep, holding the lock until the caller's transaction ends."""
    admission.lock()
    limit = configuration.get_int("backtest.max_sweeps_per_user")
    unfinished = selectors.count_open_sweeps(user=user)
    if unfinished >= limit:
        raise errors.SweepLimit(details={"limit": limit, "open": unfinished}, retry_after=constants.QUEUE_RETRY_SECONDS)


def _divide(sweep: Sweep, *, interval: str) -> None:
    """Cut the sweep into parts of about a second, and ring for them."""
    days = (sweep.end_date - sweep.start_date).days + 1
    bars = days if interval in LONG_INTERVALS else days * constants.BARS_A_DAY
    at_once = constants.PART_BARS if sweep.strategy["rules"] is not None else constants.SCRIPT_PART_BARS
    cut = _windows(sweep, bars=bars, at_once=at_once) if sweep.walk else _combinations(sweep, size=at_once // bars)
    sweep.parts = len(cut)
    sweep.save(update_fields=["parts"])
    SweepPart.objects.bulk_create(
        SweepPart(sweep=sweep, number=number, first=first, last=last) for number, (first, last) in enumerate(cut)
    )
    for _ in range(min(sweep.parts, constants.SWEEP_RINGS)):
        jobs.enqueue(constants.SWEEP_TASK, sweep_id=sweep.pk)


def _combinations(sweep: Sweep, *, size: int) -> list[tuple[int, int]]:
    """So many combinations in each part."""
    step = max(1, size)
    return [(first, min(first + step, sweep.combinations)) for first in range(0, sweep.combinations, step)]


def _windows(sweep: Sweep, *, bars: int, at_once: int) -> list[tuple[int, int]]:
    """Parts that choose, each in every so-manieth window, and one without combinations that trades what they chose.

    How many windows there are the prices say, later: a part may find that none is its own.
    """
    asked, days = sweep.walk or {}, (sweep.end_date - sweep.start_date).days + 1
    windows = max(1, days // asked["test_sessions"])
    learned = bars if asked["anchored"] else min(bars, bars * asked["train_sessions"] // days)
    parts = math.ceil(sweep.combinations * windows * learned / at_once)
    chosen = (0, sweep.combinations)
    return [*([chosen] * min(parts, windows, constants.MAX_WALK_PARTS)), (sweep.combinations, sweep.combinations)]
