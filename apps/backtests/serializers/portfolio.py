"""What the endpoint of portfolios takes. What does not belong here: what it answers, the sharing itself (engine)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.backtests import constants
from apps.backtests.enums import AllocationKind
from apps.backtests.serializers.incoming import RunIn
from apps.core.api.serializers import FlagField, MoneyField, StrictSerializer, WholeField

MAX_RANK = 80


class AllocationIn(StrictSerializer):
    """How much of the cash an entry takes, how many there may be, and which go first."""

    kind = serializers.ChoiceField(choices=AllocationKind.choices, default=AllocationKind.EQUAL)
    max_positions = WholeField(min_value=1, max_value=constants.MAX_INSTRUMENTS)
    amount = MoneyField(required=False, min_value=1, max_value=constants.MAX_WALLET)
    rank_by = serializers.CharField(
        required=False, max_length=MAX_RANK, help_text="A price or an indicator, like ROC(20); without it by the list."
    )
    highest_first = FlagField(default=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The allocation with an amount just where it takes one.

        :raises ValidationError: if it is missing or not taken
        """
        if ("amount" in attrs) != (attrs["kind"] == AllocationKind.FIXED):
            raise serializers.ValidationError({"amount": "fixed takes an amount, equal does not."}, code="amount")
        return attrs


class PortfolioRunIn(RunIn):
    """One strategy over a list of instruments with one wallet."""

    instrument_type = None  # type: ignore[assignment]
    instrument_identifier = None  # type: ignore[assignment]
    strategy_custom_script = None  # type: ignore[assignment]
    instruments = serializers.ListField(
        child=serializers.CharField(max_length=100), min_length=1, max_length=constants.MAX_INSTRUMENTS
    )
    allocation = AllocationIn()
