"""The shapes of predefined and rule-based strategies. What does not belong here: queries, the grammar of rules."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import FlagField, SearchIn, StrictSerializer
from apps.strategies.constants import MAX_NAME
from apps.strategies.enums import StrategyScope, StrategyStatus
from apps.strategies.serializers.catalogue import ParameterOut


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

    name = serializers.CharField(max_length=MAX_NAME)
    description = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    rules_json = serializers.JSONField()
    is_public = FlagField(required=False)


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


class CloneIn(StrictSerializer):
    """How to call the copy; without a name, after the original."""

    name = serializers.CharField(max_length=MAX_NAME, required=False)
