"""The margin estimate of options at a moment: last prices, what they imply, and the rulebook's terms, joined.

What does not belong here: the method (marketdata), whose options they are, blocking money (trading).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.core import clock
from apps.market.enums import InstrumentType, Interval
from apps.market.selectors.candles import CandleQuery, get_candles
from apps.market.selectors.instruments import Instrument, option_on
from apps.market.selectors.quotes import find_quotes
from apps.market.selectors.rules import rulebook_in_force
from apps.market.selectors.trading_hours import contracts_end
from marketdata import black, implied
from marketdata.instrument_keys import Option
from marketdata.margin import estimate, terms
from marketdata.margin.estimate import Leg, Margin, Market

PAISE = 100
# Assumption: the deviation of daily returns is that of the last sixty sessions, all alike.
SESSIONS = 60
TRADING_DAYS = 252


class Priced(NamedTuple):
    """An option held, in units (short below zero), and its price in rupees; nan: it has none."""

    option: Option
    quantity: int
    price: float


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
    return margin_of(
        held=[
            Priced(option, held[option], quotes[str(option)].price / PAISE if str(option) in quotes else math.nan)
            for option in options
        ],
        kind="index" if underlying.type == InstrumentType.SECTOR else "stock",
        spot=quotes[underlying.identifier].price / PAISE,
        daily=daily_volatility(underlying=underlying, now=now),
        now=now,
    )


def margin_of(*, held: Sequence[Priced], kind: terms.Kind, spot: float, daily: float, now: datetime) -> Margin:
    """The margin of options on one underlying at known prices: its last one ``spot`` and the deviation of its days.

    :raises RuleNotFound: before the first terms
    """
    legs = [
        Leg(each.option.expiry, float(each.option.strike), each.option.is_call, each.quantity, years, volatility)
        for each, years, volatility in _implied(held, spot=spot, daily=daily, now=now)
    ]
    on = clock.today(at=now)
    found = terms.terms_of(rulebook_in_force(), kind, on=on)
    return estimate.estimate(legs, market=Market(spot, daily, on), terms=found)


def daily_volatility(*, underlying: Instrument, now: datetime) -> float:
    """The root mean square of the underlying's last daily returns; 0 where there are none."""
    query = CandleQuery(instrument=underlying.identifier, interval=Interval.DAY, before=now, limit=SESSIONS + 1)
    return deviation_of(get_candles(query=query, now=now).candles.close)


def deviation_of(closes: NDArray[np.integer]) -> float:
    """The root mean square of the last sixty returns of daily closes; 0 where there are none."""
    last = closes[-SESSIONS - 1 :].astype(np.float64)
    returns = np.log(last[1:] / last[:-1])
    return float(np.sqrt(np.mean(returns**2))) if len(returns) else 0.0


def _implied(
    held: Sequence[Priced], *, spot: float, daily: float, now: datetime
) -> Iterator[tuple[Priced, float, float]]:
    """Each option with its years to expiry and what its price implies: they may expire on different days."""
    usual = max(daily * math.sqrt(TRADING_DAYS), black.LOWEST_VOLATILITY)
    for each in held:
        years = _years(each.option, now=now)
        (greeks,) = implied.values(
            [each.price],
            forward=spot,
            strikes=np.array([float(each.option.strike)]),
            years=years,
            is_call=np.array([each.option.is_call]),
        )
        yield each, years, usual if greeks is None else greeks.volatility


def _years(option: Option, *, now: datetime) -> float:
    return implied.years_left(now, contracts_end(option.expiry))
