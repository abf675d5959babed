"""The margin of the options that an account holds on one underlying. What does not belong here: prices, accounts.

The scenarios are applied to everything of one expiry together, so a hedge lowers the margin. Of several expiries the
lower counts of two figures: each expiry alone, or all together with a charge for the spread between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from marketdata import black
from marketdata.margin import scenarios
from marketdata.margin.scenarios import Columns
from marketdata.margin.terms import Terms

PAISA = Decimal("0.01")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Leg:
    """An open option: ``quantity`` in units, below zero where short; ``years`` to expiry, ``volatility`` a year."""

    expiry: date
    strike: float
    is_call: bool
    quantity: int
    years: float
    volatility: float


@dataclass(frozen=True, slots=True)
class Market:
    """The underlying on a day: its forward in rupees, and the deviation of its daily returns as a ratio."""

    forward: float
    daily_volatility: float
    on: date


@dataclass(frozen=True, slots=True)
class Margin:
    """The parts of an estimate in rupees: the scenarios, exposure, what expires today, and spreads over expiries."""

    scan: Decimal = ZERO
    exposure: Decimal = ZERO
    expiry_day: Decimal = ZERO
    calendar: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What is to be set aside."""
        return self.scan + self.exposure + self.expiry_day + self.calendar


def estimate(legs: Sequence[Leg], *, market: Market, terms: Terms) -> Margin:
    """The margin of options on one underlying; nothing where none is short.

    # Assumption: what is bought is paid for in full, so a set never needs more than what is short of it: the scenarios
    # are applied to that alone where it loses less.
    """
    shorts = [leg for leg in legs if leg.quantity < 0]
    if not shorts:
        return Margin()
    scan, calendar = _scan(legs, market=market, terms=terms)
    exposure = sum(_exposure(leg, market=market, terms=terms) for leg in shorts)
    due = sum(-leg.quantity for leg in shorts if leg.expiry == market.on)
    return Margin(
        scan=_rupees(scan),
        exposure=_rupees(exposure),
        expiry_day=_rupees(terms.expiry_short * market.forward * due),
        calendar=_rupees(calendar),
    )


def _scan(legs: Sequence[Leg], *, market: Market, terms: Terms) -> tuple[float, float]:
    """The loss in the scenarios, and what is charged for a spread over expiries."""
    dying = [leg for leg in legs if leg.expiry == market.on]
    living = [leg for leg in legs if leg.expiry != market.on]
    days = sorted({leg.expiry for leg in living})
    alone = sum(_worst([leg for leg in living if leg.expiry == day], market=market, terms=terms) for day in days)
    # On its last day a contract hedges nothing of another expiry.
    last = _worst(dying, market=market, terms=terms)
    if len(days) < 2:
        return alone + last, 0.0
    together = _worst(living, market=market, terms=terms)
    charge = terms.calendar * market.forward * _spread(living, market=market)
    return (together + last, charge) if together + charge < alone else (alone + last, 0.0)


def _worst(legs: Sequence[Leg], *, market: Market, terms: Terms) -> float:
    if not legs:
        return 0.0
    scan = scenarios.scan_range(terms, daily_volatility=market.daily_volatility)
    columns = _columns(legs)
    sets = (columns, columns.where(columns.quantity < 0))
    return min(scenarios.worst_loss(each, forward=market.forward, terms=terms, scan=scan) for each in sets)


def _spread(legs: Sequence[Leg], *, market: Market) -> float:
    """Units of the underlying that one expiry is long and another short, by delta."""
    columns = _columns(legs)
    greeks = black.greeks(
        columns.volatility,
        forward=np.full(len(legs), market.forward),
        strike=columns.strike,
        years=columns.years,
        is_call=columns.is_call,
    )
    deltas: dict[date, float] = {}
    for leg, delta in zip(legs, (columns.quantity * greeks.delta).tolist(), strict=True):
        deltas[leg.expiry] = deltas.get(leg.expiry, 0.0) + delta
    long = sum(delta for delta in deltas.values() if delta > 0)
    short = -sum(delta for delta in deltas.values() if delta < 0)
    return min(long, short)


def _exposure(leg: Leg, *, market: Market, terms: Terms) -> float:
    sign = 1 if leg.is_call else -1
    is_far = sign * (leg.strike - market.forward) / market.forward > terms.far_from
    return (terms.exposure_far if is_far else terms.exposure) * market.forward * -leg.quantity


def _columns(legs: Sequence[Leg]) -> Columns:
    figures = np.array([(leg.quantity, leg.strike, leg.years, leg.volatility) for leg in legs], dtype=np.float64)
    quantity, strike, years, volatility = figures.T
    return Columns(quantity, strike, years, volatility, np.array([leg.is_call for leg in legs], dtype=np.bool_))


def _rupees(amount: float) -> Decimal:
    return Decimal(amount).quantize(PAISA, ROUND_HALF_UP)
