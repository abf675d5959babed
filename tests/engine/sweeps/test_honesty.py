"""What the best of many is worth, and how much of a result was the order of its trades or the rule of its fills."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import runner
from engine.errors import InvalidSettings
from engine.sweeps import VARIANTS, fill_sensitivity, judge, monte_carlo
from engine.types import Exits
from tests.engine.sweeps.making import CLOSES, CROSSOVER, SETTINGS, bars_of

PNL = np.array([100_00.0, -50_00.0, 200_00.0])


def test_the_deflated_sharpe_of_the_published_example():
    # Bailey and Lopez de Prado (2014), 5: SR 2.5 a year (250 days), 100 trials of variance 1/2 a year, 1250 days,
    # skew -3, kurtosis 10: 0.9004. Here a year has 252 days, so ratios are handed over with that root.
    root = math.sqrt(252)
    sharpes = np.array([-1.0, 1.0]) * math.sqrt(0.5 / 250 / 2) * root
    statistics = {"sharpe": 2.5 / math.sqrt(250) * root, "skew": -3.0, "kurtosis": 7.0}
    verdict = judge(sharpes=sharpes, tried=100, statistics=statistics, sessions=1250)
    assert verdict.luck_sharpe / root == pytest.approx(0.1132, abs=5e-5)
    assert verdict.deflated_sharpe == pytest.approx(0.9004, abs=5e-5)


def test_one_trial_is_not_deflated_and_an_undefined_one_has_no_verdict():
    nothing = {"sharpe": None, "skew": None, "kurtosis": None}
    verdict = judge(sharpes=np.array([math.nan]), tried=1, statistics=nothing, sessions=10)
    assert (verdict.luck_sharpe, verdict.deflated_sharpe) == (0.0, None)


def test_sensitivity_is_the_single_runs_side_by_side():
    plan = replace(CROSSOVER.build({"fast": 1, "slow": 2}), exits=Exits(stop_loss_pct=5.0, target_pct=10.0))
    bars = bars_of(CLOSES)
    found = fill_sensitivity(strategy=plan, bars=bars, settings=SETTINGS)
    assert list(found) == ["pessimistic", "tv_path", "optimistic", "next_open"]
    for name, fill_on, path_mode in VARIANTS:
        alone = runner.run(plan=plan, bars=bars, settings=replace(SETTINGS, fill_on=fill_on, path_mode=path_mode))
        assert (found[name].trades, found[name].statistics) == (alone.trades, alone.statistics)
    assert found["next_open"].trades != found["pessimistic"].trades


def test_a_shuffle_changes_the_order_and_so_the_drawdown_but_not_the_end():
    found = monte_carlo(pnl=PNL, initial_cash=1_000_00.0, draws=200, method="shuffle", bits=np.random.PCG64(7))
    assert found.final_equity == pytest.approx((1_250_00.0,) * 5)
    # The only loss is 50 of 1100 wherever it stands.
    assert found.max_drawdown_pct == pytest.approx((50 / 11,) * 5)
    assert (found.draws, found.trades, found.loss_probability) == (200, 3, 0.0)


def test_a_bootstrap_draws_the_same_from_the_same_bits_in_any_version():
    draw: dict[str, Any] = {"pnl": PNL, "initial_cash": 1_000_00.0, "draws": 5_000, "method": "bootstrap"}
    found = monte_carlo(**draw, bits=np.random.PCG64(7))
    assert found == monte_carlo(**draw, bits=np.random.PCG64(7))
    assert found != monte_carlo(**draw, bits=np.random.PCG64(8))
    # Three losses in a row end lowest; the rest of 27 ways are between that and three of the best.
    factor = 1 - 50 / 1100
    assert found.final_equity[0] == pytest.approx(1_000_00 * factor**2 * 1.1)
    # A loss in all: three losses (1/27); two losses and a gain of 10 % end above 1000.
    assert found.loss_probability == pytest.approx(1 / 27, abs=0.01)


def test_the_raw_words_decide_and_nothing_else():
    class Words:
        """Bits that are what the test says."""

        def random_raw(self, size: int) -> np.ndarray:
            return np.array([0, 2**63, 2**64 - 1], dtype=np.uint64)[:size]

    words: Any = Words()
    found = monte_carlo(pnl=PNL, initial_cash=1_000_00.0, draws=1, method="bootstrap", bits=words)
    # 0, half and almost one of three trades: each once, in their order.
    assert found.final_equity[2] == pytest.approx(1_250_00.0)


@pytest.mark.parametrize(("pnl", "draws"), [([], 10), ([1.0], 0), ([-1_000_00.0, 5.0], 10), ([1.0], 20_000_001)])
def test_scenarios_without_meaning_are_refused(pnl, draws):
    with pytest.raises(InvalidSettings):
        monte_carlo(pnl=np.array(pnl), initial_cash=1_000_00.0, draws=draws, method="shuffle", bits=np.random.PCG64(1))
