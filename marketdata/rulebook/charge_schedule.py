"""The charges of one segment over a range of dates, as plain dated rates for whoever computes many orders.

What does not belong here: computing a charge (``charges`` does, and any calculator that takes these rows).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from marketdata.rulebook import charges
from marketdata.rulebook.book import Rulebook
from marketdata.rulebook.charges import EXERCISE, ZERO, Leg

OPTIONS = "options"


@dataclass(frozen=True, slots=True)
class DayRates:
    """The rates in force from a trade date on (inclusive), in percent of the value of an order.

    Brokerage is the lower of ``brokerage_flat`` (rupees an executed order) and ``brokerage_pct`` where both are given,
    else the given one. ``gst_pct`` is of brokerage, exchange and SEBI together. ``exercise_stt_pct``, of the intrinsic
    value, is paid by the holder of an option at expiry; 0 in other segments. The seller pays no stamp duty.
    """

    valid_from: date
    brokerage_flat: Decimal | None
    brokerage_pct: Decimal | None
    stt_buy_pct: Decimal
    stt_sell_pct: Decimal
    exchange_pct: Decimal
    sebi_pct: Decimal
    stamp_buy_pct: Decimal
    gst_pct: Decimal
    exercise_stt_pct: Decimal


@dataclass(frozen=True, slots=True)
class ChargeSchedule:
    """The charges of a segment: ``rows`` oldest first, the first from the first day asked for, each until the next."""

    segment: str
    exchange: str
    plan: str
    rows: tuple[DayRates, ...]


def schedule(
    rules: Rulebook, segment: str, *, start: date, end: date, exchange: str = "NSE", plan: str = "india"
) -> ChargeSchedule:
    """Every rate of a segment on the trade dates from ``start`` to ``end``, both included.

    :raises UnknownSegment: if there is no such segment or exchange
    :raises UnknownPlan: if there is no such plan for the segment
    :raises RuleNotFound: if ``start`` is before the first row of a rate
    """
    rows: list[DayRates] = []
    for day in _changes(rules, Leg(segment, "BUY", exchange), start=start, end=end, plan=plan):
        found = _rates(rules, Leg(segment, "BUY", exchange), day=day, plan=plan)
        if not rows or replace(found, valid_from=rows[-1].valid_from) != rows[-1]:
            rows.append(found)
    return ChargeSchedule(segment, exchange, plan, tuple(rows))


def _changes(rules: Rulebook, leg: Leg, *, start: date, end: date, plan: str) -> Iterator[date]:
    """The first day, and the later ones on which a row of any rate begins."""
    keys = [
        ("stt", leg.segment, "BUY"),
        ("stt", leg.segment, "SELL"),
        ("stt", EXERCISE, "BUY"),
        ("exchange_charges", leg.exchange, leg.segment),
        ("levies", "sebi"),
        ("levies", "gst"),
        ("stamp_duty", leg.segment, "BUY"),
        ("brokerage_plans", plan, leg.segment),
    ]
    days = {each.valid_from for table, *key in keys for each in rules.rows(table, *key)}
    return iter(sorted({start, *(day for day in days if start < day <= end)}))


def _rates(rules: Rulebook, buy: Leg, *, day: date, plan: str) -> DayRates:
    bought = charges.rates(rules, buy, trade_date=day, plan=plan)
    sold = charges.rates(rules, replace(buy, side="SELL"), trade_date=day, plan=plan)
    is_taxed_at_expiry = buy.segment == OPTIONS and charges.is_statutory(rules, buy.segment, plan=plan, on=day)
    return DayRates(
        valid_from=day,
        brokerage_flat=None if bought.model == "percent" else bought.flat,
        brokerage_pct=None if bought.model == "flat" else bought.brokerage_pct,
        stt_buy_pct=bought.stt_pct,
        stt_sell_pct=sold.stt_pct,
        exchange_pct=bought.exchange_pct,
        sebi_pct=bought.sebi_pct,
        stamp_buy_pct=bought.stamp_pct,
        gst_pct=bought.gst_pct,
        exercise_stt_pct=rules.one("stt", EXERCISE, "BUY", on=day).decimal("rate_pct") if is_taxed_at_expiry else ZERO,
    )
