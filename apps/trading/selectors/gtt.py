"""Reads of triggers that stand. What does not belong here: orders (the package itself)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from apps.core import errors
from apps.trading.enums import GttStatus, OrderOrdering
from apps.trading.models import Gtt
from apps.trading.selectors.ordering import columns_of

if TYPE_CHECKING:
    from apps.users.models import User


def list_gtts(*, user: User, status: str = "", ordering: str = OrderOrdering.CREATED_DESC) -> QuerySet[Gtt]:
    """The user's triggers, newest first unless ordered otherwise."""
    given = {"status": status} if status else {}
    return Gtt.objects.for_user(user).filter(**given).order_by(*columns_of(ordering))


def get_gtt(*, user: User, gtt_id: int) -> Gtt:
    """One of the user's triggers.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(Gtt.objects.for_user(user).filter(pk=gtt_id).first())


def lock_gtt(*, user: User, gtt_id: int) -> Gtt:
    """One of the user's triggers, locked until the transaction ends.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(Gtt.objects.for_user(user).select_for_update(no_key=True).filter(pk=gtt_id).first())


def list_active_gtts_unscoped() -> list[Gtt]:
    """Every trigger that stands, oldest first."""
    return list(Gtt.objects.unscoped().filter(status=GttStatus.ACTIVE).select_related("user").order_by("id"))
