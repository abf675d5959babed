"""How a price series is described, whatever it prices: a list of bars, or columns.

What does not belong here: whose prices, the query that asks for them, drawing them.
"""

from __future__ import annotations

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers


class DailyBarOut(serializers.Serializer[object]):
    """One trading day."""

    date = serializers.DateField()
    open = serializers.DecimalField(max_digits=15, decimal_places=2)
    high = serializers.DecimalField(max_digits=15, decimal_places=2)
    low = serializers.DecimalField(max_digits=15, decimal_places=2)
    close = serializers.DecimalField(max_digits=15, decimal_places=2)
    volume = serializers.IntegerField()


class CandleOut(serializers.Serializer[object]):
    """Five minutes; ``time`` is their beginning, HH:MM in India."""

    time = serializers.CharField()
    open = serializers.DecimalField(max_digits=15, decimal_places=2)
    high = serializers.DecimalField(max_digits=15, decimal_places=2)
    low = serializers.DecimalField(max_digits=15, decimal_places=2)
    close = serializers.DecimalField(max_digits=15, decimal_places=2)
    volume = serializers.IntegerField()


class PriceColumnsOut(serializers.Serializer[object]):
    """A series as columns; ``time`` is the date, or HH:MM for candles of a day."""

    time = serializers.ListField(child=serializers.CharField())
    open = serializers.ListField(child=serializers.FloatField())
    high = serializers.ListField(child=serializers.FloatField())
    low = serializers.ListField(child=serializers.FloatField())
    close = serializers.ListField(child=serializers.FloatField())
    volume = serializers.ListField(child=serializers.IntegerField())


# For extend_schema(responses=...).
DAILY_PRICES = PolymorphicProxySerializer(
    component_name="DailyPrices",
    serializers=[DailyBarOut(many=True), PriceColumnsOut],
    resource_type_field_name=None,
    many=False,
)
INTRADAY_PRICES = PolymorphicProxySerializer(
    component_name="IntradayPrices",
    serializers=[CandleOut(many=True), PriceColumnsOut],
    resource_type_field_name=None,
    many=False,
)
