"""The shapes of stocks and categories, and of what is asked of prices. What does not belong here: queries, writes."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import DayField, IdentifierField, SearchIn, StrictSerializer, WholeField
from apps.core.enums import SeriesFormat
from apps.stocks.constants import MAX_POINTS
from apps.stocks.enums import Exchange, InstrumentStatus, StockOrdering


class CategoryOut(serializers.Serializer):
    """A group of stocks."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()


class CategoryIn(StrictSerializer):
    """A new category."""

    name = serializers.CharField(max_length=100)
    description = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class CategoryRefOut(serializers.Serializer):
    """A category as part of a stock."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class StockOut(serializers.Serializer):
    """A stock. ``last_synced_at`` is the end of the last day that it has a bar of.

    ``series`` is the exchange's (EQ, BE, BZ, SM, ST or SZ) on the newest day imported; empty where it is not known.
    """

    id = serializers.IntegerField()
    enum = serializers.CharField()
    symbol = serializers.CharField()
    exchange_suffix = serializers.ChoiceField(choices=Exchange.choices)
    full_symbol = serializers.CharField()
    status = serializers.ChoiceField(choices=InstrumentStatus.choices)
    last_synced_at = serializers.DateTimeField(allow_null=True)
    series = serializers.CharField()
    categories = CategoryRefOut(many=True, source="category_list")


class StockChangeIn(StrictSerializer):
    """Changes of a stock; its identifier stays."""

    symbol = IdentifierField(required=False)
    exchange_suffix = serializers.ChoiceField(choices=Exchange.choices, required=False)
    full_symbol = serializers.CharField(max_length=100, required=False)
    status = serializers.ChoiceField(choices=InstrumentStatus.choices, required=False)
    category_ids = serializers.ListField(child=WholeField(min_value=1), max_length=50, required=False)


class StockIn(StockChangeIn):
    """A new stock. ``symbol`` is the identifier and ``full_symbol`` follows from it, if not given."""

    enum = IdentifierField()
    exchange_suffix = serializers.ChoiceField(choices=Exchange.choices, default=Exchange.NSE)


class StocksIn(SearchIn):
    """Which stocks to list; ``category`` is a category's name."""

    status = serializers.ChoiceField(choices=InstrumentStatus.choices, required=False)
    category = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    ordering = serializers.ChoiceField(choices=StockOrdering.choices, default=StockOrdering.ENUM)


class StockPricesDailyIn(StrictSerializer):
    """Whose daily prices, and from when to when; the last year where nothing else is said.

    ``max_points`` merges neighbouring bars, keeping every high and low.
    """

    stock = IdentifierField()
    start_date = DayField(required=False)
    end_date = DayField(required=False)
    format = serializers.ChoiceField(choices=SeriesFormat.choices, default=SeriesFormat.LIST, source="series_format")
    max_points = WholeField(min_value=1, max_value=MAX_POINTS, required=False)


class StockPrices5MinIn(StrictSerializer):
    """Whose 5-minute candles, and of which day."""

    stock = IdentifierField()
    date = DayField()
    format = serializers.ChoiceField(choices=SeriesFormat.choices, default=SeriesFormat.LIST, source="series_format")
