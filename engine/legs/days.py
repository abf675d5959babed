"""The days of an option rule as the caller hands them in, and when on each it is entered and left.

What does not belong here: choosing contracts (selection), trading them (kernel).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidBars, InvalidSettings
from engine.legs.rule import LegsRule, Right
from engine.simulation.moments import IST_OFFSET, SECONDS_PER_DAY, SECONDS_PER_MINUTE
from engine.types import Bars, FillOn

SkipReason = Literal[
    "no_expiry",
    "no_contract",
    "no_bar_before_entry",
    "session_too_short",
    "no_price",
    "insufficient_cash",
    "insufficient_margin",
]

Premiums = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Contract:
    """The option a leg takes on a day.

    Its columns have a value for each bar of the underlying: paise, 0 in all four where it was not traded.
    ``expiry``: day number; ``strike``: paise.
    """

    name: str
    strike: int
    right: Right
    expiry: int
    lot_size: int
    open: Premiums
    high: Premiums
    low: Premiums
    close: Premiums


@dataclass(frozen=True, slots=True)
class Day:
    """One session: the underlying's bars, and a contract for each leg of the rule or why there is none.

    ``settlement``: the underlying's official close in paise; None: its last bar's. ``margin``: what the legs need
    together at the entry beside what is paid for them, paise; 0 is nothing, or not known.
    """

    bars: Bars
    contracts: tuple[Contract, ...] = ()
    skipped: SkipReason | None = None
    settlement: float | None = None
    margin: float = 0.0

    @property
    def session(self) -> int:
        """Its day number."""
        return int(self.bars.session[0])


class Hours(NamedTuple):
    """The bars on which a day is entered and left; ``at_close``: at that one's close, whatever orders fill at."""

    enter_at: int
    leave_at: int
    at_close: bool


def check(days: Sequence[Day], *, rule: LegsRule) -> None:
    """Pass if the days can be traded one after the other.

    :raises InvalidBars: if a day is no single session, is not after the one before, or has impossible premiums
    :raises InvalidSettings: if there is no day, or one has not a contract for each leg
    """
    if not days:
        raise InvalidSettings("There is no day to trade")
    before = -1
    for index, day in enumerate(days):
        if not len(day.bars) or day.bars.session[0] != day.bars.session[-1] or day.session <= before:
            raise InvalidBars(index=index, reason="a day must be one session, later than the one before")
        before = day.session
        if day.skipped is not None:
            continue
        if len(day.contracts) != len(rule.legs):
            raise InvalidSettings(f"Day {index} has {len(day.contracts)} contracts for {len(rule.legs)} legs")
        for contract, leg in zip(day.contracts, rule.legs, strict=True):
            if contract.right != leg.right or contract.lot_size < 1 or contract.expiry < day.session:
                raise InvalidSettings(f"Day {index}: {contract.name} does not fit its leg")
            _check_premiums(contract, index=index, count=len(day.bars))


def _check_premiums(contract: Contract, *, index: int, count: int) -> None:
    """Pass if each bar is whole, or 0 throughout."""
    columns = (contract.open, contract.high, contract.low, contract.close)
    if any(len(column) != count for column in columns):
        raise InvalidBars(index=index, reason=f"{contract.name} has not a value for each bar")
    inside = np.minimum(contract.open, contract.close) >= contract.low
    inside &= np.maximum(contract.open, contract.close) <= contract.high
    is_whole = (np.min(columns, axis=0) > 0) | (np.max(np.abs(columns), axis=0) == 0)
    if not (inside & is_whole).all():
        raise InvalidBars(index=index, reason=f"{contract.name} has impossible premiums")


def step_of(days: Sequence[Day]) -> int:
    """Seconds a bar: the least between two of one session.

    :raises InvalidSettings: if no session has two
    """
    steps = [int(np.diff(day.bars.time).min()) for day in days if len(day.bars) > 1]
    if not steps:
        raise InvalidSettings("A rule that looks at the time of day needs bars shorter than a day")
    return min(steps)


def hours(rule: LegsRule, *, bars: Bars, fill_on: FillOn, step: int) -> Hours | SkipReason:
    """When a day is entered and left, or why it cannot be.

    Filling at closes, on the first bar that ends at the time or later; filling at opens, on the first that begins at
    it or later. A session that is over before the exit is left at its last close.
    """
    begins = (bars.time + IST_OFFSET) % SECONDS_PER_DAY
    entry, leave = rule.entry_minute * SECONDS_PER_MINUTE, rule.exit_minute * SECONDS_PER_MINUTE
    if begins[0] + step > entry:
        return "no_bar_before_entry"
    reached = begins if fill_on == "next_open" else begins + step
    enter_at, leave_at = int(np.searchsorted(reached, entry)), int(np.searchsorted(reached, leave))
    is_over = leave_at == len(bars)
    found = Hours(enter_at, min(leave_at, len(bars) - 1), is_over or fill_on == "same_close")
    # Entered at an open and left at the close of the same bar is a trade; anything closer together is none.
    is_trade = found.leave_at > enter_at or (enter_at == found.leave_at and is_over and fill_on == "next_open")
    return found if is_trade and enter_at < len(bars) else "session_too_short"


def intrinsic(contract: Contract, *, underlying: float) -> float:
    """What an option is worth at its expiry, paise."""
    above = underlying - contract.strike
    return max(0.0, above if contract.right == "CE" else -above)
