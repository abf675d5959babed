"""The shapes of the market's endpoints, and of what is asked of them. What does not belong here: queries, rules."""

from apps.market.serializers.calendar import CalendarDayOut, CalendarIn, MetaOut
from apps.market.serializers.instruments import InstrumentOut, InstrumentsIn
from apps.market.serializers.prices import CandlesIn, CandlesOut, QuotesIn, QuotesOut

__all__ = [
    "CalendarDayOut",
    "CalendarIn",
    "CandlesIn",
    "CandlesOut",
    "InstrumentOut",
    "InstrumentsIn",
    "MetaOut",
    "QuotesIn",
    "QuotesOut",
]
