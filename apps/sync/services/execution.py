"""Fetching what was claimed. One instrument's failure is noted and stops nothing.

What does not belong here: claiming, writing ends, how bars are stored (market).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from django.db import DatabaseError

from apps.core import clock, configuration
from apps.core.errors import DomainError
from apps.market import selectors as market_selectors
from apps.market import services as market_services
from apps.sync import constants, selectors
from apps.sync.enums import ItemState, SkipReason, SyncType
from apps.sync.models import SyncItem, SyncLog
from apps.sync.services import claims, results
from apps.sync.services.results import Outcome
from marketdata import sessions
from marketdata.errors import MarketDataError

log_of = structlog.get_logger(__name__)

Progress = Callable[[SyncItem], None]
INTERNAL = Outcome(ItemState.FAILED, code=constants.INTERNAL_CODE, message=constants.INTERNAL_MESSAGE)


def execute_all(*, log_id: int, progress: Progress = lambda _item: None) -> None:
    """Fetch what waits of one sync, one instrument after the other; others may help meanwhile."""
    while (item := claims.claim_next(log_id=log_id)) is not None:
        execute(item)
        progress(item)


def execute_next() -> None:
    """Fetch one instrument, of whichever sync; nothing if none waits."""
    item = claims.claim_next()
    if item is not None:
        execute(item)


def execute(item: SyncItem) -> None:
    """Fetch one claimed instrument and write how it ended.

    A bug is not caught: it goes on to the worker's log. The instrument ends as failed all the same.
    """
    outcome = INTERNAL
    try:
        with claims.held(item):
            outcome = _fetch(item)
    except DomainError as error:
        outcome = Outcome(ItemState.FAILED, code=error.code, message=error.message)
    except MarketDataError as error:
        # These are written for users; no other exception's text is shown.
        outcome = Outcome(ItemState.FAILED, code=error.code, message=str(error))
    except DatabaseError as error:
        log_of.error("sync_store_failed", sync=item.log_id, instrument=item.instrument, exc_info=error)
        outcome = Outcome(ItemState.FAILED, code=constants.STORE_CODE, message=constants.STORE_MESSAGE)
    finally:
        results.finish(item=item, outcome=outcome)


def _fetch(item: SyncItem) -> Outcome:
    """Store the instrument's bars.

    :raises DomainError: if they may not be stored
    :raises MarketDataError: if the provider refuses
    :raises DatabaseError: if the tables refuse them
    """
    until = _until(item.log)
    filled = _fill(item)
    if filled.has_real:
        return Outcome(ItemState.SKIPPED, code=SkipReason.REAL_BARS, message=SkipReason.REAL_BARS.label)
    if filled.is_empty:
        reason = _why_empty(item, until=until)
        counts = {"closed_days": filled.closed_days}
        return Outcome(ItemState.SKIPPED, code=reason, message=reason.label, counts=counts)
    return Outcome(ItemState.SUCCESS, until=until, counts=_counts(filled))


def _why_empty(item: SyncItem, *, until: date) -> SkipReason:
    """Why there was nothing to store."""
    log = item.log
    stored = selectors.stored_until(sync_type=log.sync_type, instrument=item.instrument)
    if log.start_date is None:
        start = configuration.get_date("history.start_date") if stored is None else stored + timedelta(days=1)
    else:
        start = log.start_date
    if market_selectors.has_session(start=start, end=until):
        return SkipReason.NO_DATA
    return SkipReason.NO_SESSION if log.start_date is not None or stored is None else SkipReason.UP_TO_DATE


def _fill(item: SyncItem) -> market_services.Filled:
    log, now = item.log, clock.now()
    if log.sync_type == SyncType.OPTION:
        return _fill_options(item, log=log, now=now)
    found = market_selectors.get_instrument(instrument_type=log.sync_type, identifier=item.instrument)
    if log.start_date is None or log.end_date is None:
        return market_services.fill_newest(instrument=found, now=now)
    return market_services.fill_span(instrument=found, start=log.start_date, end=log.end_date, now=now)


def _fill_options(item: SyncItem, *, log: SyncLog, now: datetime) -> market_services.Filled:
    underlying = market_selectors.get_named_instrument(identifier=item.instrument)
    if log.start_date is None or log.end_date is None:
        since = selectors.stored_until(sync_type=log.sync_type, instrument=item.instrument)
        return market_services.fill_newest_options(underlying=underlying, since=since, now=now)
    return market_services.fill_options_span(underlying=underlying, start=log.start_date, end=log.end_date, now=now)


def _until(log: SyncLog) -> date:
    """The last day that a sync, as it ends now, has stored."""
    final = sessions.last_final_day(clock.now())
    return final if log.end_date is None else min(final, log.end_date)


def _counts(filled: market_services.Filled) -> dict[str, int]:
    """Rows by what became of them; ``closed_days`` adds up over the instruments."""
    stored = {"daily": filled.daily, "intraday": filled.intraday}
    rows = {
        f"{kind}_{what}": getattr(bars, what)
        for kind, bars in stored.items()
        for what in ("inserted", "updated", "unchanged", "removed_synthetic")
    }
    return {"closed_days": filled.closed_days, **rows}
