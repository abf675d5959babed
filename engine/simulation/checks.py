"""Refusals before a run: plan, settings, signals and bars that do not fit together.

What does not belong here: the soundness of the bars themselves (types.Bars.checked) and of rules documents.
"""

from __future__ import annotations

from typing import get_args

from engine.errors import InvalidSettings
from engine.types import (
    MAX_STOP_PCT,
    MAX_TARGET_PCT,
    Bars,
    Direction,
    FillOn,
    PathMode,
    Plan,
    Settings,
    Signals,
    Sizing,
    SizingKind,
    StopBasis,
)

# Whole paise stay exact in a float64 below this.
MAX_PAISE = 2**53


def check_settings(*, plan: Plan, bars: Bars, settings: Settings) -> None:
    """Refuse a run whose settings make no sense.

    :raises InvalidSettings: naming the first setting that does not
    """
    if len(bars) == 0:
        raise InvalidSettings("There are no bars to run on")
    if not 0 < settings.initial_cash < MAX_PAISE or settings.initial_cash != int(settings.initial_cash):
        raise InvalidSettings(f"The initial cash must be whole paise above zero, not {settings.initial_cash}")
    choices = {
        "fill_on": (settings.fill_on, FillOn),
        "path_mode": (settings.path_mode, PathMode),
        "stop_basis": (settings.stop_basis, StopBasis),
        "direction": (plan.direction, Direction),
        "sizing": (plan.sizing.kind, SizingKind),
    }
    for name, (value, allowed) in choices.items():
        if value not in get_args(allowed):
            raise InvalidSettings(f"{name} must be one of {', '.join(get_args(allowed))}, not {value}")
    for name, percentage, most in (
        ("stop_loss_pct", plan.exits.stop_loss_pct, MAX_STOP_PCT),
        ("target_pct", plan.exits.target_pct, MAX_TARGET_PCT),
        ("trailing_stop_pct", plan.exits.trailing_stop_pct, MAX_STOP_PCT),
    ):
        if percentage is not None:
            _check_percentage(name, percentage, most=most)
    _check_sizing(plan.sizing)


def check_signals(*, signals: Signals, bars: Bars) -> None:
    """Refuse signals that are not one value a bar.

    :raises InvalidSettings: if a column is longer or shorter than the bars
    """
    columns = (signals.enter_long, signals.exit_long, signals.enter_short, signals.exit_short)
    if any(len(column) != len(bars) for column in columns):
        raise InvalidSettings("The signals and the bars differ in length")


def _check_percentage(name: str, percentage: float, *, most: float) -> None:
    if not 0 < percentage <= most:
        raise InvalidSettings(f"{name} must be above 0 and at most {most:g}, not {percentage}")


def _check_sizing(sizing: Sizing) -> None:
    if sizing.kind == "percent_of_equity":
        _check_percentage("percent_of_equity", sizing.value, most=100)
    if sizing.kind == "cash" and not 0 < sizing.value < MAX_PAISE:
        raise InvalidSettings(f"The cash of an order must be above zero, not {sizing.value}")
    if sizing.kind == "quantity" and not (1 <= sizing.value < MAX_PAISE and sizing.value == int(sizing.value)):
        raise InvalidSettings(f"The quantity of an order must be whole shares, at least 1, not {sizing.value}")
