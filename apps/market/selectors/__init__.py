"""Every read of the market, from instruments to round trips. What does not belong here: writes."""

from apps.market.selectors.bars import LoadedBars, check_bars, has_bars, has_prices, load_bars, load_daily_bars
from apps.market.selectors.calendar import (
    calendar_etag,
    closed_days,
    has_session,
    list_calendar,
)
from apps.market.selectors.candles import CandlePage, CandleQuery, get_candles
from apps.market.selectors.chain import Chain, ChainSide, get_chain
from apps.market.selectors.charges import get_charge_schedule
from apps.market.selectors.directory import aliases_of, list_instruments
from apps.market.selectors.health import is_market_data_up
from apps.market.selectors.holdings import Holdings, get_holdings
from apps.market.selectors.instruments import (
    Instrument,
    find_named_instruments,
    get_instrument,
    get_named_instrument,
    get_option,
    list_named_instruments,
)
from apps.market.selectors.margins import Priced, deviation_of, find_margin, margin_of
from apps.market.selectors.meta import Meta, get_meta
from apps.market.selectors.option_candles import OptionDayCandles, find_option_candles, get_option_day
from apps.market.selectors.option_contracts import ListedContract, ListedExpiry, list_contracts, list_expiries
from apps.market.selectors.option_payoff import (
    LegWanted,
    PayoffGrid,
    PayoffQuestion,
    PositionPayoff,
    PricedLeg,
    UnderlyingLeg,
    get_payoff,
)
from apps.market.selectors.quality import Quality, get_quality
from apps.market.selectors.quoted import MarketQuote, Quotes, quote_of_bars
from apps.market.selectors.quotes import find_quotes, get_quotes
from apps.market.selectors.round_trips import count_paper_trades_unscoped, list_round_trips
from apps.market.selectors.rules import (
    RuleRow,
    RuleTable,
    book_of,
    forget_rules,
    get_rule,
    list_active_rules,
    list_rule_rows,
    list_rule_tables,
    list_rules,
    row_of,
    rulebook_in_force,
)
from apps.market.selectors.share_actions import ShareAction, list_share_actions
from apps.market.selectors.status import list_market_status, lock_market_status
from apps.market.selectors.stored import Label
from apps.market.selectors.timeframes import Candles, Whole, aggregate
from apps.market.selectors.trading_hours import (
    ANY,
    contracts_end,
    last_final_day,
    last_session,
    market_state,
    open_among,
    segment_of,
    squareoff_at,
)

__all__ = [
    "ANY",
    "CandlePage",
    "CandleQuery",
    "Candles",
    "Chain",
    "ChainSide",
    "Holdings",
    "Instrument",
    "Label",
    "LegWanted",
    "ListedContract",
    "ListedExpiry",
    "LoadedBars",
    "MarketQuote",
    "Meta",
    "OptionDayCandles",
    "PayoffGrid",
    "PayoffQuestion",
    "PositionPayoff",
    "Priced",
    "PricedLeg",
    "Quality",
    "Quotes",
    "RuleRow",
    "RuleTable",
    "ShareAction",
    "UnderlyingLeg",
    "Whole",
    "aggregate",
    "aliases_of",
    "book_of",
    "calendar_etag",
    "check_bars",
    "closed_days",
    "contracts_end",
    "count_paper_trades_unscoped",
    "deviation_of",
    "find_margin",
    "find_named_instruments",
    "find_option_candles",
    "find_quotes",
    "forget_rules",
    "get_candles",
    "get_chain",
    "get_charge_schedule",
    "get_holdings",
    "get_instrument",
    "get_meta",
    "get_named_instrument",
    "get_option",
    "get_option_day",
    "get_payoff",
    "get_quality",
    "get_quotes",
    "get_rule",
    "has_bars",
    "has_prices",
    "has_session",
    "is_market_data_up",
    "last_final_day",
    "last_session",
    "list_active_rules",
    "list_calendar",
    "list_contracts",
    "list_expiries",
    "list_instruments",
    "list_market_status",
    "list_named_instruments",
    "list_round_trips",
    "list_rule_rows",
    "list_rule_tables",
    "list_rules",
    "list_share_actions",
    "load_bars",
    "load_daily_bars",
    "lock_market_status",
    "margin_of",
    "market_state",
    "open_among",
    "quote_of_bars",
    "row_of",
    "rulebook_in_force",
    "segment_of",
    "squareoff_at",
]
