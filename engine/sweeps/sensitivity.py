"""One strategy under each assumption about fills, side by side. What does not belong here: the assumptions."""

from __future__ import annotations

from dataclasses import replace

from engine.script.program import Program
from engine.sweeps.trials import Trials
from engine.types import Bars, FillOn, PathMode, Plan, Result, Settings

# Name, when orders fill, and which of two levels in one bar is met first.
VARIANTS: tuple[tuple[str, FillOn, PathMode], ...] = (
    ("pessimistic", "same_close", "pessimistic"),
    ("tv_path", "same_close", "tv_path"),
    ("optimistic", "same_close", "optimistic"),
    ("next_open", "next_open", "pessimistic"),
)


def fill_sensitivity(*, strategy: Plan | Program, bars: Bars, settings: Settings) -> dict[str, Result]:
    """Run a plan or a script under every variant, by its name; all else of the settings is kept.

    :raises InvalidSettings: if strategy, settings and bars do not fit together
    :raises ScriptError: if a script goes beyond its limits on these bars
    """
    trials = Trials(bars)
    return {
        name: trials.run(strategy, settings=replace(settings, fill_on=fill_on, path_mode=path_mode))
        for name, fill_on, path_mode in VARIANTS
    }
