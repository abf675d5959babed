"""Every read of the market: instruments, their bars, round trips. What does not belong here: writes."""

from apps.market.selectors.bars import LoadedBars, has_prices, load_daily_bars
from apps.market.selectors.instruments import Instrument, get_instrument
from apps.market.selectors.round_trips import list_round_trips

__all__ = ["Instrument", "LoadedBars", "get_instrument", "has_prices", "list_round_trips", "load_daily_bars"]
