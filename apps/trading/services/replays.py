"""Days of the past to trade in: begun, moved on by request or by themselves. What does not belong here: fills.

Moving on goes from bar to bar: at the end of each the account's waiting orders are worked and its square-offs and
expiries done, by the functions that do so on the market's clock. Clock and consequences are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from apps.core import clock
from apps.core.errors import ValidationFailed
from apps.market import selectors as market_selectors
from apps.market.selectors import CandlePage, CandleQuery, Quotes
from apps.trading.constants import BAR, MAX_BARS
from apps.trading.models import Replay
from apps.trading.selectors import replays
from apps.trading.services import due, limits, past_prices, working
from apps.trading.services.settings import choose_profile
from apps.users import services as users_services
from apps.wallet import services as wallet_services
from apps.wallet.enums import PaperAccountKind
from marketdata import sessions

if TYPE_CHECKING:
    from apps.users.models import User

MOST_DAYS = timedelta(days=31)


@transaction.atomic
def start_replay(
    *, user: User, name: str, start: date, cash: Decimal, end: date | None = None, fill_profile: str = ""
) -> Replay:
    """Begin to trade in the past, at the opening of a day, with cash in an account of its own.

    :raises ValidationFailed: if the days are no sessions of the past, or too many
    :raises LimitReached: if the user has as many replays as are allowed
    :raises RefillOutOfBounds, AccountNameTaken: if the cash or the name is refused
    """
    first, last = _stretch(start, end=end or start)
    limits.check_room(user, of="replays", kept=replays.list_replays(user=user))
    account = wallet_services.open_account(user=user, kind=PaperAccountKind.REPLAY, name=name, cash=cash)
    if fill_profile:
        choose_profile(user=user, fill_profile=fill_profile, account=account.pk)
    return Replay.objects.create(
        user=user, paper_account=account, starts_at=first, ends_at=last, clock_at=first, moved_at=clock.now()
    )


@transaction.atomic
def set_speed(*, user: User, replay_id: int, speed: int) -> Replay:
    """Let the clock move by itself, so many seconds of open market a second; 0 stops it.

    :raises NotFound: if it is missing or somebody else's
    """
    replay = replays.lock_replay(user=user, replay_id=replay_id)
    replay.speed, replay.moved_at = speed, clock.now()
    replay.save()
    return replay


@transaction.atomic
def advance_replay(*, user: User, replay_id: int, to: datetime | None = None, bars: int | None = None) -> Replay:
    """Move the clock on to a moment, or through so many bars of open market; it stops at the end.

    :raises NotFound: if it is missing or somebody else's
    :raises ValidationFailed: if the moment is not after the clock, or too far on
    """
    users_services.lock_balance(user_id=user.pk)
    replay = replays.lock_replay(user=user, replay_id=replay_id)
    target = to or _through_open(replay.clock_at, length=(bars or 1) * BAR)
    # At its end a clock may be told to move on, and stays; back it never goes.
    if target < replay.clock_at or target == replay.clock_at < replay.ends_at:
        raise ValidationFailed.field("to", f"The clock is at {_india(replay.clock_at)} and moves forward only.")
    _move(replay, target=min(target, replay.ends_at))
    return replay


def advance_running(*, now: datetime) -> int:
    """Move every clock that moves by itself by what passed since on the real one; count them."""
    return sum(_advance_running(seen, now=now) for seen in replays.list_running_unscoped())


def quote_replay(*, user: User, replay_id: int, instruments: Sequence[str]) -> Quotes:
    """The last prices that were known at the replay's clock, and the names that had none.

    :raises NotFound: if the replay is missing or somebody else's
    :raises InstrumentNotFound: if one of them does not exist
    """
    replay = replays.get_replay(user=user, replay_id=replay_id)
    named = market_selectors.list_named_instruments(identifiers=instruments)
    quotes = past_prices.quotes_at(named=named, now=replay.clock_at)
    keys = list(dict.fromkeys(each.identifier for each in named))
    return Quotes(
        quotes=[quotes[key] for key in keys if key in quotes],
        missing=[name for name, each in zip(instruments, named, strict=True) if each.identifier not in quotes],
    )


def replay_candles(*, user: User, replay_id: int, query: CandleQuery) -> CandlePage:
    """The newest candles of a range that were final at the replay's clock.

    :raises NotFound: if the replay is missing or somebody else's
    :raises InstrumentNotFound: if there is no such instrument
    :raises ValidationFailed: if the range ends before it starts
    """
    replay = replays.get_replay(user=user, replay_id=replay_id)
    return market_selectors.get_candles(query=query, now=replay.clock_at)


@transaction.atomic
def _advance_running(seen: Replay, *, now: datetime) -> bool:
    users_services.lock_balance(user_id=seen.user_id)
    replay = replays.lock_replay(user=seen.user, replay_id=seen.pk)
    passed = (now - replay.moved_at) * replay.speed
    if passed <= timedelta(0):
        return False
    target = _through_open(replay.clock_at, length=min(passed, MAX_BARS * BAR))
    _move(replay, target=min(target, replay.ends_at), moved_at=now)
    return True


def _move(replay: Replay, *, target: datetime, moved_at: datetime | None = None) -> None:
    account_id = replay.paper_account_id
    for number, end in enumerate(_bar_ends(replay.clock_at, target=target)):
        # Hours by hand may be no whole bars long: they have more bars than there is time for.
        if number >= MAX_BARS and end > _through_open(replay.clock_at, length=MAX_BARS * BAR):
            raise ValidationFailed.field("to", f"Move on by at most {MAX_BARS} bars at once.")
        # Nothing can happen to the account, whatever prices do.
        if replays.is_idle_unscoped(account_id=account_id):
            break
        working.work_orders(now=end, replay=account_id)
        due.close_due(now=end, replay=account_id)
    if target == replay.ends_at and not replays.is_idle_unscoped(account_id=account_id):
        due.close_due(now=target, replay=account_id)
    replay.clock_at, replay.moved_at = target, moved_at or clock.now()
    replay.save()


def _bar_ends(after: datetime, *, target: datetime) -> Iterator[datetime]:
    """The ends of the bars of open market after a moment, up to another one, both of the past."""
    moment = after
    while moment < target:
        moment = _through_open(_on_grid(moment), length=BAR)
        if moment <= target:
            yield moment


def _on_grid(moment: datetime) -> datetime:
    """The beginning of the bar that a moment is in."""
    return moment - timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)


def _through_open(moment: datetime, *, length: timedelta) -> datetime:
    """The moment after so much time of open market: nights, weekends and holidays do not count."""
    while length > timedelta(0):
        state = market_selectors.market_state(now=moment, segment=market_selectors.ANY)
        if state.next_change_at is None:
            return moment
        if state.is_open:
            step = min(length, state.next_change_at - moment)
            moment, length = moment + step, length - step
        else:
            moment = state.next_change_at
    return moment


def _stretch(start: date, *, end: date) -> tuple[datetime, datetime]:
    """When the first day opens and the last one closes, its contracts too."""
    if end < start:
        raise ValidationFailed.field("end", "The end is before the date.")
    if end > start + MOST_DAYS:
        raise ValidationFailed.field("end", f"A replay lasts up to {MOST_DAYS.days} days.")
    if end > market_selectors.last_final_day(clock.now()):
        raise ValidationFailed.field("end", "A replay is of days that are over.")
    days = market_selectors.list_calendar(start=start, end=end) if start >= sessions.FIRST_DAY else []
    open_days = [day for day in days if day.is_open and day.sessions]
    if not open_days or open_days[0].date != start:
        raise ValidationFailed.field("date", "The market does not trade on this day.")
    first, last = open_days[0], open_days[-1]
    # Contracts may end later than the shares stop trading: the stretch lasts until they are settled.
    closes_at = datetime.combine(last.date, last.sessions[-1].close, tzinfo=clock.IST)
    return (
        datetime.combine(first.date, first.sessions[0].open, tzinfo=clock.IST),
        max(closes_at, market_selectors.contracts_end(last.date)),
    )


def _india(moment: datetime) -> str:
    return moment.astimezone(clock.IST).isoformat(timespec="minutes")
