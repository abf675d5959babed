"""The shapes of validation and preview. What does not belong here: the grammars, how a strategy is evaluated."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rest_framework import serializers

from apps.core import clock
from apps.core.api.serializers import DayField, StrictSerializer, WholeField
from apps.market.enums import Interval
from apps.strategies import services
from apps.strategies.constants import MAX_SCRIPT_CHARACTERS, PREVIEW_DAYS
from apps.strategies.enums import PreviewPlaces, TradedSides

STRATEGIES = ("strategy_predefined", "strategy_rule_based", "rules", "script")
# A chart shows no more, and half the digits are half the answer.
DECIMALS = 6


class ValidateIn(StrictSerializer):
    """A rules document or a script to be judged, with values for its inputs."""

    rules = serializers.JSONField(required=False)
    script = serializers.CharField(
        required=False, trim_whitespace=False, allow_blank=True, max_length=MAX_SCRIPT_CHARACTERS
    )
    parameters = serializers.DictField(child=serializers.JSONField(), default=dict)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The request with one strategy.

        :raises ValidationError: if there is none, or two
        """
        if ("rules" in attrs) == ("script" in attrs):
            raise serializers.ValidationError({"strategy": "Send either rules or script."}, code="one_strategy")
        return attrs


class ProblemOut(serializers.Serializer):
    """What is wrong at one place: a JSON pointer into the request's rules, or line and column of a script."""

    pointer = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(allow_null=True, help_text="Why a script is refused, for programs.")


class InputFieldOut(serializers.Serializer):
    """An input as a form field; ``default`` is the value understood."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.CharField(help_text="int, float, bool, string or source.")
    default = serializers.JSONField()
    min = serializers.FloatField(allow_null=True)
    max = serializers.FloatField(allow_null=True)
    options = serializers.ListField(child=serializers.JSONField(), allow_null=True)


class VerdictOut(serializers.Serializer):
    """Whether a strategy can be understood: as what, or (all but the errors null or empty) why not."""

    valid = serializers.BooleanField()
    errors = ProblemOut(many=True)  # type: ignore[assignment]
    name = serializers.CharField(allow_null=True)
    sentence = serializers.CharField(allow_null=True)
    inputs = serializers.DictField(child=serializers.JSONField(), allow_null=True)
    form = InputFieldOut(many=True)
    warmup_bars = serializers.IntegerField(
        allow_null=True, help_text="Bars of the run before the first signal there can be, longer timeframes left out."
    )
    warmup_timeframes = serializers.DictField(
        child=serializers.IntegerField(), help_text="Bars that are needed of each longer timeframe."
    )
    rules = serializers.JSONField(allow_null=True)


class PreviewIn(StrictSerializer):
    """Over which bars to look at a strategy: an instrument, an interval, dates, exactly one strategy."""

    instrument = serializers.CharField(max_length=100)
    interval = serializers.ChoiceField(choices=Interval.choices, default=Interval.DAY)
    start_date = DayField()
    end_date = DayField()
    strategy_predefined = WholeField(min_value=1, required=False)
    strategy_rule_based = WholeField(min_value=1, required=False)
    rules = serializers.JSONField(required=False)
    script = serializers.CharField(required=False, trim_whitespace=False, max_length=MAX_SCRIPT_CHARACTERS)
    parameters = serializers.DictField(child=serializers.JSONField(), default=dict)
    direction = serializers.ChoiceField(choices=TradedSides.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The request with one strategy and a range that a chart can show.

        :raises ValidationError: naming the fields
        """
        if sum(name in attrs for name in STRATEGIES) != 1:
            message = f"Send exactly one of {', '.join(STRATEGIES)}."
            raise serializers.ValidationError({"strategy": message}, code="one_strategy")
        if "script" in attrs and "direction" in attrs:
            raise serializers.ValidationError({"direction": "A script says this itself."}, code="script")
        if attrs["start_date"] > attrs["end_date"]:
            raise serializers.ValidationError({"end_date": "The end is before the start."}, code="range")
        most = PREVIEW_DAYS[attrs["interval"]]
        if (attrs["end_date"] - attrs["start_date"]).days >= most:
            message = f"A preview of {attrs['interval']} bars covers at most {most} days."
            raise serializers.ValidationError({"end_date": message}, code="range")
        return attrs


class LineOut(serializers.Serializer):
    """An indicator under its name in the rules; a value for each bar, null where there is none."""

    label = serializers.CharField()  # type: ignore[assignment]
    values = serializers.ListField(child=serializers.FloatField(allow_null=True))


class PlacesOut(serializers.Serializer):
    """Bar numbers from 0: where each condition of rules holds, or where a script's positions are entered and left."""

    enter_long = serializers.ListField(child=serializers.IntegerField())
    exit_long = serializers.ListField(child=serializers.IntegerField())
    enter_short = serializers.ListField(child=serializers.IntegerField())
    exit_short = serializers.ListField(child=serializers.IntegerField())


class PreviewOut(serializers.Serializer):
    """A strategy over bars: its indicators and its places; ``time`` is when each bar opens."""

    instrument = serializers.CharField()
    interval = serializers.ChoiceField(choices=Interval.choices)
    source = serializers.CharField()  # type: ignore[assignment]
    version = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField()
    warmup_bars = serializers.IntegerField()
    time = serializers.ListField(child=serializers.DateTimeField())
    lines = LineOut(many=True)
    lines_left_out = serializers.IntegerField(help_text="How many more indicators it reads than are shown.")
    signals = PlacesOut()
    signals_are = serializers.ChoiceField(choices=PreviewPlaces.choices)

    def to_representation(self, preview: services.Preview) -> dict[str, Any]:
        """Whole columns at once: thousands of values are too many to ask a field about each."""
        return {
            "instrument": preview.instrument,
            "interval": preview.interval,
            "source": preview.source,
            "version": preview.version,
            "name": preview.seen.name,
            "sentence": preview.seen.sentence,
            "warmup_bars": preview.seen.warmup_bars,
            "time": [datetime.fromtimestamp(second, clock.IST).isoformat() for second in preview.time.tolist()],
            "lines": [{"label": line.label, "values": _plain(line.values)} for line in preview.seen.lines],
            "lines_left_out": preview.lines_left_out,
            "signals": {slot: places.tolist() for slot, places in preview.seen.places.items()},
            "signals_are": preview.places_are.value,
        }


def _plain(column: NDArray[np.float64]) -> list[float | None]:
    values = np.round(column, DECIMALS).astype(object)
    values[np.isnan(column)] = None
    plain: list[float | None] = values.tolist()
    return plain
