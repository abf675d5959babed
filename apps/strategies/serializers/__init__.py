"""The shapes of the strategies' endpoints. What does not belong here: queries, writes, the grammar of rules."""

from apps.strategies.serializers.catalogue import CatalogueOut
from apps.strategies.serializers.judging import PreviewIn, PreviewOut, ValidateIn, VerdictOut
from apps.strategies.serializers.stored import (
    CloneIn,
    PredefinedStrategyDetailOut,
    PredefinedStrategyOut,
    RuleBasedListIn,
    RuleBasedStrategyIn,
    RuleBasedStrategyOut,
)

__all__ = [
    "CatalogueOut",
    "CloneIn",
    "PredefinedStrategyDetailOut",
    "PredefinedStrategyOut",
    "PreviewIn",
    "PreviewOut",
    "RuleBasedListIn",
    "RuleBasedStrategyIn",
    "RuleBasedStrategyOut",
    "ValidateIn",
    "VerdictOut",
]
