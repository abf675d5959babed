"""What happened on each day, counted. What does not belong here: what is counted (the tables of the apps)."""

from __future__ import annotations

from django.db import models


class DailyFigures(models.Model):
    """A day in India. Money in rupees, times in seconds.

    The last four columns say how the accounts stood when the day was last counted; null for days before that.
    """

    day = models.DateField(primary_key=True)
    signups = models.PositiveIntegerField(default=0)
    trials = models.PositiveIntegerField(default=0)
    conversions = models.PositiveIntegerField(default=0)
    payments = models.PositiveIntegerField(default=0)
    revenue = models.DecimalField(max_digits=17, decimal_places=2, default=0)
    refunds = models.DecimalField(max_digits=17, decimal_places=2, default=0)
    runs_completed = models.PositiveIntegerField(default=0)
    runs_failed = models.PositiveIntegerField(default=0)
    run_seconds = models.FloatField(default=0.0)
    run_seconds_p95 = models.FloatField(null=True)
    paper_trades = models.PositiveIntegerField(default=0)
    paper_pnl = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    on_trial = models.PositiveIntegerField(null=True)
    subscribed = models.PositiveIntegerField(null=True)
    expired = models.PositiveIntegerField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "adminpanel_daily_figures"

    def __str__(self) -> str:
        return str(self.day)
