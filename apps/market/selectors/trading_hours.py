"""When an instrument trades: each by the sessions of its own segment, which need not end together.

In the real market shares with derivatives stop before the closing auction, options go on after it; the synthetic market
has one session for all. What does not belong here: what kind of day it is (calendar).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from apps.core import clock
from apps.market.models import MarketStatus
from apps.market.selectors import calendar, rules, status
from marketdata import instrument_keys, sessions
from marketdata.errors import InvalidDateRange
from marketdata.rulebook import segments
from marketdata.rulebook import sessions as rulebook_sessions
from marketdata.rulebook.segments import CASH, SEGMENTS

# While any segment trades.
ANY = "any"
SYNTHETIC_REGIME: rulebook_sessions.Regime = "LEGACY"
DAY = timedelta(days=1)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class MarketState:
    """Whether a segment trades, and when that changes next; None past the last day of the calendar."""

    is_open: bool
    next_change_at: datetime | None


def segment_of(instrument: str) -> str:
    """The segment of an instrument by its key."""
    return segments.segment_of(rules.rulebook_in_force(), instrument_keys.parse(instrument))


def market_state(*, now: datetime, segment: str = CASH) -> MarketState:
    """Whether a segment, or ``ANY``, trades at ``now``, and when that changes."""
    day = clock.today(at=now)
    said = status.statuses(start=day, end=sessions.LAST_DAY)
    while day <= sessions.LAST_DAY:
        for opens_at, closes_at in _spans(day, said=said, segment=segment):
            if opens_at > now:
                return MarketState(is_open=False, next_change_at=opens_at)
            if closes_at > now:
                return MarketState(is_open=True, next_change_at=closes_at)
        day += DAY
    return MarketState(is_open=False, next_change_at=None)


def open_among(names: Iterable[str], *, now: datetime) -> frozenset[str]:
    """Which instruments trade at ``now``, in one query."""
    today = clock.today(at=now)
    said = status.statuses(start=today, end=today)
    is_open = {
        segment: any(opens_at <= now < closes_at for opens_at, closes_at in _spans(today, said=said, segment=segment))
        for segment in SEGMENTS
    }
    return frozenset(name for name in names if is_open[segment_of(name)])


def last_session(*, now: datetime) -> Span:
    """When the last day that has begun to trade at ``now`` opens, and when the last segment stops.

    :raises InvalidDateRange: if there is none
    """
    day = min(clock.today(at=now), sessions.LAST_DAY)
    said = status.statuses(start=sessions.FIRST_DAY, end=day)
    while day >= sessions.FIRST_DAY:
        spans = _spans(day, said=said, segment=ANY)
        if spans and spans[0][0] <= now:
            return spans[0][0], spans[-1][1]
        day -= DAY
    raise InvalidDateRange(start=day, end=day, reason=f"there is no session before {sessions.FIRST_DAY}")


def day_end(day: date) -> datetime:
    """From when on the daily bars of a day can no longer change: the last segment is over, by the calendar or by hand.

    Options stop after the matching of the closing auction, so that its prices are known by then too.

    # Assumption: where the hours of a special session are not announced, the day ends at midnight.
    """
    said = status.statuses(start=day, end=day)
    by_hand = [closes_at for _, closes_at in _spans(day, said=said, segment=ANY)] if said else []
    return max([_end_by_calendar(day), *by_hand])


def last_final_day(now: datetime) -> date:
    """The last calendar day whose daily bars, of any segment, can no longer change at ``now``.

    # Assumption: nobody imports the bars of today before its hours by hand are over.
    """
    today = clock.today(at=now)
    is_over = now >= _end_by_calendar(today)
    if is_over and today < clock.today():
        # Replayed: the tables have the whole day, of which nothing is known before its end.
        is_over = now >= day_end(today)
    return today if is_over else today - DAY


def contracts_end(day: date) -> datetime:
    """When contracts that expire on a day cease to trade, in the market whose calendar is in force."""
    return rules.contracts_end_by_rules(day) if calendar.is_real() else sessions.at_close(day)


def squareoff_at(*, instrument: str, closes_at: datetime) -> datetime:
    """When intraday positions in an instrument are closed: so many minutes before ``closes_at``, its session's end.

    :raises RuleNotFound: before the first regime
    """
    regime = None if calendar.is_real() else SYNTHETIC_REGIME
    minutes = rulebook_sessions.square_off_minutes(
        rules.rulebook_in_force(), clock.today(at=closes_at), segment_of(instrument), regime=regime
    )
    return closes_at - timedelta(minutes=minutes)


def _spans(day: date, *, said: Mapping[date, MarketStatus], segment: str) -> list[Span]:
    """The sessions of a segment on a day; of ``ANY`` from the first open to the last close of each."""
    wanted = SEGMENTS if segment == ANY else (segment,)
    days = [calendar.day_of(day, said=said, segment=each).sessions for each in wanted]
    # Segments end differently, but have the same number of sessions: those of a special day are the market's.
    return [
        (
            _moment(day, at=min(each.open for each in together)),
            _moment(day, at=max(each.close for each in together)),
        )
        for together in zip(*days, strict=True)
    ]


def _end_by_calendar(day: date) -> datetime:
    if not calendar.is_real() or rulebook_sessions.trading_day(rules.rulebook_in_force(), day).kind == "closed":
        return sessions.at_close(day)
    spans = _spans(day, said={}, segment=ANY)
    return spans[-1][1] if spans else _moment(day + DAY, at=time())


def _moment(day: date, *, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=sessions.IST)
