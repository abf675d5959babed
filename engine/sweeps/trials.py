"""Runs of many plans or programs on the same bars, which share the indicators that they read.

What does not belong here: which are run (sweeping, walk_forward), what a run is (runner).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine import rules, runner
from engine.rules import script_indicators
from engine.script import evaluation
from engine.script.program import Program
from engine.sweeps.family import Family
from engine.sweeps.script_family import ScriptFamily
from engine.types import Bars, Plan, Result, Settings, Signals

AnyFamily = Family | ScriptFamily

# Columns of indicators are kept while all of them together have no more values than this (64 MB).
_MOST_KEPT = 8_000_000

_Key = tuple[str, tuple[str, ...], tuple[float, ...]]


class Trials:
    """One run after the other on some bars."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._columns = rules.Columns(bars)
        self._studies: dict[_Key, tuple[NDArray[np.float64], ...] | None] = {}

    def run(self, strategy: Plan | Program, *, settings: Settings, first: int = 0) -> Result:
        """Run a strategy on the bars; what it wants before bar ``first`` is not done.

        :raises InvalidSettings: if strategy, settings and bars do not fit together
        :raises ScriptError: if a script goes beyond its limits on these bars
        """
        if isinstance(strategy, Program):
            columns = evaluation.columns(strategy, self._bars, self._study)
            return runner.simulate_program(
                program=strategy, columns=columns, bars=self._bars, settings=settings, first=first
            )
        if self._columns.held > _MOST_KEPT:
            self._columns = rules.Columns(self._bars)
        signals = rules.evaluate(strategy, self._bars, columns=self._columns)
        if first:
            signals = _silent_before(signals, first)
        return runner.simulate(signals=signals, plan=strategy, bars=self._bars, settings=settings)

    def _study(
        self, name: str, sources: tuple[str, ...], numbers: tuple[float, ...], bars: Bars
    ) -> tuple[NDArray[np.float64], ...] | None:
        """An indicator that a script reads, as another combination has left it."""
        key = (name, sources, numbers)
        if key not in self._studies:
            if len(self._studies) * len(bars) > _MOST_KEPT:
                self._studies.clear()
            self._studies[key] = script_indicators.columns(name, sources, numbers, bars)
        return self._studies[key]


def _silent_before(signals: Signals, bar: int) -> Signals:
    """The signals from a bar on."""
    heard = np.arange(len(signals.enter_long)) >= bar
    return Signals(
        signals.enter_long & heard,
        signals.exit_long & heard,
        signals.enter_short & heard,
        signals.exit_short & heard,
        warmup_bars=signals.warmup_bars,
    )
