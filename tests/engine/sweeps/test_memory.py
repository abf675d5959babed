"""A sweep of rules keeps neither curves nor columns: what it needs does not grow with its combinations."""

from __future__ import annotations

import pytest

from engine.sweeps import sweep
from engine.sweeps.family import Family
from engine.sweeps.grid import Grid
from engine.types import Settings
from tests.engine.script import running
from tests.engine.sweeps import making

BARS = running.five_minutes(20)
SETTINGS = Settings(initial_cash=1_000_000_00)
# A column or a curve of the bars, 8 bytes each; what is allowed is far less than one for each combination.
COLUMN = 8 * len(BARS)
REVERSAL = {
    "inputs": {"length": 14, "level": 30},
    "enter_long": {"left": "RSI(length)", "op": "CROSS_ABOVE", "right": "level"},
    "exit_long": {"left": "RSI(length)", "op": "CROSS_BELOW", "right": 70},
}
CROSSING = {
    "inputs": {"fast": 5, "slow": 20},
    "enter_long": {"left": "SMA(fast)", "op": "CROSS_ABOVE", "right": "SMA(slow)"},
    "exit_long": {"left": "SMA(fast)", "op": "CROSS_BELOW", "right": "SMA(slow)"},
}


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sweeps.trials._MOST_KEPT", 5 * len(BARS))
    monkeypatch.setattr("engine.sweeps.sweeping._BARS_AT_ONCE", 10 * len(BARS))
    monkeypatch.setattr("engine.sweeps.sweeping._CROSSING_BARS_AT_ONCE", 10 * len(BARS))


@pytest.mark.parametrize(
    ("rules", "short", "long"),
    [
        (REVERSAL, {"length": (2, 22)}, {"length": (2, 302)}),
        (CROSSING, {"fast": (2, 6), "slow": (10, 15)}, {"fast": (2, 22), "slow": (30, 45)}),
    ],
)
def test_memory_does_not_grow_with_combinations(
    rules: dict[str, object], short: dict[str, tuple[int, int]], long: dict[str, tuple[int, int]]
) -> None:
    def needed(asked: dict[str, tuple[int, int]]) -> int:
        grid = Grid.checked(**{name: [float(value) for value in range(*ends)] for name, ends in asked.items()})
        return making.peak(sweep(family=Family(rules), grid=grid, bars=BARS, settings=SETTINGS))

    # 20 and 300 combinations: columns of the others, were they kept, would be 280.
    assert needed(long) < needed(short) + 30 * COLUMN
