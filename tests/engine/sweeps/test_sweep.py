"""A sweep: the row of a combination is what its single run says, whichever way the sweep took."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import runner
from engine.errors import InvalidRules, InvalidSettings
from engine.sweeps import METRICS, Family, Grid, Rows, best, heatmap, recognition, rows, sweep
from engine.types import Bars, Settings
from tests.engine.sweeps.making import CLOSES, CROSSOVER, SETTINGS, above, bars_of


def rows_of(family: Family, grid: Grid, bars: Bars, settings: Settings = SETTINGS) -> Rows:
    """All rows of a sweep in one."""
    found = list(sweep(family=family, grid=grid, bars=bars, settings=settings))
    return Rows(0, np.concatenate([r.values for r in found]), np.concatenate([r.tried for r in found]))


def single(family: Family, values: dict[str, float], bars: Bars, settings: Settings) -> list[float]:
    """The row that the single run gives."""
    result = runner.run(plan=family.build(values), bars=bars, settings=settings)
    return rows.row_of(result.statistics)


def is_crossing(family: Family, grid: Grid, bars: Bars, settings: Settings = SETTINGS) -> bool:
    return recognition.recognise(family, grid, bars=bars, settings=settings) is not None


def test_a_crossover_worked_by_hand():
    # SMA(1) over SMA(2): 1000 buys 90 at 11 on bar 3; sold at 12 on bar 5: 1090. Bought 121 at 9 on bar 9 (1 left);
    # sold at 13 on bar 12: 1574. Bought 143 at 11 on bar 15; bar 17 ties, which is no crossing; sold at 8 on bar 18.
    grid = Grid.checked(fast=[1.0], slow=[2.0])
    bars = bars_of(CLOSES)
    assert is_crossing(CROSSOVER, grid, bars)
    row = dict(zip(METRICS, rows_of(CROSSOVER, grid, bars).values[0].tolist(), strict=True))
    assert row["total_return_pct"] == pytest.approx((1000 + 90 + 121 * 4 - 143 * 3 - 1000) / 10)
    assert (row["trades"], row["win_rate_pct"]) == (3.0, pytest.approx(200 / 3))
    assert row["profit_factor"] == pytest.approx((90 + 484) / 429)
    # The highest equity is 1 + 121 x 14 = 1695 on bar 11 ... 1717 on bar 16, then 1145.
    assert row["max_drawdown_pct"] == pytest.approx((1717 - 1145) / 1717 * 100)


def test_combinations_that_make_no_strategy_are_not_tried():
    grid = Grid.checked(fast=[2.0, 5.0], slow=[3.0, 5.0, 501.0, 2.5])
    found = rows_of(CROSSOVER, grid, bars_of(CLOSES))
    assert found.tried.tolist() == [True, True, False, False, False, False, False, False]
    assert np.isnan(found.values[~found.tried]).all()


def test_an_input_that_the_strategy_has_not_is_an_error():
    with pytest.raises(InvalidRules, match="no input"):
        rows_of(CROSSOVER, Grid.checked(quick=[1.0]), bars_of(CLOSES))


@pytest.mark.parametrize("per_session", [1, 3])
@pytest.mark.parametrize("fill_on", ["same_close", "next_open"])
@given(closes=st.lists(st.integers(5, 30), min_size=1, max_size=60), data=st.data())
def test_rows_of_crossings_are_those_of_single_runs(fill_on, per_session, closes, data):
    opens = data.draw(st.lists(st.integers(5, 30), min_size=len(closes), max_size=len(closes)))
    cash = data.draw(st.sampled_from([20_00, 1_000_00]))
    bars = bars_of(closes, per_session=per_session, opens=opens)
    settings = Settings(initial_cash=cash, fill_on=fill_on)
    grid = Grid.checked(fast=[1.0, 2.0, 4.0], slow=[2.0, 3.0, 7.0])
    assert is_crossing(CROSSOVER, grid, bars, settings)
    found = rows_of(CROSSOVER, grid, bars, settings)
    for number in np.flatnonzero(found.tried).tolist():
        expected = single(CROSSOVER, grid.combination(number), bars, settings)
        np.testing.assert_array_equal(found.values[number], expected)


@given(closes=st.lists(st.integers(5, 30), min_size=2, max_size=40), data=st.data())
def test_rows_of_any_grid_are_those_of_single_runs(closes, data):
    family = data.draw(
        st.sampled_from(
            [
                above(exits={"stop_loss_pct": "stop"}) if data.draw(st.booleans()) else above(),
                Family.of_code("ema_crossover"),
                Family.of_code("sma_crossover", changes={"direction": "both"}),
                Family.of_code("sma_crossover", changes={"exits": {"stop_loss_pct": 3}}),
            ]
        )
    )
    name = "level" if "level" in dict(family.build({}).inputs) else "fast"
    grid = Grid.checked(**{name: data.draw(st.lists(st.integers(2, 20), min_size=1, max_size=4, unique=True))})
    bars = bars_of(closes)
    assert not is_crossing(family, grid, bars)
    found = rows_of(family, grid, bars)
    for number in np.flatnonzero(found.tried).tolist():
        np.testing.assert_array_equal(found.values[number], single(family, grid.combination(number), bars, SETTINGS))


@pytest.mark.parametrize(
    "settings",
    [
        replace(SETTINGS, slippage_bps=5.0),
        replace(SETTINGS, slippage_ticks=1.0),
        replace(SETTINGS, units="fractional"),
        replace(SETTINGS, units="lots", lot_size=5),
    ],
)
def test_what_the_pass_for_crossings_does_not_know_goes_the_general_way(settings):
    grid, bars = Grid.checked(fast=[1.0], slow=[2.0]), bars_of(CLOSES)
    assert not is_crossing(CROSSOVER, grid, bars, settings)
    found = rows_of(CROSSOVER, grid, bars, settings)
    np.testing.assert_array_equal(found.values[0], single(CROSSOVER, {"fast": 1.0, "slow": 2.0}, bars, settings))


def test_a_part_of_a_sweep_is_the_same_part_of_the_whole():
    grid, bars = Grid.checked(fast=[1.0, 2.0, 3.0], slow=[4.0, 5.0]), bars_of(CLOSES)
    whole = rows_of(CROSSOVER, grid, bars)
    (part,) = sweep(family=CROSSOVER, grid=grid, bars=bars, settings=SETTINGS, first=2, last=5)
    assert part.first == 2
    np.testing.assert_array_equal(part.values, whole.values[2:5])


def test_the_grid_numbers_its_combinations_with_the_last_input_fastest():
    grid = Grid.checked(a=[1.0, 2.0], b=[5.0, 6.0, 7.0])
    assert (len(grid), grid.combination(0), grid.combination(4)) == (6, {"a": 1.0, "b": 5.0}, {"a": 2.0, "b": 6.0})


@pytest.mark.parametrize("axes", [{}, {"a": []}, {"a": [1.0, 1.0]}, {"a": [math.nan]}])
def test_a_grid_that_makes_no_sense_is_refused(axes):
    with pytest.raises(InvalidSettings):
        Grid.checked(**axes)


def table(*lines: tuple[float, float]) -> np.ndarray:
    """Rows with a return and a drawdown."""
    values = np.full((len(lines), len(METRICS)), np.nan)
    for place, (gain, fall) in enumerate(lines):
        values[place, METRICS.index("total_return_pct")] = gain
        values[place, METRICS.index("max_drawdown_pct")] = fall
    return values


def test_the_best_is_the_highest_of_what_is_good_and_the_lowest_of_what_is_not():
    values = table((5.0, 9.0), (7.0, 4.0), (7.0, 3.0), (math.nan, math.nan))
    assert (best(values, "total_return_pct"), best(values, "max_drawdown_pct")) == (1, 2)
    assert rows.order(values, "total_return_pct").tolist() == [1, 2, 0, 3]
    assert best(values, "sharpe") is None
    with pytest.raises(InvalidSettings, match="metric"):
        best(values, "luck")


def test_a_heatmap_shows_the_best_over_the_other_inputs():
    grid = Grid.checked(a=[1.0, 2.0], b=[3.0, 4.0, 5.0], c=[6.0, 7.0])
    values = table(*((float(number), float(number)) for number in range(12)))
    values[2:4] = np.nan
    shown = heatmap(grid=grid, values=values, x="a", y="b", metric="total_return_pct")
    assert (shown.x_values, shown.y_values) == ((1.0, 2.0), (3.0, 4.0, 5.0))
    assert shown.values == ((1.0, 7.0), (None, 9.0), (5.0, 11.0))
    falls = heatmap(grid=grid, values=values, x="b", y="a", metric="max_drawdown_pct")
    assert falls.values == ((0.0, None, 4.0), (6.0, 8.0, 10.0))


@pytest.mark.parametrize(("x", "y"), [("a", "a"), ("a", "z")])
def test_a_heatmap_needs_two_inputs_of_the_sweep(x, y):
    with pytest.raises(InvalidSettings):
        heatmap(grid=Grid.checked(a=[1.0], b=[2.0]), values=table((1.0, 1.0)), x=x, y=y, metric="sharpe")
