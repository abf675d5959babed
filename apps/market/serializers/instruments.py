"""The shapes of the directory of instruments. What does not belong here: prices, queries, rules."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.serializers import SearchIn
from apps.market import selectors
from apps.market.enums import InstrumentType


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
