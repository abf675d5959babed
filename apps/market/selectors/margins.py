"""The margin estimate of options at a moment: last prices, what they imply, and the rulebook's terms, joined.

What does not belong here: the method (marketdata), whose options they are, blocking money (trading).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from apps.core import clock
from apps.market.enums import InstrumentType, Interval
from apps.market.selectors.candles import CandleQuery, get_candles
from apps.market.selectors.instruments import Instrument, option_on
from apps.market.selectors.quotes import find_quotes
from apps.market.selectors.rules import contracts_end, rulebook_in_force
from marketdata import black, implied
from marketdata.instrument_keys import Option
from marketdata.margin import estimate, terms
from marketdata.margin.estimate import Leg, Margin, Market

PAISE = 100
# Assumption: the deviation of daily returns is that of the last sixty sessions, all alike.
SESSIONS = 60
TRADING_DAYS = 252


def find_margin(*, underlying: Instrument, held: Mapping[Option, int], now: datetime) -> Margin | None:
    """The margin of options on one underlying, units by option (short below zero); None without its price.

    # Assumption: the spot stands for the forward. An option whose price implies no volatility has the underlying's.

    :raises RuleNotFound: before the first terms
    """
    if not any(quantity < 0 for quantity in held.values()):
        return Margin()
    options = [option for option, quantity in held.items() if quantity]
    named = [option_on(underlying, option=option) for option in options]
    quotes = find_quotes(named=[underlying, *named], now=now)
    if underlying.identifier not in quotes:
        return None
    spot = quotes[underlying.identifier].price / PAISE
    daily = daily_volatility(underlying=underlying, now=now)
    prices = [quotes[str(each)].price / PAISE if str(each) in quotes else math.nan for each in options]
    volatilities = _volatilities(options, prices=prices, spot=spot, daily=daily, now=now)
    legs = [
        Leg(each.expiry, float(each.strike), each.is_call, held[each], _years(each, now=now), volatility)
        for each, volatility in zip(options, volatilities, strict=True)
    ]
    on = clock.today(at=now)
    kind: terms.Kind = "index" if underlying.type == InstrumentType.SECTOR else "stock"
    found = terms.terms_of(rulebook_in_force(), kind, on=on)
    return estimate.estimate(legs, market=Market(spot, daily, on), terms=found)


def daily_volatility(*, underlying: Instrument, now: datetime) -> float:
    """The root mean square of the underlying's last daily returns; 0 where there are none."""
    query = CandleQuery(instrument=underlying.identifier, interval=Interval.DAY, before=now, limit=SESSIONS + 1)
    closes = get_candles(query=query, now=now).candles.close.astype(np.float64)
    returns = np.log(closes[1:] / closes[:-1])
    return float(np.sqrt(np.mean(returns**2))) if len(returns) else 0.0


def _volatilities(
    options: Sequence[Option], *, prices: Sequence[float], spot: float, daily: float, now: datetime
) -> list[float]:
    """What each price implies, option by option: they may expire on different days."""
    usual = max(daily * math.sqrt(TRADING_DAYS), black.LOWEST_VOLATILITY)
    found = []
    for option, price in zip(options, prices, strict=True):
        (greeks,) = implied.values(
            [price],
            forward=spot,
            strikes=np.array([float(option.strike)]),
            years=_years(option, now=now),
            is_call=np.array([option.is_call]),
        )
        found.append(usual if greeks is None else greeks.volatility)
    return found


def _years(option: Option, *, now: datetime) -> float:
    return implied.years_left(now, contracts_end(option.expiry))
