"""What an executed order costs: brokerage, STT, exchange, SEBI, stamp duty, GST, each to the paisa.

What does not belong here: who pays when, ledgers, and the rates, which are data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from marketdata.rulebook import errors
from marketdata.rulebook.book import Rulebook

SttRounding = Literal["none", "nearest_rupee"]
PAISA = Decimal("0.01")
RUPEE = Decimal(1)
ZERO = Decimal(0)
EXERCISE = "options_exercise"
NOT_STATUTORY = "no"


def _paise(amount: Decimal) -> Decimal:
    return amount.quantize(PAISA, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a trade as charges see it.

    ``segment``: equity_delivery, equity_intraday, futures or options. ``side``: BUY or SELL. ``exchange``: NSE or BSE.
    """

    segment: str
    side: str
    exchange: str = "NSE"


@dataclass(frozen=True, slots=True)
class Charges:
    """The six charges of an order in rupees, each rounded to paise half up."""

    brokerage: Decimal
    stt: Decimal
    exchange: Decimal
    sebi: Decimal
    stamp: Decimal
    gst: Decimal

    @property
    def total(self) -> Decimal:
        """The sum of the six."""
        return self.brokerage + self.stt + self.exchange + self.sebi + self.stamp + self.gst

    def minus(self, before: Charges) -> Charges:
        """What a further fill adds: the charges of the order so far less those before it, item by item.

        The charges of the fills so add up to those of the order, and a flat brokerage is charged once.
        """
        return Charges(**{each.name: getattr(self, each.name) - getattr(before, each.name) for each in fields(Charges)})


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates in force for a leg on a trade date, in percent of the value (``gst_pct``: of the three services).

    ``model``: flat (``flat`` rupees an order), percent, or the lower of both.
    """

    model: str
    flat: Decimal
    brokerage_pct: Decimal
    stt_pct: Decimal = ZERO
    exchange_pct: Decimal = ZERO
    sebi_pct: Decimal = ZERO
    stamp_pct: Decimal = ZERO
    gst_pct: Decimal = ZERO

    def brokerage(self, value: Decimal) -> Decimal:
        """The unrounded brokerage of an order of that value."""
        if self.model == "flat":
            return self.flat
        percent = value * self.brokerage_pct / 100
        return min(self.flat, percent) if self.model == "lower_of" else percent

    def charges(self, value: Decimal) -> Charges:
        """The charges of an executed order whose fills are worth ``value`` rupees together.

        :raises InvalidAmount: if the value is not a positive number
        """
        if not (value.is_finite() and value > 0):
            raise errors.InvalidAmount(name="value", value=value, reason="it must be positive")
        brokerage = self.brokerage(value)
        exchange = value * self.exchange_pct / 100
        sebi = value * self.sebi_pct / 100
        return Charges(
            brokerage=_paise(brokerage),
            stt=_paise(value * self.stt_pct / 100),
            exchange=_paise(exchange),
            sebi=_paise(sebi),
            stamp=_paise(value * self.stamp_pct / 100),
            gst=_paise((brokerage + exchange + sebi) * self.gst_pct / 100),
        )


def rates(rules: Rulebook, leg: Leg, *, trade_date: date, plan: str = "india") -> Rates:
    """The rates of a leg by trade date.

    # Assumption: a plan that is not statutory (``flat_pct``) is the whole cost; nothing is added to its percentage.

    :raises UnknownSegment: if there is no such segment, side or exchange
    :raises UnknownPlan: if there is no such plan for the segment
    :raises RuleNotFound: if ``trade_date`` is before the first row of a rate
    """
    stt = rules.rows("stt", leg.segment, leg.side)
    terms = rules.one("brokerage_plans", plan, leg.segment, on=trade_date)
    model, flat, brokerage_pct = terms.text("model"), terms.decimal("flat"), terms.decimal("rate_pct")
    if terms.text("statutory") == NOT_STATUTORY:
        return Rates(model, flat, brokerage_pct)
    return Rates(
        model,
        flat,
        brokerage_pct,
        stt_pct=rules.one("stt", *stt[0].key, on=trade_date).decimal("rate_pct"),
        exchange_pct=rules.one("exchange_charges", leg.exchange, leg.segment, on=trade_date).decimal("rate_pct"),
        sebi_pct=rules.one("levies", "sebi", on=trade_date).decimal("rate_pct"),
        stamp_pct=rules.one("stamp_duty", leg.segment, leg.side, on=trade_date).decimal("rate_pct"),
        gst_pct=rules.one("levies", "gst", on=trade_date).decimal("rate_pct"),
    )


def is_statutory(rules: Rulebook, segment: str, *, plan: str, on: date) -> bool:
    """Tell whether taxes and exchange charges come on top of the plan's brokerage.

    :raises UnknownPlan: if there is no such plan for the segment
    :raises RuleNotFound: if ``on`` is before its first row
    """
    return rules.one("brokerage_plans", plan, segment, on=on).text("statutory") != NOT_STATUTORY


def charges(
    rules: Rulebook, leg: Leg, *, quantity: int, price: Decimal, trade_date: date, plan: str = "india"
) -> Charges:
    """The charges of an order of ``quantity`` units executed at ``price`` rupees (options: the premium).

    For an order of several fills sum their values and use ``rates(...).charges(value)``.

    :raises InvalidAmount: if quantity or price is not positive
    :raises RulebookError: see :func:`rates`
    """
    if quantity <= 0:
        raise errors.InvalidAmount(name="quantity", value=quantity, reason="it must be positive")
    return rates(rules, leg, trade_date=trade_date, plan=plan).charges(quantity * price)


def exercise_stt(rules: Rulebook, *, intrinsic: Decimal, quantity: int, trade_date: date) -> Decimal:
    """STT that the holder of an exercised option pays, on its intrinsic value per unit.

    :raises InvalidAmount: if the intrinsic value is negative or the quantity is not positive
    :raises RuleNotFound: if ``trade_date`` is before the first row
    """
    if not (intrinsic.is_finite() and intrinsic >= 0):
        raise errors.InvalidAmount(name="intrinsic", value=intrinsic, reason="it must not be negative")
    if quantity <= 0:
        raise errors.InvalidAmount(name="quantity", value=quantity, reason="it must be positive")
    rate = rules.one("stt", EXERCISE, "BUY", on=trade_date).decimal("rate_pct")
    return _paise(intrinsic * quantity * rate / 100)


def day_duty(amounts: Iterable[Decimal], *, rounding: SttRounding) -> Decimal:
    """STT or stamp duty of one day and segment: the orders' amounts, as charged or as the contract note rounds them."""
    total = sum(amounts, ZERO)
    return total.quantize(RUPEE, ROUND_HALF_UP) if rounding == "nearest_rupee" else total


def fee(rules: Rulebook, name: str, *, trade_date: date) -> Decimal:
    """A fixed fee with its GST: ``square_off`` per order of the system, ``dp_sell`` per scrip and day.

    :raises UnknownKind: if there is no such fee
    :raises RuleNotFound: if ``trade_date`` is before its first row
    """
    amount = rules.one("fees", name, on=trade_date).decimal("amount")
    return _paise(amount * (100 + rules.one("levies", "gst", on=trade_date).decimal("rate_pct")) / 100)
