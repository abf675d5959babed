"""When contracts expire: the weekday rule of the contract's own date, moved back to a full trading day.

An underlying is a symbol, an exchange root, or ``STOCK`` for any stock. What does not belong here: which contracts
were listed when (the contract master wins over the rule).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from marketdata.rulebook import errors, sessions
from marketdata.rulebook.book import Rulebook
from marketdata.rulebook.readers import NO_WEEKDAY, WEEKDAYS

Cycle = Literal["weekly", "monthly"]
Calendar = Literal["weekly", "monthly", "both"]
STOCK = "STOCK"
DAY = timedelta(days=1)
# An expiry moves by a holiday or an override, never by more than this.
REACH = timedelta(days=14)


@dataclass(frozen=True, slots=True, order=True)
class Expiry:
    """A day on which contracts expire; ``nominal`` is the day the rule names. The month's last one is ``monthly``."""

    day: date
    nominal: date
    cycle: Cycle


def is_known(rules: Rulebook, underlying: str) -> bool:
    """Tell whether the rulebook knows derivatives of the underlying."""
    symbol = rules.symbol_of(underlying)
    return rules.has("expiry_rules", symbol, "monthly") or rules.has("lots", symbol)


def _rule_of(rules: Rulebook, underlying: str) -> str:
    """The name under which an underlying has expiry rules: its own, or that of all stocks with derivatives."""
    symbol = rules.symbol_of(underlying)
    if not is_known(rules, underlying):
        raise errors.UnknownUnderlying(table="expiry_rules", key=(symbol,))
    return symbol if rules.has("expiry_rules", symbol, "monthly") else STOCK


def _weekday(rules: Rulebook, rule_name: str, cycle: Cycle, *, on: date) -> str:
    return rules.one("expiry_rules", rule_name, cycle, on=on).text("weekday")


def _actual(rules: Rulebook, underlying: str, nominal: date) -> date:
    moved = rules.find_on("expiry_overrides", rules.symbol_of(underlying), day=nominal)
    if moved:
        return moved.day("actual_date", nominal)
    return nominal if sessions.is_full_day(rules, nominal) else sessions.full_day_before(rules, nominal)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def monthly(rules: Rulebook, underlying: str, *, year: int, month: int) -> Expiry:
    """The monthly expiry of a contract month.

    :raises UnknownUnderlying: if the underlying has no derivatives
    :raises RuleNotFound: if the month is before the first rule
    """
    day = _next_month(date(year, month, 1)) - DAY
    weekday = WEEKDAYS.index(_weekday(rules, _rule_of(rules, underlying), "monthly", on=day))
    while weekday != day.weekday():
        day -= DAY
    return Expiry(_actual(rules, underlying, day), day, "monthly")


def is_monthly(rules: Rulebook, underlying: str, day: date) -> bool:
    """Tell whether contracts that expire on ``day`` are those of its month.

    :raises UnknownUnderlying: if the underlying has no derivatives
    :raises RuleNotFound: if the month is before the first rule
    """
    return monthly(rules, underlying, year=day.year, month=day.month).day == day


def _weeklies(rules: Rulebook, underlying: str, *, start: date, end: date) -> Iterator[Expiry]:
    """Weekly expiries by nominal day; the week of a monthly expiry has none of its own."""
    rule_name = _rule_of(rules, underlying)
    day = start
    while day <= end:
        weekday = _weekday(rules, rule_name, "weekly", on=day)
        if weekday != NO_WEEKDAY and WEEKDAYS.index(weekday) == day.weekday():
            of_month = monthly(rules, underlying, year=day.year, month=day.month).nominal
            if day.isocalendar()[:2] != of_month.isocalendar()[:2]:
                yield Expiry(_actual(rules, underlying, day), day, "weekly")
        day += DAY


def _monthlies(rules: Rulebook, underlying: str, *, start: date, end: date) -> Iterator[Expiry]:
    first = start.replace(day=1)
    while first <= end:
        yield monthly(rules, underlying, year=first.year, month=first.month)
        first = _next_month(first)


def between(rules: Rulebook, underlying: str, calendar: Calendar, *, start: date, end: date) -> tuple[Expiry, ...]:
    """The expiries whose day is from ``start`` to ``end``, in order, each day once.

    ``calendar``: monthly; weekly, which includes the month's last as ``monthly`` and is empty where there are no
    weeklies; both, which is the monthlies where there are no weeklies.

    :raises UnknownUnderlying: if the underlying has no derivatives
    :raises RuleNotFound: if ``start`` is before the first rule
    """
    rule_name = _rule_of(rules, underlying)
    cycles: tuple[Cycle, ...] = ("monthly",) if calendar == "monthly" else ("weekly", "monthly")
    for cycle in cycles:
        rules.one("expiry_rules", rule_name, cycle, on=start)
    first = max(start - REACH, *(rules.rows("expiry_rules", rule_name, each)[0].valid_from for each in cycles))
    weeklies = _weeklies(rules, underlying, start=first, end=end + REACH) if "weekly" in cycles else iter(())
    found = {each.day: each for each in weeklies}
    for each in _monthlies(rules, underlying, start=first, end=end + REACH):
        if calendar != "weekly" or _weekday(rules, rule_name, "weekly", on=each.nominal) != NO_WEEKDAY:
            found[each.day] = each
    return tuple(found[day] for day in sorted(found) if start <= day <= end)


def last_day(rules: Rulebook, underlying: str, named: date) -> date:
    """The day on which contracts expire that were named by a day: another one where the rules moved it since.

    It was moved where an override names it, or no full trading day is left from it to the expiry it stood for.

    :raises UnknownUnderlying: if the day was moved and the underlying has no derivatives
    :raises RuleNotFound: if the day is before the first regime
    """
    is_overridden = rules.find_on("expiry_overrides", rules.symbol_of(underlying), day=named) is not None
    if not is_overridden and sessions.is_full_day(rules, named):
        return named
    found = between(rules, underlying, "both", start=named - REACH, end=named + REACH)
    if any(each.day == named for each in found):
        return named
    moved = (each.day for each in found if each.nominal == named or each.day < named <= each.nominal)
    return next(moved, named)


def upcoming(rules: Rulebook, underlying: str, calendar: Calendar, *, on: date, count: int) -> tuple[Expiry, ...]:
    """The next expiries from ``on``, that day included.

    :raises UnknownUnderlying: if the underlying has no derivatives
    :raises RuleNotFound: if ``on`` is before the first rule
    """
    # A month has at least one expiry, and 35 days hold at least one of each cycle.
    end = on + timedelta(days=35 * (count + 1))
    return between(rules, underlying, calendar, start=on, end=end)[:count]
