"""What a user may do, and whether trial or subscription is in force. What does not belong here: tokens."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from apps.core import clock, configuration, errors
from apps.core.statements import Select, Slot
from apps.users.constants import ADMINISTRATIVE
from apps.users.enums import Role
from apps.users.errors import ApiKeyNotAllowed, EmailNotVerified, SubscriptionRequired, TwoFactorEnrolmentRequired
from apps.users.models import Permission, RolePermission, User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


GRANT = Select(
    lambda: RolePermission.objects.filter(role=Slot("role")).filter(permission__code=Slot("code")),
)


def permissions_of(*, user: User) -> frozenset[str]:
    """The permission codes of the user's role; a superadmin has all there are."""
    if user.role == Role.SUPERADMIN:
        return frozenset(Permission.objects.values_list("code", flat=True))
    codes = RolePermission.objects.filter(role=user.role).values_list("permission__code", flat=True)
    return frozenset(codes)


def check_access(
    *,
    user: AbstractBaseUser | AnonymousUser | None,
    scopes: frozenset[str] | None = None,
    permission: str | None,
    is_reading: bool = True,
    needs_entitlement: bool,
) -> None:
    """Pass if somebody is signed in, their role has the permission (None: any role), and they are entitled if asked.

    ``scopes`` are those of an API key, None for somebody who has signed in. A key reads what needs no permission, and
    does what needs one that it has; the rest, such as money and messages, is for people.

    :raises NotAuthenticated: without a user
    :raises ApiKeyNotAllowed: if the scopes of the key do not reach
    :raises PermissionRefused: if the role lacks the permission
    :raises SubscriptionRequired: if entitlement is needed and over
    """
    if user is None:
        raise errors.NotAuthenticated
    if scopes is not None and not (is_reading if permission is None else permission in scopes):
        raise ApiKeyNotAllowed(details={"permission": permission})
    account = cast(User, user)
    if permission is not None:
        check_permission(user=account, code=permission)
    if needs_entitlement:
        check_entitled(user=account)


def check_permission(*, user: User, code: str) -> None:
    """Pass if the user's role has the permission, and the user two-factor where the configuration asks for that.

    :raises TwoFactorEnrolmentRequired: if it asks administrators, the permission is theirs, and there is none
    :raises PermissionRefused: if it has not; the details name the permission
    """
    if code in ADMINISTRATIVE and lacks_two_factor(user=user):
        raise TwoFactorEnrolmentRequired
    if user.role == Role.SUPERADMIN:
        return
    if GRANT.find(role=user.role, code=code) is None:
        raise errors.PermissionRefused(details={"permission": code})


def lacks_two_factor(*, user: User) -> bool:
    """Whether the configuration wants two-factor of this administrator, who has none."""
    if user.role == Role.USER or user.has_two_factor:
        return False
    return configuration.get_bool("users.two_factor_required_for_admins")


def check_toggle(*, user: User, setting: str) -> None:
    """Pass if the setting lets administrators do this, or the user is a superadmin.

    :raises FeatureDisabled: if a superadmin has switched it off; the details name the setting
    """
    if user.role != Role.SUPERADMIN and not configuration.get_bool(setting):
        raise errors.FeatureDisabled(details={"setting": setting})


def is_entitled(*, user: User, on: date) -> bool:
    """Whether trial or subscription covers the day (both ends included), or nobody needs one."""
    if user.role != Role.USER or not configuration.get_bool("subscription.enabled"):
        return True
    spans = (
        (user.trial_start_date, user.trial_end_date),
        (user.subscription_start_date, user.subscription_end_date),
    )
    return any(start is not None and end is not None and start <= on <= end for start, end in spans)


def is_verified(*, user: User) -> bool:
    """Whether the user has proved the e-mail, or nobody needs to; administrators are not made by signing up."""
    if user.role != Role.USER or user.email_verified_at is not None:
        return True
    return not configuration.get_bool("users.require_verified_email")


def check_entitled(*, user: User) -> None:
    """Pass if the user is entitled today (IST), and has proved the e-mail where the configuration asks for that.

    :raises EmailNotVerified: if it does, and there is no proof
    :raises SubscriptionRequired: if trial and subscription are over
    """
    if not is_verified(user=user):
        raise EmailNotVerified
    if not is_entitled(user=user, on=clock.today()):
        raise SubscriptionRequired(
            details={"trial_end_date": user.trial_end_date, "subscription_end_date": user.subscription_end_date}
        )
