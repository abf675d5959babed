"""Last prices of many instruments at once. What does not belong here: candles, and how the answer is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import marketdata
from apps.market.selectors import imported_quotes, made, option_quotes
from apps.market.selectors.instruments import Instrument, list_named_instruments
from apps.market.selectors.quoted import MarketQuote, Quotes
from apps.options import selectors as options_selectors
from marketdata import instrument_keys
from marketdata.instrument_keys import Option


def get_quotes(*, instruments: Sequence[str], now: datetime) -> Quotes:
    """The last price of each: of the provider at ``now`` for those it makes, else the last final bar in the tables.

    The names may be canonical keys or those of other platforms; the quotes bear the canonical ones. However many
    options are among them, they cost two queries.

    :raises InstrumentNotFound: if one of them does not exist
    :raises NoDerivatives, NotAnExpiry, StrikeOffGrid: if one names an option that cannot be
    """
    named = list_named_instruments(identifiers=instruments)
    quotes = find_quotes(named=named, now=now)
    keys = list(dict.fromkeys(each.identifier for each in named))
    return Quotes(
        quotes=[quotes[key] for key in keys if key in quotes],
        missing=[name for name, each in zip(instruments, named, strict=True) if each.identifier not in quotes],
    )


def find_quotes(*, named: Sequence[Instrument], now: datetime) -> dict[str, MarketQuote]:
    """The last prices of instruments by their keys, those that have one; see :func:`get_quotes`."""
    spots = {each.identifier: each for each in (each.underlying or each for each in named)}
    real = imported_quotes.find_imported(list(spots.values()), now=now)
    live = [name for name, each in spots.items() if name not in real and made.is_live(each)]
    wanted = {each.identifier for each in named if each.option is None}
    quotes = {name: quote for name, quote in real.items() if name in wanted}
    made_at = made.moment_of_prices(now) if live else now
    if live:
        quotes |= _live([name for name in live if name in wanted], moment=made_at)
    options = {each.identifier: _options_of(each) for each in named if each.option is not None}
    if options:
        imported = {*real, *options_selectors.find_imported(underlyings=list(spots))}
        every = list({option: None for meant in options.values() for option in meant})
        found = option_quotes.quote_options(options=every, imported=imported, made_of=live, now=now, made_at=made_at)
        for name, meant in options.items():
            for each in meant:
                if each in found:
                    quotes[name] = replace(found[each], instrument=name)
    return quotes


def _options_of(instrument: Instrument) -> list[Option]:
    """The options whose prices an instrument may have, the best last.

    Where its expiry was moved, the files of the days before that have it by its name.
    """
    expiring = instrument.option
    named = instrument_keys.parse(instrument.identifier)
    return [each for each in (named, expiring) if isinstance(each, Option)]


def _live(names: Sequence[str], *, moment: datetime) -> dict[str, MarketQuote]:
    label = made.label()
    return {
        name: MarketQuote(
            instrument=name,
            price=quote.price,
            open=quote.open,
            high=quote.high,
            low=quote.low,
            previous_close=quote.previous_close,
            volume=quote.volume,
            at=quote.at,
            is_open=quote.is_open,
            label=label,
        )
        for name, quote in marketdata.get_provider().quotes(names, moment).items()
    }
