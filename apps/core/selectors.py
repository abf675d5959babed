"""What core reads for others: configuration as shown, the activity log, health. What does not belong here: writes."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

import redis
from django.conf import settings
from django.db import DatabaseError, Error, connection
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from apps.core import clock, configuration, errors
from apps.core.configuration import Setting, kinds
from apps.core.constants import BROKER_TIMEOUT_SECONDS, SETTING_CHANGED, WORKER_HEARTBEAT_KEY
from apps.core.enums import TimeOrdering
from apps.core.metrics import Measure
from apps.core.models import ActivityLog, SystemConfig


@dataclass(frozen=True, slots=True)
class SettingState:
    """A setting with the value in force, and whether an administrator's row says so."""

    setting: Setting
    value: str
    is_changed: bool


def list_settings(*, public_only: bool = False, group: str = "") -> list[SettingState]:
    """Every setting, or the public ones, or those of a group, in the order of the registry."""
    changed = dict(SystemConfig.objects.values_list("key", "value"))
    return [
        SettingState(
            setting=setting,
            value=kinds.write(configuration.value_of(key)),
            is_changed=changed.get(key, setting.default) != setting.default,
        )
        for key, setting in configuration.REGISTRY.items()
        if (setting.is_public or not public_only) and group in ("", setting.group)
    ]


def list_activity(
    *,
    action: str = "",
    actor: str = "",
    start: date | None = None,
    end: date | None = None,
    ordering: str = TimeOrdering.CREATED_DESC,
) -> QuerySet[ActivityLog]:
    """The activity log, newest first unless ordered otherwise: of one action, of one actor, of days in India.

    ``start`` and ``end`` are both included.
    """
    rows = ActivityLog.objects.order_by(TimeOrdering(ordering).column)
    if action:
        rows = rows.filter(action=action)
    if actor:
        rows = rows.filter(admin_user__iexact=actor)
    if start is not None:
        rows = rows.filter(created_at__gte=clock.midnight(start))
    if end is not None:
        rows = rows.filter(created_at__lt=clock.midnight(end, days=1))
    return rows


def list_setting_history(*, key: str) -> QuerySet[ActivityLog]:
    """The changes of one setting, newest first.

    :raises NotFound: if there is no such key
    """
    configuration.find(key)
    return list_activity(action=SETTING_CHANGED).filter(details__key=key)


def health() -> dict[str, bool]:
    """Each part that the service needs, and whether it answers; settings.HEALTH_PARTS names them."""
    return {name: _answers(path) for name, path in settings.HEALTH_PARTS.items()}


def _answers(path: str) -> bool:
    """Whether a part answers: one that cannot even be asked, for want of the database, does not."""
    try:
        answer: bool = import_string(path)()
    except Error:
        return False
    return answer


def check_metrics_token(header: str) -> None:
    """Pass if an Authorization header carries the token of /metrics.

    :raises NotFound: if it does not, or if there is none to carry: /metrics is not there for anybody else
    """
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    if not settings.METRICS_TOKEN or not hmac.compare_digest(header.encode(), wanted):
        raise errors.NotFound


def measure_health() -> Iterator[Measure]:
    """The parts of the service as numbers: 1 for one that answers."""
    for name, is_up in health().items():
        yield Measure("papertrade_part_up", "Whether a part of the service answers.", float(is_up), {"part": name})


def tally_key(tally: str) -> str:
    """Where a tally stands."""
    return f"{settings.TALLY_KEYS}:{tally}"


def read_tally(tally: str) -> dict[str, int]:
    """What was counted under each name of a tally.

    :raises RedisError: if Redis or Valkey does not answer
    """
    counted = cast("dict[bytes, bytes]", _broker().hgetall(tally_key(tally)))
    return {name.decode(): int(number) for name, number in counted.items()}


def is_database_up() -> bool:
    """Whether PostgreSQL answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def is_broker_up() -> bool:
    """Whether Redis or Valkey answers."""
    try:
        return bool(_broker().ping())
    except redis.RedisError:
        return False


def has_worker() -> bool:
    """Whether a worker has run the heartbeat task lately."""
    try:
        return bool(_broker().exists(WORKER_HEARTBEAT_KEY))
    except redis.RedisError:
        return False


def _broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=BROKER_TIMEOUT_SECONDS,
        socket_connect_timeout=BROKER_TIMEOUT_SECONDS,
    )
