"""Sessions as orders see them: open or not, until when a day's order waits, when intraday positions end.

Each instrument has those of its own segment.

What does not belong here: the calendar (market).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.core import configuration
from apps.market import selectors as market_selectors
from apps.trading.enums import Product, Validity
from apps.trading.models import Order
from marketdata import instrument_keys
from marketdata.instrument_keys import Option

# Whether it is an option.
MINUTES = {False: "trading.squareoff_minutes_cash", True: "trading.squareoff_minutes_derivatives"}


@dataclass(frozen=True, slots=True)
class Session:
    """An instrument's session of a moment, or its next one: ``opens_at`` is None while it runs."""

    is_open: bool
    opens_at: datetime | None
    closes_at: datetime


def session_at(moment: datetime, *, instrument: str) -> Session:
    """The session of an instrument that runs at a moment of the market, or else its next one.

    # Assumption: past the last day of the calendar nothing opens, and an order waits no time.
    """
    segment = market_selectors.segment_of(instrument)
    state = market_selectors.market_state(now=moment, segment=segment)
    if state.is_open or state.next_change_at is None:
        return Session(state.is_open, None, state.next_change_at or moment)
    closes_at = market_selectors.market_state(now=state.next_change_at, segment=segment).next_change_at
    return Session(is_open=False, opens_at=state.next_change_at, closes_at=closes_at or state.next_change_at)


def valid_until(order: Order, *, session: Session) -> datetime:
    """Until when an order waits in a session: its end, or the minutes that it has from being taken.

    An intraday order waits for no bar that ends after the square-off of its position.
    """
    ends_at = session.closes_at
    if order.product == Product.MIS:
        due = squareoff_of(session, instrument=order.instrument)
        ends_at = due if order.accepted_market_at <= due else ends_at
    if order.validity != Validity.TTL or order.validity_minutes is None:
        return ends_at
    return min(ends_at, order.accepted_market_at + timedelta(minutes=order.validity_minutes))


def squareoff_of(session: Session, *, instrument: str) -> datetime:
    """When intraday positions in an instrument are closed in the session: as configured, else by the rulebook."""
    minutes = configuration.get_int(MINUTES[isinstance(instrument_keys.parse(instrument), Option)])
    if minutes:
        return session.closes_at - timedelta(minutes=minutes)
    return market_selectors.squareoff_at(instrument=instrument, closes_at=session.closes_at)


def squareoff_due(*, opened_at: datetime, instrument: str) -> datetime:
    """When an intraday position that was opened at a moment is closed: that session's time, or the next one's."""
    session = session_at(opened_at, instrument=instrument)
    due = squareoff_of(session, instrument=instrument)
    # At that very moment only the bar that ends then opens anything: it goes at its close.
    if opened_at <= due:
        return due
    return squareoff_of(session_at(session.closes_at, instrument=instrument), instrument=instrument)
