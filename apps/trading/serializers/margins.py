"""What is blocked for what. What does not belong here: rules, queries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


def _money(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=20, decimal_places=2, **options)


class UnderlyingMarginOut(serializers.Serializer[Any]):
    """The margin of all options on one underlying as last estimated; ``blocked`` is less where cash was missing."""

    underlying = serializers.CharField()
    blocked = _money()
    needed = _money(source="required")
    scan = _money()
    exposure = _money()
    expiry_day = _money()
    calendar = _money()
    updated_at = serializers.DateTimeField()


class MarginsOut(serializers.Serializer[Any]):
    """``cash`` may be used; ``blocked`` is kept for ``orders``, proceeds of ``shorts``, ``positions`` and ``options``.

    ``borrowed`` is lent for intraday purchases; ``shortfall`` is what could not be blocked.
    """

    basis = serializers.CharField(help_text="Always estimate.")
    cash = _money()
    blocked = _money()
    orders = _money()
    shorts = _money()
    positions = _money()
    options = _money()
    shortfall = _money()
    borrowed = _money()
    underlyings = UnderlyingMarginOut(many=True)
