"""Refusals before a run: plan, settings, signals and bars that do not fit together.

What does not belong here: the soundness of the bars themselves (types.Bars.checked) and of rules documents.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidSettings
from engine.simulation import moments
from engine.types import (
    MAX_STOP_PCT,
    MAX_TARGET_PCT,
    Bars,
    Direction,
    Entries,
    Exits,
    FillOn,
    OrderKind,
    PathMode,
    Plan,
    Settings,
    Signals,
    Sizing,
    SizingKind,
    StopBasis,
    Units,
)

# Whole paise stay exact in a float64 below this.
MAX_PAISE = 2**53
MAX_BARS = 2**31 - 1
MAX_LOT = 1_000_000
MAX_TICKS = 100_000
MAX_BPS = 10_000
MAX_ATR = 1_000
MINUTES_PER_DAY = 24 * 60
_CHOICES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("fill_on", get_args(FillOn)),
    ("path_mode", get_args(PathMode)),
    ("stop_basis", get_args(StopBasis)),
    ("units", get_args(Units)),
    ("direction", get_args(Direction)),
    ("sizing", get_args(SizingKind)),
    ("kind of entries", get_args(OrderKind)),
)


def check_settings(*, plan: Plan, bars: Bars, settings: Settings) -> None:
    """Refuse a run whose settings make no sense.

    :raises InvalidSettings: naming the first setting that does not
    """
    if len(bars) == 0:
        raise InvalidSettings("There are no bars to run on")
    check_plan(plan=plan, settings=settings)


def check_plan(*, plan: Plan, settings: Settings) -> None:
    """Refuse a plan and settings that make no sense on any bars.

    :raises InvalidSettings: naming the first thing that does not
    """
    _check_choices(plan.direction, plan.exits, plan.entries, plan.sizing, settings)


@lru_cache(maxsize=64)
def _check_choices(direction: Direction, exits: Exits, entries: Entries, sizing: Sizing, settings: Settings) -> None:
    """Refuse what does not depend on bars; what was found sound once is not looked at again."""
    if not 0 < settings.initial_cash < MAX_PAISE or settings.initial_cash != int(settings.initial_cash):
        raise InvalidSettings(f"The initial cash must be whole paise above zero, not {settings.initial_cash}")
    chosen = (
        settings.fill_on,
        settings.path_mode,
        settings.stop_basis,
        settings.units,
        direction,
        sizing.kind,
        entries.kind,
    )
    for value, (name, allowed) in zip(chosen, _CHOICES, strict=True):
        if value not in allowed:
            raise InvalidSettings(f"{name} must be one of {', '.join(allowed)}, not {value}")
    _check_exits(exits)
    _check_entries(entries)
    _check_market(settings)
    _check_sizing(sizing, exits=exits, settings=settings)


def check_signals(*, signals: Signals, bars: Bars) -> None:
    """Refuse signals that are not one value a bar.

    :raises InvalidSettings: if a column is longer or shorter than the bars
    """
    columns = (signals.enter_long, signals.exit_long, signals.enter_short, signals.exit_short)
    size = len(bars)
    if any(len(column) != size for column in columns):
        raise InvalidSettings("The signals and the bars differ in length")


def check_clock(*, plan: Plan, bars: Bars) -> None:
    """Refuse a time of day on bars that have none.

    :raises InvalidSettings: if no session has more than one bar
    """
    if moments.needs_clock(plan) and not moments.has_times_of_day(bars):
        raise InvalidSettings("A time of day needs bars shorter than a day")


def needs_atr(exits: Exits) -> bool:
    """Whether an exit is a multiple of the average true range."""
    return not exits.stop_loss_atr is exits.target_atr is exits.trailing_stop_atr is None


def check_atr(*, plan: Plan, bars: Bars, atr: NDArray[np.float64] | None) -> None:
    """Refuse a run that lacks the average true range it needs.

    :raises InvalidSettings: if it is missing or not one value a bar
    """
    if needs_atr(plan.exits) and atr is None:
        raise InvalidSettings("An exit in multiples of the average true range needs that as a column")
    if atr is not None and len(atr) != len(bars):
        raise InvalidSettings("The average true range and the bars differ in length")


def _check_exits(exits: Exits) -> None:
    limits: Mapping[str, tuple[float | None, float]] = {
        "stop_loss_pct": (exits.stop_loss_pct, MAX_STOP_PCT),
        "target_pct": (exits.target_pct, MAX_TARGET_PCT),
        "trailing_stop_pct": (exits.trailing_stop_pct, MAX_STOP_PCT),
        "break_even_pct": (exits.break_even_pct, MAX_TARGET_PCT),
        "stop_loss_points": (exits.stop_loss_points, MAX_PAISE),
        "target_points": (exits.target_points, MAX_PAISE),
        "trailing_stop_points": (exits.trailing_stop_points, MAX_PAISE),
        "stop_loss_atr": (exits.stop_loss_atr, MAX_ATR),
        "target_atr": (exits.target_atr, MAX_ATR),
        "trailing_stop_atr": (exits.trailing_stop_atr, MAX_ATR),
    }
    for name, (amount, most) in limits.items():
        if amount is not None:
            _check_amount(name, amount, most=most)
    for level in ("stop_loss", "target", "trailing_stop"):
        if sum(limits[f"{level}_{unit}"][0] is not None for unit in ("pct", "points", "atr")) > 1:
            raise InvalidSettings(f"{level} is given more than once: choose percent, points or multiples of ATR")
    _check_whole("max_bars", exits.max_bars, least=1, most=MAX_BARS)
    _check_whole("square_off", exits.square_off, least=1, most=MINUTES_PER_DAY - 1)


def _check_entries(entries: Entries) -> None:
    if not (math.isfinite(entries.offset_pct) and 0 <= entries.offset_pct < MAX_STOP_PCT):
        raise InvalidSettings(f"offset_pct must be at least 0 and below {MAX_STOP_PCT:g}, not {entries.offset_pct}")
    _check_whole("valid_bars", entries.valid_bars, least=1, most=MAX_BARS)
    _check_whole("max_entries", entries.max_entries, least=1, most=MAX_BARS)
    _check_whole("max_per_day", entries.max_per_day, least=1, most=MAX_BARS)
    _check_whole("first_minute", entries.first_minute, least=0, most=MINUTES_PER_DAY)
    _check_whole("last_minute", entries.last_minute, least=entries.first_minute or 0, most=MINUTES_PER_DAY)


def _check_market(settings: Settings) -> None:
    _check_whole("lot_size", settings.lot_size, least=1, most=MAX_LOT)
    if settings.lot_size != 1 and settings.units != "lots":
        raise InvalidSettings(f"A lot_size of {settings.lot_size} needs units lots, not {settings.units}")
    _check_amount("tick_size", settings.tick_size, most=MAX_PAISE)
    for name, value, most in (
        ("slippage_ticks", settings.slippage_ticks, MAX_TICKS),
        ("slippage_bps", settings.slippage_bps, MAX_BPS),
        ("penetration_ticks", settings.penetration_ticks, MAX_TICKS),
    ):
        if not 0 <= value <= most:
            raise InvalidSettings(f"{name} must be 0 to {most}, not {value}")
    settlement = settings.expiry.settlement if settings.expiry is not None else None
    if settlement is not None and not 0 <= settlement < MAX_PAISE:
        raise InvalidSettings(f"The settlement price must be at least 0, not {settlement}")


def _check_amount(name: str, amount: float, *, most: float) -> None:
    if not 0 < amount <= most:
        raise InvalidSettings(f"{name} must be above 0 and at most {most:g}, not {amount}")


def _check_whole(name: str, value: float | None, *, least: int, most: int) -> None:
    if value is not None and not (least <= value <= most and value == int(value)):
        raise InvalidSettings(f"{name} must be a whole number from {least} to {most}, not {value}")


def _check_sizing(sizing: Sizing, *, exits: Exits, settings: Settings) -> None:
    if sizing.kind in ("percent_of_equity", "risk_per_trade"):
        _check_amount(sizing.kind, sizing.value, most=100)
    if sizing.kind == "cash" and not 0 < sizing.value < MAX_PAISE:
        raise InvalidSettings(f"The cash of an order must be above zero, not {sizing.value}")
    if sizing.kind == "quantity":
        _check_quantity(sizing.value, settings=settings)
    stops = (
        exits.stop_loss_pct,
        exits.stop_loss_points,
        exits.stop_loss_atr,
        exits.trailing_stop_pct,
        exits.trailing_stop_points,
        exits.trailing_stop_atr,
    )
    if sizing.kind == "risk_per_trade" and not any(stops):
        raise InvalidSettings("Sizing by risk per trade needs a stop: the risk is what is lost when it is met")


def _check_quantity(quantity: float, *, settings: Settings) -> None:
    if settings.units == "fractional":
        _check_amount("quantity", quantity, most=MAX_PAISE)
        return
    if not (1 <= quantity < MAX_PAISE and quantity == int(quantity)):
        raise InvalidSettings(f"The quantity of an order must be whole shares, at least 1, not {quantity}")
    if quantity % settings.lot_size != 0:
        raise InvalidSettings(f"The quantity of an order must be a multiple of {settings.lot_size}, not {quantity:g}")
