"""Plan and settings as the record of numbers that the compiled steps read. What does not belong here: refusing them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.simulation import interface
from engine.types import Direction, Entries, Exits, OrderKind, PathMode, Settings, Sizing, SizingKind, Units

_PATH_MODES: dict[PathMode, int] = {
    "pessimistic": interface.PESSIMISTIC,
    "tv_path": interface.TV_PATH,
    "optimistic": interface.OPTIMISTIC,
}
_SIZINGS: dict[SizingKind, int] = {
    "all_in": interface.ALL_IN,
    "quantity": interface.QUANTITY,
    "cash": interface.CASH,
    "percent_of_equity": interface.PERCENT_OF_EQUITY,
    "risk_per_trade": interface.RISK_PER_TRADE,
}
_ORDER_KINDS: dict[OrderKind, int] = {
    "market": interface.MARKET,
    "limit": interface.LIMIT,
    "stop": interface.STOP_MARKET,
}
# A fraction of a share is a number of millionths.
_PARTS: dict[Units, float] = {"whole": 1.0, "lots": 1.0, "fractional": 1e6}


@lru_cache(maxsize=64)
def rules_of(
    direction: Direction, exits: Exits, entries: Entries, sizing: Sizing, settings: Settings
) -> NDArray[np.void]:
    """Plan and settings as numbers: the same record for the same ones, so that a sweep builds it once."""
    costs = settings.costs
    values: dict[str, float | None] = {
        "at_open": settings.fill_on == "next_open",
        "allow_long": direction != "short",
        "allow_short": direction != "long",
        "levels_from_signal": settings.stop_basis == "signal_close",
        "path_mode": _PATH_MODES[settings.path_mode],
        "sizing": _SIZINGS[sizing.kind],
        "size": sizing.value,
        "stop_pct": exits.stop_loss_pct,
        "target_pct": exits.target_pct,
        "trailing_pct": exits.trailing_stop_pct,
        "initial_cash": settings.initial_cash,
        "stop_points": exits.stop_loss_points,
        "target_points": exits.target_points,
        "trailing_points": exits.trailing_stop_points,
        "stop_atr": exits.stop_loss_atr,
        "target_atr": exits.target_atr,
        "trailing_atr": exits.trailing_stop_atr,
        "break_even_pct": exits.break_even_pct,
        "max_bars": exits.max_bars,
        "unit": settings.lot_size,
        "parts": _PARTS[settings.units],
        "slippage": settings.slippage_ticks * settings.tick_size,
        "slippage_bps": settings.slippage_bps,
        "penetration": settings.penetration_ticks * settings.tick_size,
        "max_entries": entries.max_entries,
        "max_per_day": entries.max_per_day,
        "settlement": _settlement(settings),
        "charged": costs is not None,
        "round_duties": costs is not None and costs.duty_rounding == "nearest_rupee",
        "entry_kind": _ORDER_KINDS[entries.kind],
        "entry_offset_pct": entries.offset_pct,
        "entry_bars": entries.valid_bars,
    }
    rules = np.zeros(1, interface.RULES)
    for name, value in values.items():
        rules[name] = value or 0
    return rules


def _settlement(settings: Settings) -> float:
    """The settlement price; NaN where it is the last close."""
    given = settings.expiry.settlement if settings.expiry is not None else None
    return float("nan") if given is None else given
