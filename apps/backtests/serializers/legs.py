"""What the endpoints of option rules take and answer. What does not belong here: what a rule means (engine)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.backtests import constants
from apps.backtests.enums import (
    ExpiryChoice,
    FillOn,
    LegsPreset,
    LevelUnit,
    MarginUse,
    PathMode,
    ReEntryAt,
    StrikeBy,
    WholeUnit,
)
from apps.backtests.serializers.settings import CLOCK, CostsIn, NumberField
from apps.core.api.serializers import DayField, FlagField, MoneyField, NumberOut, StrictSerializer, WholeField
from apps.market.enums import TradeType
from apps.options.enums import OptionType
from engine.legs.rule import MAX_LEGS, MAX_LOTS, MAX_RE_ENTRIES

MAX_WIDTH = 50


class StrikeIn(StrictSerializer):
    """How a strike is chosen: steps from the one at the money, a premium in rupees, or a delta."""

    by = serializers.ChoiceField(choices=StrikeBy.choices, default=StrikeBy.ATM)
    value = NumberField(default=0)


class LevelIn(StrictSerializer):
    """How far a premium goes: percent of the entry price, or points."""

    value = NumberField()
    unit = serializers.ChoiceField(choices=LevelUnit.choices, default=LevelUnit.PERCENT)


class WholeLevelIn(StrictSerializer):
    """How far the day's profit goes: rupees, or percent of the net premium of the entry."""

    value = NumberField()
    unit = serializers.ChoiceField(choices=WholeUnit.choices, default=WholeUnit.RUPEES)


class ReEntryIn(StrictSerializer):
    """How often a leg is entered again after its stop: at once, or when its first price is back."""

    count = WholeField(min_value=1, max_value=MAX_RE_ENTRIES)
    at = serializers.ChoiceField(choices=ReEntryAt.choices, default=ReEntryAt.ONCE)


class _ExitsIn(StrictSerializer):
    """What legs have in common."""

    expiry = serializers.ChoiceField(choices=ExpiryChoice.choices, default=ExpiryChoice.WEEKLY)
    lots = WholeField(min_value=1, max_value=MAX_LOTS, default=1)
    stop = LevelIn(required=False)
    target = LevelIn(required=False)
    re_entry = ReEntryIn(required=False)


class LegIn(_ExitsIn):
    """One leg of a rule."""

    side = serializers.ChoiceField(choices=TradeType.choices)
    right = serializers.ChoiceField(choices=OptionType.choices)
    strike = StrikeIn(default=lambda: {"by": StrikeBy.ATM.value, "value": 0})


class PresetIn(_ExitsIn):
    """A known combination. ``side`` is of straddle and strangle; stops and targets are put on the legs of one side."""

    kind = serializers.ChoiceField(choices=LegsPreset.choices)
    side = serializers.ChoiceField(choices=TradeType.choices, default=TradeType.SHORT)
    stops_on = serializers.ChoiceField(choices=TradeType.choices, default=TradeType.SHORT)
    width = WholeField(min_value=1, max_value=MAX_WIDTH, default=2)
    wing = WholeField(min_value=1, max_value=MAX_WIDTH, default=4)


class OptionSettingsIn(StrictSerializer):
    """How an option rule is simulated."""

    fill_on = serializers.ChoiceField(choices=FillOn.choices, required=False)
    path_mode = serializers.ChoiceField(choices=PathMode.choices, required=False)
    costs = CostsIn(required=False)
    margin = serializers.ChoiceField(
        choices=MarginUse.choices,
        required=False,
        help_text="Whether the margin of what is sold is shown only (default), or must be free at each entry.",
    )
    slippage_ticks = NumberField(min_value=0, max_value=constants.MAX_SLIPPAGE_TICKS, required=False)
    slippage_bps = NumberField(min_value=0, max_value=constants.MAX_SLIPPAGE_BPS, required=False)
    penetration_ticks = NumberField(
        min_value=0,
        max_value=constants.MAX_PENETRATION_TICKS,
        required=False,
        help_text="How far a bar must trade through the target of a leg to fill it; 0: touching counts.",
    )


class OptionRunIn(StrictSerializer):
    """An option rule to be run on each day of a range: legs, or a preset."""

    instrument_identifier = serializers.CharField(max_length=100, help_text="What the options are on.")
    start_date = DayField()
    end_date = DayField()
    initial_wallet_amount = MoneyField(
        default=constants.DEFAULT_WALLET, min_value=constants.MIN_WALLET, max_value=constants.MAX_WALLET
    )
    name = serializers.CharField(max_length=100, required=False)
    entry_time = serializers.RegexField(CLOCK, default="09:20")
    exit_time = serializers.RegexField(CLOCK, default="15:15")
    preset = PresetIn(required=False)
    legs = serializers.ListField(child=LegIn(), required=False, min_length=1, max_length=MAX_LEGS)
    stop = WholeLevelIn(required=False)
    target = WholeLevelIn(required=False)
    settles = FlagField(
        default=False, help_text="On its expiry day a contract is held to settlement instead of left at the exit time."
    )
    settings = OptionSettingsIn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The request with legs or a preset and a range of dates.

        :raises ValidationError: naming the fields
        """
        if ("legs" in attrs) == ("preset" in attrs):
            raise serializers.ValidationError({"legs": "Send either legs or a preset."}, code="one_rule")
        if attrs["start_date"] > attrs["end_date"]:
            raise serializers.ValidationError({"end_date": "The end is before the start."}, code="range")
        if (attrs["end_date"] - attrs["start_date"]).days > constants.OPTION_SPAN_DAYS:
            message = f"The range is longer than {constants.OPTION_SPAN_DAYS} days, the most for an option rule."
            raise serializers.ValidationError({"end_date": message}, code="range")
        return attrs


class RuleDayOut(serializers.Serializer):
    """One day: what it brought, or why it was skipped."""

    date = serializers.DateField()
    skipped = serializers.CharField(allow_null=True)
    premium = NumberOut(help_text="Brought in by the entry (above 0) or paid for it, in rupees.")
    margin = NumberOut(
        default=None, allow_null=True, help_text="An estimate of what a broker blocks for the entry, in rupees."
    )
    pnl = NumberOut(help_text="Net of charges, in rupees.")
    charges = NumberOut()
    trades = serializers.IntegerField()
    contracts = serializers.ListField(child=serializers.CharField())


class RuleLegOut(serializers.Serializer):
    """One leg over the run."""

    leg = serializers.IntegerField()
    trades = serializers.IntegerField()
    wins = serializers.IntegerField()
    stops = serializers.IntegerField()
    pnl = NumberOut(help_text="Net of charges, in rupees.")
    charges = NumberOut()


class RuleMarginOut(serializers.Serializer):
    """The margin of the days that were traded: what a broker would block, estimated at each entry."""

    use = serializers.ChoiceField(choices=MarginUse.choices)
    highest = NumberOut(allow_null=True, help_text="In rupees; null: no day was traded.")
    mean = NumberOut(allow_null=True)
    return_on_highest_pct = NumberOut(allow_null=True, help_text="The profit of the run, in percent of the highest.")
    days_short = serializers.IntegerField(help_text="Days on which the cash did not leave it free.")


class OptionResultOut(serializers.Serializer):
    """The result of an option rule by day and by leg; empty where the run is of something else."""

    margin = RuleMarginOut(allow_null=True, help_text="Null: the run is of something else, or older than the estimate.")

    days = RuleDayOut(many=True)
    legs = RuleLegOut(many=True)
