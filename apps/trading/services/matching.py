"""At which price an order fills on a bar: the engine's own function, ticks and circuits around it.

A quote is a bar whose four prices are the last price. What does not belong here: quantities, positions, money.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np

from apps.core import money
from apps.market.selectors import Instrument
from apps.trading.constants import PAISA
from apps.trading.enums import OrderType, Side
from apps.trading.models import Order
from apps.trading.services import book, rules, trailing
from apps.trading.services.profiles import Terms, terms_of
from engine.simulation import fills
from engine.simulation import interface as codes
from marketdata.rulebook import ticks
from marketdata.rulebook.bands import Band

KINDS = {
    OrderType.MARKET: codes.MARKET,
    OrderType.LIMIT: codes.LIMIT,
    OrderType.SL: codes.STOP_LIMIT,
    OrderType.SL_M: codes.STOP_MARKET,
}
AFTER_TRIGGER = {OrderType.SL: codes.LIMIT, OrderType.SL_M: codes.MARKET}


@dataclass(frozen=True, slots=True)
class Prices:
    """A bar in paise."""

    open: int
    high: int
    low: int
    close: int

    @classmethod
    def at(cls, price: int) -> Prices:
        """A quote as a bar."""
        return cls(price, price, price, price)


@dataclass(frozen=True, slots=True)
class Match:
    """A price in rupees, None where the order does not fill; ``is_triggered``: a stop is past its trigger.

    ``at_open``: it fills at the open of the bar.
    """

    price: Decimal | None
    is_triggered: bool
    at_open: bool = False


def match(order: Order, *, bar: Prices, instrument: Instrument, on: date, band: Band | None = None) -> Match:
    """Where an order fills on a bar that opened after it was accepted.

    Prices are rounded to the tick against the trader, never beyond the order's limit, then held inside the circuit.
    """
    tick = _tick_of(order, bar=bar, instrument=instrument, on=on)
    frictions = frictions_of(order, bar=bar, instrument=instrument, on=on)
    found = fills.fill(book.sign_of(order.side), _entry(order), record(bar), frictions)
    is_triggered = order.is_triggered or bool(found.triggered)
    if math.isnan(found.price):
        return Match(None, is_triggered)
    price = _on_tick(found.price, tick=tick, side=order.side)
    if order.order_type in (OrderType.LIMIT, OrderType.SL) and order.price is not None:
        price = min(price, order.price) if order.side == Side.BUY else max(price, order.price)
    return Match(band.clamp(price) if band is not None else price, is_triggered, at_open=bool(found.at_open))


def frictions_of(order: Order, *, bar: Prices, instrument: Instrument, on: date) -> np.void:
    """Slippage and penetration of an order on a bar as the engine takes them."""
    terms = terms_of(order.fill_profile)
    tick = _tick_of(order, bar=bar, instrument=instrument, on=on)
    return _frictions(terms, tick=tick, reference=_reference(order, bar=bar))


def kind_of(order: Order) -> int:
    """What an order is to the engine now: past its trigger a stop waits at its limit, or for the market."""
    if order.is_triggered and order.order_type in AFTER_TRIGGER:
        return AFTER_TRIGGER[OrderType(order.order_type)]
    return KINDS[OrderType(order.order_type)]


def record(bar: Prices) -> np.void:
    """A bar as the engine takes it."""
    row = np.zeros(1, codes.BAR)
    row["open"], row["high"], row["low"], row["close"] = bar.open, bar.high, bar.low, bar.close
    return _first(row)


def _reference(order: Order, *, bar: Prices) -> Decimal:
    trigger = None if order.is_triggered else order.trigger_price
    return trigger or money.rupees(bar.open)


def _tick_of(order: Order, *, bar: Prices, instrument: Instrument, on: date) -> Decimal:
    if not terms_of(order.fill_profile).rounds_to_tick:
        return PAISA
    return rules.tick_of(instrument, reference=_reference(order, bar=bar), on=on)


def _entry(order: Order) -> np.void:
    row = np.zeros(1, codes.ENTRY)
    row["kind"] = kind_of(order)
    trigger = _paise(order.trigger_price) if order.trailing is None else trailing.level_of(order)
    row["limit"], row["trigger"] = _paise(order.price), trigger
    return _first(row)


def _frictions(terms: Terms, *, tick: Decimal, reference: Decimal) -> np.void:
    row = np.zeros(1, codes.RULES)
    if terms.slips_a_tick:
        row["slippage"] = float(max(tick, reference * terms.slippage_pct / 100) * 100)
    else:
        # In the engine slippage_bps is hundredths of a percent.
        row["slippage_bps"] = float(terms.slippage_pct * 100)
    row["penetration"] = float(tick * terms.penetration_ticks * 100)
    return _first(row)


def _first(rows: np.ndarray[tuple[int], np.dtype[np.void]]) -> np.void:
    row: np.void = rows[0]
    return row


def _paise(price: Decimal | None) -> float:
    return 0.0 if price is None else float(price * 100)


def _on_tick(paise: float, *, tick: Decimal, side: str) -> Decimal:
    # A price is at most a millionth of a paisa off for being binary; more than that is a fraction of the price itself.
    exact = (Decimal(paise) / 100).quantize(Decimal("0.000001"))
    towards: Literal["up", "down"] = "up" if side == Side.BUY else "down"
    return max(ticks.round_to_tick(exact, tick, towards=towards), tick).quantize(PAISA)
