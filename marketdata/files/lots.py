"""The units of a contract where a file counts contracts and does not say: from its turnover, else the rulebook.

What does not belong here: files that name the lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from marketdata.files.tables import Whole
from marketdata.rulebook import Rulebook, lots
from marketdata.rulebook.errors import RulebookError

EPOCH = date(1970, 1, 1)
# Turnover is strike plus premium times units, and the premium of each trade is only known within high and low: a lot
# is taken from it if within two percent it is the only one that divides all open interest.
TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Trades:
    """Rows of options as an array, and the names that its codes mean.

    Columns: code, is_index, day, expiry, strike, is_put, open, high, low, close, settle, underlying, contracts, open
    interest, lot, turnover in rupees.
    """

    names: tuple[str, ...]
    columns: Whole


def found_in(trades: Trades, *, rules: Rulebook) -> Whole:
    """The lot of every row: its own, else that of its underlying and expiry, else 0."""
    columns = trades.columns
    lot = columns[:, 14].copy()
    if not len(columns) or lot.all():
        return lot
    groups, which = np.unique(columns[:, [0, 2, 3]], axis=0, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    starts = np.searchsorted(which.ravel()[order], np.arange(len(groups) + 1))
    for number, (code, day, expiry) in enumerate(groups.tolist()):
        members = order[starts[number] : starts[number + 1]]
        known = _by_turnover(columns[members]) or _by_rule(rules, trades.names[code], day=day, expiry=expiry)
        lot[members] = np.where(lot[members] > 0, lot[members], known)
    return lot


def _by_turnover(rows: NDArray[np.int64]) -> int:
    """The lot that turnover and open interest of one underlying and expiry agree on, or 0."""
    traded = rows[(rows[:, 12] > 0) & (rows[:, 15] > 0)]
    if not len(traded):
        return 0
    price = (traded[:, 4] + (traded[:, 7] + traded[:, 8]) / 2) / 100
    estimate = float(np.median(traded[:, 15] / traded[:, 12] / price))
    divisor = int(np.gcd.reduce(rows[:, 13]))
    low, high = int(np.ceil(estimate * (1 - TOLERANCE))), int(estimate * (1 + TOLERANCE))
    candidates = [lot for lot in range(max(low, 1), high + 1) if divisor and divisor % lot == 0]
    return candidates[0] if len(candidates) == 1 else 0


def _by_rule(rules: Rulebook, symbol: str, *, day: int, expiry: int) -> int:
    try:
        return lots.lot_size(
            rules,
            symbol,
            trade_date=EPOCH + timedelta(days=day),
            expiry=EPOCH + timedelta(days=expiry),
        )
    except RulebookError:
        return 0
