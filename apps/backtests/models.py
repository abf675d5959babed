"""Runs as a table, which is also their queue. What does not belong here: claiming and finishing them (services)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.db import models

from apps.backtests.enums import RunStatus, Stage, SweepKind
from apps.core.models import IndexedOwnedModel, OwnedManager


def new_run_id() -> str:
    """A fresh public id."""
    return str(uuid.uuid4())


class BacktestRun(IndexedOwnedModel):
    """One backtest: what was asked, where it stands, what came of it.

    ``strategy`` is the strategy as it was when the run was posted (name, sentence, rules, parameters), so that a
    later change of it changes no run. ``settings`` is how it is simulated. ``extra`` holds statistics, assumptions,
    the manifest, the open trade, or the code of a failure, and before that ``origin``, the request it came with.
    ``equity_curve_json`` is the equity at the end of each day; of bars shorter than a day ``equity_bars`` has that of
    each bar, packed (``selectors.equity``).

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
    equity_bars = models.BinaryField(null=True)
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


class Sweep(IndexedOwnedModel):
    """Many runs of one strategy: a sweep over a grid of its inputs, or a walk-forward.

    ``strategy`` is as in a run, with the ``family``: the document whose inputs vary. ``grid``: each input with its
    values. ``walk``: the windows of a walk-forward, null for a sweep. ``extra`` holds what came of it: the verdict,
    the best, the windows, or the code of a failure.
    """

    sweep_id = models.CharField(max_length=100, unique=True, default=new_run_id)
    kind = models.CharField(max_length=20, choices=SweepKind.choices)
    strategy = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    grid = models.JSONField(default=list)
    walk = models.JSONField(null=True)
    instrument_type = models.CharField(max_length=20)
    instrument_identifier = models.CharField(max_length=100)
    start_date = models.DateField()
    end_date = models.DateField()
    initial_wallet_amount = models.DecimalField(max_digits=15, decimal_places=2)
    combinations = models.PositiveIntegerField()
    parts = models.PositiveIntegerField()
    status = models.CharField(max_length=20, choices=RunStatus.choices, default=RunStatus.PENDING)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error_message = models.TextField(null=True)
    extra = models.JSONField(default=dict)

    # Not a column: the best rows so far, set on what is shown.
    best_rows: Sequence[Mapping[str, object]] = ()

    objects: OwnedManager[Sweep] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "backtests_sweep"
        indexes = [
            models.Index(fields=["user", "-id"], name="backtests_sweep_newest"),
            models.Index(fields=["id"], name="backtests_sweep_open", condition=models.Q(finished_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start_date__lte=models.F("end_date")), name="backtests_sweep_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.sweep_id


class SweepPart(models.Model):
    """A part of a sweep that one worker does: combinations from ``first`` to before ``last``.

    ``attempt`` counts the claims and fences them; ``lease_expires_at`` says until when it is a worker's. ``values`` are
    rows of float64, a combination each; ``outcome`` what a walk-forward gave.
    """

    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    status = models.CharField(max_length=20, choices=RunStatus.choices, default=RunStatus.PENDING)
    attempt = models.PositiveIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True)
    values = models.BinaryField(null=True)
    outcome = models.JSONField(null=True)

    class Meta:
        db_table = "backtests_sweep_part"
        constraints = [
            models.UniqueConstraint(fields=["sweep", "number"], name="backtests_sweep_part_once"),
        ]
        indexes = [
            models.Index(
                fields=["sweep", "number"], name="backtests_sweep_part_open", condition=~models.Q(status="completed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sweep_id}/{self.number}"
