"""The charges of an executed order, in whole numbers: equal to decimal arithmetic rounded half up to the paisa.

A rate is a number of hundred-millionths. The product of a value and a rate is kept as whole paise and
hundred-millionths of a paisa, so that nothing overflows or is rounded before the end.
What does not belong here: fills, rates, which order pays them.
"""

from __future__ import annotations

import numpy as np

from engine.compiled import compiled_apart

HUNDRED_MILLION = 100_000_000
PAISE_PER_RUPEE = 100

# The rates of a day: ``flat`` is paise an order, the others hundred-millionths of the value; -1 is none.
RATES = np.dtype(
    [
        (name, np.int64)
        for name in ("flat", "brokerage", "stt_buy", "stt_sell", "exchange", "sebi", "stamp_buy", "gst", "exercise")
    ],
    align=True,
)


@compiled_apart
def share(value: int, rate: int) -> tuple[int, int]:
    """``value`` x ``rate`` as whole paise and hundred-millionths of one."""
    whole, rest = divmod(value, HUNDRED_MILLION)
    carried, parts = divmod(rest * rate, HUNDRED_MILLION)
    return whole * rate + carried, parts


@compiled_apart
def rounded_share(value: int, rate: int) -> int:
    """``value`` x ``rate`` in paise, half up."""
    whole, parts = share(value, rate)
    return whole + (parts * 2 >= HUNDRED_MILLION)


@compiled_apart
def brokerage(value: int, flat: int, rate: int) -> tuple[int, int]:
    """The brokerage of an order as :func:`share` gives it: the lower of both where both are given."""
    whole, parts = share(value, rate) if rate >= 0 else (0, 0)
    if flat >= 0 and (rate < 0 or flat <= whole):
        return flat, 0
    return whole, parts


@compiled_apart
def services(value: int, rates: np.void) -> int:
    """Brokerage, exchange and SEBI of an order, each rounded, and the GST on their exact sum; paise."""
    broker, broker_parts = brokerage(value, rates["flat"], rates["brokerage"])
    exchange, exchange_parts = share(value, rates["exchange"])
    sebi, sebi_parts = share(value, rates["sebi"])
    carried, parts = divmod(broker_parts + exchange_parts + sebi_parts, HUNDRED_MILLION)
    tax, tax_parts = share(broker + exchange + sebi + carried, rates["gst"])
    # Both remainders in units of 1e-16 paise; a half of that is 5e15.
    left = tax_parts * HUNDRED_MILLION + parts * rates["gst"]
    tax += (left + HUNDRED_MILLION * HUNDRED_MILLION // 2) // (HUNDRED_MILLION * HUNDRED_MILLION)
    half = HUNDRED_MILLION // 2
    rounded = (broker_parts + half) // HUNDRED_MILLION
    rounded += (exchange_parts + half) // HUNDRED_MILLION + (sebi_parts + half) // HUNDRED_MILLION
    return int(broker + exchange + sebi + rounded + tax)


@compiled_apart
def duties(value: int, buys: bool, rates: np.void) -> tuple[int, int]:
    """STT and stamp duty of an order, each rounded to the paisa."""
    if buys:
        return rounded_share(value, rates["stt_buy"]), rounded_share(value, rates["stamp_buy"])
    return rounded_share(value, rates["stt_sell"]), 0


@compiled_apart
def to_rupee(amount: int) -> int:
    """Paise to whole rupees, half up, in paise."""
    return (amount + PAISE_PER_RUPEE // 2) // PAISE_PER_RUPEE * PAISE_PER_RUPEE


@compiled_apart
def order_charges(value: int, buys: bool, rates: np.void) -> int:
    """All six charges of an executed order of ``value`` paise, each rounded half up to the paisa."""
    stt, stamp = duties(value, buys, rates)
    return services(value, rates) + stt + stamp
