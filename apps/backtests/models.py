"""Runs as a table, which is also their queue. What does not belong here: claiming and finishing them (services)."""

from __future__ import annotations

import uuid

from django.db import models

from apps.backtests.enums import RunStatus, Stage
from apps.core.models import OwnedManager, OwnedModel


def new_run_id() -> str:
    """A fresh public id."""
    return str(uuid.uuid4())


class BacktestRun(OwnedModel):
    """One backtest: what was asked, where it stands, what came of it.

    ``strategy`` is the strategy as it was when the run was posted (name, sentence, rules, parameters), so that a
    later change of it changes no run. ``settings`` is how it is simulated. ``extra`` holds statistics, assumptions,
    the open trade, or the code of a failure.

    A running run sits on two seats, one of all and one of its user's, and holds a lease that its worker renews.
    ``attempt`` counts the claims and fences them: only the worker of the present attempt may finish. A run that lost
    its worker waits again until ``available_at``.
    """

    run_id = models.CharField(max_length=100, unique=True, default=new_run_id)
    strategy_predefined = models.ForeignKey(
        "strategies.PredefinedStrategy", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    strategy_rule_based = models.ForeignKey(
        "strategies.RuleBasedStrategy", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    strategy_custom_script = models.TextField(null=True, blank=True)
    strategy = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    instrument_type = models.CharField(max_length=20)
    instrument_identifier = models.CharField(max_length=100)
    start_date = models.DateField()
    end_date = models.DateField()
    initial_wallet_amount = models.DecimalField(max_digits=15, decimal_places=2)
    final_wallet_amount = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    total_pnl = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    pnl_percentage = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    number_of_trades = models.PositiveIntegerField(default=0)
    list_of_trades_json = models.JSONField(null=True)
    equity_curve_json = models.JSONField(null=True)
    status = models.CharField(max_length=20, choices=RunStatus.choices, default=RunStatus.PENDING)
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.QUEUED)
    progress = models.FloatField(default=0.0)
    attempt = models.PositiveIntegerField(default=0)
    global_seat = models.PositiveIntegerField(null=True)
    user_seat = models.PositiveIntegerField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    available_at = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    time_taken = models.FloatField(null=True)
    error_message = models.TextField(null=True)
    extra = models.JSONField(default=dict)

    # Not columns: the services' answer to "when is it my turn", set on what they return.
    queue_position: int | None = None
    eta_seconds: int | None = None

    objects: OwnedManager[BacktestRun] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "backtest_runs"
        indexes = [
            models.Index(fields=["user", "-id"], name="backtests_user_newest"),
            models.Index(fields=["user", "id"], name="backtests_pending", condition=models.Q(status="pending")),
            models.Index(fields=["user"], name="backtests_running", condition=models.Q(status="running")),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(start_date__lte=models.F("end_date")), name="backtests_dates"),
            models.CheckConstraint(
                condition=models.Q(progress__gte=0) & models.Q(progress__lte=1), name="backtests_progress"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="completed") | models.Q(final_wallet_amount__isnull=False),
                name="backtests_completed_has_result",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status="running",
                    global_seat__isnull=False,
                    user_seat__isnull=False,
                    lease_expires_at__isnull=False,
                )
                | ~models.Q(status="running")
                & models.Q(global_seat__isnull=True, user_seat__isnull=True, lease_expires_at__isnull=True),
                name="backtests_running_has_seats",
            ),
            models.UniqueConstraint(fields=["global_seat"], name="backtests_global_seat"),
            models.UniqueConstraint(fields=["user", "user_seat"], name="backtests_user_seat"),
        ]

    def __str__(self) -> str:
        return self.run_id


class LastStart(models.Model):
    """When a run of a user was last started: of two users with as many running, the one who waited longer is next."""

    user = models.OneToOneField("users.User", on_delete=models.CASCADE, primary_key=True, related_name="+")
    started_at = models.DateTimeField()

    class Meta:
        db_table = "backtests_last_start"

    def __str__(self) -> str:
        return f"{self.user_id} at {self.started_at}"
