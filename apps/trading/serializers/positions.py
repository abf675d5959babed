"""Positions, holdings and closed trades. What does not belong here: rules, queries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import SearchIn, StrictSerializer, WholeField
from apps.market.enums import InstrumentType, TradeType
from apps.trading.constants import MAX_QUANTITY
from apps.trading.enums import HeldOrdering, Product


def _money(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=20, decimal_places=2, **options)


class HeldIn(SearchIn):
    """Of which paper account, by default that for practice, what is listed; ``search`` looks into the instrument."""

    account = WholeField(min_value=1, required=False)
    instrument = serializers.CharField(max_length=100, required=False)
    ordering = serializers.ChoiceField(choices=HeldOrdering.choices, default=HeldOrdering.CREATED)


class PositionsIn(HeldIn):
    """Which positions."""

    product = serializers.ChoiceField(choices=Product.choices, required=False)


class PaperTradesIn(HeldIn):
    """Which closed round trips."""

    trade_type = serializers.ChoiceField(choices=TradeType.choices, required=False)


class CloseIn(StrictSerializer):
    """How much to close; all of it where nothing is said."""

    quantity = WholeField(min_value=1, max_value=MAX_QUANTITY, required=False)


class ConvertIn(StrictSerializer):
    """The product to hold it under (CNC for shares, NRML for options), and how much; all where nothing is said."""

    product = serializers.ChoiceField(choices=Product.choices, required=False)
    quantity = WholeField(min_value=1, max_value=MAX_QUANTITY, required=False)


class ConversionOut(serializers.Serializer[Any]):
    """What was moved; ``cash_used`` is below zero where cash was freed; ``position_id`` is where it is now."""

    position_id = serializers.IntegerField(source="position.pk")
    instrument = serializers.CharField()
    quantity = serializers.IntegerField()
    from_product = serializers.ChoiceField(choices=Product.choices)
    to_product = serializers.ChoiceField(choices=Product.choices)
    average_price = _money()
    cash_used = _money()


class PositionOut(serializers.Serializer[Any]):
    """A position at its last price: ``realised`` + ``unrealised`` = ``pnl``, charges apart; ``m2m`` is today's."""

    id = serializers.IntegerField(source="position.id")
    instrument = serializers.CharField(source="position.instrument")
    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices, source="position.instrument_type")
    product = serializers.ChoiceField(choices=Product.choices, source="position.product")
    quantity = serializers.IntegerField(source="position.quantity")
    overnight_quantity = serializers.IntegerField(source="position.overnight_quantity")
    average_price = _money()
    last_price = _money(source="valuation.last_price")
    realised = _money(source="position.realised")
    unrealised = _money(source="valuation.unrealised")
    pnl = _money(source="valuation.pnl")
    m2m = _money(source="valuation.m2m")
    charges = _money(source="position.charges")
    buy_quantity = serializers.IntegerField(source="position.buy_quantity")
    buy_value = _money(source="position.buy_value")
    sell_quantity = serializers.IntegerField(source="position.sell_quantity")
    sell_value = _money(source="position.sell_value")
    day_buy_quantity = serializers.IntegerField(source="position.day_buy_quantity")
    day_buy_value = _money(source="position.day_buy_value")
    day_sell_quantity = serializers.IntegerField(source="position.day_sell_quantity")
    day_sell_value = _money(source="position.day_sell_value")


class HoldingOut(serializers.Serializer[Any]):
    """Shares held for delivery: ``quantity`` is settled, ``t1_quantity`` was bought a trading day ago.

    ``fifo_average_price`` is of what is left when the oldest are sold first, as taxes are reckoned.
    """

    instrument = serializers.CharField()
    quantity = serializers.IntegerField()
    t1_quantity = serializers.IntegerField()
    average_price = _money()
    fifo_average_price = _money()
    last_price = _money()
    pnl = _money()


class PaperTradeOut(serializers.Serializer[Any]):
    """A closed round trip; ``pnl`` is before charges."""

    id = serializers.IntegerField()
    instrument = serializers.CharField(source="instrument_identifier")
    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices)
    trade_type = serializers.ChoiceField(choices=TradeType.choices)
    quantity = serializers.IntegerField()
    buy_date = serializers.DateField()
    buy_price = _money()
    sell_date = serializers.DateField()
    sell_price = _money()
    pnl = _money()
    created_at = serializers.DateTimeField()
