"""The shapes of the backtests' endpoints. What does not belong here: queries, writes."""

from apps.backtests.serializers import examples
from apps.backtests.serializers.incoming import CompareIn, EquityIn, RunIn, RunListIn
from apps.backtests.serializers.outgoing import (
    ComparisonOut,
    EquityColumnsOut,
    EquityOut,
    RoundTripOut,
    RunDetailOut,
    RunOut,
)

__all__ = [
    "CompareIn",
    "ComparisonOut",
    "EquityColumnsOut",
    "EquityIn",
    "EquityOut",
    "RoundTripOut",
    "RunDetailOut",
    "RunIn",
    "RunListIn",
    "RunOut",
    "examples",
]
