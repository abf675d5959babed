"""The shape of what a visual builder draws itself from. What does not belong here: the entries (engine)."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import NumberOut


class ParameterOut(serializers.Serializer):
    """A number that the user may set, with its bounds."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=["integer", "number"])
    default = NumberOut()
    min = NumberOut()
    max = NumberOut()


class IndicatorOut(serializers.Serializer):
    """An indicator with its parameters and outputs."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    parameters = ParameterOut(many=True)
    inputs = serializers.ListField(child=serializers.CharField())
    outputs = serializers.ListField(child=serializers.CharField())
    warmup_bars = serializers.IntegerField()
    absent = serializers.CharField(
        allow_blank=True, help_text="Where a value may be missing even after the warm-up; empty for nowhere."
    )
    source = serializers.CharField()  # type: ignore[assignment]


class OperatorOut(serializers.Serializer):
    """A comparison, and what stands to its right."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    right = serializers.ChoiceField(choices=["operand", "bars", "range"])


class AmountOut(serializers.Serializer):
    """A number that exits or entries take, above one bound and up to the other; a time of day has none."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField()
    above = NumberOut(allow_null=True)
    max = NumberOut(allow_null=True)


class SizingChoiceOut(serializers.Serializer):
    """A way to size a position; ``max`` is null where it takes no value."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField(allow_blank=True)
    above = NumberOut()
    max = serializers.FloatField(allow_null=True)


class StatisticOut(serializers.Serializer):
    """A statistic of a result by its name there; its value is null where it is undefined."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.ChoiceField(choices=["percent", "ratio", "rupees", "days", "bars", "count"])
    formula = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class CatalogueOut(serializers.Serializer):
    """Everything a visual builder draws itself from, and what the statistics of a result are."""

    indicators = IndicatorOut(many=True)
    prices = serializers.ListField(child=serializers.CharField())
    timeframes = serializers.ListField(child=serializers.CharField())
    operators = OperatorOut(many=True)
    joins = serializers.ListField(child=serializers.CharField())
    directions = serializers.ListField(child=serializers.CharField())
    exits = AmountOut(many=True)
    entries = AmountOut(many=True)
    order_kinds = serializers.ListField(child=serializers.CharField())
    sizing = SizingChoiceOut(many=True)
    limits = serializers.DictField(child=serializers.IntegerField())
    statistics = StatisticOut(many=True)
