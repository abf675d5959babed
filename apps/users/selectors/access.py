"""What a user may do, and whether trial or subscription is in force. What does not belong here: tokens."""

from __future__ import annotations

from datetime import date

from apps.core import clock, configuration, errors
from apps.users.enums import Role
from apps.users.errors import SubscriptionRequired
from apps.users.models import RolePermission, User


def permissions_of(*, user: User) -> frozenset[str]:
    """The permission codes of the user's role; of a superadmin, all there are are implied and none listed."""
    codes = RolePermission.objects.filter(role=user.role).values_list("permission__code", flat=True)
    return frozenset(codes)


def check_permission(*, user: User, code: str) -> None:
    """Pass if the user's role has the permission.

    :raises PermissionRefused: if it has not; the details name the permission
    """
    if user.role == Role.SUPERADMIN:
        return
    if not RolePermission.objects.filter(role=user.role, permission__code=code).exists():
        raise errors.PermissionRefused(details={"permission": code})


def is_entitled(*, user: User, on: date) -> bool:
    """Whether trial or subscription covers the day (both ends included), or nobody needs one."""
    if user.role != Role.USER or not configuration.get_bool("subscription.enabled"):
        return True
    spans = (
        (user.trial_start_date, user.trial_end_date),
        (user.subscription_start_date, user.subscription_end_date),
    )
    return any(start is not None and end is not None and start <= on <= end for start, end in spans)


def check_entitled(*, user: User) -> None:
    """Pass if the user is entitled today (IST).

    :raises SubscriptionRequired: if trial and subscription are over
    """
    if not is_entitled(user=user, on=clock.today()):
        raise SubscriptionRequired(
            details={"trial_end_date": user.trial_end_date, "subscription_end_date": user.subscription_end_date}
        )
