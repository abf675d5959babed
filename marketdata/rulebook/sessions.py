"""When each segment trades on a real day: regimes, special sessions, bars, full trading days. Times are IST.

What does not belong here: the synthetic market's own calendar (``marketdata.sessions``), and the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from marketdata.rulebook import errors
from marketdata.rulebook.book import Rulebook
from marketdata.rulebook.readers import windows
from marketdata.rulebook.tables import Row

Regime = Literal["LEGACY", "CAS"]
DayKind = Literal["regular", "full", "muhurat", "short", "closed"]
OWN_HOURS = frozenset({"muhurat", "short"})
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TradingDay:
    """What kind of day it is: a regular one, a special session (full, muhurat, short) or closed, and why."""

    day: date
    kind: DayKind
    reason: str

    @property
    def is_full(self) -> bool:
        """A trading day for expiry and settlement: with a whole session, on whatever weekday."""
        return self.kind in {"regular", "full"}


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of continuous trading, or a phase of an auction; the end is excluded."""

    opens: time
    closes: time
    name: str = "continuous"


def trading_day(rules: Rulebook, day: date) -> TradingDay:
    """What kind of day it is.

    # Assumption: after the last published year a weekday that is not in the table is a trading day.

    :raises RuleNotFound: if the day is before the first regime
    """
    rules.one("sessions", "cash", on=day)
    special = rules.find_on("special_sessions", day=day)
    if special:
        kinds: dict[str, DayKind] = {"full": "full", "muhurat": "muhurat", "short": "short"}
        return TradingDay(day, kinds[special.text("kind_of_day")], special.text("reason"))
    holiday = rules.find_on("holidays", day=day)
    if holiday:
        return TradingDay(day, "closed", holiday.text("reason"))
    return TradingDay(day, "closed", "Weekend") if day.weekday() > 4 else TradingDay(day, "regular", "")


def is_full_day(rules: Rulebook, day: date) -> bool:
    """Tell whether it is a trading day for expiry and settlement; a Muhurat-only day is not.

    :raises RuleNotFound: if the day is before the first regime
    """
    return trading_day(rules, day).is_full


def full_days(rules: Rulebook, start: date, end: date) -> Iterator[date]:
    """The full trading days from ``start`` to ``end``, both included.

    :raises RuleNotFound: if ``start`` is before the first regime
    """
    day = start
    while day <= end:
        if is_full_day(rules, day):
            yield day
        day += DAY


def full_day_before(rules: Rulebook, day: date) -> date:
    """The last full trading day before ``day``.

    :raises RuleNotFound: if there is none since the first regime
    """
    day -= DAY
    while not is_full_day(rules, day):
        day -= DAY
    return day


def full_day_after(rules: Rulebook, day: date) -> date:
    """The first full trading day after ``day``: when a trade of that day settles (T+1).

    :raises RuleNotFound: if the day is before the first regime
    """
    day += DAY
    while not is_full_day(rules, day):
        day += DAY
    return day


def _hours(rules: Rulebook, segment: str, *, on: date, regime: Regime | None) -> Row:
    if regime is None:
        return rules.one("sessions", segment, on=on)
    rows = [each for each in rules.rows("sessions", segment) if each.text("regime") == regime]
    if not rows:
        raise errors.RuleNotFound(table="sessions", key=(segment, regime), on=on, reason="it has no such regime")
    return rows[-1]


def regular_window(rules: Rulebook, day: date, segment: str, *, regime: Regime | None = None) -> Window:
    """The continuous session of a segment on a regular day by the regime of ``day``, whatever kind of day that is.

    ``segment`` and ``regime``: see :func:`session_windows`.

    :raises UnknownSegment: if there is no such segment
    :raises RuleNotFound: before its first regime
    """
    hours = _hours(rules, segment, on=day, regime=regime)
    return Window(hours.time("opens"), hours.time("closes"))


def session_windows(rules: Rulebook, day: date, segment: str, *, regime: Regime | None = None) -> tuple[Window, ...]:
    """The continuous sessions of a segment on a day, none on a closed one.

    ``segment``: cash_derivative (stocks with derivatives), cash (other stocks), derivatives, index. ``regime`` forces
    the hours of one regime, for data that kept them (the synthetic market is LEGACY on every date).

    :raises UnknownSegment: if there is no such segment
    :raises RuleNotFound: before its first regime, or where the times of a special session are not announced
    """
    regular = regular_window(rules, day, segment, regime=regime)
    kind = trading_day(rules, day).kind
    if kind == "closed":
        return ()
    if kind not in OWN_HOURS:
        return (regular,)
    special = rules.find_on("special_sessions", day=day)
    own = windows(special.text("windows")) if special else ()
    if not own:
        raise errors.RuleNotFound(table="special_sessions", key=(kind,), on=day, reason="its times are not announced")
    return tuple(Window(opens, closes) for opens, closes in own)


def bar_labels(
    rules: Rulebook, day: date, segment: str, *, minutes: int = 5, regime: Regime | None = None
) -> tuple[time, ...]:
    """The labels of a day's bars: their open times. A window that is not whole bars ends with a shorter one.

    :raises UnknownSegment: if there is no such segment
    :raises RuleNotFound: see :func:`session_windows`
    """
    labels = []
    for window in session_windows(rules, day, segment, regime=regime):
        # Naive on purpose: wall times of one IST day, which has no change of offset.
        label, end = datetime.combine(day, window.opens), datetime.combine(day, window.closes)
        while label < end:
            labels.append(label.time())
            label += timedelta(minutes=minutes)
    return tuple(labels)


def expected_bars(rules: Rulebook, day: date, segment: str, *, minutes: int = 5, regime: Regime | None = None) -> int:
    """How many bars a complete day has; 0 on a closed one. The closing auction's print is not among them.

    :raises UnknownSegment: if there is no such segment
    :raises RuleNotFound: see :func:`session_windows`
    """
    return len(bar_labels(rules, day, segment, minutes=minutes, regime=regime))


def square_off_minutes(rules: Rulebook, day: date, segment: str, *, regime: Regime | None = None) -> int:
    """How many minutes before the end of its session intraday positions in a segment are closed.

    A Muhurat session has figures of its own. ``segment`` and ``regime``: see :func:`session_windows`.

    :raises UnknownSegment: if there is no such segment
    :raises RuleNotFound: before its first regime
    """
    is_muhurat = trading_day(rules, day).kind == "muhurat"
    key = "MUHURAT" if is_muhurat else _hours(rules, segment, on=day, regime=regime).text("regime")
    return rules.one("square_off", segment, key, on=day).integer("minutes")


def auction_phases(rules: Rulebook, day: date) -> tuple[Window, ...]:
    """The phases after the continuous session of stocks with derivatives; none before the closing auction began."""
    rows = rules.rows("auction_phases")
    if day < rows[0].valid_from or not is_full_day(rules, day):
        return ()
    found = rules.group("auction_phases", on=day)
    return tuple(Window(each.time("opens"), each.time("closes"), each.text("phase")) for each in found)


def expiry_close(rules: Rulebook, day: date) -> time:
    """When contracts that expire on ``day`` cease: the close of the derivatives segment.

    :raises RuleNotFound: before its first regime
    """
    return rules.one("sessions", "derivatives", on=day).time("closes")
