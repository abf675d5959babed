"""Which options the synthetic market lists: expiries and lots by the rulebook, strikes around the money.

What does not belong here: prices, and which contracts an administrator wants to see.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from marketdata import paths, rulebook, sessions, universe
from marketdata.errors import ContractNotFound
from marketdata.instrument_keys import Option
from marketdata.rulebook import errors as rulebook_errors
from marketdata.rulebook import expiries as rulebook_expiries
from marketdata.rulebook import lots, strikes
from marketdata.rulebook.expiries import Calendar
from marketdata.types import Contract

PAISE = 100
STOCK_LOTS_FROM = date(2025, 2, 27)


def expiries(underlying: str, on: date, calendar: Calendar, *, count: int) -> tuple[date, ...]:
    """The next ``count`` expiries from ``on``, that day included.

    :raises SymbolNotFound: if there is no such symbol
    :raises UnknownUnderlying: if it has no derivatives
    """
    paths.path(underlying)
    found = rulebook_expiries.upcoming(rulebook.default(), underlying, calendar, on=on, count=count)
    return tuple(each.day for each in found)


def listed(
    underlying: str, on: date, *, expiry: date | None, levels: int, step: Decimal | None
) -> tuple[Contract, ...]:
    """The options of one expiry around the previous close: the day's own would be known too early.

    :raises SymbolNotFound: if there is no such symbol
    :raises UnknownUnderlying: if it has no derivatives
    :raises ContractNotFound: if the expiry is no trading day from ``on``
    :raises InvalidAmount: if ``levels`` is negative or ``step`` not positive
    """
    rules = rulebook.default()
    spot = Decimal(previous_close(underlying, on)) / PAISE
    day = expiries(underlying, on, "both", count=1)[0] if expiry is None else expiry
    distance = strikes.interval(rules, underlying, spot=spot, trade_date=on) if step is None else step
    lot = lot_size(underlying, on=on, expiry=day)
    found = [
        Contract(option=Option(underlying, day, rung.strike, rung.right), label=rung.label, lot_size=lot)
        for rung in strikes.ladder(spot, step=distance, levels=levels)
    ]
    for contract in found[:1]:
        check(contract.option)
        if day < on:
            raise ContractNotFound(str(contract.option), reason=f"it has expired before {on}")
    return tuple(found)


def previous_close(underlying: str, on: date) -> int:
    """The close in paise of the last session before ``on``; before the first of all, that session's open.

    :raises SymbolNotFound: if there is no such symbol
    :raises InvalidDateRange: if the model does not know the day
    """
    path = paths.path(underlying)
    sessions.check_range(on, on)
    slot = sessions.slot_before(on)
    return int(path.open[sessions.slots(sessions.all_sessions()[:1])[0]]) if slot is None else int(path.close[slot])


@lru_cache(maxsize=4096)
def lot_size(underlying: str, *, on: date, expiry: date) -> int:
    """Units in a lot.

    Assumption: on days before the first lot that the rulebook knows, the synthetic market trades that one; stocks
    before 2025-02-27 trade the lot of that day, for what is known before has gaps.

    :raises UnknownUnderlying: if the underlying has no derivatives
    """
    day = max(on, STOCK_LOTS_FROM) if underlying in universe.stocks() else on
    return lots.lot_size_or_next(rulebook.default(), underlying, trade_date=day, expiry=expiry)


def check(option: Option) -> None:
    """Accept an option that can exist, on whatever grid of strikes.

    :raises SymbolNotFound: if its underlying does not exist
    :raises UnknownUnderlying: if its underlying has no derivatives
    :raises ContractNotFound: if its expiry is no trading day, or its strike not positive and on the tick
    """
    paths.path(option.underlying)
    if not rulebook_expiries.is_known(rulebook.default(), option.underlying):
        raise rulebook_errors.UnknownUnderlying(table="expiry_rules", key=(option.underlying,))
    if not (sessions.FIRST_DAY <= option.expiry <= sessions.LAST_DAY and sessions.is_session(option.expiry)):
        raise ContractNotFound(str(option), reason="its expiry is no trading day")
    paise = option.strike * PAISE
    if not (option.strike.is_finite() and option.strike > 0 and paise % paths.TICK_PAISE == 0):
        raise ContractNotFound(str(option), reason="its strike is not a positive price on the tick")
