"""The shapes of the calendar and of the service's own description. What does not belong here: queries, rules."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.serializers import DayField, StrictSerializer
from apps.market.serializers.fields import Fields


@extend_schema_field({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$", "example": "09:15"})
class MinuteField(serializers.TimeField):
    """A minute of the day in India; JSON Schema's own format of a time has seconds and a zone."""


class CalendarIn(StrictSerializer):
    """Which days, both included: from today, and thirty days on, where nothing else is said."""

    def get_fields(self) -> Fields:
        """The two fields; Python keeps the name of one for itself."""
        return {"from": DayField(required=False, source="start"), "to": DayField(required=False, source="end")}


class SessionHoursOut(serializers.Serializer):
    """A stretch of trading, HH:MM in India; the close is excluded."""

    open = MinuteField(format="%H:%M")
    close = MinuteField(format="%H:%M")


class CalendarDayOut(serializers.Serializer):
    """A day; a closed one says why."""

    date = serializers.DateField()
    is_open = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
    sessions = SessionHoursOut(many=True)


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
