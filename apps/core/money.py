"""Rupees and paise. What does not belong here: charges, balances, anything that moves money."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

PAISA = Decimal("0.01")


def rupees(paise: float) -> Decimal:
    """Paise as rupees with two decimals, halves away from zero; a fraction of a paisa is rounded once, here."""
    return (Decimal(repr(float(paise))) / 100).quantize(PAISA, rounding=ROUND_HALF_UP)


def shown_unit(unit: str) -> str:
    """The unit of a figure of the engine, which counts in paise, as answers and files show it."""
    return "rupees" if unit == "paise" else unit


def paise(amount: Decimal) -> int:
    """Rupees as whole paise, halves away from zero."""
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
