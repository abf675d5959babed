"""The shapes of sectors, and of what is asked of their prices. What does not belong here: queries, writes."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import DayField, IdentifierField, SearchIn, StrictSerializer, WholeField
from apps.core.enums import SeriesFormat
from apps.sectors.enums import SectorOrdering
from apps.stocks.constants import MAX_POINTS
from apps.stocks.enums import InstrumentStatus


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

    enum = IdentifierField()
    name = serializers.CharField(max_length=100)


class SectorsIn(SearchIn):
    """Which sectors to list."""

    status = serializers.ChoiceField(choices=InstrumentStatus.choices, required=False)
    ordering = serializers.ChoiceField(choices=SectorOrdering.choices, default=SectorOrdering.ENUM)


class SectorPricesDailyIn(StrictSerializer):
    """Whose daily prices, and from when to when; the last year where nothing else is said.

    ``max_points`` merges neighbouring bars, keeping every high and low.
    """

    sector = IdentifierField()
    start_date = DayField(required=False)
    end_date = DayField(required=False)
    format = serializers.ChoiceField(choices=SeriesFormat.choices, default=SeriesFormat.LIST, source="series_format")
    max_points = WholeField(min_value=1, max_value=MAX_POINTS, required=False)


class SectorPrices5MinIn(StrictSerializer):
    """Whose 5-minute candles, and of which day."""

    sector = IdentifierField()
    date = DayField()
    format = serializers.ChoiceField(choices=SeriesFormat.choices, default=SeriesFormat.LIST, source="series_format")
