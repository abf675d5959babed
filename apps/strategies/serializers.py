"""The shapes of the strategies' endpoints. What does not belong here: queries, writes, the grammar of rules."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import NumberOut, SearchIn, StrictSerializer
from apps.strategies.enums import StrategyScope, StrategyStatus


class ParameterOut(serializers.Serializer):
    """A number that the user may set, with its bounds."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=["integer", "number"])
    default = NumberOut()
    min = NumberOut()
    max = NumberOut()


class PredefinedStrategyOut(serializers.Serializer):
    """A strategy that everybody may run."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    parameters = ParameterOut(many=True)
    status = serializers.ChoiceField(choices=StrategyStatus.choices)


class PredefinedStrategyDetailOut(PredefinedStrategyOut):
    """A predefined strategy with its rules, to start an own one from."""

    rules = serializers.JSONField()


class RuleBasedListIn(SearchIn):
    """The query of the list of rule-based strategies."""

    scope = serializers.ChoiceField(choices=StrategyScope.choices, default=StrategyScope.OWN)


class RuleBasedStrategyIn(StrictSerializer):
    """A strategy as its owner writes it."""

    name = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    rules_json = serializers.JSONField()
    is_public = serializers.BooleanField(required=False)


class RuleBasedStrategyOut(serializers.Serializer):
    """A user's strategy; ``sentence`` says what the engine understood."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    sentence = serializers.CharField()
    rules_json = serializers.JSONField()
    is_public = serializers.BooleanField()
    is_own = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ValidateIn(StrictSerializer):
    """A rules document to be judged, with values for its inputs."""

    rules = serializers.JSONField()
    parameters = serializers.DictField(child=serializers.JSONField(), required=False)


class RulesErrorOut(serializers.Serializer):
    """What is wrong at one place of a document; ``pointer`` is a JSON pointer into it."""

    pointer = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class VerdictOut(serializers.Serializer):
    """Whether a document can be understood: as what, or (all but the errors null) why not."""

    valid = serializers.BooleanField()
    errors = RulesErrorOut(many=True)  # type: ignore[assignment]
    name = serializers.CharField(source="understood.name", default=None, allow_null=True)
    sentence = serializers.CharField(source="understood.sentence", default=None, allow_null=True)
    inputs = serializers.DictField(source="understood.inputs", child=NumberOut(), default=None, allow_null=True)
    warmup_bars = serializers.IntegerField(source="understood.warmup_bars", default=None, allow_null=True)
    rules = serializers.JSONField(source="understood.rules", default=None, allow_null=True)


class IndicatorOut(serializers.Serializer):
    """An indicator with its parameters and outputs."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    parameters = ParameterOut(many=True)
    inputs = serializers.ListField(child=serializers.CharField())
    outputs = serializers.ListField(child=serializers.CharField())
    warmup_bars = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]


class OperatorOut(serializers.Serializer):
    """A comparison, and what stands to its right."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    right = serializers.ChoiceField(choices=["operand", "bars", "range"])


class ExitChoiceOut(serializers.Serializer):
    """A protective exit in percent."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    above = NumberOut()
    max = NumberOut()


class SizingChoiceOut(serializers.Serializer):
    """A way to size a position; ``max`` is null where it takes no value."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField(allow_blank=True)
    above = NumberOut()
    max = serializers.FloatField(allow_null=True)


class CatalogueOut(serializers.Serializer):
    """Everything a visual builder draws itself from."""

    indicators = IndicatorOut(many=True)
    prices = serializers.ListField(child=serializers.CharField())
    operators = OperatorOut(many=True)
    joins = serializers.ListField(child=serializers.CharField())
    directions = serializers.ListField(child=serializers.CharField())
    exits = ExitChoiceOut(many=True)
    sizing = SizingChoiceOut(many=True)
    limits = serializers.DictField(child=serializers.IntegerField())
