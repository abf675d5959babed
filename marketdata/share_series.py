"""The exchange's series that hold shares, and how trades in them are settled. What does not belong here: reading files.

Source: National Stock Exchange, "Legend of series" (fully paid equity shares, and those of small companies).
"""

from __future__ import annotations

# Trades of a day are netted.
ROLLING = ("EQ", "SM")
# Each trade is settled by delivery, nothing is netted; BZ and SZ hold what is in breach of listing rules.
TRADE_FOR_TRADE = ("BE", "BZ", "ST", "SZ")
SHARES = (*ROLLING, *TRADE_FOR_TRADE)
# The number of a series is its place in SHARES.
UNKNOWN = -1


def is_trade_for_trade(series: str) -> bool:
    """Whether nobody can buy and sell a share of this series within a day."""
    return series in TRADE_FOR_TRADE
