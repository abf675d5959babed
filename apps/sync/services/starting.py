"""Starting a sync: a row and its instruments, committed before anything is fetched. A constraint lets one of a type in.

What does not belong here: fetching, schedules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from apps.core import configuration, errors, jobs
from apps.core import services as core_services
from apps.sync import constants, selectors
from apps.sync.enums import SyncMode
from apps.sync.errors import SyncRunning
from apps.sync.models import SyncItem, SyncLog
from apps.sync.services import results
from apps.users import selectors as users_selectors
from apps.users.enums import Role

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class Order:
    """What to fetch: a type, all of its active instruments or these, and for a hard sync from when to when."""

    sync_type: str
    mode: str = SyncMode.NORMAL
    instruments: Collection[str] = ()
    start_date: date | None = None
    end_date: date | None = None


@transaction.atomic
def request_sync(*, user: User, mode: SyncMode, values: Mapping[str, Any], ip_address: str | None) -> SyncLog:
    """Start a sync on a user's word, write who did it, and ring the workers once it is committed.

    ``values``: sync_type, instruments, and for a hard sync start_date and end_date.

    :raises PermissionRefused: if the user's role may not start syncs
    :raises FeatureDisabled: if administrators may not start a hard sync
    :raises InstrumentNotFound: if one of the instruments does not exist
    :raises SyncRunning: if a sync of the type has not ended
    """
    check_role(user)
    if mode == SyncMode.HARD:
        users_selectors.check_toggle(user=user, setting=constants.HARD_TOGGLE)
    order = Order(mode=mode, **values)
    log = open_sync(order=order, triggered_by=user)
    core_services.record_activity(
        actor=user.email,
        action="sync.start",
        details={
            "sync": log.pk,
            "sync_type": order.sync_type,
            "mode": mode,
            "instruments": sorted(order.instruments),
            "start_date": order.start_date and order.start_date.isoformat(),
            "end_date": order.end_date and order.end_date.isoformat(),
        },
        ip_address=ip_address,
    )
    jobs.enqueue(constants.FAN_OUT_TASK, log_id=log.pk)
    return log


def check_role(user: User) -> None:
    """Pass if the configuration lets the user's role sync.

    :raises PermissionRefused: if it does not; the details name the roles that may
    """
    allowed = configuration.get_words("sync.allowed_roles")
    if user.role != Role.SUPERADMIN and user.role not in allowed:
        raise errors.PermissionRefused(
            "Your role may not start syncs.", details={"setting": "sync.allowed_roles", "allowed_roles": list(allowed)}
        )


@transaction.atomic
def open_sync(*, order: Order, triggered_by: User | None = None, scheduled_for: datetime | None = None) -> SyncLog:
    """Write a sync with its instruments; nobody is rung. One without instruments has ended already.

    :raises InstrumentNotFound: if one of the instruments does not exist
    :raises SyncRunning: if a sync of the type has not ended, or the schedule has started this one already
    """
    instruments = selectors.list_instruments(sync_type=order.sync_type, wanted=order.instruments)
    try:
        with transaction.atomic():
            log = SyncLog.objects.create(
                sync_type=order.sync_type,
                mode=order.mode,
                is_auto_sync=scheduled_for is not None,
                triggered_by_user=triggered_by,
                scheduled_for=scheduled_for,
                start_date=order.start_date,
                end_date=order.end_date,
                total_items=len(instruments),
            )
    except IntegrityError as error:
        running = selectors.find_running(sync_type=order.sync_type)
        raise SyncRunning(details={"sync_type": order.sync_type, "sync": running and running.pk}) from error
    SyncItem.objects.bulk_create(SyncItem(log=log, instrument=instrument) for instrument in instruments)
    if not instruments:
        results.end(log=log)
    return log
