"""The shapes of stocks, categories and prices. What does not belong here: queries, writes."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import SearchIn, StrictSerializer
from apps.stocks.constants import IDENTIFIER_PATTERN, MAX_POINTS
from apps.stocks.enums import Exchange, InstrumentStatus, PriceFormat, StockOrdering


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
    """A stock. ``last_synced_at`` is the end of the last day that it has a bar of."""

    id = serializers.IntegerField()
    enum = serializers.CharField()
    symbol = serializers.CharField()
    exchange_suffix = serializers.ChoiceField(choices=Exchange.choices)
    full_symbol = serializers.CharField()
    status = serializers.ChoiceField(choices=InstrumentStatus.choices)
    last_synced_at = serializers.DateTimeField(allow_null=True)
    categories = CategoryRefOut(many=True)


class StockChangeIn(StrictSerializer):
    """Changes of a stock; its identifier stays."""

    symbol = serializers.RegexField(IDENTIFIER_PATTERN, required=False)
    exchange_suffix = serializers.ChoiceField(choices=Exchange.choices, required=False)
    full_symbol = serializers.CharField(max_length=100, required=False)
    status = serializers.ChoiceField(choices=InstrumentStatus.choices, required=False)
    category_ids = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=50, required=False)


class StockIn(StockChangeIn):
    """A new stock. ``symbol`` is the identifier and ``full_symbol`` follows from it, if not given."""

    enum = serializers.RegexField(IDENTIFIER_PATTERN)
    exchange_suffix = serializers.ChoiceField(choices=Exchange.choices, default=Exchange.NSE)


class StocksIn(SearchIn):
    """Which stocks to list; ``category`` is a category's name."""

    status = serializers.ChoiceField(choices=InstrumentStatus.choices, required=False, default="")
    category = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    ordering = serializers.ChoiceField(choices=StockOrdering.choices, default=StockOrdering.ENUM)


class StockPricesDailyIn(StrictSerializer):
    """Whose daily prices, and from when to when; the last year where nothing else is said.

    ``max_points`` merges neighbouring bars, keeping every high and low.
    """

    stock = serializers.RegexField(IDENTIFIER_PATTERN)
    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False)
    format = serializers.ChoiceField(choices=PriceFormat.choices, default=PriceFormat.LIST, source="series_format")
    max_points = serializers.IntegerField(min_value=1, max_value=MAX_POINTS, required=False)


class StockPrices5MinIn(StrictSerializer):
    """Whose 5-minute candles, and of which day."""

    stock = serializers.RegexField(IDENTIFIER_PATTERN)
    date = serializers.DateField()
    format = serializers.ChoiceField(choices=PriceFormat.choices, default=PriceFormat.LIST, source="series_format")


class StockDailyBarOut(serializers.Serializer):
    """One trading day."""

    date = serializers.DateField()
    open = serializers.DecimalField(max_digits=15, decimal_places=2)
    high = serializers.DecimalField(max_digits=15, decimal_places=2)
    low = serializers.DecimalField(max_digits=15, decimal_places=2)
    close = serializers.DecimalField(max_digits=15, decimal_places=2)
    volume = serializers.IntegerField()


class StockCandleOut(serializers.Serializer):
    """Five minutes; ``time`` is their beginning, HH:MM in India."""

    time = serializers.CharField()
    open = serializers.DecimalField(max_digits=15, decimal_places=2)
    high = serializers.DecimalField(max_digits=15, decimal_places=2)
    low = serializers.DecimalField(max_digits=15, decimal_places=2)
    close = serializers.DecimalField(max_digits=15, decimal_places=2)
    volume = serializers.IntegerField()


class StockColumnsOut(serializers.Serializer):
    """A series as columns; ``time`` is the date, or HH:MM for candles of a day."""

    time = serializers.ListField(child=serializers.CharField())
    open = serializers.ListField(child=serializers.FloatField())
    high = serializers.ListField(child=serializers.FloatField())
    low = serializers.ListField(child=serializers.FloatField())
    close = serializers.ListField(child=serializers.FloatField())
    volume = serializers.ListField(child=serializers.IntegerField())
