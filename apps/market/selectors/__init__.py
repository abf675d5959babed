"""Every read of the market, from instruments to round trips. What does not belong here: writes."""

from apps.market.selectors.bars import LoadedBars, has_prices, load_daily_bars
from apps.market.selectors.calendar import calendar_etag, list_calendar, market_state
from apps.market.selectors.candles import CandlePage, get_candles
from apps.market.selectors.directory import aliases_of, list_instruments
from apps.market.selectors.instruments import (
    Instrument,
    get_instrument,
    get_named_instrument,
    list_named_instruments,
)
from apps.market.selectors.meta import Meta, get_meta
from apps.market.selectors.quotes import MarketQuote, Quotes, get_quotes
from apps.market.selectors.round_trips import list_round_trips
from apps.market.selectors.stored import Label
from apps.market.selectors.timeframes import Candles, Whole, aggregate

__all__ = [
    "CandlePage",
    "Candles",
    "Instrument",
    "Label",
    "LoadedBars",
    "MarketQuote",
    "Meta",
    "Quotes",
    "Whole",
    "aggregate",
    "aliases_of",
    "calendar_etag",
    "get_candles",
    "get_instrument",
    "get_meta",
    "get_named_instrument",
    "get_quotes",
    "has_prices",
    "list_calendar",
    "list_instruments",
    "list_named_instruments",
    "list_round_trips",
    "load_daily_bars",
    "market_state",
]
