"""What the backtests' endpoints take. What does not belong here: what they answer, the grammar of rules."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.backtests import constants
from apps.backtests.enums import EquityStep, RunOrdering, RunStatus
from apps.backtests.serializers.settings import NumberField, RunSettingsIn
from apps.core.api.serializers import DayField, FlagField, MoneyField, PageIn, StrictSerializer, WholeField
from apps.core.enums import SeriesFormat
from apps.market.enums import InstrumentType, Interval

SCRIPT = "strategy_custom_script"
STRATEGIES = ("strategy_predefined", "strategy_rule_based", "rules", SCRIPT)
# More than the engine reads of a script, so that it is the engine that says so.
MAX_SCRIPT_CHARACTERS = 64 * 1024
# A time of day ends a position within its session: of bars of a day it says nothing.
LONG_INTERVALS = (Interval.DAY, Interval.WEEK)


class ParameterField(serializers.JSONField):
    """The value of an input: a number, for a script also true, false or a text."""

    def to_internal_value(self, data: Any) -> Any:
        """The value.

        :raises ValidationError: if it is a list, an object or null
        """
        if not isinstance(data, int | float | str):
            self.fail("invalid")
        return data


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
    strategy_custom_script = serializers.CharField(
        required=False,
        trim_whitespace=False,
        max_length=MAX_SCRIPT_CHARACTERS,
        help_text="A script, see docs/script.md.",
    )
    parameters = serializers.DictField(child=ParameterField(), required=False)
    interval = serializers.ChoiceField(choices=Interval.choices, default=Interval.DAY)
    adjusted = FlagField(default=False, help_text="Prices in terms of today's share: splits and bonuses leave no jump.")
    settings = RunSettingsIn(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The request with one strategy and a range of dates.

        :raises ValidationError: naming the fields
        """
        if sum(name in attrs for name in STRATEGIES) != 1:
            message = f"Send exactly one of {', '.join(STRATEGIES)}."
            raise serializers.ValidationError({"strategy": message}, code="one_strategy")
        _check_dates(attrs)
        if SCRIPT not in attrs:
            _check_numbers(attrs.get("parameters", {}))
        if attrs.get("settings", {}).get("square_off") and attrs["interval"] in LONG_INTERVALS:
            message = "A time of day needs bars shorter than a day."
            raise serializers.ValidationError({"settings.square_off": message}, code="interval")
        return attrs


def _check_dates(attrs: dict[str, Any]) -> None:
    if attrs["start_date"] > attrs["end_date"]:
        raise serializers.ValidationError({"end_date": "The end is before the start."}, code="range")
    most = constants.MAX_SPAN_DAYS if attrs["interval"] in LONG_INTERVALS else constants.INTRADAY_SPAN_DAYS
    if (attrs["end_date"] - attrs["start_date"]).days > most:
        message = f"The range is longer than {most} days, the most for bars of {attrs['interval']}."
        raise serializers.ValidationError({"end_date": message}, code="range")


def _check_numbers(parameters: dict[str, Any]) -> None:
    problems: dict[str, Any] = {}
    for name, value in parameters.items():
        try:
            NumberField().run_validation(value)
        except serializers.ValidationError as error:
            problems[name] = error.detail
    if problems:
        raise serializers.ValidationError({"parameters": problems})


class RunListIn(PageIn):
    """The query of the list of runs."""

    status = serializers.ChoiceField(choices=RunStatus.choices, required=False)
    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices, required=False)
    instrument_identifier = serializers.CharField(max_length=100, required=False)
    interval = serializers.ChoiceField(choices=Interval.choices, required=False)
    ordering = serializers.ChoiceField(choices=RunOrdering.choices, default=RunOrdering.CREATED_DESC)


class EquityIn(StrictSerializer):
    """Which part of the equity, and how fine; ``from`` and ``to`` are both included."""

    by = serializers.ChoiceField(choices=EquityStep.choices, default=EquityStep.BAR)
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


class DrawdownsIn(StrictSerializer):
    """How many of the deepest drawdowns to list."""

    limit = WholeField(min_value=1, max_value=constants.MAX_DRAWDOWNS, default=constants.DEFAULT_DRAWDOWNS)
