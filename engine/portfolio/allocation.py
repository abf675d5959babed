"""How the cash of a portfolio is shared out. What does not belong here: doing it (kernel), sizes of single runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import InvalidSettings
from engine.simulation.checks import MAX_PAISE
from engine.types import Operand

AllocationKind = Literal["equal", "fixed"]

MAX_INSTRUMENTS = 200


@dataclass(frozen=True, slots=True)
class Allocation:
    """How much of the cash an entry takes, and which entries go first.

    ``equal``: the equity divided by ``max_positions``, and at most what is free; ``fixed``: ``amount`` paise.
    ``rank_by``: of entries at one moment the highest value goes first (``highest_first`` False: the lowest), as
    it was on the bar of the signal; None: in the order of the list.
    """

    kind: AllocationKind = "equal"
    max_positions: int = 1
    amount: int = 0
    rank_by: Operand | None = None
    highest_first: bool = True


def check(allocation: Allocation, *, instruments: int) -> None:
    """Pass if so many instruments can share.

    :raises InvalidSettings: naming the first thing that is wrong
    """
    if not 1 <= instruments <= MAX_INSTRUMENTS:
        raise InvalidSettings(f"A portfolio has 1 to {MAX_INSTRUMENTS} instruments, not {instruments}")
    if not 1 <= allocation.max_positions <= MAX_INSTRUMENTS:
        raise InvalidSettings(f"max_positions must be 1 to {MAX_INSTRUMENTS}, not {allocation.max_positions}")
    if allocation.kind == "fixed" and not 0 < allocation.amount < MAX_PAISE:
        raise InvalidSettings(f"The amount of an entry must be above zero, not {allocation.amount}")
