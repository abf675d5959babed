"""The shapes of the backtests' endpoints. What does not belong here: queries, writes."""

from apps.backtests.serializers import examples
from apps.backtests.serializers.comparing import ComparisonOut
from apps.backtests.serializers.incoming import CompareIn, DrawdownsIn, EquityIn, RunIn, RunListIn
from apps.backtests.serializers.outgoing import RoundTripOut, RunDetailOut, RunOut
from apps.backtests.serializers.series import DrawdownsOut, EquityColumnsOut, EquityOut, HeatmapOut

__all__ = [
    "CompareIn",
    "ComparisonOut",
    "DrawdownsIn",
    "DrawdownsOut",
    "EquityColumnsOut",
    "EquityIn",
    "EquityOut",
    "HeatmapOut",
    "RoundTripOut",
    "RunDetailOut",
    "RunIn",
    "RunListIn",
    "RunOut",
    "examples",
]
