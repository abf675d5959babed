"""Every read of replays. What does not belong here: prices, writes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet

from apps.core import errors
from apps.market.enums import InstrumentType
from apps.trading.constants import ACTIVE
from apps.trading.enums import Product
from apps.trading.models import Order, Position, Replay

if TYPE_CHECKING:
    from apps.users.models import User


def list_replays(*, user: User) -> QuerySet[Replay]:
    """The user's replays with their accounts, newest first."""
    return Replay.objects.for_user(user).select_related("paper_account").order_by("-id")


def get_replay(*, user: User, replay_id: int) -> Replay:
    """One of the user's replays.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(list_replays(user=user).filter(pk=replay_id).first())


def lock_replay(*, user: User, replay_id: int) -> Replay:
    """One of the user's replays, locked until the transaction ends.

    :raises NotFound: if it is missing or somebody else's
    """
    rows = list_replays(user=user).select_for_update(no_key=True, of=("self",))
    return errors.found(rows.filter(pk=replay_id).first())


def get_clock_unscoped(*, account_id: int) -> datetime:
    """The present moment of the market that is replayed for an account."""
    return Replay.objects.unscoped().values_list("clock_at", flat=True).get(paper_account_id=account_id)


def is_idle_unscoped(*, account_id: int) -> bool:
    """Whether nothing of an account waits, or must be closed at a given moment."""
    if Order.objects.unscoped().filter(paper_account_id=account_id, status__in=ACTIVE).exists():
        return False
    is_due = Q(product=Product.MIS) | Q(instrument_type=InstrumentType.OPTION)
    held = Position.objects.unscoped().filter(is_due, paper_account_id=account_id)
    return not held.exclude(quantity=0).exists()


def list_running_unscoped() -> list[Replay]:
    """Every replay that moves by itself and has not ended."""
    rows = Replay.objects.unscoped().filter(speed__gt=0, clock_at__lt=F("ends_at"))
    return list(rows.select_related("user").order_by("id"))
