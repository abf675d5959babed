"""What the clock says of each bar: windows of entry, square-off, sessions, expiry, as bits.

Times of day are India's. A bar is labelled by its open; it ends where the next of the finest step would begin.
What does not belong here: what happens then (steps).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.simulation import interface as codes
from engine.types import Bars, Entries, Expiry, Plan, Settings

IST_OFFSET = 19_800
SECONDS_PER_DAY = 86_400
SECONDS_PER_MINUTE = 60

_NO_ENTRY_AT_ALL = codes.NO_ENTRY_OPEN | codes.NO_ENTRY | codes.NO_ENTRY_CLOSE

Moments = NDArray[np.uint8]
Seconds = NDArray[np.int64]


def needs_clock(plan: Plan) -> bool:
    """Whether the plan looks at the time of day."""
    entries = plan.entries
    return plan.exits.square_off is not None or not entries.first_minute is entries.last_minute is None


def has_times_of_day(bars: Bars) -> bool:
    """Whether a session has more than one bar."""
    return bool(len(bars) > 1 and (bars.session[1:] == bars.session[:-1]).any())


def of(*, bars: Bars, plan: Plan, settings: Settings) -> Moments:
    """The bits of each bar (see ``interface``); all zero where plan and settings know no clock."""
    moments = np.zeros(len(bars), np.uint8)
    has_clock = needs_clock(plan)
    if has_clock or plan.entries.max_per_day is not None:
        is_first = np.ones(len(bars), bool)
        is_first[1:] = bars.session[1:] != bars.session[:-1]
        moments[is_first] |= codes.FIRST
    if has_clock:
        begins = (bars.time + IST_OFFSET) % SECONDS_PER_DAY
        ends = begins + np.diff(bars.time).min()
        _bar_entries(moments, plan.entries, begins=begins, ends=ends)
        if plan.exits.square_off is not None:
            due = plan.exits.square_off * SECONDS_PER_MINUTE
            at_open = settings.fill_on == "next_open"
            _square_off(moments, is_first, begins >= due, ends >= due, at_open=at_open)
    if settings.expiry is not None:
        _expire(moments, settings.expiry, session=bars.session)
    moments.flags.writeable = False
    return moments


def _bar_entries(moments: Moments, entries: Entries, *, begins: Seconds, ends: Seconds) -> None:
    """Bar entries outside the window; a fill at a close is at the end of its bar."""
    first = 0 if entries.first_minute is None else entries.first_minute * SECONDS_PER_MINUTE
    last = SECONDS_PER_DAY if entries.last_minute is None else entries.last_minute * SECONDS_PER_MINUTE
    moments[(begins < first) | (begins > last)] |= codes.NO_ENTRY_OPEN | codes.NO_ENTRY
    moments[(ends < first) | (ends > last)] |= codes.NO_ENTRY_CLOSE


def _square_off(
    moments: Moments, is_first: NDArray[np.bool_], begun: NDArray[np.bool_], ended: NDArray[np.bool_], *, at_open: bool
) -> None:
    """End each day flat.

    ``begun``, ``ended``: the bar begins, ends at the time or after it. Filling at closes the day ends with the bar
    that ends at the time, filling at opens with the open of the bar that begins at it; a session that is over
    before ends with its last close. Nothing is entered from then on, nor at the first open on yesterday's signal.
    """
    is_last = np.ones(len(is_first), bool)
    is_last[:-1] = is_first[1:]
    moments[is_first] |= codes.NO_ENTRY_OPEN | codes.OVERNIGHT
    moments[begun] |= codes.NO_ENTRY_OPEN | codes.NO_ENTRY
    moments[ended] |= codes.NO_ENTRY_CLOSE
    due = begun if at_open else ended
    earlier = np.zeros(len(due), bool)
    earlier[1:] = due[:-1] & ~is_first[1:]
    moments[due & ~earlier] |= codes.LEAVE_OPEN if at_open else codes.LEAVE_CLOSE
    moments[is_last & ~due] |= codes.LEAVE_CLOSE | codes.NO_ENTRY_CLOSE


def _expire(moments: Moments, expiry: Expiry, *, session: NDArray[np.int32]) -> None:
    """Settle at the last close up to the day of expiry, once it has come; nothing is entered from then on."""
    until = int(np.searchsorted(session, expiry.session, side="right"))
    has_come = until < len(session) or (until > 0 and session[until - 1] == expiry.session)
    if has_come and until > 0:
        moments[until - 1] |= codes.SETTLE | codes.NO_ENTRY_CLOSE
    moments[until:] |= _NO_ENTRY_AT_ALL
