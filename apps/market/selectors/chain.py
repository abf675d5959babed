"""The option chain: both sides of each strike with what their prices imply. What does not belong here: the prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from apps.market.selectors import option_snapshots, underlyings
from apps.market.selectors.option_snapshots import Snapshot, Traded
from apps.options.selectors import StrikesWanted
from marketdata import implied
from marketdata.instrument_keys import Option
from marketdata.rulebook import open_interest
from marketdata.rulebook.strikes import RIGHTS
from marketdata.types import OptionGreeks

PAISE = 100
NOTHING = Traded(price=None, volume=0, open_interest=0)


@dataclass(frozen=True, slots=True)
class ChainSide:
    """One option of a chain; ``greeks`` is None where its price implies none, or there is none."""

    option: Option
    label: str
    traded: Traded
    greeks: OptionGreeks | None


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A strike with its call and its put."""

    strike: Decimal
    call: ChainSide
    put: ChainSide


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain with its figures. ``forward`` and ``straddle_price`` in rupees; ratio and pain are over its rows."""

    snapshot: Snapshot
    atm_strike: Decimal
    forward: float
    years: float
    straddle_price: Decimal | None
    put_call_ratio: Decimal | None
    max_pain: Decimal | None
    rows: list[ChainRow]


def get_chain(
    *,
    underlying: str,
    expiry_date: date | None = None,
    at: datetime | None = None,
    on: date | None = None,
    strikes_wanted: StrikesWanted,
    now: datetime,
) -> Chain:
    """The chain of an expiry (default: the next) at a moment, at the close of a day, or now.

    :raises InstrumentNotFound: if there is no such underlying
    :raises NoDerivatives: if it has no options
    :raises NotAnExpiry: if no option expires on that day
    :raises StrikeOffGrid: if the interval asked for leads off the grid
    :raises NoOptionPrices: if nobody has prices at that moment
    :raises ValidationFailed: if the moment is in the future
    """
    moment = option_snapshots.moment_of(at=at, on=on, now=now)
    known = underlyings.get_underlying(identifier=underlying)
    snapshot = option_snapshots.take(underlying=known, expiry=expiry_date, moment=moment, strikes_wanted=strikes_wanted)
    return chain_of(snapshot)


def chain_of(snapshot: Snapshot) -> Chain:
    """A snapshot with its figures: the forward by parity at the money, Black 76 without interest for the rest."""
    symbol, expiry = snapshot.underlying.symbol, snapshot.expiry
    options = [Option(symbol, expiry, rung.strike, rung.right) for rung in snapshot.rungs]
    traded = [snapshot.traded.get(option, NOTHING) for option in options]
    atm = next(rung.strike for rung in snapshot.rungs if rung.label == "ATM")
    call, put = (_rupees(snapshot.traded.get(Option(symbol, expiry, atm, right), NOTHING)) for right in RIGHTS)
    forward = implied.forward(strike=float(atm), call=call, put=put, spot=snapshot.spot / PAISE)
    years = implied.years_left(snapshot.at, snapshot.expires_at)
    greeks = implied.values(
        [np.nan if each.price is None else each.price / PAISE for each in traded],
        forward=forward,
        strikes=np.array([float(option.strike) for option in options]),
        years=years,
        is_call=np.array([option.is_call for option in options]),
    )
    labels = [rung.label for rung in snapshot.rungs]
    sides = [ChainSide(*each) for each in zip(options, labels, traded, greeks, strict=True)]
    rows = [ChainRow(left.option.strike, left, right) for left, right in zip(sides[::2], sides[1::2], strict=True)]
    held = {row.strike: (row.call.traded.open_interest, row.put.traded.open_interest) for row in rows}
    return Chain(
        snapshot=snapshot,
        atm_strike=atm,
        forward=forward,
        years=years,
        straddle_price=None if call is None or put is None else Decimal(f"{call + put:.2f}"),
        put_call_ratio=open_interest.put_call_ratio(held),
        max_pain=open_interest.max_pain(held),
        rows=rows,
    )


def _rupees(traded: Traded) -> float | None:
    return None if traded.price is None else traded.price / PAISE
