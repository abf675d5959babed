"""The final 5-minute bars of an instrument. What does not belong here: what they do to orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from apps.core import clock
from apps.core.errors import DomainError
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.market.selectors import CandleQuery
from apps.trading.constants import BAR
from apps.trading.models import Gtt, Order
from apps.trading.services.matching import Prices

# Bars that are read at once: what is older than a week of sessions is not waited for.
MOST_BARS = 400


@dataclass(frozen=True, slots=True)
class TimedBar:
    """A final 5-minute bar of the market."""

    opens_at: datetime
    prices: Prices
    volume: int

    @property
    def closes_at(self) -> datetime:
        """When it was final."""
        return self.opens_at + BAR


def bars_of(*, instrument: str, since: datetime, now: datetime) -> Iterator[TimedBar]:
    """The final bars of an instrument that open at or after a moment, oldest first."""
    if now - since < BAR:
        return
    query = CandleQuery(
        instrument=instrument, interval=Interval.FIVE_MINUTES, start=clock.today(at=since), limit=MOST_BARS
    )
    candles = market_selectors.get_candles(query=query, now=now).candles
    for place, second in enumerate(candles.time.tolist()):
        opens_at = datetime.fromtimestamp(second, tz=clock.IST)
        if opens_at >= since:
            figures = (int(getattr(candles, name)[place]) for name in ("open", "high", "low", "close"))
            yield TimedBar(opens_at, Prices(*figures), int(candles.volume[place]))


def bars_for(waiting: Iterable[Order | Gtt], *, now: datetime) -> dict[str, list[TimedBar]]:
    """The final bars of each instrument that something waits on, from where the first of them was worked to.

    One that cannot be any more has none.
    """
    since: dict[str, datetime] = {}
    for row in waiting:
        since[row.instrument] = min(row.worked_until, since.get(row.instrument, row.worked_until))
    return {name: _found(instrument=name, since=begin, now=now) for name, begin in since.items()}


def _found(*, instrument: str, since: datetime, now: datetime) -> list[TimedBar]:
    try:
        return list(bars_of(instrument=instrument, since=since, now=now))
    except DomainError:
        return []
