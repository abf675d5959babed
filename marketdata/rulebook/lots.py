"""Lots and freeze quantities of derivatives, and slicing an order by them.

What does not belong here: placing the slices, and the sizes, which are data.
"""

from __future__ import annotations

from datetime import date

from marketdata.rulebook import errors
from marketdata.rulebook.book import Rulebook
from marketdata.rulebook.tables import Row


def lot_size(rules: Rulebook, underlying: str, *, trade_date: date, expiry: date) -> int:
    """Units in a lot of the contract that expires on ``expiry``, as traded on ``trade_date``.

    A row holds from its ``valid_from`` for the contracts of its expiries: contracts alive at a change keep their lot.

    :raises UnknownUnderlying: if the underlying has no lots
    :raises RuleNotFound: if no row covers that trade date and expiry
    """
    symbol = rules.symbol_of(underlying)
    rows = _rows(rules, symbol, trade_date=trade_date, expiry=expiry)
    if not rows:
        raise errors.RuleNotFound(
            table="lots", key=(symbol,), on=trade_date, reason=f"no row covers it and the expiry {expiry}"
        )
    return rows[-1].integer("lot_size")


def lot_size_or_next(rules: Rulebook, underlying: str, *, trade_date: date, expiry: date) -> int:
    """Units in a lot, where no row covers it those of the row that begins next, for data without lots of its own.

    # Assumption: in a gap of the table the next lot known is the best guess; real contracts bring theirs.

    :raises UnknownUnderlying: if the underlying has no lots
    """
    try:
        return lot_size(rules, underlying, trade_date=trade_date, expiry=expiry)
    except errors.RuleNotFound:
        rows = rules.rows("lots", rules.symbol_of(underlying))
        later = [each for each in rows if each.valid_from > trade_date]
        return (later or rows[-1:])[0].integer("lot_size")


def is_changed(rules: Rulebook, underlying: str, *, since: date, trade_date: date, expiry: date) -> bool:
    """Tell whether a row for the lot of an expiry began after ``since``, up to ``trade_date``.

    An underlying without lots has no changes.
    """
    symbol = rules.symbol_of(underlying)
    if not rules.has("lots", symbol):
        return False
    rows = _rows(rules, symbol, trade_date=trade_date, expiry=expiry)
    return bool(rows) and rows[-1].valid_from > since


def _rows(rules: Rulebook, symbol: str, *, trade_date: date, expiry: date) -> list[Row]:
    """The rows that cover an expiry and began up to a trade date, oldest first."""
    return [
        each
        for each in rules.rows("lots", symbol)
        if each.valid_from <= trade_date
        and each.day("expiry_from", date.min) <= expiry <= each.day("expiry_to", date.max)
    ]


def is_whole_lots(quantity: int, *, lot: int) -> bool:
    """Tell whether ``quantity`` units are a positive whole number of lots."""
    return quantity > 0 and quantity % lot == 0


def freeze_quantity(rules: Rulebook, underlying: str, *, trade_date: date) -> int:
    """The most units one order may have.

    :raises UnknownUnderlying: if the underlying has no freeze quantity
    :raises RuleNotFound: if ``trade_date`` is before its first row
    """
    return rules.one("freeze", rules.symbol_of(underlying), on=trade_date).integer("quantity")


def slices(quantity: int, *, lot: int, freeze: int) -> tuple[int, ...]:
    """An order cut into child orders of the most whole lots within the freeze quantity, the remainder last.

    :raises InvalidAmount: if the quantity is not whole lots, or a lot exceeds the freeze quantity
    """
    if not is_whole_lots(quantity, lot=lot):
        raise errors.InvalidAmount(name="quantity", value=quantity, reason=f"it must be whole lots of {lot}")
    most = freeze // lot * lot
    if most == 0:
        raise errors.InvalidAmount(name="freeze", value=freeze, reason=f"a lot of {lot} is larger")
    whole, rest = divmod(quantity, most)
    return (most,) * whole + ((rest,) if rest else ())
