"""The shapes of candles and last prices of any instrument. What does not belong here: option chains, queries, rules."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import DayField, FlagField, StrictSerializer, WholeField
from apps.market import constants, selectors
from apps.market.enums import Interval
from apps.market.serializers.fields import (
    Fields,
    InstrumentNameField,
    InstrumentNamesField,
    PaiseOut,
    UntilField,
    india,
)


class CandlesIn(StrictSerializer):
    """Whose candles, how long each, and from which day to which day or moment; the newest ``limit`` are given."""

    instrument = InstrumentNameField()
    interval = serializers.ChoiceField(choices=Interval.choices, default=Interval.DAY)
    limit = WholeField(min_value=1, max_value=constants.MAX_CANDLES, default=constants.DEFAULT_CANDLES)
    adjusted = FlagField(
        default=False, help_text="Prices before a split, bonus or demerger in terms of today's share; raw otherwise."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The question as one value."""
        return {"query": selectors.CandleQuery(**attrs)}

    def get_fields(self) -> Fields:
        """The fields, and the two whose names Python keeps for itself or the code calls otherwise."""
        return {
            **super().get_fields(),
            "from": DayField(required=False, source="start"),
            "to": UntilField(
                required=False,
                source="before",
                help_text="A day (counts whole) or a moment (candles that open before it), like next_to.",
            ),
        }


class CandlesOut(serializers.Serializer):
    """Final candles as columns, oldest first; prices in rupees.

    ``time`` is when each opens. ``source`` says where the prices come from (import, synthetic), ``version`` which
    model made them; both are null without any price. ``next_to`` sent as ``to`` gives the candles before these; it is
    null where there are none. A page may be shorter than the limit.
    """

    instrument = serializers.CharField()
    interval = serializers.ChoiceField(choices=Interval.choices)
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    version = serializers.CharField(allow_null=True)
    adjusted = serializers.BooleanField()
    unadjusted_dates = serializers.ListField(
        child=serializers.DateField(),
        help_text="Where adjusted prices still jump: ex-dates of actions whose ratio is not known.",
    )
    next_to = serializers.DateTimeField(allow_null=True)
    time = serializers.ListField(child=serializers.DateTimeField())
    open = serializers.ListField(child=serializers.FloatField())
    high = serializers.ListField(child=serializers.FloatField())
    low = serializers.ListField(child=serializers.FloatField())
    close = serializers.ListField(child=serializers.FloatField())
    volume = serializers.ListField(child=serializers.IntegerField())

    def to_representation(self, page: selectors.CandlePage) -> dict[str, Any]:
        """Whole columns at once: thousands of values are too many to ask a field about each."""
        candles = page.candles
        times = india(candles.time)
        return {
            "instrument": page.instrument,
            "interval": page.interval,
            "source": page.label.source if page.label else None,
            "version": page.label.version if page.label else None,
            "adjusted": page.adjusted,
            "unadjusted_dates": page.unadjusted_dates,
            "next_to": times[0] if page.has_older else None,
            "time": times,
            **{name: (getattr(candles, name) / 100).tolist() for name in ("open", "high", "low", "close")},
            "volume": candles.volume.tolist(),
        }


class QuotesIn(StrictSerializer):
    """Whose last prices."""

    instruments = InstrumentNamesField(help_text="Keys or other platforms' names with commas between, at most 50.")


class QuoteOut(serializers.Serializer):
    """The last price; the other values are those of its day, ``volume`` up to it.

    ``is_open`` tells whether it still moves: imported prices are daily, so their last one is a close.
    """

    instrument = serializers.CharField()
    price = PaiseOut()
    open = PaiseOut()
    high = PaiseOut()
    low = PaiseOut()
    previous_close = PaiseOut(allow_null=True)
    volume = serializers.IntegerField()
    at = serializers.DateTimeField()
    is_open = serializers.BooleanField()
    source = serializers.CharField(source="label.source")  # type: ignore[assignment]
    version = serializers.CharField(source="label.version", allow_null=True)


class QuotesOut(serializers.Serializer):
    """Quotes in the order asked for; ``missing`` are the instruments without any price."""

    quotes = QuoteOut(many=True)
    missing = serializers.ListField(child=serializers.CharField())
