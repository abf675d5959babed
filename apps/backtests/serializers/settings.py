"""How a run is simulated, as a client says it. What does not belong here: the instrument, the dates, the strategy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.backtests import constants
from apps.backtests.enums import (
    CostKind,
    CostSegment,
    Direction,
    FillOn,
    PathMode,
    Quantities,
    SizingKind,
    StopBasis,
)
from apps.core.api.serializers import StrictSerializer, WholeField
from engine.costs.schedule import flat_percent
from engine.errors import InvalidCosts
from engine.rules import vocabulary

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class NumberField(serializers.FloatField):
    """A JSON number; no text, no true or false."""

    def to_internal_value(self, data: Any) -> float:
        """The number.

        :raises ValidationError: if it is anything else
        """
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class SizingIn(StrictSerializer):
    """How much to buy. ``value`` is shares, rupees or a percentage; all_in takes none."""

    kind = serializers.ChoiceField(choices=SizingKind.choices)
    value = NumberField(required=False, min_value=0.0001)


class CostsIn(StrictSerializer):
    """What orders cost: flat_pct takes a percentage, india a segment (by default that of the instrument)."""

    kind = serializers.ChoiceField(choices=CostKind.choices)
    percent = NumberField(required=False, min_value=0, max_value=constants.MAX_FLAT_PCT)
    segment = serializers.ChoiceField(choices=CostSegment.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The costs with just what their kind takes.

        :raises ValidationError: naming what is missing or not taken
        """
        kind = attrs["kind"]
        if ("percent" in attrs) != (kind == CostKind.FLAT_PCT):
            message = "flat_pct takes a percentage, and nothing else does."
            raise serializers.ValidationError({"percent": message}, code="percent")
        if "segment" in attrs and kind != CostKind.INDIA:
            raise serializers.ValidationError({"segment": "Only india knows segments."}, code="segment")
        if "percent" in attrs:
            try:
                flat_percent(Decimal(repr(attrs["percent"])))
            except InvalidCosts as error:
                message = "The smallest step is a millionth of a percent."
                raise serializers.ValidationError({"percent": message}, code="percent") from error
        return attrs


class RunSettingsIn(StrictSerializer):
    """How to simulate; direction, exits and sizing stand above what the strategy says."""

    fill_on = serializers.ChoiceField(choices=FillOn.choices, required=False)
    path_mode = serializers.ChoiceField(choices=PathMode.choices, required=False)
    stop_basis = serializers.ChoiceField(choices=StopBasis.choices, required=False)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    sizing = SizingIn(required=False)
    quantities = serializers.ChoiceField(choices=Quantities.choices, required=False)
    lot_size = WholeField(min_value=1, max_value=constants.MAX_LOT, required=False)
    costs = CostsIn(required=False)
    slippage_ticks = NumberField(min_value=0, max_value=constants.MAX_SLIPPAGE_TICKS, required=False)
    slippage_bps = NumberField(min_value=0, max_value=constants.MAX_SLIPPAGE_BPS, required=False)
    penetration_ticks = NumberField(
        min_value=0,
        max_value=constants.MAX_PENETRATION_TICKS,
        required=False,
        help_text="How far a bar must trade through a limit or a target to fill it; 0: touching it is enough.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields, and one for each exit that the engine knows, within its bounds; null is off."""
        return {**super().get_fields(), **{name: _exit_field(word) for name, word in vocabulary.EXITS.items()}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The settings with a lot only where lots are traded.

        :raises ValidationError: if there is a lot without lots
        """
        if "lot_size" in attrs and attrs.get("quantities") != Quantities.LOTS:
            raise serializers.ValidationError({"lot_size": "A lot needs quantities lots."}, code="lot_size")
        return attrs


def _exit_field(word: vocabulary.Amount) -> serializers.Field[Any, Any, Any, Any]:
    if word.unit == vocabulary.CLOCK:
        return serializers.RegexField(CLOCK, required=False, allow_null=True, help_text="A time of day, like 15:15.")
    bounds: dict[str, Any] = {"max_value": word.maximum, "required": False, "allow_null": True}
    if word.per_unit == 1:
        return WholeField(min_value=1, help_text=f"In {word.unit}.", **{**bounds, "max_value": int(word.maximum)})
    return NumberField(min_value=0.0001, help_text=f"In {word.unit}.", **bounds)
