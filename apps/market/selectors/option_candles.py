"""Candles of one option: the tables first, the provider where they have none. What does not belong here: chains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

import marketdata
from apps.core import clock, errors
from apps.market.constants import DAY_SECONDS, OPTION_TICK, SESSION_OPEN_SECONDS
from apps.market.selectors import made, underlyings
from apps.market.selectors.instruments import Instrument, get_named_instrument
from apps.market.selectors.stored import Days, Label
from apps.market.selectors.timeframes import Candles, aggregate
from apps.options import selectors as options_selectors
from apps.stocks import selectors as stocks_selectors
from marketdata.instrument_keys import Option

# Assumption: a chart begins so long before the expiry. Any day has prices of any contract, but nobody traded it before.
LIFE = timedelta(days=120)
EPOCH = date(1970, 1, 1)
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class OptionDayCandles:
    """The final 5-minute candles of an option on a day as the API shows them; ``label`` is None without any."""

    contract: str
    date: date
    label: Label | None
    candles: stocks_selectors.Series


def get_option_day(*, contract: str, date: date, series_format: str, now: datetime) -> OptionDayCandles:
    """The final 5-minute candles of an option on a day; none on a closed day, after its expiry, or in the future.

    :raises InstrumentNotFound: if there is no such instrument
    :raises NoDerivatives, NotAnExpiry, StrikeOffGrid: if it names an option that cannot be
    :raises ValidationFailed: if it names no option
    """
    instrument = get_named_instrument(identifier=contract)
    if instrument.option is None:
        raise errors.ValidationFailed.field("contract", "This is a stock or a sector, and no option.")
    found = _day(instrument, day=date, now=now)
    return OptionDayCandles(
        contract=instrument.identifier,
        date=date,
        label=found[1] if found else None,
        candles=stocks_selectors.draw_candles(found[0] if found else {}, series_format=series_format),
    )


def find_days(*, instrument: Instrument, start: date, end: date, count: int, now: datetime) -> Days | None:
    """The newest ``count`` days of an option's 5-minute candles from ``start`` to ``end``, or None.

    Stored ones of another maker than the provider stand for themselves.
    """
    option = _option(instrument)
    label = options_selectors.find_label(option=option)
    if label is not None and Label(*label) != made.label():
        stored = options_selectors.list_stored_candles(option=option, start=start, end=end)
        days = list(stored)[-count:]
        candles = Candles.joined([Candles.of_json(stored[day], day=day) for day in days])
        return Days(candles=candles, label=Label(*label), has_older=len(stored) > count) if days else None
    return _made(instrument, start=start, end=end, count=count, now=now)


def find_option_candles(*, instrument: Instrument, day: date, now: datetime) -> Candles | None:
    """The final 5-minute candles of an option on a day as orders meet them, or None."""
    found = find_days(instrument=instrument, start=day, end=day, count=1, now=now)
    return None if found is None else tradable(found.candles)


def tradable(candles: Candles) -> Candles:
    """The candles with no price below a tick.

    # Assumption: a premium of nothing, as on an expiry day, trades at one tick, for nothing can be sold for nothing.
    """
    return replace(candles, **{name: np.maximum(getattr(candles, name), OPTION_TICK) for name in PRICES})


def find_daily(*, instrument: Instrument, start: date, end: date, count: int, now: datetime) -> Days | None:
    """The newest ``count`` daily candles of an option from ``start`` to ``end``: imported, or of its 5-minute ones."""
    rows = options_selectors.list_days(option=_option(instrument), start=start, end=end)
    if not rows:
        found = find_days(instrument=instrument, start=start, end=end, count=count, now=now)
        return found and Days(aggregate(found.candles, seconds=DAY_SECONDS), found.label, found.has_older)
    newest = rows[-count:]
    columns = {
        name: np.array([getattr(row, name) for row in newest], dtype=np.int64)
        for name in ("open", "high", "low", "close", "volume")
    }
    time = np.array([(row.day - EPOCH).days * DAY_SECONDS + SESSION_OPEN_SECONDS for row in newest], dtype=np.int64)
    label = Label(source=newest[-1].source, version=newest[-1].version)
    return Days(candles=Candles(time=time, **columns), label=label, has_older=len(rows) > count)


def _day(
    instrument: Instrument, *, day: date, now: datetime
) -> tuple[Mapping[str, Mapping[str, object]], Label] | None:
    option = _option(instrument)
    stored = options_selectors.find_candles(option=option, day=day)
    if stored is not None:
        candles, extra = stored
        return candles, Label(source=extra.get("source", "unknown"), version=extra.get("version"))
    if day > clock.today(at=now) or not _has_session(instrument, day=day):
        return None
    bars = marketdata.get_provider().option_intraday([option], day, day, now=now)[option]
    drawn = dict(options_selectors.candles_by_day(bars))
    return (drawn[day], made.label()) if day in drawn else None


def _has_session(instrument: Instrument, *, day: date) -> bool:
    """Whether the provider makes prices of the option on a day."""
    underlying = underlyings.underlying_of(instrument)
    days = made.sessions_of(instrument=underlying.instrument, start=day, end=day, what="options")
    option_is_made = instrument.option is not None and underlyings.is_made(instrument.option.expiry)
    return option_is_made and not underlying.is_imported and bool(len(days))


def _made(instrument: Instrument, *, start: date, end: date, count: int, now: datetime) -> Days | None:
    underlying, option = underlyings.underlying_of(instrument), _option(instrument)
    if underlying.is_imported or not underlyings.is_made(option.expiry):
        return None
    first, last = max(start, option.expiry - LIFE), min(end, option.expiry)
    days = made.sessions_of(instrument=underlying.instrument, start=first, end=last, what="options")
    if not len(days):
        return None
    newest = days[-count:]
    bars = marketdata.get_provider().option_intraday([option], newest[0].item(), newest[-1].item(), now=now)[option]
    return Days(candles=Candles.of_sessions(bars), label=made.label(), has_older=len(days) > count)


def _option(instrument: Instrument) -> Option:
    if instrument.option is None:
        raise ValueError(f"{instrument.identifier} is no option")
    return instrument.option
