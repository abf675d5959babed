"""Statistics against a benchmark, which is holding the same bars or a given series.

What does not belong here: returns on their own, finding the facts (curve).
"""

from __future__ import annotations

from engine.metrics.definition import SESSIONS_PER_YEAR, Facts, Statistic, ratio


def _beta(facts: Facts) -> float:
    return ratio(facts.curve.benchmark.covariance, facts.curve.benchmark.variance)


def _alpha(facts: Facts) -> float:
    found = facts.curve.benchmark
    return (found.mean - _beta(facts) * found.benchmark_mean) * SESSIONS_PER_YEAR


STATISTICS = (
    Statistic(
        key="beta",
        label="Beta",
        unit="ratio",
        formula="covariance of daily returns with the benchmark's / variance of the benchmark's, from the second "
        "session on",
        source="Sharpe (1964), Capital Asset Prices, Journal of Finance 19(3)",
        compute=_beta,
    ),
    Statistic(
        key="alpha_pct",
        label="Alpha",
        unit="percent",
        formula="(mean daily return - beta x mean daily return of the benchmark) x 252 x 100, risk-free rate 0",
        source="Jensen (1968), The Performance of Mutual Funds, Journal of Finance 23(2)",
        compute=lambda facts: _alpha(facts) * 100.0,
    ),
)
