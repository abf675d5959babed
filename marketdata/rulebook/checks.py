"""What a row must be beside the other rows: a known word, a complete set of bands, an order of times.

The data files keep these rules too; a test says so. What does not belong here: how one column is read (readers).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from marketdata.rulebook import errors
from marketdata.rulebook.book import Rulebook
from marketdata.rulebook.expiries import REACH
from marketdata.rulebook.readers import NO_WEEKDAY
from marketdata.rulebook.tables import TABLES, Row

# Nobody asks for another word than those of the package's files: a new one is a slip of the pen.
CLOSED = ("segment", "regime", "exchange", "levy", "fee", "kind", "item", "trigger_pct")
MIDNIGHT = "00:00"


def added(rules: Rulebook, new: Row) -> Rulebook:
    """The rulebook with one more row, if the two fit.

    :raises InvalidRule: naming the column that does not fit
    """
    _check_words(rules, new)
    changed = rules.with_overrides([new])
    fits(changed, new)
    return changed


def fits(rules: Rulebook, each: Row) -> None:
    """Accept a rulebook in which the rows around this one, itself there or not, can be used.

    :raises InvalidRule: naming the column that does not fit
    """
    check = CHECKS.get(each.table)
    if check is not None:
        check(rules, each)


def _check_words(rules: Rulebook, new: Row) -> None:
    for name in (each for each in CLOSED if each in TABLES[new.table].keys):
        known = sorted({each.text(name) for each in rules if each.table == new.table})
        if new.text(name) not in known:
            raise _wrong(new, name, f"it must be one of {', '.join(known)}")


def _set_of(rules: Rulebook, each: Row) -> tuple[Row, ...]:
    """The rows of the same key and day: they are in force together."""
    if not rules.has(each.table, *each.key):
        return ()
    return tuple(row for row in rules.rows(each.table, *each.key) if row.valid_from == each.valid_from)


def _bands(rules: Rulebook, each: Row) -> None:
    bands = _set_of(rules, each)
    if bands and bands[-1].text("up_to"):
        raise _wrong(each, "up_to", "the bands of a date end with one without limit (empty): add that first")


def _breakers(rules: Rulebook, each: Row) -> None:
    stages = _set_of(rules, each)
    if stages and stages[0].text("from_time") != MIDNIGHT:
        raise _wrong(each, "from_time", f"the stages of a date begin at {MIDNIGHT}: add that first")


def _hours(_rules: Rulebook, each: Row) -> None:
    if each.time("closes") <= each.time("opens"):
        raise _wrong(each, "closes", "it must be after the opening")


def _monthly(_rules: Rulebook, each: Row) -> None:
    if each.text("cycle") == "monthly" and each.text("weekday") == NO_WEEKDAY:
        raise _wrong(each, "weekday", "every underlying has monthly contracts")


def _moved(_rules: Rulebook, each: Row) -> None:
    moved = abs(each.day("actual_date", each.valid_from) - each.valid_from)
    if moved > REACH - timedelta(days=1):
        raise _wrong(each, "actual_date", f"an expiry moves by less than {REACH.days} days")


def _expiries(_rules: Rulebook, each: Row) -> None:
    start, end = each.text("expiry_from"), each.text("expiry_to")
    if start and end and end < start:
        raise _wrong(each, "expiry_to", "it must not be before expiry_from")


def _buyers(_rules: Rulebook, each: Row) -> None:
    if each.text("side") == "SELL" and each.decimal("rate_pct"):
        raise _wrong(each, "rate_pct", "the buyer pays stamp duty; the seller's rate is 0")


def _roots(rules: Rulebook, each: Row) -> None:
    owner = next((row for row in rules if row.table == each.table and row.text("root") == each.text("root")), each)
    if owner.text("symbol") != each.text("symbol"):
        raise _wrong(each, "root", f"{each.text('root')} is {owner.text('symbol')}")


CHECKS: dict[str, Callable[[Rulebook, Row], None]] = {
    "stamp_duty": _buyers,
    "ticks": _bands,
    "strike_intervals": _bands,
    "breakers": _breakers,
    "sessions": _hours,
    "auction_phases": _hours,
    "expiry_rules": _monthly,
    "expiry_overrides": _moved,
    "lots": _expiries,
    "index_aliases": _roots,
}


def _wrong(each: Row, column: str, reason: str) -> errors.InvalidRule:
    return errors.InvalidRule(table=each.table, column=column, reason=f"{column}: {reason}")
