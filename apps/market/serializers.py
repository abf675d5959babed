"""The shapes of the market's endpoints, and of what is asked of them. What does not belong here: queries, rules."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core import clock
from apps.core.api.serializers import DayField, IdentifierField, SearchIn, StrictSerializer, WholeField
from apps.market import constants, selectors
from apps.market.enums import InstrumentType, Interval

# A plus that a client forgot to escape arrives as a space.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+ -][0-9]{2}:[0-9]{2})", re.ASCII)
Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


class UntilField(DayField):
    """The end of a range as the first moment outside it: a day counts whole, a moment itself does not."""

    default_error_messages = {"invalid": "Write a day like 2019-10-01, or a moment like 2019-10-01T09:15:00+05:30."}

    def to_internal_value(self, data: object) -> datetime:
        """The first moment outside.

        :raises ValidationError: if it is neither a day nor a moment with its offset
        """
        if isinstance(data, str) and MOMENT.fullmatch(data):
            super().to_internal_value(data[:10])
            return self._moment(data.replace(" ", "+"))
        day = super().to_internal_value(data)
        return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.IST)

    def _moment(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            self.fail("invalid")


class InstrumentNamesField(serializers.CharField):
    """Instruments by their keys, with commas between; each counts once."""

    default_error_messages = {"too_many": f"Ask for at most {constants.MAX_QUOTES} instruments at once."}

    def to_internal_value(self, data: object) -> list[str]:  # type: ignore[override]
        """The keys in their order.

        :raises ValidationError: if one is no key, or there are too many
        """
        key = IdentifierField()
        names = list(
            dict.fromkeys(key.run_validation(name) for name in super().to_internal_value(str(data)).split(","))
        )
        if len(names) > constants.MAX_QUOTES:
            self.fail("too_many")
        return names


class PaiseOut(serializers.DecimalField):
    """Paise as rupees."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=15, decimal_places=2, **options)

    def to_representation(self, value: int) -> str:  # type: ignore[override]
        """Rupees with two decimals."""
        return str(super().to_representation(Decimal(value) / 100))


class CalendarIn(StrictSerializer):
    """Which days, both included: from today, and thirty days on, where nothing else is said."""

    def get_fields(self) -> Fields:
        """The two fields; Python keeps the name of one for itself."""
        return {"from": DayField(required=False, source="start"), "to": DayField(required=False, source="end")}


class SessionHoursOut(serializers.Serializer):
    """A stretch of trading, HH:MM in India; the close is excluded."""

    open = serializers.TimeField(format="%H:%M")
    close = serializers.TimeField(format="%H:%M")


class CalendarDayOut(serializers.Serializer):
    """A day; a closed one says why."""

    date = serializers.DateField()
    is_open = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
    sessions = SessionHoursOut(many=True)


class InstrumentsIn(SearchIn):
    """Which instruments to list; the search looks into key and name."""

    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices, required=False)


class InstrumentOut(serializers.Serializer):
    """Something that can be traded or looked at; ``aliases`` is what other platforms call it."""

    instrument = serializers.CharField()
    name = serializers.CharField(source="instrument_name")
    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices)
    aliases = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_aliases(self, row: dict[str, str]) -> dict[str, str]:
        """The names that are known."""
        return selectors.aliases_of(instrument=row["instrument"], instrument_type=row["instrument_type"])


class CandlesIn(StrictSerializer):
    """Whose candles, how long each, and from which day to which day or moment; the newest ``limit`` are given."""

    instrument = IdentifierField()
    interval = serializers.ChoiceField(choices=Interval.choices, default=Interval.DAY)
    limit = WholeField(min_value=1, max_value=constants.MAX_CANDLES, default=constants.DEFAULT_CANDLES)

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
        times = _india(candles.time)
        return {
            "instrument": page.instrument,
            "interval": page.interval,
            "source": page.label.source if page.label else None,
            "version": page.label.version if page.label else None,
            "next_to": times[0] if page.has_older else None,
            "time": times,
            **{name: (getattr(candles, name) / 100).tolist() for name in ("open", "high", "low", "close")},
            "volume": candles.volume.tolist(),
        }


class QuotesIn(StrictSerializer):
    """Whose last prices."""

    instruments = InstrumentNamesField(help_text="Keys with commas between, at most 50.")


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


class DataModeOut(serializers.Serializer):
    """Where prices come from that were not imported."""

    source = serializers.CharField()  # type: ignore[assignment]
    version = serializers.CharField()


class MarketStateOut(serializers.Serializer):
    """Whether the market trades now, and when that changes."""

    is_open = serializers.BooleanField()
    next_change_at = serializers.DateTimeField(allow_null=True)


class EnumValueOut(serializers.Serializer):
    """A value of a choice, and what people call it."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class MetaOut(serializers.Serializer):
    """What a client needs to know before it starts."""

    version = serializers.CharField()
    features = serializers.DictField(child=serializers.BooleanField())
    data_mode = DataModeOut()
    market = MarketStateOut()
    limits = serializers.DictField(child=serializers.IntegerField())
    enums = serializers.DictField(child=EnumValueOut(many=True))


def _india(moments: selectors.Whole) -> list[str]:
    """Epoch seconds as ISO 8601 with the offset of India."""
    texts = np.datetime_as_string((moments + constants.IST_SECONDS).astype("datetime64[s]"))
    return [f"{text}+05:30" for text in texts.tolist()]
