"""The days of an option rule: the underlying's bars, the contract of each leg, its premiums.

A contract is chosen by what was known at the close of the last bar before the entry. What does not belong here: which
of the listed options a leg takes (engine), fills.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.backtests.services.legs import margins
from apps.backtests.services.legs.margins import Closes
from apps.core import clock
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.market.errors import NoBars
from apps.options.enums import ExpiryCycle
from apps.options.errors import NoDerivatives, NoOptionPrices, NotAnExpiry, StrikeOffGrid
from apps.options.selectors import StrikesWanted
from engine.legs import selection
from engine.legs.days import Contract, Day, SkipReason
from engine.legs.rule import LegRule, LegsRule
from engine.legs.selection import ListedExpiry, Quote
from engine.types import Bars

if TYPE_CHECKING:
    from apps.backtests.services.watching import Between

PAISE = 100
EPOCH = date(1970, 1, 1)
STEP = 300
# Enough of the calendar for the monthly after the next, and of the chain for premiums far from the money.
EXPIRIES = 12
LEVELS = 20
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The days of a run. ``instruments`` by the contract's name; ``data_hash`` over all columns that were read.

    ``margins``: of each day, what its legs need together at the entry, rupees; None where nothing is entered.
    """

    days: tuple[Day, ...]
    underlying: market_selectors.LoadedBars
    instruments: dict[str, market_selectors.Instrument]
    data_hash: str
    margins: tuple[Decimal | None, ...]


class _Chosen(NamedTuple):
    """A contract as the engine takes it and as the market knows it, its price and the spot (rupees) at its choice."""

    contract: Contract
    instrument: market_selectors.Instrument
    held: market_selectors.Priced
    spot: float


def load(
    *, instrument: market_selectors.Instrument, rule: LegsRule, start: date, end: date, between: Between
) -> Loaded:
    """Every day with bars of the underlying from ``start`` to ``end``; one without contracts says why.

    :raises NoBars: if there is no day
    """
    loaded = market_selectors.load_bars(instrument=instrument, interval=Interval.FIVE_MINUTES, start=start, end=end)
    settlements = _settlements(instrument, start=start, end=end) if rule.settles else {}
    days: list[Day] = []
    instruments: dict[str, market_selectors.Instrument] = {}
    digest = hashlib.sha256(loaded.data_hash.encode())
    closes = margins.load_closes(instrument, start=start, end=end)
    needed: list[Decimal | None] = []
    for bars in _sessions(loaded.bars):
        between(float(np.searchsorted(loaded.bars.session, bars.session[0])) / len(loaded.bars))
        found = _contracts(instrument.identifier, rule=rule, bars=bars)
        session = int(bars.session[0])
        if isinstance(found, str):
            days.append(Day(bars, skipped=found))
            needed.append(None)
            continue
        contracts = tuple(each.contract for each in found)
        margin = _margin(instrument, rule=rule, bars=bars, found=found, closes=closes)
        needed.append(margin)
        days.append(Day(bars, contracts, settlement=settlements.get(session), margin=float((margin or 0) * PAISE)))
        if rule.asks_margin:
            digest.update(str(margin).encode())
        instruments |= {each.contract.name: each.instrument for each in found}
        for contract in contracts:
            digest.update(contract.name.encode())
            for name in PRICES:
                digest.update(getattr(contract, name).astype("<i4").tobytes())
    return Loaded(tuple(days), loaded, instruments, digest.hexdigest(), tuple(needed))


def _sessions(bars: Bars) -> Iterator[Bars]:
    """The bars, a day at a time."""
    ends = np.flatnonzero(np.diff(bars.session)) + 1
    for part in np.split(np.arange(len(bars)), ends):
        here = slice(int(part[0]), int(part[-1]) + 1)
        columns = ("time", "session", *PRICES, "volume")
        yield replace(bars, **{name: getattr(bars, name)[here] for name in columns})


def _settlements(instrument: market_selectors.Instrument, *, start: date, end: date) -> dict[int, float]:
    """The underlying's official closes by day number."""
    try:
        daily = market_selectors.load_daily_bars(instrument=instrument, start=start, end=end)
    except NoBars:
        return {}
    return {int(day): float(close) for day, close in zip(daily.bars.session, daily.bars.close, strict=True)}


def _contracts(underlying: str, *, rule: LegsRule, bars: Bars) -> list[_Chosen] | SkipReason:
    """The contract of each leg on a day, or why there is none."""
    last = selection.last_final(bars, minute=rule.entry_minute, step=STEP)
    if last is None:
        return "no_bar_before_entry"
    at = _entry(rule, bars=bars)
    try:
        listed = _expiries(underlying, day=at.date())
        chosen = []
        for leg in rule.legs:
            expiry = selection.expiry(leg.expiry, listed=listed, on=int(bars.session[0]))
            if expiry is None:
                return "no_expiry"
            found = _chosen(underlying, leg=leg, expiry=expiry, at=at, bars=bars, spot=float(bars.close[last]))
            if found is None:
                return "no_contract"
            chosen.append(found)
    except (NoOptionPrices, NotAnExpiry, StrikeOffGrid, NoDerivatives, NoBars):
        return "no_contract"
    return chosen


def _margin(
    instrument: market_selectors.Instrument, *, rule: LegsRule, bars: Bars, found: list[_Chosen], closes: Closes
) -> Decimal | None:
    """What the legs need together at the entry, by what was known then."""
    return margins.estimate(
        [each.held for each in found],
        underlying=instrument,
        spot=found[0].spot,
        daily=closes.deviation_before(int(bars.session[0])),
        at=_entry(rule, bars=bars),
    )


def _entry(rule: LegsRule, *, bars: Bars) -> datetime:
    """The moment of a day's entry."""
    day = EPOCH + timedelta(days=int(bars.session[0]))
    return datetime.combine(day, time(rule.entry_minute // 60, rule.entry_minute % 60), tzinfo=clock.IST)


def _expiries(underlying: str, *, day: date) -> list[ListedExpiry]:
    found = market_selectors.list_expiries(underlying=underlying, on=day, count=EXPIRIES, now=clock.now())
    return [ListedExpiry((each.date - EPOCH).days, each.cycle == ExpiryCycle.MONTHLY) for each in found]


def _chosen(underlying: str, *, leg: LegRule, expiry: int, at: datetime, bars: Bars, spot: float) -> _Chosen | None:
    """The contract of a leg with its premiums of the day; None if none is listed where the rule looks for it.

    :raises DomainError: if nobody has a chain or prices
    """
    steps = abs(int(leg.strike.value)) + 1 if leg.strike.by == "atm" else LEVELS
    chain = market_selectors.get_chain(
        underlying=underlying,
        expiry_date=EPOCH + timedelta(days=expiry),
        at=at,
        strikes_wanted=StrikesWanted(atm_levels=steps),
        now=clock.now(),
    )
    sides = [row.call if leg.right == "CE" else row.put for row in chain.rows]
    quotes = {_quote(side): side.option for side in sides}
    taken = selection.strike(leg, spot=spot, quotes=list(quotes))
    if taken is None:
        return None
    option = quotes[taken]
    instrument = market_selectors.get_named_instrument(identifier=str(option))
    day = at.date()
    found = market_selectors.find_option_candles(instrument=instrument, day=day, now=clock.now())
    if found is None:
        return None
    contract = Contract(
        name=instrument.identifier,
        strike=taken.strike,
        right=leg.right,
        expiry=expiry,
        lot_size=chain.snapshot.lot_size,
        **_columns(found, bars=bars),
    )
    quantity = (1 if leg.side == "long" else -1) * leg.lots * contract.lot_size
    price = math.nan if taken.premium is None else taken.premium / PAISE
    priced = market_selectors.Priced(option, quantity, price)
    return _Chosen(contract, instrument, priced, chain.snapshot.spot / PAISE)


def _columns(candles: market_selectors.Candles, *, bars: Bars) -> dict[str, NDArray[np.int32]]:
    """The premiums on the underlying's bars, which are the clock: a bar that they have not is left out."""
    columns = {name: np.zeros(len(bars), np.int32) for name in PRICES}
    _, here, there = np.intersect1d(bars.time, candles.time, assume_unique=True, return_indices=True)
    for name, column in columns.items():
        column[here] = getattr(candles, name)[there]
    return columns


def _quote(side: market_selectors.ChainSide) -> Quote:
    price = side.traded.price
    return Quote(
        strike=int(Decimal(side.option.strike) * PAISE),
        premium=None if price is None else float(price),
        delta=None if side.greeks is None else float(side.greeks.delta),
    )
