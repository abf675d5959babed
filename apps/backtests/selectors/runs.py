"""Runs as their owner sees them. What does not belong here: the queue across users, series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT

from apps.backtests import constants
from apps.backtests.enums import RunStatus
from apps.backtests.errors import RunNotFinished
from apps.backtests.models import BacktestRun
from apps.core import errors
from apps.market import selectors as market_selectors

if TYPE_CHECKING:
    from apps.users.models import User

SERIES = ("list_of_trades_json", "equity_curve_json", "equity_bars")
VERSION = """
    SELECT xmin::text || ' ' || ctid::text FROM backtest_runs
    WHERE run_id = %s AND user_id = %s AND status NOT IN (%s, %s)
"""
# Alike are runs on the same type of instrument, of the same kind of strategy, both portfolios or neither.
AVERAGE = """
    SELECT avg(time_taken) FROM (
        SELECT time_taken, instrument_type, strategy ->> 'kind' AS strategy_kind, settings ->> 'kind' AS kind
        FROM backtest_runs WHERE user_id = %(user)s AND status = 'completed' ORDER BY id DESC LIMIT %(sample)s
    ) AS newest
    WHERE (instrument_type, strategy_kind, kind) IS NOT DISTINCT FROM (%(type)s, %(strategy_kind)s, %(kind)s)
"""
HEAVY = (*SERIES, "extra", "settings", "strategy", "strategy_custom_script")


def list_runs(
    *,
    user: User,
    status: str | None = None,
    instrument_type: str | None = None,
    instrument_identifier: str | None = None,
    interval: str | None = None,
    ordering: str = "-created_at",
) -> QuerySet[BacktestRun]:
    """The user's runs without their series; ``ordering`` is one of the allowed ones of the edge."""
    asked = {
        "status": status,
        "instrument_type": instrument_type,
        "instrument_identifier": instrument_identifier,
        "settings__interval": interval,
    }
    wanted = {name: value for name, value in asked.items() if value}
    sign = "-" if ordering.startswith("-") else ""
    # The id grows with created_at and has the index.
    first = f"{sign}id" if ordering.endswith("created_at") else ordering
    return (
        BacktestRun.objects.for_user(user)
        .filter(**wanted)
        .defer(*HEAVY)
        .annotate(strategy_name=KT("strategy__name"), error_code=KT("extra__code"), interval=KT("settings__interval"))
        .order_by(first, "-id")
    )


def get_run(*, user: User, run_id: str) -> BacktestRun:
    """One of the user's runs without its series.

    :raises NotFound: if it is missing or belongs to someone else
    """
    return _get(BacktestRun.objects.for_user(user).defer(*SERIES), run_id=run_id)


def find_version(*, user: User, run_id: str) -> str | None:
    """A name for one of the user's runs as it is now, another one after any change; None before it has ended.

    PostgreSQL keeps an old row and writes a new one: who wrote it and where it lies tell one state from all others.
    """
    with connection.cursor() as cursor:
        cursor.execute(VERSION, [run_id, user.pk, RunStatus.PENDING, RunStatus.RUNNING])
        found = cursor.fetchone()
    return f"run {user.pk} {run_id} {found[0]}" if found else None


def get_completed_run(
    *, user: User, run_id: str, fields: tuple[str, ...], beside: Mapping[str, Combinable] | None = None
) -> BacktestRun:
    """One of the user's completed runs, with only these fields loaded, and ``beside`` them what the database computes.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    return list_completed_runs(user=user, run_ids=[run_id], fields=fields, beside=beside)[0]


def list_completed_runs(
    *, user: User, run_ids: Sequence[str], fields: tuple[str, ...], beside: Mapping[str, Combinable] | None = None
) -> list[BacktestRun]:
    """Some of the user's completed runs in the order asked for, with only these fields loaded, by one query.

    :raises NotFound: if one is missing or belongs to someone else
    :raises RunNotFinished: if one has no result
    """
    rows = BacktestRun.objects.for_user(user).filter(run_id__in=run_ids).only("run_id", "status", *fields)
    rows = rows.annotate(**(beside or {}))
    found = {run.run_id: run for run in rows}
    if not found.keys() >= set(run_ids):
        raise errors.NotFound
    for run in found.values():
        if run.status != RunStatus.COMPLETED:
            raise RunNotFinished(details={"run_id": run.run_id, "run_status": run.status})
    return [found[run_id] for run_id in run_ids]


def lock_run(*, user: User, run_id: str) -> BacktestRun:
    """One of the user's runs, locked for an update.

    :raises NotFound: if it is missing or belongs to someone else
    """
    rows = BacktestRun.objects.for_user(user).defer(*SERIES).select_for_update(no_key=True)
    return _get(rows, run_id=run_id)


def list_round_trips(*, user: User, run_id: str) -> QuerySet[Any]:
    """The trades of one of the user's runs, in the order in which they were closed.

    :raises NotFound: if it is missing or belongs to someone else
    """
    run = _get(BacktestRun.objects.for_user(user).only("run_id"), run_id=run_id)
    return market_selectors.list_round_trips(user=user, backtest_run_id=run.pk)


def count_open_runs(*, user: User) -> Mapping[str, int]:
    """How many runs of the user are pending and running."""
    counts = dict(
        BacktestRun.objects.for_user(user)
        .filter(status__in=(RunStatus.PENDING, RunStatus.RUNNING))
        .values_list("status")
        .annotate(number=Count("id"))
    )
    return {status: counts.get(status, 0) for status in (RunStatus.PENDING, RunStatus.RUNNING)}


def average_seconds(*, user: User, run: BacktestRun) -> float | None:
    """How long those of the user's last completed runs took on average that are of the kind of this one, or None."""
    likeness = {
        "type": run.instrument_type,
        "strategy_kind": run.strategy.get("kind"),
        "kind": run.settings.get("kind"),
    }
    with connection.cursor() as cursor:
        cursor.execute(AVERAGE, {"user": user.pk, "sample": constants.ETA_SAMPLE_RUNS, **likeness})
        average: float | None = cursor.fetchone()[0]
    return average


def _get(rows: QuerySet[BacktestRun], *, run_id: str) -> BacktestRun:
    return errors.found(rows.filter(run_id=run_id).first())
