"""The final 5-minute bars of an instrument. What does not belong here: what they do to orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from apps.core import clock
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.market.selectors import CandleQuery
from apps.trading.constants import BAR
from apps.trading.enums import Sweep
from apps.trading.models import Gtt, Order
from apps.trading.services import sweeping
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


def bars_for(waiting: Iterable[Order | Gtt], *, now: datetime, sweep: Sweep) -> dict[str, list[TimedBar]]:
    """The final bars of each instrument that something waits on, from where the first of them was worked to.

    One that cannot be any more has none, and what waits on it is left alone.
    """
    first: dict[str, Order | Gtt] = {}
    for row in sorted(waiting, key=attrgetter("worked_until")):
        first.setdefault(row.instrument, row)
    found: dict[str, list[TimedBar]] = {name: [] for name in first}
    for name, row in first.items():
        with sweeping.apart(row, sweep=sweep):
            found[name] += bars_of(instrument=name, since=row.worked_until, now=now)
    return found
