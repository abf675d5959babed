"""The rates of the margin estimate in force on a day. What does not belong here: applying them to positions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from marketdata.rulebook import Rulebook

Kind = Literal["index", "stock"]
ANY_STOCK = "STOCK"


@dataclass(frozen=True, slots=True)
class Terms:
    """Ratios, not percent; see the head of the table ``margins`` for what each is."""

    price_scan: float
    price_scan_sigmas: float
    volatility_scan: float
    volatility_scan_points: float
    extreme_multiple: float
    extreme_weight: float
    exposure: float
    exposure_far: float
    far_from: float
    expiry_short: float
    calendar: float


NUMBERS = frozenset({"price_scan_sigmas", "extreme_multiple"})


def terms_of(rules: Rulebook, kind: Kind, *, on: date) -> Terms:
    """The terms for options on an index or on a stock.

    :raises RuleNotFound: if ``on`` is before the first row of one
    """
    found = {}
    for item in Terms.__dataclass_fields__:
        value = rules.one("margins", kind, item, on=on).decimal("value")
        found[item] = float(value if item in NUMBERS else value / 100)
    return Terms(**found)


def intraday_pct(rules: Rulebook, symbol: str, *, on: date) -> Decimal:
    """Percent of its cost that an intraday position in a share or an index blocks.

    :raises RuleNotFound: if ``on`` is before the first row
    """
    key = symbol if rules.has("intraday_margins", symbol) else ANY_STOCK
    return rules.one("intraday_margins", key, on=on).decimal("margin_pct")
