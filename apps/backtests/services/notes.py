"""What the reader of a result should know, one sentence each. What does not belong here: what a result rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from apps.backtests.enums import CostKind
from apps.backtests.services import terms
from apps.market import selectors as market_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from engine.types import Result, Trade

REASONS = {
    "insufficient_cash": "for want of cash",
    "below_one_lot": "for being less than one unit",
    "outside_session": "for their time of day",
    "max_trades_per_day": "for being one too many of their day",
    "no_stop_distance": "for having no stop to take their size from",
}
FREE_ORDERS = "Orders were free: real ones pay brokerage, taxes and fees."
SYNTHETIC_PRICES = "The prices are synthetic: they say nothing about any company."


def write(
    *,
    run: BacktestRun,
    instrument: market_selectors.Instrument,
    loaded: market_selectors.LoadedBars,
    result: Result,
) -> list[str]:
    """The notes on a result, most important first."""
    settled, bars = terms.of(run), len(loaded.dates)
    notes = []
    if bars <= result.warmup_bars:
        notes.append(
            f"The strategy needs {result.warmup_bars} bars before its first signal and the range has "
            f"{bars}: it could not trade."
        )
    notes += rejected((order.reason for order in result.rejections), words=REASONS)
    notes += ambiguous(result.trades)
    if settled["costs"]["kind"] == CostKind.NONE and result.trades:
        notes.append(FREE_ORDERS)
    if instrument.sector_id is not None:
        notes.append("An index cannot be bought itself: the result stands for a fund or a future that follows it.")
    if loaded.source == SYNTHETIC_SOURCE:
        notes.append(SYNTHETIC_PRICES)
    return notes


def ambiguous(trades: Iterable[Trade]) -> list[str]:
    """How many trades ended where their bar does not tell whether they did; none: nothing to say."""
    count = sum(trade.ambiguous for trade in trades)
    if not count:
        return []
    ended = "1 trade ended" if count == 1 else f"{count} trades ended"
    return [f"{ended} in a bar that does not tell which level came first: see path_mode."]


def rejected(reasons: Iterable[str], *, words: Mapping[str, str]) -> list[str]:
    """How many orders were rejected for each reason, the most frequent first."""
    return [
        f"{number} {'order was' if number == 1 else 'orders were'} rejected {words[reason]}."
        for reason, number in Counter(reasons).most_common()
    ]
