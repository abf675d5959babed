"""Statistics of the falls below the highest daily equity so far. What does not belong here: returns, trades."""

from __future__ import annotations

import math

from engine.metrics import returns
from engine.metrics.definition import Statistic, ratio

STATISTICS = (
    Statistic(
        key="max_drawdown_pct",
        label="Maximum drawdown",
        unit="percent",
        formula="largest (highest equity so far - equity) / highest equity so far x 100, initial cash included",
        source="Magdon-Ismail and Atiya (2004), Maximum Drawdown",
        compute=lambda facts: facts.curve.drawdowns.deepest * 100.0,
    ),
    Statistic(
        key="max_drawdown_days",
        label="Longest drawdown",
        unit="days",
        formula="most calendar days from a highest equity until it is reached again, or to the last session",
        source="Definition",
        compute=lambda facts: facts.curve.drawdowns.longest_days,
    ),
    Statistic(
        key="average_drawdown_pct",
        label="Average drawdown",
        unit="percent",
        formula="mean of the deepest point of each drawdown, the unrecovered one included, x 100",
        source="Definition",
        compute=lambda facts: facts.curve.drawdowns.mean_of_episodes * 100.0,
    ),
    Statistic(
        key="average_drawdown_days",
        label="Average drawdown length",
        unit="days",
        formula="mean calendar days of each drawdown, counted as for the longest, the unrecovered one included",
        source="Definition",
        compute=lambda facts: facts.curve.drawdowns.mean_days,
    ),
    Statistic(
        key="time_under_water_pct",
        label="Time under water",
        unit="percent",
        formula="sessions that end below the highest equity so far / all sessions x 100",
        source="Definition",
        compute=lambda facts: facts.curve.drawdowns.sessions_under_water / facts.curve.sessions * 100.0,
    ),
    Statistic(
        key="ulcer_index",
        label="Ulcer index",
        unit="percent",
        formula="sqrt(mean over the sessions of the squared drawdown in percent)",
        source="Martin and McCann (1989), The Investor's Guide to Fidelity Funds",
        compute=lambda facts: math.sqrt(facts.curve.drawdowns.mean_square) * 100.0,
    ),
    Statistic(
        key="calmar",
        label="Calmar ratio",
        unit="ratio",
        formula="CAGR / maximum drawdown",
        source="Young (1991), Calmar Ratio: A Smoother Tool, Futures; over the whole run, not 36 months",
        compute=lambda facts: ratio(returns.annual_growth(facts), facts.curve.drawdowns.deepest),
    ),
)
