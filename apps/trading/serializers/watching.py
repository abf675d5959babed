"""Watchlists and price alerts in and out. What does not belong here: rules, queries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import MoneyField, PageIn, StrictSerializer
from apps.market.selectors import MarketQuote
from apps.trading.enums import AlertCondition, AlertStatus, OrderOrdering, PriceSource

LOWEST_LEVEL = Decimal("0.01")
# More than any list may hold: the configuration says how many that is.
MOST_NAMES = 200


class WatchlistIn(StrictSerializer):
    """A list by its name, and what it holds at first."""

    name = serializers.CharField(max_length=100)
    instruments = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=MOST_NAMES, required=False, default=list
    )


class WatchlistChangeIn(StrictSerializer):
    """Another name, or all that the list holds in its new order."""

    name = serializers.CharField(max_length=100, required=False)
    instruments = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=MOST_NAMES, required=False
    )


class WatchlistOut(serializers.Serializer[Any]):
    """A list with its instruments in their order."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    instruments = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WatchedQuoteOut(serializers.Serializer[Any]):
    """A last price with the values of its day, in rupees; ``change_pct`` is from the close of the day before."""

    instrument = serializers.CharField()
    price = serializers.DecimalField(max_digits=15, decimal_places=2)
    open = serializers.DecimalField(max_digits=15, decimal_places=2)
    high = serializers.DecimalField(max_digits=15, decimal_places=2)
    low = serializers.DecimalField(max_digits=15, decimal_places=2)
    previous_close = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    change_pct = serializers.FloatField(allow_null=True)
    volume = serializers.IntegerField()
    at = serializers.DateTimeField()
    is_open = serializers.BooleanField()

    def to_representation(self, quote: MarketQuote) -> dict[str, Any]:
        """Paise as rupees."""
        before = quote.previous_close
        paise = {name: getattr(quote, name) for name in ("price", "open", "high", "low", "previous_close")}
        values = {name: None if each is None else Decimal(each) / 100 for name, each in paise.items()}
        change = round((quote.price / before - 1) * 100, 2) if before else None
        others = {"volume": quote.volume, "at": quote.at, "is_open": quote.is_open, "change_pct": change}
        shown: dict[str, Any] = super().to_representation({"instrument": quote.instrument, **values, **others})
        return shown


class WatchedQuotesOut(serializers.Serializer[Any]):
    """Quotes in the order of the list; ``missing`` are the instruments without any price."""

    quotes = WatchedQuoteOut(many=True)
    missing = serializers.ListField(child=serializers.CharField())


class AlertIn(StrictSerializer):
    """Of which price to be told."""

    instrument = serializers.CharField(max_length=100)
    condition = serializers.ChoiceField(choices=AlertCondition.choices)
    level = MoneyField(min_value=LOWEST_LEVEL)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class AlertsIn(PageIn):
    """Which alerts."""

    status = serializers.ChoiceField(choices=AlertStatus.choices, required=False)
    instrument = serializers.CharField(max_length=100, required=False)
    ordering = serializers.ChoiceField(choices=OrderOrdering.choices, default=OrderOrdering.CREATED_DESC)


class AlertOut(serializers.Serializer[Any]):
    """An alert; once it fired with the price that it was told of, when that was, and where it comes from."""

    id = serializers.IntegerField()
    instrument = serializers.CharField()
    condition = serializers.ChoiceField(choices=AlertCondition.choices)
    level = serializers.DecimalField(max_digits=15, decimal_places=2)
    note = serializers.CharField()
    status = serializers.ChoiceField(choices=AlertStatus.choices)
    armed_market_at = serializers.DateTimeField()
    fired_market_at = serializers.DateTimeField(allow_null=True)
    fired_price = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    price_source = serializers.ChoiceField(choices=PriceSource.choices, allow_blank=True)
    created_at = serializers.DateTimeField()
