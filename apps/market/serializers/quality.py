"""The shape of what is known about the quality of stored prices. What does not belong here: queries, rules."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import IdentifierField, StrictSerializer


class QualityIn(StrictSerializer):
    """Whose prices."""

    instrument = IdentifierField()


class FindingOut(serializers.Serializer):
    """How often something was found, and at most ten days that it was found on, the first ones."""

    count = serializers.IntegerField()
    dates = serializers.ListField(child=serializers.DateField())


class SeriesQualityOut(serializers.Serializer):
    """Daily bars, or days of 5-minute candles, against the calendar.

    ``missing``: sessions between first and last day without any bar. ``unexpected``: closed days with one. ``short``:
    days with fewer candles than their session. ``duplicates``: bars of one time. ``stale``: bars that repeat all four
    prices of the one before. ``sessions_behind``: sessions that are over since the last day.
    """

    first_date = serializers.DateField()
    last_date = serializers.DateField()
    bars = serializers.IntegerField()
    days = serializers.IntegerField()
    expected_days = serializers.IntegerField()
    missing = FindingOut()
    unexpected = FindingOut()
    short = FindingOut()
    duplicates = FindingOut()
    stale = FindingOut()
    stale_ratio = serializers.FloatField()
    synthetic_ratio = serializers.FloatField()
    sessions_behind = serializers.IntegerField()


class QualityOut(serializers.Serializer):
    """What is stored of an instrument; a series is null where nothing is."""

    instrument = serializers.CharField()
    daily = SeriesQualityOut(allow_null=True)
    intraday = SeriesQualityOut(allow_null=True)
