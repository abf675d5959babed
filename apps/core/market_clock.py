"""The moment at which prices are shown, by the configuration.

What does not belong here: the clock itself, and when anything else happens (stamps, schedules, backtests): ``clock``.
"""

from __future__ import annotations

from datetime import datetime

import marketdata
from apps.core import clock, configuration
from marketdata import moments

ALWAYS_OPEN = "always_open"


def now() -> datetime:
    """The present moment of the market.

    With ``market.clock`` = always_open it is that of a market that never closes, for demonstrations: one synthetic
    session follows another, up to six weeks ahead of the calendar. Bars of days to come are then made, not stored.
    A provider without live prices keeps the real clock.
    """
    return at(clock.now())


def at(moment: datetime) -> datetime:
    """The moment of the market at a moment of the real clock."""
    is_mapped = configuration.get_str("market.clock") == ALWAYS_OPEN
    return moments.always_open(moment) if is_mapped and "live" in marketdata.get_provider().capabilities else moment
