"""Working on sweeps, part by part: claim, run, hand in. Single runs go first.

A part is a worker's while its lease lasts; the worker renews it between two steps, which is also how it learns that the
sweep was cancelled. What does not belong here: what a sweep gives (sweeps_results).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet

from apps.backtests import constants, errors
from apps.backtests.enums import RunStatus, SweepKind
from apps.backtests.models import Sweep, SweepPart
from apps.backtests.selectors import sweeps as selectors
from apps.backtests.services import (
    execution,
    isolation,
    leases,
    sweeps_families,
    sweeps_inputs,
    sweeps_results,
    sweeps_rows,
    telling,
)
from apps.core import clock, jobs, memory
from apps.core.errors import DomainError
from engine import sweeps as engine_sweeps
from engine.errors import EngineError

log = structlog.get_logger(__name__)


def execute_sweeps() -> None:
    """Work on parts while some wait, after every single run that may run; after a while ring for the rest and stop."""
    until = clock.monotonic() + constants.WORK_SECONDS
    execution.execute_pending()
    while (part := claim_part()) is not None:
        work(part)
        join_finished()
        if clock.monotonic() >= until:
            jobs.enqueue(constants.SWEEP_TASK)
            return
        execution.execute_pending()
    join_finished()


def ring_sweeps() -> None:
    """Ring for parts that wait or lost their worker, and for sweeps that are done but not ended."""
    if selectors.list_claimable_unscoped().exists() or selectors.list_joinable_unscoped().exists():
        jobs.enqueue(constants.SWEEP_TASK)


def claim_part() -> SweepPart | None:
    """Take the part that is next; None if nothing waits. A part whose workers were lost too often ends its sweep."""
    while True:
        with transaction.atomic():
            part = selectors.list_claimable_unscoped().select_for_update(skip_locked=True, of=("self",)).first()
            if part is None:
                return None
            if part.attempt < constants.MAX_ATTEMPTS:
                return _claimed(part)
            sweep = Sweep.objects.unscoped().get(pk=part.sweep_id)
            sweeps_results.fail(sweep, code=errors.WorkerLost.code, message=errors.WorkerLost.message)


def _claimed(part: SweepPart) -> SweepPart:
    now = clock.now()
    SweepPart.objects.filter(pk=part.pk).update(
        status=RunStatus.RUNNING, attempt=F("attempt") + 1, lease_expires_at=leases.EXPIRES_AT
    )
    Sweep.objects.unscoped().filter(pk=part.sweep_id, status=RunStatus.PENDING).update(
        status=RunStatus.RUNNING, started_at=now, updated_at=now
    )
    return SweepPart.objects.select_related("sweep").get(pk=part.pk)


def work(part: SweepPart) -> None:
    """Do one claimed part to its end, whatever the end is."""
    sweep = part.sweep
    with jobs.continuing("part of a sweep", sweep.extra.get("origin", {}), sweep_id=sweep.sweep_id), _ending(sweep):
        _do(part)


def join_finished() -> None:
    """End every sweep of which all parts are done; of two workers who try, one writes."""
    for sweep in selectors.list_joinable_unscoped():
        with _ending(sweep):
            sweeps_results.join(sweep)


@contextmanager
def _ending(sweep: Sweep) -> Iterator[None]:
    """End the sweep as failed where the body does not come to its end.

    A bug is not caught: it goes on to the worker's log.
    """
    is_over = False
    try:
        with memory.wanted(error=errors.OutOfMemory):
            yield
        is_over = True
    except errors.SweepStopped:
        is_over = True
    except DomainError as error:
        is_over = True
        sweeps_results.fail(sweep, code=error.code, message=error.message)
    except (OperationalError, InterfaceError) as error:
        # The database went away: no fault of the sweep. The lease runs out, and the part is tried again.
        log.warning("sweep_interrupted", sweep_id=sweep.sweep_id, error=type(error).__name__)
        is_over = True
    finally:
        if not is_over:
            log.error("sweep_broke", sweep_id=sweep.sweep_id)
            sweeps_results.fail(sweep, code=constants.INTERNAL_CODE, message=constants.INTERNAL_MESSAGE)


def _do(part: SweepPart) -> None:
    """Run the combinations of a part and hand them in.

    :raises SweepStopped: if the sweep ended or the part went to another worker meanwhile
    :raises DomainError: if it cannot be run; the message is for the user
    """
    prepared = sweeps_inputs.prepare(part.sweep)
    chosen = selectors.get_choices_unscoped(sweep_id=part.sweep_id) if part.first == part.last else None
    evaluate = partial(_evaluate, part=part, prepared=prepared, chosen=chosen)
    kind = part.sweep.strategy["kind"]
    _hand_in(part, **isolation.evaluate_steps(evaluate, kind=kind, between=_watch(part)))


def _evaluate(
    between: Callable[[], None],
    *,
    part: SweepPart,
    prepared: sweeps_inputs.Prepared,
    chosen: sweeps_results.Json | None,
) -> dict[str, object]:
    """What the combinations or windows of a part give, as the columns of its row; reads and writes nothing.

    :raises SimulationRefused: if the engine refuses
    """
    try:
        if part.sweep.kind == SweepKind.WALK_FORWARD:
            if chosen is None:
                return {"outcome": sweeps_results.choose(part, prepared=prepared, between=between)}
            return {"outcome": sweeps_results.walk(part.sweep, chosen=chosen, prepared=prepared, between=between)}
        found = engine_sweeps.sweep(
            family=sweeps_families.family_of(part.sweep.strategy["family"]),
            grid=sweeps_rows.grid_of(part.sweep),
            bars=prepared.bars,
            settings=prepared.settings,
            first=part.first,
            last=part.last,
        )
        rows = []
        for step in found:
            rows.append(step.values)
            between()
    except EngineError as error:
        raise errors.SimulationRefused.of(error) from error
    return {"values": np.concatenate(rows).astype("<f8").tobytes()}


def _watch(part: SweepPart) -> Callable[[], None]:
    """What is called between two steps: it renews the lease from time to time, and stops who lost the part."""
    due = clock.monotonic() + constants.WATCH_SECONDS

    def renew() -> None:
        nonlocal due
        if clock.monotonic() < due:
            return
        if not _present(part).update(lease_expires_at=leases.EXPIRES_AT):
            raise errors.SweepStopped
        due = clock.monotonic() + constants.WATCH_SECONDS

    return renew


def _hand_in(part: SweepPart, **found: object) -> None:
    """Write what the part gave, once.

    :raises SweepStopped: if it is no longer this worker's
    """
    if not _present(part).update(status=RunStatus.COMPLETED, lease_expires_at=None, **found):
        raise errors.SweepStopped
    telling.tell_sweep(part.sweep, status=RunStatus.RUNNING, progress=selectors.progress_unscoped(part.sweep))


def _present(part: SweepPart) -> QuerySet[SweepPart]:
    """The part's row while this attempt still works on it and the sweep goes on."""
    own = SweepPart.objects.filter(pk=part.pk, status=RunStatus.RUNNING, attempt=part.attempt)
    return own.filter(sweep__status__in=selectors.OPEN)
