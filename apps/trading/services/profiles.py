"""What each fill profile does. What does not belong here: applying it, rates of charges (the rulebook's plans)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.trading.enums import FillProfile

# Assumption: the slippage of an order at market is 0.05 % of its price.
SLIPPAGE_PCT = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Terms:
    """``plan``: whose charges, None for none. ``penetration_ticks``: how far a bar trades through a limit to fill it.

    ``slips_a_tick``: slippage is a tick at least. ``keeps_rules``: lots, ticks, freeze and circuits refuse orders.
    ``in_parts``: some orders are filled in two parts. ``caps_volume``: an order takes a share of a bar's volume only.
    ``delay_ms``: the least and the most that an execution would have taken; it is written down, not waited for.
    ``uses_margin``: intraday shares and short options block a margin, not their full price.
    """

    plan: str | None = None
    slippage_pct: Decimal = Decimal(0)
    slips_a_tick: bool = False
    rounds_to_tick: bool = False
    keeps_rules: bool = False
    uses_margin: bool = False
    needs_live_price: bool = False
    penetration_ticks: int = 0
    in_parts: bool = False
    caps_volume: bool = False
    delay_ms: tuple[int, int] = (0, 0)


TERMS = {
    FillProfile.INSTANT: Terms(),
    FillProfile.REALISTIC: Terms(
        plan="flat_pct",
        slippage_pct=SLIPPAGE_PCT,
        rounds_to_tick=True,
        needs_live_price=True,
        in_parts=True,
        delay_ms=(100, 500),
    ),
    FillProfile.INDIA: Terms(
        plan="india",
        slippage_pct=SLIPPAGE_PCT,
        slips_a_tick=True,
        rounds_to_tick=True,
        keeps_rules=True,
        uses_margin=True,
        needs_live_price=True,
        penetration_ticks=1,
        caps_volume=True,
        delay_ms=(0, 500),
    ),
}


def terms_of(profile: str) -> Terms:
    """The terms of a profile by its name."""
    return TERMS[FillProfile(profile)]
