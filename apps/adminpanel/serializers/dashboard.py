"""The shapes of the figures. What does not belong here: queries, sums."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import DayField, StrictSerializer
from apps.sync.enums import SyncStatus, SyncType


class DashboardIn(StrictSerializer):
    """Which days, both included; the last thirty if none are given."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The bounds; ``from`` is a word of Python."""
        return {"from": DayField(required=False, source="start"), "to": DayField(required=False, source="end")}


class FiguresOut(serializers.Serializer[Any]):
    """What happened, in rupees and seconds. Revenue is what came in, before refunds and chargebacks."""

    signups = serializers.IntegerField()
    trials = serializers.IntegerField(help_text="Trials that began.")
    conversions = serializers.IntegerField(help_text="Users who paid for the first time.")
    payments = serializers.IntegerField()
    revenue = serializers.DecimalField(max_digits=17, decimal_places=2)
    refunds = serializers.DecimalField(max_digits=17, decimal_places=2)
    runs_completed = serializers.IntegerField()
    runs_failed = serializers.IntegerField()
    run_seconds_mean = serializers.SerializerMethodField(help_text="Of completed backtests; null without any.")
    paper_trades = serializers.IntegerField(help_text="Round trips of paper trading that were closed.")
    paper_pnl = serializers.DecimalField(max_digits=20, decimal_places=2, help_text="What these came to.")

    def get_run_seconds_mean(self, figures: Any) -> float | None:
        """How long a completed backtest took."""
        return round(figures.run_seconds / figures.runs_completed, 3) if figures.runs_completed else None


class DayFiguresOut(FiguresOut):
    """A day in India; how users stood at its end is null where nobody counted then."""

    day = serializers.DateField()
    run_seconds_p95 = serializers.FloatField(allow_null=True)
    on_trial = serializers.IntegerField(allow_null=True)
    subscribed = serializers.IntegerField(allow_null=True)
    expired = serializers.IntegerField(allow_null=True)


class StandingsOut(serializers.Serializer[Any]):
    """How users, administrators aside, stand."""

    on_trial = serializers.IntegerField(allow_null=True)
    subscribed = serializers.IntegerField(allow_null=True)
    expired = serializers.IntegerField(allow_null=True)


class QueueDepthOut(serializers.Serializer[Any]):
    """What waits and runs at this moment."""

    pending = serializers.IntegerField(source="queue.pending")
    running = serializers.IntegerField(source="queue.running")
    oldest_pending_seconds = serializers.FloatField(source="queue.oldest_pending_seconds")
    sweeps = serializers.IntegerField(source="queue.sweeps")
    sync_items = serializers.IntegerField(help_text="Instruments that wait or are fetched.")


class SyncHealthOut(serializers.Serializer[Any]):
    """The newest sync of a type; null where there is none."""

    sync_type = serializers.ChoiceField(choices=SyncType.choices)
    status = serializers.ChoiceField(choices=SyncStatus.choices, source="last.status", default=None, allow_null=True)
    started_at = serializers.DateTimeField(source="last.start_time", default=None, allow_null=True)
    ended_at = serializers.DateTimeField(source="last.end_time", default=None, allow_null=True)
    total_items = serializers.IntegerField(source="last.total_items", default=0)
    failed_count = serializers.IntegerField(source="last.failed_count", default=0)
    last_completed_at = serializers.DateTimeField(allow_null=True)


class DashboardOut(serializers.Serializer[Any]):
    """Days with their sums as they were counted at ``as_of``; queue and syncs are of this moment."""

    as_of = serializers.DateTimeField(allow_null=True)
    users = StandingsOut(source="now", allow_null=True)
    total = FiguresOut()
    days = DayFiguresOut(many=True)
    queue = QueueDepthOut(source="*")
    syncs = SyncHealthOut(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields, with the bounds of the days first."""
        bounds = {"from": serializers.DateField(source="start"), "to": serializers.DateField(source="end")}
        return {**bounds, **super().get_fields()}
