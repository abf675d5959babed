"""How many things of a kind a user may keep. What does not belong here: the numbers, which are configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from apps.core import configuration
from apps.trading import errors
from apps.users import services as users_services

if TYPE_CHECKING:
    from apps.users.models import User


def check_room(user: User, *, of: str, kept: QuerySet[Any]) -> None:
    """Lock the user's row and pass if one more may be kept.

    :raises LimitReached: if there are as many as trading.max_<of> says
    """
    users_services.lock_balance(user_id=user.pk)
    most = configuration.get_int(f"trading.max_{of}")
    if kept.count() >= most:
        raise errors.LimitReached(details={"of": of, "limit": most})
