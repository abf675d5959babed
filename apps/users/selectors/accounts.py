"""An account as its owner sees it, and what roles may do. What does not belong here: writes, tokens."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from apps.core import clock
from apps.users.enums import Role
from apps.users.models import Permission, RolePermission, User
from apps.users.selectors.access import is_entitled, permissions_of


@dataclass(frozen=True, slots=True)
class Profile:
    """A user with what follows from role, trial and subscription today (IST); ``permissions`` is sorted."""

    user: User
    permissions: list[str]
    is_entitled: bool


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role with its permission codes, sorted; a superadmin's are all there are."""

    role: Role
    permissions: list[str]


def get_profile(*, user: User) -> Profile:
    """What the user may know about their own account."""
    return Profile(
        user=user,
        permissions=sorted(permissions_of(user=user)),
        is_entitled=is_entitled(user=user, on=clock.today()),
    )


def list_permissions_unscoped() -> QuerySet[Permission]:
    """Every permission there is, by code."""
    return Permission.objects.order_by("code")


def list_role_permissions_unscoped() -> list[RoleGrant]:
    """Every role with what it may do, from the least to the most powerful."""
    granted: dict[str, list[str]] = {role: [] for role in Role}
    for role, code in RolePermission.objects.values_list("role", "permission__code"):
        granted[role].append(code)
    granted[Role.SUPERADMIN] = list(Permission.objects.values_list("code", flat=True))
    return [RoleGrant(role=role, permissions=sorted(granted[role])) for role in Role]
