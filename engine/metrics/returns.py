"""Statistics of the daily returns. What does not belong here: drawdowns, trades, how the facts are found."""

from __future__ import annotations

import math

from engine.metrics import sharpe
from engine.metrics.definition import SESSIONS_PER_YEAR, Facts, Statistic, ratio

DAYS_PER_YEAR = 365.25
_YEAR_ROOT = math.sqrt(SESSIONS_PER_YEAR)
# e to a larger power is beyond a float64.
_LARGEST_EXPONENT = 700.0


def annual_growth(facts: Facts) -> float:
    """Growth a year as a fraction, over the calendar days from the first session to the last; NaN is undefined."""
    return growth_a_year(final=facts.curve.final, initial=facts.curve.initial, days=facts.curve.days)


def growth_a_year(*, final: float, initial: float, days: int) -> float:
    """Growth from ``initial`` to ``final`` over so many calendar days as a fraction a year; NaN is undefined."""
    growth = final / initial
    if days <= 0 or growth <= 0:
        return math.nan
    exponent = math.log(growth) * DAYS_PER_YEAR / days
    return math.expm1(exponent) if exponent <= _LARGEST_EXPONENT else math.nan


def _probabilistic_sharpe(facts: Facts) -> float:
    found = facts.curve.returns
    return sharpe.probabilistic(
        sharpe=ratio(found.mean, found.deviation),
        benchmark=0.0,
        returns=facts.curve.sessions,
        skew=found.skew,
        kurtosis=found.kurtosis,
    )


STATISTICS = (
    Statistic(
        key="total_return_pct",
        label="Total return",
        unit="percent",
        formula="(last equity / initial cash - 1) x 100",
        source="Definition",
        compute=lambda facts: (facts.curve.final - facts.curve.initial) / facts.curve.initial * 100.0,
    ),
    Statistic(
        key="cagr_pct",
        label="CAGR",
        unit="percent",
        formula="((last equity / initial cash) ^ (365.25 / calendar days from first to last session) - 1) x 100",
        source="Compound annual growth rate, CFA Institute GIPS (time-weighted, annualised)",
        compute=lambda facts: annual_growth(facts) * 100.0,
    ),
    Statistic(
        key="volatility_pct",
        label="Volatility",
        unit="percent",
        formula="sample deviation (n - 1) of daily returns x sqrt(252) x 100",
        source="Hull, Options, Futures and Other Derivatives: historical volatility",
        compute=lambda facts: facts.curve.returns.deviation * _YEAR_ROOT * 100.0,
    ),
    Statistic(
        key="sharpe",
        label="Sharpe ratio",
        unit="ratio",
        formula="mean daily return / sample deviation (n - 1) x sqrt(252), risk-free rate 0",
        source="Sharpe (1994), The Sharpe Ratio, Journal of Portfolio Management 21(1)",
        compute=lambda facts: ratio(facts.curve.returns.mean, facts.curve.returns.deviation) * _YEAR_ROOT,
    ),
    Statistic(
        key="probabilistic_sharpe",
        label="Probabilistic Sharpe ratio",
        unit="ratio",
        formula="probability that the true Sharpe ratio is above 0: Phi(SR x sqrt(n - 1) / sqrt(1 - skew x SR + "
        "(excess kurtosis + 2) / 4 x SR^2)), SR of daily returns",
        source="Bailey and Lopez de Prado (2012), The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2)",
        compute=_probabilistic_sharpe,
    ),
    Statistic(
        key="sortino",
        label="Sortino ratio",
        unit="ratio",
        formula="mean daily return / sqrt(sum of squared negative returns / all n) x sqrt(252), target 0",
        source="Sortino and Price (1994), Performance Measurement in a Downside Risk Framework",
        compute=lambda facts: ratio(facts.curve.returns.mean, facts.curve.returns.downside) * _YEAR_ROOT,
    ),
    Statistic(
        key="omega",
        label="Omega ratio",
        unit="ratio",
        formula="sum of positive daily returns / sum of negative daily returns, threshold 0",
        source="Keating and Shadwick (2002), A Universal Performance Measure",
        compute=lambda facts: ratio(facts.curve.returns.gains, facts.curve.returns.losses),
    ),
    Statistic(
        key="var_95_pct",
        label="Value at risk, 95 %",
        unit="percent",
        formula="loss of the 5th percentile of daily returns, linear between neighbours, x 100; below 0 is a gain",
        source="Jorion, Value at Risk: historical simulation; Hyndman and Fan (1996), type 7",
        compute=lambda facts: 0.0 - facts.curve.returns.var * 100.0,
    ),
    Statistic(
        key="cvar_95_pct",
        label="Conditional value at risk, 95 %",
        unit="percent",
        formula="mean loss of the floor(0.05 x (n - 1)) + 1 worst days x 100; below 0 is a gain",
        source="Rockafellar and Uryasev (2000), Optimization of Conditional Value-at-Risk",
        compute=lambda facts: 0.0 - facts.curve.returns.cvar * 100.0,
    ),
    Statistic(
        key="skew",
        label="Skewness",
        unit="ratio",
        formula="third central moment of daily returns / (population variance ^ 1.5)",
        source="Joanes and Gill (1998): g1",
        compute=lambda facts: facts.curve.returns.skew,
    ),
    Statistic(
        key="kurtosis",
        label="Excess kurtosis",
        unit="ratio",
        formula="fourth central moment of daily returns / (population variance ^ 2) - 3",
        source="Joanes and Gill (1998): g2",
        compute=lambda facts: facts.curve.returns.kurtosis,
    ),
    Statistic(
        key="exposure_pct",
        label="Exposure",
        unit="percent",
        formula="bars traded through with a position / all bars x 100; a bar entered only at its close is not one",
        source="Definition",
        compute=lambda facts: facts.exposed_bars / facts.bars * 100.0,
    ),
    Statistic(
        key="turnover",
        label="Turnover a year",
        unit="ratio",
        formula="value of all executed orders / 2 / mean daily equity x 252 / sessions",
        source="Definition; purchases and sales counted half each",
        compute=lambda facts: ratio(facts.traded / 2.0, facts.curve.mean) * SESSIONS_PER_YEAR / facts.curve.sessions,
    ),
    Statistic(
        key="charges",
        label="Charges",
        unit="paise",
        formula="sum of the charges of all executed orders, those of an open position's entry included",
        source="Definition",
        compute=lambda facts: facts.charges,
    ),
    Statistic(
        key="buy_and_hold_return_pct",
        label="Buy and hold return",
        unit="percent",
        formula="(last close / first close - 1) x 100",
        source="Definition",
        compute=lambda facts: (facts.last_close - facts.first_close) / facts.first_close * 100.0,
    ),
)
