"""Lists of instruments that a user watches. What does not belong here: alerts, how prices are found (market)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from apps.core import configuration
from apps.core.errors import NotFound, ValidationFailed
from apps.market import selectors as market_selectors
from apps.market.selectors import Quotes
from apps.trading import errors
from apps.trading.models import Watchlist
from apps.trading.selectors import watching
from apps.trading.services import limits
from apps.users import services as users_services

if TYPE_CHECKING:
    from apps.users.models import User


@transaction.atomic
def create_watchlist(*, user: User, name: str, instruments: Sequence[str] = ()) -> Watchlist:
    """Keep a list of instruments by their names, in this order.

    :raises LimitReached: if the user has as many lists as are allowed, or the list is too long
    :raises NameTaken: if the user has another one of this name
    :raises ValidationFailed: if an instrument stands in it twice
    :raises InstrumentNotFound: if there is no such instrument
    """
    limits.check_room(user, of="watchlists", kept=watching.list_watchlists(user=user))
    _check_name(user, name=name)
    return Watchlist.objects.create(user=user, name=name, instruments=_keys(instruments))


@transaction.atomic
def update_watchlist(
    *, user: User, watchlist_id: int, name: str | None = None, instruments: Sequence[str] | None = None
) -> Watchlist:
    """Rename a list, or replace what it holds, order included.

    :raises NotFound: if it is missing or somebody else's
    :raises LimitReached, NameTaken, ValidationFailed, InstrumentNotFound: see :func:`create_watchlist`
    """
    users_services.lock_balance(user_id=user.pk)
    watchlist = watching.lock_watchlist(user=user, watchlist_id=watchlist_id)
    if name is not None and name != watchlist.name:
        _check_name(user, name=name)
        watchlist.name = name
    if instruments is not None:
        watchlist.instruments = _keys(instruments)
    watchlist.save()
    return watchlist


@transaction.atomic
def add_instrument(*, user: User, watchlist_id: int, instrument: str) -> Watchlist:
    """Put an instrument at the end of a list; one that stands in it stays where it is.

    :raises NotFound: if the list is missing or somebody else's
    :raises LimitReached: if the list is full
    :raises InstrumentNotFound: if there is no such instrument
    """
    watchlist = watching.lock_watchlist(user=user, watchlist_id=watchlist_id)
    key = market_selectors.get_named_instrument(identifier=instrument).identifier
    if key not in watchlist.instruments:
        _check_length(len(watchlist.instruments) + 1)
        watchlist.instruments = [*watchlist.instruments, key]
        watchlist.save()
    return watchlist


@transaction.atomic
def remove_instrument(*, user: User, watchlist_id: int, instrument: str) -> Watchlist:
    """Take an instrument, by its key, out of a list.

    :raises NotFound: if the list is missing or somebody else's, or does not hold the instrument
    """
    watchlist = watching.lock_watchlist(user=user, watchlist_id=watchlist_id)
    if instrument not in watchlist.instruments:
        raise NotFound
    watchlist.instruments = [key for key in watchlist.instruments if key != instrument]
    watchlist.save()
    return watchlist


@transaction.atomic
def delete_watchlist(*, user: User, watchlist_id: int) -> None:
    """Forget a list.

    :raises NotFound: if it is missing or somebody else's
    """
    watching.lock_watchlist(user=user, watchlist_id=watchlist_id).delete()


def quote_watchlist(*, user: User, watchlist_id: int, now: datetime) -> Quotes:
    """The last prices of a list's instruments in their order, and those that have none.

    :raises NotFound: if it is missing or somebody else's
    """
    watchlist = watching.get_watchlist(user=user, watchlist_id=watchlist_id)
    names = watchlist.instruments
    named = market_selectors.find_named_instruments(identifiers=names) if names else []
    quotes = market_selectors.find_quotes(named=named, now=now) if named else {}
    return Quotes(
        quotes=[quotes[name] for name in names if name in quotes],
        missing=[name for name in names if name not in quotes],
    )


def _keys(names: Sequence[str]) -> list[str]:
    _check_length(len(names))
    keys = [each.identifier for each in market_selectors.list_named_instruments(identifiers=names)] if names else []
    if len(set(keys)) < len(keys):
        raise ValidationFailed.field("instruments", "An instrument stands in it twice.", code="repeated")
    return keys


def _check_length(count: int) -> None:
    most = configuration.get_int("trading.max_watchlist_instruments")
    if count > most:
        raise errors.LimitReached(details={"of": "instruments", "limit": most})


def _check_name(user: User, *, name: str) -> None:
    """Under the user's lock, so that of two requests at once the second one sees the first."""
    if watching.list_watchlists(user=user).filter(name=name).exists():
        raise errors.NameTaken
