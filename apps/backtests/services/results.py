"""How a run ends: completed, failed or cancelled, each written once.

An end is a conditional UPDATE: of this attempt, still running. Whoever comes second changes nothing, so trades,
equity and notification are written by one worker only. What does not belong here: simulating.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import structlog
from django.db import transaction

from apps.backtests import constants, errors
from apps.backtests.enums import RunKind, RunStatus, Stage
from apps.backtests.models import BacktestRun
from apps.backtests.services import telling
from apps.core import clock, money
from apps.market import services as market_services
from apps.notifications import services as notifications_services
from apps.notifications.enums import NotificationKind, NotificationType

log = structlog.get_logger(__name__)

Json = dict[str, Any]

KINDS = {
    NotificationType.SUCCESS: NotificationKind.BACKTEST_COMPLETED,
    NotificationType.ERROR: NotificationKind.BACKTEST_FAILED,
}
NO_SEATS: Json = {"global_seat": None, "user_seat": None, "lease_expires_at": None}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a simulation gave, ready to be written. ``final_equity`` is paise; ``bars_equity`` packed (None: daily)."""

    final_equity: float
    trades: list[Json]
    round_trips: list[Any]
    equity: Json
    bars_equity: bytes | None
    extra: Json


def complete(*, run: BacktestRun, outcome: Outcome, seconds: float) -> bool:
    """Write the result, all or nothing; False if this attempt may no longer end the run.

    :raises ResultTooLarge: if the money does not fit an account
    """
    final, pnl, percentage = _money(run=run, outcome=outcome)
    with transaction.atomic():
        written = _end(
            run=run,
            cancel_requested=False,
            status=RunStatus.COMPLETED,
            progress=1.0,
            final_wallet_amount=final,
            total_pnl=pnl,
            pnl_percentage=percentage,
            number_of_trades=len(outcome.trades),
            list_of_trades_json=outcome.trades,
            equity_curve_json=outcome.equity,
            equity_bars=outcome.bars_equity,
            time_taken=round(seconds, 6),
            extra=outcome.extra,
        )
        if written:
            market_services.record_round_trips(outcome.round_trips)
            _notify(
                run=run,
                kind=NotificationType.SUCCESS,
                title="Backtest completed",
                message=f"{_what(run)}: {percentage:+.2f} % in {_trades(len(outcome.trades))}.",
            )
    return written


def fail(*, run: BacktestRun, code: str, message: str) -> bool:
    """Write why the run failed, in one sentence for the user; False if this attempt may no longer end the run."""
    with transaction.atomic():
        written = _end(run=run, status=RunStatus.FAILED, error_message=message, extra={"code": code})
        if written:
            _notify(run=run, kind=NotificationType.ERROR, title="Backtest failed", message=f"{_what(run)}: {message}")
    return written


def mark_cancelled(*, run: BacktestRun) -> bool:
    """End the run as cancelled; its user knows, so nobody is notified."""
    return _end(
        run=run,
        status=RunStatus.FAILED,
        error_message=errors.RunCancelled.message,
        extra={"code": errors.RunCancelled.code},
    )


def _end(*, run: BacktestRun, cancel_requested: bool | None = None, **values: Any) -> bool:
    """Whether the run, as this attempt knows it, was ended with these values."""
    rows = BacktestRun.objects.unscoped().filter(pk=run.pk, status=run.status, attempt=run.attempt)
    if cancel_requested is not None:
        rows = rows.filter(cancel_requested=cancel_requested)
    now = clock.now()
    is_ended = bool(rows.update(stage=Stage.DONE, finished_at=now, updated_at=now, **NO_SEATS, **values))
    if is_ended:
        progress = values.get("progress", run.progress)
        telling.tell_run(run, status=values["status"], stage=Stage.DONE, progress=progress)
    return is_ended


def _money(*, run: BacktestRun, outcome: Outcome) -> tuple[Decimal, Decimal, Decimal]:
    final = money.rupees(outcome.final_equity)
    pnl = final - run.initial_wallet_amount
    percentage = (pnl / run.initial_wallet_amount * 100).quantize(money.PAISA, rounding=ROUND_HALF_UP)
    if abs(final) > constants.MAX_AMOUNT or abs(percentage) > constants.MAX_PERCENTAGE:
        raise errors.ResultTooLarge
    return final, pnl, percentage


def _notify(*, run: BacktestRun, kind: NotificationType, title: str, message: str) -> None:
    notifications_services.notify(
        user_id=run.user_id,
        title=title,
        message=message,
        type=kind,
        extra={"run_id": run.run_id},
        kind=KINDS[kind],
        event_key=f"backtest.ended:{run.run_id}",
    )


def _what(run: BacktestRun) -> str:
    """The strategy and what it is run on; the name of a portfolio says how many instruments there are."""
    if run.settings.get("kind") == RunKind.PORTFOLIO:
        return str(run.strategy["name"])
    return f"{run.strategy['name']} on {run.instrument_identifier}"


def _trades(number: int) -> str:
    return f"{number} trade" if number == 1 else f"{number} trades"
