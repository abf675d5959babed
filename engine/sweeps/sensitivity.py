"""One plan under each assumption about fills, side by side. What does not belong here: the assumptions themselves."""

from __future__ import annotations

from dataclasses import replace

from engine import rules, runner
from engine.types import Bars, FillOn, PathMode, Plan, Result, Settings

# Name, when orders fill, and which of two levels in one bar is met first.
VARIANTS: tuple[tuple[str, FillOn, PathMode], ...] = (
    ("pessimistic", "same_close", "pessimistic"),
    ("tv_path", "same_close", "tv_path"),
    ("optimistic", "same_close", "optimistic"),
    ("next_open", "next_open", "pessimistic"),
)


def fill_sensitivity(*, plan: Plan, bars: Bars, settings: Settings) -> dict[str, Result]:
    """Run a plan under every variant, by its name; all else of the settings is kept.

    :raises InvalidSettings: if plan, settings and bars do not fit together
    """
    signals = rules.evaluate(plan, bars)
    return {
        name: runner.simulate(
            signals=signals, plan=plan, bars=bars, settings=replace(settings, fill_on=fill_on, path_mode=path_mode)
        )
        for name, fill_on, path_mode in VARIANTS
    }
