"""Triggers that stand in and out. What does not belong here: rules, queries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import MoneyField, PageIn, StrictSerializer, WholeField
from apps.trading.constants import MAX_GTT_DAYS, MAX_QUANTITY
from apps.trading.enums import GttStatus, OrderOrdering, Product, Side
from apps.trading.serializers.orders import LOWEST_PRICE


def _money() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)


class GttTriggerIn(StrictSerializer):
    """At which price which limit order is placed."""

    trigger_price = MoneyField(min_value=LOWEST_PRICE)
    price = MoneyField(min_value=LOWEST_PRICE)


class GttIn(StrictSerializer):
    """What to place once a trigger is met. Two triggers, one below and one above the last price, replace each other."""

    instrument = serializers.CharField(max_length=100)
    side = serializers.ChoiceField(choices=Side.choices)
    quantity = WholeField(min_value=1, max_value=MAX_QUANTITY)
    product = serializers.ChoiceField(choices=Product.choices, required=False)
    triggers = serializers.ListField(child=GttTriggerIn(), min_length=1, max_length=2)
    days = WholeField(min_value=1, max_value=MAX_GTT_DAYS, default=MAX_GTT_DAYS)


class GttModifyIn(StrictSerializer):
    """What to change of a trigger that stands; new triggers replace the old ones."""

    quantity = WholeField(min_value=1, max_value=MAX_QUANTITY, required=False)
    triggers = serializers.ListField(child=GttTriggerIn(), min_length=1, max_length=2, required=False)


class GttsIn(PageIn):
    """Which triggers."""

    status = serializers.ChoiceField(choices=GttStatus.choices, required=False)
    ordering = serializers.ChoiceField(choices=OrderOrdering.choices, default=OrderOrdering.CREATED_DESC)


class GttOut(serializers.Serializer[Any]):
    """A trigger; ``order_id`` is what it placed on the bar that opened at ``triggered_bar_at``."""

    id = serializers.IntegerField()
    instrument = serializers.CharField()
    side = serializers.ChoiceField(choices=Side.choices)
    quantity = serializers.IntegerField()
    product = serializers.ChoiceField(choices=Product.choices)
    last_price = _money()
    lower_trigger = _money()
    lower_price = _money()
    upper_trigger = _money()
    upper_price = _money()
    status = serializers.ChoiceField(choices=GttStatus.choices)
    order_id = serializers.IntegerField(allow_null=True)
    refusal_code = serializers.CharField()
    triggered_bar_at = serializers.DateTimeField(allow_null=True)
    created_market_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
