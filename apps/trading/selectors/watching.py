"""Every read of watchlists and price alerts. What does not belong here: prices, writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from apps.core import errors
from apps.trading.enums import AlertStatus, OrderOrdering
from apps.trading.models import PriceAlert, Watchlist
from apps.trading.selectors.ordering import columns_of

if TYPE_CHECKING:
    from apps.users.models import User


def list_watchlists(*, user: User) -> QuerySet[Watchlist]:
    """The user's watchlists, oldest first."""
    return Watchlist.objects.for_user(user).order_by("id")


def get_watchlist(*, user: User, watchlist_id: int) -> Watchlist:
    """One of the user's watchlists.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(list_watchlists(user=user).filter(pk=watchlist_id).first())


def lock_watchlist(*, user: User, watchlist_id: int) -> Watchlist:
    """One of the user's watchlists, locked until the transaction ends.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(list_watchlists(user=user).select_for_update(no_key=True).filter(pk=watchlist_id).first())


def list_alerts(
    *, user: User, status: str = "", instrument: str = "", ordering: str = OrderOrdering.CREATED_DESC
) -> QuerySet[PriceAlert]:
    """The user's price alerts, newest first unless ordered otherwise."""
    given = {name: value for name, value in {"status": status, "instrument": instrument}.items() if value}
    return PriceAlert.objects.for_user(user).filter(**given).order_by(*columns_of(ordering))


def get_alert(*, user: User, alert_id: int) -> PriceAlert:
    """One of the user's price alerts.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(PriceAlert.objects.for_user(user).filter(pk=alert_id).first())


def lock_alert(*, user: User, alert_id: int) -> PriceAlert:
    """One of the user's price alerts, locked until the transaction ends.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(PriceAlert.objects.for_user(user).select_for_update(no_key=True).filter(pk=alert_id).first())


def list_armed_alerts_unscoped() -> list[PriceAlert]:
    """Every alert that waits, oldest first."""
    return list(PriceAlert.objects.unscoped().filter(status=AlertStatus.ARMED).order_by("id"))
