"""The shapes of sectors and their prices. What does not belong here: queries, writes."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import SearchIn, StrictSerializer
from apps.sectors.enums import SectorOrdering
from apps.stocks.constants import IDENTIFIER_PATTERN, MAX_POINTS
from apps.stocks.enums import InstrumentStatus, PriceFormat


class SectorOut(serializers.Serializer):
    """A sector index."""

    id = serializers.IntegerField()
    enum = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=InstrumentStatus.choices)


class SectorChangeIn(StrictSerializer):
    """Changes of a sector; its identifier stays."""

    name = serializers.CharField(max_length=100, required=False)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    status = serializers.ChoiceField(choices=InstrumentStatus.choices, required=False)


class SectorIn(SectorChangeIn):
    """A new sector."""

    enum = serializers.RegexField(IDENTIFIER_PATTERN)
    name = serializers.CharField(max_length=100)


class SectorsIn(SearchIn):
    """Which sectors to list."""

    status = serializers.ChoiceField(choices=InstrumentStatus.choices, required=False, default="")
    ordering = serializers.ChoiceField(choices=SectorOrdering.choices, default=SectorOrdering.ENUM)


class SectorPricesDailyIn(StrictSerializer):
    """Whose daily prices, and from when to when; the last year where nothing else is said.

    ``max_points`` merges neighbouring bars, keeping every high and low.
    """

    sector = serializers.RegexField(IDENTIFIER_PATTERN)
    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False)
    format = serializers.ChoiceField(choices=PriceFormat.choices, default=PriceFormat.LIST, source="series_format")
    max_points = serializers.IntegerField(min_value=1, max_value=MAX_POINTS, required=False)


class SectorPrices5MinIn(StrictSerializer):
    """Whose 5-minute candles, and of which day."""

    sector = serializers.RegexField(IDENTIFIER_PATTERN)
    date = serializers.DateField()
    format = serializers.ChoiceField(choices=PriceFormat.choices, default=PriceFormat.LIST, source="series_format")


class SectorDailyBarOut(serializers.Serializer):
    """One trading day."""

    date = serializers.DateField()
    open = serializers.DecimalField(max_digits=15, decimal_places=2)
    high = serializers.DecimalField(max_digits=15, decimal_places=2)
    low = serializers.DecimalField(max_digits=15, decimal_places=2)
    close = serializers.DecimalField(max_digits=15, decimal_places=2)
    volume = serializers.IntegerField()


class SectorCandleOut(serializers.Serializer):
    """Five minutes; ``time`` is their beginning, HH:MM in India."""

    time = serializers.CharField()
    open = serializers.DecimalField(max_digits=15, decimal_places=2)
    high = serializers.DecimalField(max_digits=15, decimal_places=2)
    low = serializers.DecimalField(max_digits=15, decimal_places=2)
    close = serializers.DecimalField(max_digits=15, decimal_places=2)
    volume = serializers.IntegerField()


class SectorColumnsOut(serializers.Serializer):
    """A series as columns; ``time`` is the date, or HH:MM for candles of a day."""

    time = serializers.ListField(child=serializers.CharField())
    open = serializers.ListField(child=serializers.FloatField())
    high = serializers.ListField(child=serializers.FloatField())
    low = serializers.ListField(child=serializers.FloatField())
    close = serializers.ListField(child=serializers.FloatField())
    volume = serializers.ListField(child=serializers.IntegerField())
