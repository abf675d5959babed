"""Which moment and which prices an account lives at: the market's, or those of its replay.

What does not belong here: moving a replay's clock (replays).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from apps.market import selectors as market_selectors
from apps.market.selectors import MarketQuote
from apps.trading.selectors import replays
from apps.trading.services import past_prices
from apps.wallet.enums import PaperAccountKind

if TYPE_CHECKING:
    from apps.wallet.models import PaperAccount


def moment_of(account: PaperAccount | None, *, now: datetime) -> datetime:
    """The present moment of an account: ``now``, or where its replay stands."""
    if account is None or account.kind != PaperAccountKind.REPLAY:
        return now
    return replays.get_clock_unscoped(account_id=account.pk)


def quotes_for(account: PaperAccount | None, *, names: Sequence[str], now: datetime) -> dict[str, MarketQuote]:
    """The last prices by key that an account sees at its moment ``now``."""
    if not names:
        return {}
    named = market_selectors.find_named_instruments(identifiers=names)
    if account is None or account.kind != PaperAccountKind.REPLAY:
        return market_selectors.find_quotes(named=named, now=now)
    return past_prices.quotes_at(named=named, now=now)
