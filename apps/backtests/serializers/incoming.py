"""What the backtests' endpoints take. What does not belong here: what they answer, the grammar of rules."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.backtests import constants
from apps.backtests.enums import (
    Direction,
    FillOn,
    PathMode,
    RunOrdering,
    RunStatus,
    SeriesFormat,
    SizingKind,
    StopBasis,
)
from apps.core.api.serializers import DayField, MoneyField, PageIn, StrictSerializer, WholeField
from apps.market.enums import InstrumentType
from engine.types import MAX_STOP_PCT, MAX_TARGET_PCT

STRATEGIES = ("strategy_predefined", "strategy_rule_based", "rules")


class NumberField(serializers.FloatField):
    """A JSON number; no text, no true or false."""

    def to_internal_value(self, data: Any) -> float:
        """The number.

        :raises ValidationError: if it is anything else
        """
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class PercentageField(NumberField):
    """A percentage above 0; null is off."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0.0001, allow_null=True, required=False, **options)


class SizingIn(StrictSerializer):
    """How much to buy. ``value`` is shares, rupees or a percentage; all_in takes none."""

    kind = serializers.ChoiceField(choices=SizingKind.choices)
    value = NumberField(required=False, min_value=0.0001)


class RunSettingsIn(StrictSerializer):
    """How to simulate; direction, exits and sizing stand above what the strategy says."""

    fill_on = serializers.ChoiceField(choices=FillOn.choices, required=False)
    path_mode = serializers.ChoiceField(choices=PathMode.choices, required=False)
    stop_basis = serializers.ChoiceField(choices=StopBasis.choices, required=False)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    stop_loss_pct = PercentageField(max_value=MAX_STOP_PCT)
    target_pct = PercentageField(max_value=MAX_TARGET_PCT)
    trailing_stop_pct = PercentageField(max_value=MAX_STOP_PCT)
    sizing = SizingIn(required=False)


class RunIn(StrictSerializer):
    """A backtest to be run: an instrument, a range of dates, a wallet, exactly one strategy."""

    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices)
    instrument_identifier = serializers.CharField(max_length=100)
    start_date = DayField()
    end_date = DayField()
    initial_wallet_amount = MoneyField(
        default=constants.DEFAULT_WALLET, min_value=constants.MIN_WALLET, max_value=constants.MAX_WALLET
    )
    strategy_predefined = WholeField(min_value=1, required=False)
    strategy_rule_based = WholeField(min_value=1, required=False)
    rules = serializers.JSONField(required=False)
    parameters = serializers.DictField(child=NumberField(), required=False)
    settings = RunSettingsIn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The request with one strategy and a range of dates.

        :raises ValidationError: naming the fields
        """
        if sum(name in attrs for name in STRATEGIES) != 1:
            message = f"Send exactly one of {', '.join(STRATEGIES)}."
            raise serializers.ValidationError({"strategy": message}, code="one_strategy")
        if attrs["start_date"] > attrs["end_date"]:
            raise serializers.ValidationError({"end_date": "The end is before the start."}, code="range")
        if (attrs["end_date"] - attrs["start_date"]).days > constants.MAX_SPAN_DAYS:
            message = f"The range is longer than {constants.MAX_SPAN_DAYS} days."
            raise serializers.ValidationError({"end_date": message}, code="range")
        return attrs


class RunListIn(PageIn):
    """The query of the list of runs."""

    status = serializers.ChoiceField(choices=RunStatus.choices, required=False)
    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices, required=False)
    instrument_identifier = serializers.CharField(max_length=100, required=False)
    ordering = serializers.ChoiceField(choices=RunOrdering.choices, default=RunOrdering.CREATED_DESC)


class EquityIn(StrictSerializer):
    """Which part of the equity, and how fine; ``from`` and ``to`` are both included."""

    points = WholeField(min_value=10, max_value=constants.MAX_POINTS, default=constants.DEFAULT_POINTS)
    format = serializers.ChoiceField(choices=SeriesFormat.choices, default=SeriesFormat.LIST)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields, and the two whose names Python keeps for itself."""
        return {
            **super().get_fields(),
            "from": DayField(required=False, source="start"),
            "to": DayField(required=False, source="end"),
        }


class CompareIn(StrictSerializer):
    """Which runs to compare with, by run_id with commas between."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The field whose name Python keeps for itself."""
        return {"with": serializers.CharField(max_length=500, default="", allow_blank=True, source="others")}
