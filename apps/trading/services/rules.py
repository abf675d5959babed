"""Ticks, lots, bands and charges of an instrument by the rulebook. What does not belong here: refusing an order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from apps.market import selectors as market_selectors
from apps.market.enums import InstrumentType
from apps.market.selectors import Instrument
from apps.trading import errors
from apps.trading.constants import ZERO
from apps.trading.enums import Product
from marketdata import share_series
from marketdata.rulebook import bands, charges, lots, ticks
from marketdata.rulebook.errors import RuleNotFound


def tick_of(instrument: Instrument, *, reference: Decimal, on: date) -> Decimal:
    """The tick size of an instrument whose reference price is ``reference``."""
    rules = market_selectors.rulebook_in_force()
    if instrument.option is not None:
        is_index = instrument.underlying is not None and instrument.underlying.type == InstrumentType.SECTOR
        # Assumption: the strike stands for the price of the underlying, which decides the tick of stock options.
        kind, price = ("index_option" if is_index else "stock_option"), instrument.option.strike
    else:
        # Assumption: an index, which nobody can buy, has the tick of its future.
        kind, price = ("index_future" if instrument.type == InstrumentType.SECTOR else "equity"), reference
    return ticks.tick_size(rules, kind, reference_price=price, trade_date=on)


def lot_of(instrument: Instrument, *, on: date) -> int:
    """Units of a lot: 1 for what is no contract."""
    if instrument.option is None:
        return 1
    rules, option = market_selectors.rulebook_in_force(), instrument.option
    return lots.lot_size_or_next(rules, option.underlying, trade_date=on, expiry=option.expiry)


def freeze_of(instrument: Instrument, *, on: date) -> int | None:
    """The most units one order may have, or None where the exchange has no such limit."""
    rules = market_selectors.rulebook_in_force()
    if instrument.option is None or not rules.has("freeze", rules.symbol_of(instrument.option.underlying)):
        return None
    rows = rules.rows("freeze", rules.symbol_of(instrument.option.underlying))
    in_force = [each for each in rows if each.valid_from <= on]
    return in_force[-1].integer("quantity") if in_force else None


def is_delivered_only(instrument: Instrument, *, on: date) -> bool:
    """Whether each trade in a share is settled by delivery.

    # Assumption: it is not where no series is known yet: always in synthetic prices, and in a replay of days before
    # the newest that was imported.
    """
    is_known = instrument.series_date is not None and instrument.series_date <= on
    return is_known and share_series.is_trade_for_trade(instrument.series)


def band_of(
    instrument: Instrument, *, previous_close: Decimal | None, last_price: Decimal, on: date
) -> bands.Band | None:
    """The circuit of the day, or None where there is none or nothing says where it lies."""
    rules = market_selectors.rulebook_in_force()
    if instrument.type == InstrumentType.SECTOR:
        return None
    tick = tick_of(instrument, reference=previous_close or last_price, on=on)
    if instrument.option is not None:
        return bands.band(rules, "option_market", reference=last_price, tick=tick, trade_date=on)
    if previous_close is None:
        return None
    # Assumption: a stock with derivatives has the dynamic band, any other the widest fixed one.
    kind = "equity_dynamic" if rules.has("lots", instrument.identifier) else "equity_20"
    return bands.band(rules, kind, reference=previous_close, tick=tick, trade_date=on)


def charges_of(
    instrument: Instrument, *, plan: str | None, side: str, product: str, value: Decimal, on: date
) -> Decimal:
    """The charges of an order executed for ``value`` rupees; a product other than delivery counts as intraday.

    :raises RatesUnknown: if the rulebook has none of the day
    """
    if plan is None or value <= 0:
        return ZERO
    segment = "equity_delivery" if product == Product.CNC else "equity_intraday"
    leg = charges.Leg(segment="options" if instrument.option is not None else segment, side=side)
    try:
        rates = charges.rates(market_selectors.rulebook_in_force(), leg, trade_date=on, plan=plan)
    except RuleNotFound as error:
        raise errors.RatesUnknown(details={"trade_date": on.isoformat()}) from error
    return rates.charges(value).total
