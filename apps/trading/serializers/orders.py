"""Orders in and out. What does not belong here: rules, queries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import FlagField, MoneyField, SearchIn, StrictSerializer, WholeField
from apps.trading.constants import MAX_QUANTITY
from apps.trading.enums import (
    FillProfile,
    Leg,
    OrderOrdering,
    OrderStatus,
    OrderType,
    PriceSource,
    Product,
    Purpose,
    Side,
    TrailingUnit,
    Validity,
    Variety,
)
from apps.trading.serializers import shapes

LOWEST_PRICE = Decimal("0.01")
MAX_MINUTES = 1_440


def _money(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=15, decimal_places=2, **options)


class OrderIn(StrictSerializer):
    """What to buy or sell. LIMIT and SL have a price, SL and SL-M a trigger; the others must not.

    Without a product shares are CNC and options NRML. A bracket has a target or a stoploss or both, an oco both and no
    price of its own. ``stoploss_price`` makes the stop an SL. ``trailing`` is the distance of an SL-M behind the best
    price, of the order itself (which needs no trigger then) or of a bracket's stop. TTL has ``validity_minutes``.
    """

    instrument = serializers.CharField(max_length=100)
    side = serializers.ChoiceField(choices=Side.choices)
    quantity = WholeField(min_value=1, max_value=MAX_QUANTITY)
    order_type = serializers.ChoiceField(choices=OrderType.choices, default=OrderType.MARKET.value)
    product = serializers.ChoiceField(choices=Product.choices, required=False)
    price = MoneyField(min_value=LOWEST_PRICE, required=False, allow_null=True)
    trigger_price = MoneyField(min_value=LOWEST_PRICE, required=False, allow_null=True)
    validity = serializers.ChoiceField(choices=Validity.choices, default=Validity.DAY.value)
    validity_minutes = WholeField(
        min_value=1,
        max_value=MAX_MINUTES,
        required=False,
        allow_null=True,
        help_text="How long a TTL order waits. Only a 5-minute bar that opens and ends within it fills it: 10 are sure "
        "to have one, with fewer it may fill at once or not at all.",
    )
    variety = serializers.ChoiceField(choices=Variety.choices, default=Variety.REGULAR.value)
    target = MoneyField(min_value=LOWEST_PRICE, required=False, allow_null=True)
    stoploss = MoneyField(min_value=LOWEST_PRICE, required=False, allow_null=True)
    stoploss_price = MoneyField(min_value=LOWEST_PRICE, required=False, allow_null=True)
    trailing = MoneyField(min_value=LOWEST_PRICE, required=False, allow_null=True)
    trailing_unit = serializers.ChoiceField(choices=TrailingUnit.choices, default=TrailingUnit.POINTS.value)
    tag = serializers.CharField(max_length=50, required=False, allow_blank=True)
    # No colon: the platform's own ids have one.
    client_order_id = serializers.RegexField(r"^[A-Za-z0-9_.-]{1,64}\Z", required=False)
    account = WholeField(min_value=1, required=False, help_text="A paper account; that for practice by default.")
    autoslice = FlagField(
        default=False, help_text="Whether what is above the freeze quantity is cut into several orders."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The order, if its prices fit its type and variety.

        :raises ValidationError: naming the price that is missing or has no meaning
        """
        problems = shapes.problems_of(attrs)
        if problems:
            raise serializers.ValidationError(problems)
        return attrs


class ModifyIn(StrictSerializer):
    """What to change of an order that waits."""

    quantity = WholeField(min_value=1, max_value=MAX_QUANTITY, required=False)
    price = MoneyField(min_value=LOWEST_PRICE, required=False)
    trigger_price = MoneyField(min_value=LOWEST_PRICE, required=False)
    validity = serializers.ChoiceField(choices=Validity.choices, required=False)
    validity_minutes = WholeField(min_value=1, max_value=MAX_MINUTES, required=False)


class OrdersIn(SearchIn):
    """Which orders; ``search`` looks into the instrument."""

    status = serializers.ChoiceField(choices=OrderStatus.choices, required=False)
    product = serializers.ChoiceField(choices=Product.choices, required=False)
    instrument = serializers.CharField(max_length=100, required=False)
    client_order_id = serializers.CharField(max_length=150, required=False)
    account = WholeField(min_value=1, required=False)
    ordering = serializers.ChoiceField(choices=OrderOrdering.choices, default=OrderOrdering.CREATED_DESC)


class OrderOut(serializers.Serializer[Any]):
    """An order. ``average_price`` is of what was filled; ``blocked`` is the cash kept for the rest.

    It waits until ``valid_until``, a moment of the market.
    """

    id = serializers.IntegerField()
    account = serializers.IntegerField(source="paper_account_id")
    client_order_id = serializers.CharField()
    instrument = serializers.CharField()
    instrument_type = serializers.CharField()
    side = serializers.ChoiceField(choices=Side.choices)
    quantity = serializers.IntegerField()
    filled_quantity = serializers.IntegerField()
    average_price = _money(allow_null=True)
    product = serializers.ChoiceField(choices=Product.choices)
    order_type = serializers.ChoiceField(choices=OrderType.choices)
    price = _money(allow_null=True)
    trigger_price = _money(allow_null=True)
    validity = serializers.ChoiceField(choices=Validity.choices)
    validity_minutes = serializers.IntegerField(allow_null=True)
    valid_until = serializers.DateTimeField()
    variety = serializers.ChoiceField(choices=Variety.choices)
    parent_id = serializers.IntegerField(allow_null=True)
    leg = serializers.ChoiceField(choices=Leg.choices, allow_blank=True)
    target = _money(allow_null=True)
    stoploss = _money(allow_null=True)
    stoploss_price = _money(allow_null=True)
    trailing = _money(allow_null=True)
    trailing_unit = serializers.ChoiceField(choices=TrailingUnit.choices, allow_blank=True)
    tag = serializers.CharField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    fill_profile = serializers.ChoiceField(choices=FillProfile.choices)
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    charges = _money()
    blocked = _money()
    refusal_code = serializers.CharField()
    refusal_details = serializers.DictField()
    accepted_market_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class OrderEventOut(serializers.Serializer[Any]):
    """One step of an order: why, on which bar, and the figures that explain it."""

    from_status = serializers.CharField()
    to_status = serializers.ChoiceField(choices=OrderStatus.choices)
    reason = serializers.CharField()
    market_at = serializers.DateTimeField()
    bar_at = serializers.DateTimeField(allow_null=True)
    details = serializers.DictField()
    created_at = serializers.DateTimeField()


class FillOut(serializers.Serializer[Any]):
    """One execution, with where its price comes from; ``delay_ms`` is what it would have taken, and did not.

    ``is_ambiguous``: the bar reached the other exit as well, and might have met it first.
    """

    seq = serializers.IntegerField()
    quantity = serializers.IntegerField()
    price = _money()
    charges = _money()
    realised = _money()
    market_at = serializers.DateTimeField()
    price_source = serializers.ChoiceField(choices=PriceSource.choices)
    price_at = serializers.DateTimeField()
    bar_at = serializers.DateTimeField(allow_null=True)
    is_ambiguous = serializers.BooleanField()
    age_seconds = serializers.IntegerField()
    delay_ms = serializers.IntegerField()


class OrderDetailOut(OrderOut):
    """An order with its steps and executions, and the exits, or the further slices, that belong to it."""

    events = OrderEventOut(many=True, source="events.all")
    fills = FillOut(many=True, source="fills.all")
    legs = OrderOut(many=True, source="legs.all")


class RefusalOut(serializers.Serializer[Any]):
    """Why an order would be rejected."""

    code = serializers.CharField()
    message = serializers.CharField()
    details = serializers.DictField()


class MarginPartsOut(serializers.Serializer[Any]):
    """Of what the margin of options is made."""

    scan = _money()
    exposure = _money()
    expiry_day = _money()
    calendar = _money()


class MarginNeedOut(serializers.Serializer[Any]):
    """What is blocked now for the position, or for all options on the underlying, and what would be."""

    before = _money()
    after = serializers.DecimalField(max_digits=25, decimal_places=2)
    increase = serializers.DecimalField(max_digits=25, decimal_places=2)
    parts = MarginPartsOut(allow_null=True)


class OrderPreviewOut(serializers.Serializer[Any]):
    """What an order would do now: ``fill_price`` null waits; ``needed`` is the cash that it takes or blocks.

    Charges and margin are an estimate.
    """

    basis = serializers.CharField(help_text="Always estimate.")
    fill_profile = serializers.ChoiceField(choices=FillProfile.choices, source="profile")
    product = serializers.ChoiceField(choices=Product.choices)
    last_price = _money(allow_null=True)
    fill_price = _money(allow_null=True, source="made.fill_price")
    value = serializers.DecimalField(max_digits=25, decimal_places=2, source="made.value")
    charges = serializers.DecimalField(max_digits=25, decimal_places=2, source="made.charges")
    margin = MarginNeedOut(source="made.margin")
    needed = serializers.DecimalField(max_digits=25, decimal_places=2, source="made.needed")
    cash = _money()
    cash_after = serializers.DecimalField(max_digits=25, decimal_places=2)
    refusal = RefusalOut(allow_null=True)


class TradingAccountIn(StrictSerializer):
    """How the next orders are filled."""

    account = WholeField(min_value=1, required=False)
    fill_profile = serializers.ChoiceField(choices=FillProfile.choices)


class TradingAccountOut(serializers.Serializer[Any]):
    """How orders are filled."""

    fill_profile = serializers.ChoiceField(choices=FillProfile.choices)
