"""Many runs of one strategy, and what they say honestly: sweeps, walk-forward, sensitivity to fills, Monte Carlo.

What does not belong here: any rule of signals, fills or statistics; a row of a sweep is what the single run would say.
"""

from engine.sweeps.family import Family
from engine.sweeps.grid import Grid
from engine.sweeps.heatmap import Heatmap, heatmap
from engine.sweeps.honesty import Verdict, judge
from engine.sweeps.monte_carlo import PERCENTILES, Scenarios, monte_carlo
from engine.sweeps.rows import LOWER_IS_BETTER, METRICS, Rows, best, order
from engine.sweeps.script_family import ScriptFamily
from engine.sweeps.sensitivity import VARIANTS, fill_sensitivity
from engine.sweeps.sweeping import plan_of, sweep
from engine.sweeps.trials import AnyFamily, Trials
from engine.sweeps.walk_forward import Choice, Outcome, Pick, Walk, Window, pick, stitch, walk_forward, windows

__all__ = [
    "LOWER_IS_BETTER",
    "METRICS",
    "PERCENTILES",
    "VARIANTS",
    "AnyFamily",
    "Choice",
    "Family",
    "Grid",
    "Heatmap",
    "Outcome",
    "Pick",
    "Rows",
    "Scenarios",
    "ScriptFamily",
    "Trials",
    "Verdict",
    "Walk",
    "Window",
    "best",
    "fill_sensitivity",
    "heatmap",
    "judge",
    "monte_carlo",
    "order",
    "pick",
    "plan_of",
    "stitch",
    "sweep",
    "walk_forward",
    "windows",
]
