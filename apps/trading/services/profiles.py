"""What each fill profile does. What does not belong here: applying it, rates of charges (the rulebook's plans)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.trading.enums import FillProfile

# Assumption: the slippage of an order at market is 0.05 % of its price.
SLIPPAGE_PCT = Decimal("0.05")
# Assumption: an order that waits gets at most a tenth of what a bar traded.
VOLUME_SHARE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Terms:
    """``plan``: whose charges, None for none. ``penetration_ticks``: how far a bar trades through a limit to fill it.

    ``slips_a_tick``: slippage is a tick at least. ``keeps_rules``: lots, ticks, freeze and circuits refuse orders.
    ``volume_share``: how much of a bar's volume an order that waits may take, None for any.
    """

    plan: str | None = None
    slippage_pct: Decimal = Decimal(0)
    slips_a_tick: bool = False
    rounds_to_tick: bool = False
    keeps_rules: bool = False
    needs_live_price: bool = False
    penetration_ticks: int = 0
    volume_share: Decimal | None = None


TERMS = {
    FillProfile.INSTANT: Terms(),
    FillProfile.REALISTIC: Terms(
        plan="flat_pct", slippage_pct=SLIPPAGE_PCT, rounds_to_tick=True, needs_live_price=True
    ),
    FillProfile.INDIA: Terms(
        plan="india",
        slippage_pct=SLIPPAGE_PCT,
        slips_a_tick=True,
        rounds_to_tick=True,
        keeps_rules=True,
        needs_live_price=True,
        penetration_ticks=1,
        volume_share=VOLUME_SHARE,
    ),
}


def terms_of(profile: str) -> Terms:
    """The terms of a profile by its name."""
    return TERMS[FillProfile(profile)]
