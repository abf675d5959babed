"""What an account is worth, in and out. What does not belong here: rules, queries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import DayField, StrictSerializer, WholeField
from apps.core.enums import SeriesFormat
from apps.trading import constants
from apps.trading.enums import EquityBy


def _money(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=20, decimal_places=2, **options)


class PortfolioOut(serializers.Serializer[Any]):
    """An account at the last prices: ``equity`` = ``cash`` + ``blocked`` - ``borrowed`` + ``positions_value``.

    Shorts count below zero. ``realised`` and ``charges`` are of all time, ``day_pnl`` is today's profit before charges.
    """

    cash = _money(source="balances.cash")
    blocked = _money(source="balances.blocked")
    borrowed = _money(source="balances.borrowed")
    positions_value = _money()
    equity = _money()
    realised = _money(source="balances.realised")
    unrealised = _money()
    charges = _money(source="balances.charges")
    day_pnl = _money()


class PortfolioHistoryIn(StrictSerializer):
    """Which part of the equity, and how fine; ``from`` and ``to`` are both included and for days only."""

    by = serializers.ChoiceField(choices=EquityBy.choices, default=EquityBy.DAY)
    points = WholeField(min_value=10, max_value=constants.MAX_POINTS, default=constants.DEFAULT_POINTS)
    format = serializers.ChoiceField(choices=SeriesFormat.choices, default=SeriesFormat.LIST)
    account = WholeField(min_value=1, required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields, and the two whose names Python keeps for itself."""
        return {
            **super().get_fields(),
            "from": DayField(required=False, source="start"),
            "to": DayField(required=False, source="end"),
        }


class PortfolioPointOut(serializers.Serializer[Any]):
    """The equity at the end of a day, or of a 5-minute bar; the last may be that of this moment."""

    time = serializers.CharField()
    equity = serializers.FloatField()


class PortfolioHistoryOut(serializers.Serializer[Any]):
    """The equity as a list of points."""

    points_total = serializers.IntegerField()
    sampled = serializers.BooleanField()
    points = PortfolioPointOut(many=True)


class PortfolioColumnsOut(serializers.Serializer[Any]):
    """The equity as columns."""

    points_total = serializers.IntegerField()
    sampled = serializers.BooleanField()
    time = serializers.ListField(child=serializers.CharField())
    equity = serializers.ListField(child=serializers.FloatField())
