"""The shapes of a run's series: equity, drawdowns, monthly returns. What does not belong here: queries."""

from __future__ import annotations

from rest_framework import serializers

from apps.backtests.serializers.outgoing import RupeesOut


class EquityPointOut(serializers.Serializer):
    """The equity at the close of a bar, and how far below its highest value.

    ``time`` is the day; of bars shorter than a day the moment at which the bar opens.
    """

    time = serializers.CharField()
    equity = serializers.FloatField()
    drawdown_pct = serializers.FloatField()


class EquityOut(serializers.Serializer):
    """The equity as a list of points."""

    points_total = serializers.IntegerField()
    sampled = serializers.BooleanField()
    points = EquityPointOut(many=True)


class EquityColumnsOut(serializers.Serializer):
    """The equity as columns."""

    points_total = serializers.IntegerField()
    sampled = serializers.BooleanField()
    time = serializers.ListField(child=serializers.CharField())
    equity = serializers.ListField(child=serializers.FloatField())
    drawdown_pct = serializers.ListField(child=serializers.FloatField())


class DrawdownOut(serializers.Serializer):
    """One fall below the highest daily equity so far; days are calendar days."""

    peak_date = serializers.DateField(allow_null=True, help_text="Null: the wallet the run began with.")
    peak_equity = RupeesOut()
    trough_date = serializers.DateField()
    trough_equity = RupeesOut()
    depth_pct = serializers.FloatField(help_text="Of the peak, 0 to 100.")
    recovered_date = serializers.DateField(allow_null=True, help_text="Null: not by the end of the run.")
    days_to_trough = serializers.IntegerField()
    days_to_recover = serializers.IntegerField(allow_null=True)
    days = serializers.IntegerField()


class DrawdownsOut(serializers.Serializer):
    """The deepest falls, the deepest first."""

    drawdowns = DrawdownOut(many=True)


class YearReturnsOut(serializers.Serializer):
    """A year: twelve monthly returns in percent, null where there was no session, and that of the year."""

    year = serializers.IntegerField()
    months = serializers.ListField(child=serializers.FloatField(allow_null=True))
    total = serializers.FloatField(allow_null=True)


class HeatmapOut(serializers.Serializer):
    """Monthly returns in percent, and the best and worst of them."""

    years = YearReturnsOut(many=True)
    best = serializers.FloatField(allow_null=True)
    worst = serializers.FloatField(allow_null=True)
