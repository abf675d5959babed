"""Walk-forward: the past chooses, the time after is traded, and nothing of it is seen before."""

from __future__ import annotations

import numpy as np
import pytest

from engine import runner
from engine.errors import InvalidSettings
from engine.sweeps import Choice, Family, Grid, Window, pick, stitch, walk_forward, windows
from engine.types import Bars
from tests.engine.sweeps.making import CROSSOVER, SETTINGS, above, bars_of

# Rises from 10 to 19, falls to 10, rises again.
WAVE = [*range(10, 20), *range(18, 9, -1), *range(11, 20)]


def walk(family: Family, grid: Grid, bars: Bars, cut: list[Window], metric: str = "total_return_pct") -> list:
    choice = Choice(grid, metric, between=lambda: None)
    picks = (pick(family=family, choice=choice, bars=bars, settings=SETTINGS, window=window) for window in cut)
    return list(walk_forward(family=family, picks=picks, bars=bars, settings=SETTINGS, cut=cut))


def test_rolling_and_anchored_windows_count_sessions_not_bars():
    bars = bars_of([10] * 21, per_session=3)
    assert windows(bars=bars, train=2, test=2) == [Window(0, 6, 12), Window(6, 12, 18), Window(12, 18, 21)]
    assert windows(bars=bars, train=2, test=2, anchored=True) == [
        Window(0, 6, 12),
        Window(0, 12, 18),
        Window(0, 18, 21),
    ]


@pytest.mark.parametrize(("train", "test"), [(1, 1), (2, 0), (10, 1)])
def test_windows_that_make_no_sense_are_refused(train, test):
    with pytest.raises(InvalidSettings):
        windows(bars=bars_of([10] * 10), train=train, test=test)


def test_more_windows_than_are_allowed_are_refused():
    with pytest.raises(InvalidSettings, match="windows"):
        windows(bars=bars_of([10] * 300), train=2, test=1)


def test_the_past_chooses_and_the_time_after_is_traded():
    bars = bars_of(WAVE)
    grid = Grid.checked(level=[12.0, 100.0])
    (first, *_) = walk(above(), grid, bars, windows(bars=bars, train=10, test=9))
    # Level 12 gained in the rise: 83 shares at 12, at 19 worth 1581. In the fall: bought at 18, sold below 12, at 11.
    assert (first.picked.values, first.picked.tried) == ({"level": 12.0}, 2)
    assert first.picked.in_sample["total_return_pct"] == pytest.approx(83 * 7 / 10)
    assert first.after.equity[-1] == 1_000_00 - 55 * 7_00
    assert [(trade.entry_index, trade.exit_index) for trade in first.after.trades] == [(10, 17)]


def test_the_cash_of_a_window_is_what_the_one_before_left_and_the_stitched_curve_has_no_seam():
    bars = bars_of(WAVE)
    walks = walk(above(), Grid.checked(level=[12.0]), bars, windows(bars=bars, train=10, test=9))
    assert [len(step.after.equity) for step in walks] == [9, 9]
    whole = stitch(walks=walks, bars=bars, settings=SETTINGS)
    # After the loss 615: bar 20 (12) buys 51, at 19 worth 615 + 51 x 7.
    assert whole.equity.tolist() == [*walks[0].after.equity.tolist(), *walks[1].after.equity.tolist()]
    assert whole.equity[-1] == 615_00 + 51 * 7_00
    assert whole.statistics["total_return_pct"] == pytest.approx((615 + 357 - 1000) / 10)
    # What was open at the end is left there, and counts.
    assert (whole.statistics["trades"], whole.statistics["win_rate_pct"]) == (2, 50.0)
    assert whole.statistics["exposure_pct"] == pytest.approx((7 + 7) / 18 * 100)


def test_what_comes_after_changes_no_choice_and_no_trade_before_it():
    grid = Grid.checked(fast=[1.0, 2.0], slow=[3.0, 4.0])
    crash = [*WAVE[:19], *[5] * 9]
    calm, wild = (
        walk(CROSSOVER, grid, bars, windows(bars=bars, train=10, test=9))[0] for bars in (bars_of(WAVE), bars_of(crash))
    )
    assert (calm.picked.values, calm.after.trades, calm.after.equity.tolist()) == (
        wild.picked.values,
        wild.after.trades,
        wild.after.equity.tolist(),
    )


def test_the_time_after_is_warm_from_its_first_bar():
    # SMA(1) crosses SMA(4) on bar 10, the first after ten bars of learning; it needs bars 6 to 9.
    closes = [10, 11, 12, 11, 10, 9, 9, 9, 9, 9, 12, 13, 14]
    bars = bars_of(closes)
    (only,) = walk(CROSSOVER, Grid.checked(fast=[1.0], slow=[4.0]), bars, [Window(0, 10, 13)], metric="trades")
    assert [trade.entry_index for trade in only.after.trades] == [10]


def test_where_nothing_can_be_chosen_nothing_is_traded():
    bars = bars_of(WAVE)
    (only,) = walk(above(), Grid.checked(level=[100.0]), bars, [Window(0, 10, 19)], metric="win_rate_pct")
    assert (only.picked.values, only.picked.tried, set(only.after.equity.tolist())) == (None, 1, {1_000_00.0})


def test_a_window_over_everything_is_the_single_run():
    bars = bars_of(WAVE)
    (only,) = walk(above(), Grid.checked(level=[12.0]), bars, [Window(0, 2, len(bars))])
    alone = runner.run(plan=above().build({"level": 12.0}), bars=bars, settings=SETTINGS)
    np.testing.assert_array_equal(only.after.equity, alone.equity[2:])


def test_what_is_called_between_may_stop_the_choice():
    class Stopped(Exception):
        """Somebody stopped it."""

    def stop() -> None:
        raise Stopped

    bars = bars_of(WAVE)
    choice = Choice(Grid.checked(level=[12.0]), "sharpe", between=stop)
    with pytest.raises(Stopped):
        pick(family=above(), choice=choice, bars=bars, settings=SETTINGS, window=Window(0, 10, 19))
