"""The shapes of a position's payoff, and of the position asked about. What does not belong here: chains, queries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import DayField, MoneyField, StrictSerializer, WholeField
from apps.market import constants
from apps.market.selectors import LegWanted, PayoffGrid, PayoffQuestion, PositionPayoff, PricedLeg, UnderlyingLeg
from apps.market.serializers.fields import InstrumentNameField, MomentField
from apps.market.serializers.options import GreeksOut
from apps.options.enums import LegSide, OptionType

SPELLED = ("option_type", "strike", "expiry_date")


class PayoffLegIn(StrictSerializer):
    """An option by its name, or by type, strike and expiry; so many units or lots; at a price, or at the last one."""

    contract = InstrumentNameField(required=False)
    option_type = serializers.ChoiceField(choices=OptionType.choices, required=False)
    strike = MoneyField(required=False)
    expiry_date = DayField(required=False)
    side = serializers.ChoiceField(choices=LegSide.choices)
    quantity = WholeField(min_value=1, max_value=constants.MAX_LEG_UNITS, required=False)
    lots = WholeField(min_value=1, max_value=constants.MAX_LEG_UNITS, required=False)
    price = MoneyField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A leg that names one option and one size.

        :raises ValidationError: if it names none, or more than one
        """
        spelled = [name for name in SPELLED if name in attrs]
        if bool(spelled) == ("contract" in attrs) or (spelled and len(spelled) < len(SPELLED)):
            raise serializers.ValidationError({"contract": "Name the contract, or its type, strike and expiry date."})
        if ("quantity" in attrs) == ("lots" in attrs):
            raise serializers.ValidationError({"quantity": "Name the quantity or the lots."})
        return attrs


class PayoffUnderlyingIn(StrictSerializer):
    """The underlying itself as part of the position."""

    side = serializers.ChoiceField(choices=LegSide.choices)
    quantity = WholeField(min_value=1, max_value=constants.MAX_LEG_UNITS)
    price = MoneyField(required=False)


class PayoffIn(StrictSerializer):
    """A position on one underlying, by the prices of a moment, of the close of a day, or of now.

    The answer covers ``points`` prices up to ``range_pct`` percent from the spot on both sides.
    """

    underlying = InstrumentNameField()
    legs = serializers.ListField(child=PayoffLegIn(), min_length=1, max_length=constants.MAX_LEGS)
    underlying_leg = PayoffUnderlyingIn(required=False)
    at = MomentField(required=False)
    date = DayField(required=False)
    points = WholeField(min_value=3, max_value=constants.MAX_PAYOFF_POINTS, default=constants.DEFAULT_PAYOFF_POINTS)
    range_pct = MoneyField(min_value=1, max_value=100, default="15")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The question as one value.

        :raises ValidationError: if both a moment and a day are named
        """
        if "at" in attrs and "date" in attrs:
            raise serializers.ValidationError({"at": "Name a moment or a day, not both."})
        spot = attrs.get("underlying_leg")
        question = PayoffQuestion(
            underlying=attrs["underlying"],
            legs=tuple(LegWanted(**leg) for leg in attrs["legs"]),
            underlying_leg=UnderlyingLeg(**spot) if spot else None,
            grid=PayoffGrid(points=attrs["points"], range_pct=attrs["range_pct"]),
            at=attrs.get("at"),
            on=attrs.get("date"),
        )
        return {"question": question}


class PayoffLegOut(serializers.Serializer):
    """A leg with its price and, for an option, what its last price implies for one unit.

    ``contract`` and ``lot_size`` are null for the underlying itself.
    """

    contract = serializers.CharField(allow_null=True)
    side = serializers.ChoiceField(choices=LegSide.choices)
    quantity = serializers.IntegerField()
    lot_size = serializers.IntegerField(allow_null=True)
    price = serializers.DecimalField(max_digits=15, decimal_places=2)
    last_price = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    greeks = GreeksOut()

    def to_representation(self, leg: PricedLeg) -> dict[str, Any]:
        """The option by its key; Greeks also where they are null."""
        return {
            "contract": None if leg.option is None else str(leg.option),
            "side": str(leg.side),
            "quantity": leg.quantity,
            "lot_size": leg.lot_size,
            "price": f"{leg.price:.2f}",
            "last_price": None if leg.last_price is None else f"{leg.last_price:.2f}",
            "greeks": GreeksOut().to_representation(leg.greeks),
        }


class PositionGreeksOut(serializers.Serializer):
    """Sums over all units of a position; legs whose prices imply none are left out."""

    delta = serializers.FloatField()
    gamma = serializers.FloatField()
    theta = serializers.FloatField()
    vega = serializers.FloatField()
    rho = serializers.FloatField()


class PayoffOut(serializers.Serializer):
    """What a position earns at ``expiry_date``, the first of its legs, and now.

    ``max_profit`` and ``max_loss`` are what it earns at best and at worst (a loss below 0); null is unlimited.
    ``net_premium`` is what its options brought in less what they cost. The columns go with each other: what it has
    earned ``at_expiry``, and would have earned ``today``, if the underlying stood at that price.
    """

    underlying = serializers.CharField()
    expiry_date = serializers.DateField(allow_null=True)
    at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment]
    version = serializers.CharField(allow_null=True)
    spot = serializers.DecimalField(max_digits=15, decimal_places=2)
    legs = PayoffLegOut(many=True)
    net_premium = serializers.DecimalField(max_digits=20, decimal_places=2)
    max_profit = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
    max_loss = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
    break_evens = serializers.ListField(child=serializers.DecimalField(max_digits=15, decimal_places=2))
    greeks = PositionGreeksOut(allow_null=True)
    prices = serializers.ListField(child=serializers.FloatField())
    at_expiry = serializers.ListField(child=serializers.FloatField())
    today = serializers.ListField(child=serializers.FloatField())

    def to_representation(self, found: PositionPayoff) -> dict[str, Any]:
        """Whole columns at once."""
        outcome, greeks = found.outcome, GreeksOut().to_representation(found.greeks)
        greeks.pop("iv_pct")
        return {
            "underlying": found.underlying.symbol,
            "expiry_date": found.expiry and found.expiry.isoformat(),
            "at": self.fields["at"].to_representation(found.priced.at),
            "source": found.priced.label.source,
            "version": found.priced.label.version,
            "spot": f"{found.priced.spot // 100}.{found.priced.spot % 100:02d}",
            "legs": [PayoffLegOut().to_representation(leg) for leg in found.legs],
            "net_premium": f"{outcome.net_premium:.2f}",
            "max_profit": None if outcome.max_profit is None else str(outcome.max_profit),
            "max_loss": None if outcome.max_loss is None else str(outcome.max_loss),
            "break_evens": [str(each) for each in outcome.break_evens],
            "greeks": greeks if found.greeks else None,
            "prices": found.prices.tolist(),
            "at_expiry": (found.at_expiry.round(2) + 0.0).tolist(),
            "today": (found.today.round(2) + 0.0).tolist(),
        }
