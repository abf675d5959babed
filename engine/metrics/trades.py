"""Statistics of the closed trades. What does not belong here: the open trade, the equity curve."""

from __future__ import annotations

import math

from engine.metrics.definition import Facts, Statistic, ratio


def _payoff(facts: Facts) -> float:
    trades = facts.trades
    return ratio(ratio(trades.gross_profit, trades.wins), ratio(trades.gross_loss, trades.losses))


def _kelly(facts: Facts) -> float:
    won = ratio(facts.trades.wins, facts.trades.closed)
    return won - ratio(1.0 - won, _payoff(facts))


STATISTICS = (
    Statistic(
        key="trades",
        label="Closed trades",
        unit="count",
        formula="number of closed trades; a position open at the end is not one",
        source="Definition",
        compute=lambda facts: facts.trades.closed,
    ),
    Statistic(
        key="win_rate_pct",
        label="Win rate",
        unit="percent",
        formula="trades with a profit above 0 / closed trades x 100",
        source="Definition",
        compute=lambda facts: ratio(facts.trades.wins, facts.trades.closed) * 100.0,
    ),
    Statistic(
        key="profit_factor",
        label="Profit factor",
        unit="ratio",
        formula="sum of profits / sum of losses; undefined without a loss",
        source="Schwager, Schwager on Futures: Technical Analysis",
        compute=lambda facts: ratio(facts.trades.gross_profit, facts.trades.gross_loss),
    ),
    Statistic(
        key="expectancy",
        label="Expectancy",
        unit="paise",
        formula="mean profit of a closed trade",
        source="Tharp, Trade Your Way to Financial Freedom",
        compute=lambda facts: facts.trades.mean,
    ),
    Statistic(
        key="payoff_ratio",
        label="Payoff ratio",
        unit="ratio",
        formula="mean profit of the winners / mean loss of the losers",
        source="Vince, Portfolio Management Formulas",
        compute=_payoff,
    ),
    Statistic(
        key="sqn",
        label="System quality number",
        unit="ratio",
        formula="sqrt(n) x mean profit / sample deviation (n - 1) of profits, over all n closed trades",
        source="Tharp, Definitive Guide to Position Sizing",
        compute=lambda facts: math.sqrt(facts.trades.closed) * ratio(facts.trades.mean, facts.trades.deviation),
    ),
    Statistic(
        key="kelly",
        label="Kelly fraction",
        unit="ratio",
        formula="W - (1 - W) / payoff ratio, W being the share of winners",
        source="Kelly (1956), A New Interpretation of Information Rate",
        compute=_kelly,
    ),
    Statistic(
        key="best_trade_pct",
        label="Best trade",
        unit="percent",
        formula="highest profit / price paid for the position x 100",
        source="Definition",
        compute=lambda facts: facts.trades.best * 100.0,
    ),
    Statistic(
        key="worst_trade_pct",
        label="Worst trade",
        unit="percent",
        formula="lowest profit / price paid for the position x 100",
        source="Definition",
        compute=lambda facts: facts.trades.worst * 100.0,
    ),
    Statistic(
        key="average_bars_held",
        label="Average bars held",
        unit="bars",
        formula="mean of exit bar - entry bar over closed trades",
        source="Definition",
        compute=lambda facts: facts.trades.mean_bars_held,
    ),
    Statistic(
        key="max_consecutive_wins",
        label="Longest winning streak",
        unit="count",
        formula="most closed trades in a row with a profit above 0",
        source="Definition",
        compute=lambda facts: facts.trades.longest_wins,
    ),
    Statistic(
        key="max_consecutive_losses",
        label="Longest losing streak",
        unit="count",
        formula="most closed trades in a row with a profit below 0",
        source="Definition",
        compute=lambda facts: facts.trades.longest_losses,
    ),
    Statistic(
        key="average_mae_pct",
        label="Average adverse excursion",
        unit="percent",
        formula="mean of the worst excursion against the entry price / entry price x 100",
        source="Sweeney (1996), Maximum Adverse Excursion",
        compute=lambda facts: facts.trades.mae * 100.0,
    ),
    Statistic(
        key="average_mfe_pct",
        label="Average favourable excursion",
        unit="percent",
        formula="mean of the best excursion from the entry price / entry price x 100",
        source="Sweeney (1996), Maximum Adverse Excursion",
        compute=lambda facts: facts.trades.mfe * 100.0,
    ),
)
