"""What a position of options would earn, at the last prices. What does not belong here: the arithmetic (marketdata)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from apps.core import clock, errors
from apps.market.selectors import option_contracts, option_snapshots, underlyings
from apps.market.selectors.instruments import list_named_instruments
from apps.market.selectors.option_snapshots import Priced
from apps.market.selectors.underlyings import Underlying
from apps.options.enums import LegSide
from apps.options.errors import NoOptionPrices, NotAnExpiry
from marketdata import implied, payoff
from marketdata.elementary import Floats
from marketdata.instrument_keys import Option, right_of
from marketdata.payoff import Leg, Outcome
from marketdata.types import OptionGreeks

PAISE = 100


@dataclass(frozen=True, slots=True)
class LegWanted:
    """A leg of a question: an option by name, or by the other three; units or lots; a price, if not the last one."""

    side: str
    contract: str = ""
    option_type: str = ""
    strike: Decimal | None = None
    expiry_date: date | None = None
    quantity: int | None = None
    lots: int | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UnderlyingLeg:
    """The underlying as part of a question."""

    side: str
    quantity: int
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PayoffGrid:
    """For which prices: so many, evenly, up to so far from the spot, and each strike between them."""

    points: int
    range_pct: Decimal


@dataclass(frozen=True, slots=True)
class PayoffQuestion:
    """A position on one underlying, by the prices of a moment, of the close of a day, or of now."""

    underlying: str
    legs: tuple[LegWanted, ...]
    underlying_leg: UnderlyingLeg | None
    grid: PayoffGrid
    at: datetime | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class PricedLeg:
    """A leg with what it costs and, for an option, what its last price implies for one unit."""

    option: Option | None
    side: str
    quantity: int
    lot_size: int | None
    price: Decimal
    last_price: Decimal | None
    greeks: OptionGreeks | None


@dataclass(frozen=True, slots=True)
class PositionPayoff:
    """A position with what it earns at ``expiry``, the first of its legs, and now, by price of the underlying.

    ``greeks`` are sums over all units, those of legs that imply none left out; None without any.
    """

    underlying: Underlying
    priced: Priced
    expiry: date | None
    legs: list[PricedLeg]
    outcome: Outcome
    greeks: OptionGreeks | None
    prices: Floats
    at_expiry: Floats
    today: Floats


def get_payoff(*, question: PayoffQuestion, now: datetime) -> PositionPayoff:
    """What a position earns.

    :raises InstrumentNotFound: if an instrument does not exist
    :raises NoDerivatives, NotAnExpiry, StrikeOffGrid: if an option cannot be, or has expired
    :raises NoOptionPrices: if nobody has prices, or a leg has none and names none
    :raises ValidationFailed: if a leg is no option of the underlying, or the moment is in the future
    """
    moment = option_snapshots.moment_of(at=question.at, on=question.on, now=now)
    legs = question.legs
    known = underlyings.get_underlying(identifier=question.underlying)
    options = _options(known, legs=legs, moment=moment)
    priced = option_snapshots.price_of(underlying=known, options=options, moment=moment)
    found = [
        _leg(wanted, known=known, option=option, priced=priced, on=clock.today(at=moment))
        for wanted, option in zip(legs, options, strict=True)
    ]
    if question.underlying_leg is not None:
        found.append(_spot_leg(question.underlying_leg, spot=priced.spot))
    position = [_pure(each, known=known, at=priced.at) for each in found]
    prices = _grid(question.grid, spot=priced.spot / PAISE, strikes=[float(option.strike) for option in options])
    return PositionPayoff(
        underlying=known,
        priced=priced,
        expiry=min((option.expiry for option in options), default=None),
        legs=found,
        outcome=payoff.outcome(position),
        greeks=_total(found),
        prices=prices,
        at_expiry=payoff.at_expiry(position, prices),
        today=payoff.at_once(position, prices),
    )


def _options(known: Underlying, *, legs: Sequence[LegWanted], moment: datetime) -> list[Option]:
    named = list_named_instruments(identifiers=[_name(leg, known=known) for leg in legs])
    options = []
    for place, each in enumerate(named):
        if each.option is None or each.option.underlying != known.symbol:
            raise errors.ValidationFailed.field(f"legs.{place}.contract", f"This is no option on {known.symbol}.")
        if option_snapshots.closes_at(underlying=known, day=each.option.expiry) <= moment:
            raise NotAnExpiry("This option has expired.", details={"contract": str(each.option)})
        options.append(each.option)
    return options


def _name(leg: LegWanted, *, known: Underlying) -> str:
    if leg.contract or leg.strike is None or leg.expiry_date is None:
        return leg.contract
    return str(Option(known.symbol, leg.expiry_date, leg.strike, right_of(leg.option_type)))


def _leg(wanted: LegWanted, *, known: Underlying, option: Option, priced: Priced, on: date) -> PricedLeg:
    lot = option_contracts.lot_size(underlying=known, on=on, expiry=option.expiry)
    paise = priced.prices.get(option)
    last = None if paise is None else Decimal(paise) / PAISE
    price = last if wanted.price is None else wanted.price
    if price is None:
        raise NoOptionPrices("Name a price for this leg: it has no last one.", details={"contract": str(option)})
    (greeks,) = implied.values(
        [float(price if last is None else last)],
        forward=priced.spot / PAISE,
        strikes=np.array([float(option.strike)]),
        years=_years(option, known=known, at=priced.at),
        is_call=np.array([option.is_call]),
    )
    return PricedLeg(
        option=option,
        side=wanted.side,
        quantity=wanted.quantity if wanted.quantity is not None else (wanted.lots or 0) * lot,
        lot_size=lot,
        price=price,
        last_price=last,
        greeks=greeks,
    )


def _spot_leg(wanted: UnderlyingLeg, *, spot: int) -> PricedLeg:
    last = Decimal(spot) / PAISE
    return PricedLeg(
        option=None,
        side=wanted.side,
        quantity=wanted.quantity,
        lot_size=None,
        price=last if wanted.price is None else wanted.price,
        last_price=last,
        greeks=OptionGreeks(volatility=0.0, delta=1.0, gamma=0.0, theta=0.0, vega=0.0, rho=0.0),
    )


def _pure(leg: PricedLeg, *, known: Underlying, at: datetime) -> Leg:
    quantity = _signed(leg)
    if leg.option is None:
        return Leg("SPOT", quantity, leg.price)
    return Leg(
        kind=leg.option.right,
        quantity=quantity,
        price=leg.price,
        strike=leg.option.strike,
        years=_years(leg.option, known=known, at=at),
        volatility=leg.greeks.volatility if leg.greeks else None,
    )


def _years(option: Option, *, known: Underlying, at: datetime) -> float:
    return implied.years_left(at, option_snapshots.closes_at(underlying=known, day=option.expiry))


def _total(legs: Sequence[PricedLeg]) -> OptionGreeks | None:
    """The sums over all units; a sum of volatilities says nothing and is 0."""
    each = [np.array(astuple(leg.greeks)) * _signed(leg) for leg in legs if leg.greeks is not None]
    if not each:
        return None
    _, *sums = np.sum(each, axis=0).tolist()
    return OptionGreeks(0.0, *sums)


def _signed(leg: PricedLeg) -> int:
    return leg.quantity if leg.side == LegSide.BUY else -leg.quantity


def _grid(wanted: PayoffGrid, *, spot: float, strikes: Sequence[float]) -> Floats:
    """Prices in whole paise, above 0, ascending."""
    reach = float(wanted.range_pct) / 100
    low, high = max(spot * (1 - reach), 0.01), spot * (1 + reach)
    inside = [strike for strike in strikes if low <= strike <= high]
    return np.unique(np.round(np.concatenate([np.linspace(low, high, wanted.points), inside]), 2))
