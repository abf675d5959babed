"""Which exit of a position a bar meets, by the engine's own reading. What does not belong here: prices, filling.

# Assumption: a bar that holds both levels is read pessimistically: its open first, then the stop before the target.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from apps.trading.enums import Leg
from apps.trading.models import Order
from apps.trading.services import book, matching, trailing
from apps.trading.services.matching import Prices
from engine.simulation import interface as codes
from engine.simulation import levels

if TYPE_CHECKING:
    from apps.market.selectors import Instrument


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry within the very bar: at which price in paise, as which kind of order."""

    price: float
    kind: int
    at_open: bool


@dataclass(frozen=True, slots=True)
class Met:
    """The exits to try on a bar, in their order; ``is_ambiguous``: nobody knows which of both came first."""

    legs: list[Order]
    is_ambiguous: bool = False


def met(legs: list[Order], *, bar: Prices, instrument: Instrument, on: date, entered: Entered | None = None) -> Met:
    """The exits to try on a bar; none where it meets none.

    A stop that is past its trigger waits at its limit, or for the market: it is tried ahead of the target.
    """
    stop = next((each for each in legs if each.leg == Leg.STOP), None)
    target = next((each for each in legs if each.leg == Leg.TARGET), None)
    if stop is not None and stop.is_triggered:
        return Met([each for each in (stop, target) if each is not None])
    any_leg = stop or target
    if any_leg is None:
        return Met([])
    rules = matching.frictions_of(any_leg, bar=bar, instrument=instrument, on=on)
    account = _account(stop=stop, target=target, entered=entered)
    row = matching.record(bar)
    if entered is None or entered.at_open:
        found = levels.met(account, row, rules)
    else:
        found = levels.met_after_entry(account, row, rules)
    leg = {codes.STOP: stop, codes.TARGET: target}.get(int(found.reason))
    return Met([] if leg is None else [leg], is_ambiguous=bool(found.ambiguous))


def _account(*, stop: Order | None, target: Order | None, entered: Entered | None) -> np.void:
    row = np.zeros(1, codes.ACCOUNT)
    leg = stop or target
    side = -book.sign_of(leg.side) if leg is not None else 0
    row["side"] = side
    row["stop"] = -math.inf if stop is None else side * trailing.level_of(stop)
    limit = target.price if target is not None else None
    row["target"] = math.inf if limit is None else side * float(limit * 100)
    if entered is not None:
        row["entry_price"], row["kind"] = entered.price, entered.kind
    account: np.void = row[0]
    return account
