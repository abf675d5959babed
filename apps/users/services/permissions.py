"""Seeding permissions, and changing what a role may do. What does not belong here: checking them (selectors)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from apps.core import errors
from apps.core import services as core_services
from apps.users import selectors
from apps.users.constants import PERMISSIONS, SUPERADMIN_ONLY
from apps.users.enums import Role
from apps.users.models import Permission, RolePermission


@transaction.atomic
def seed_permissions() -> int:
    """Write the permissions that are missing, with the roles that have them from the start; count them.

    A permission that exists keeps the roles an administrator gave it.
    """
    present = set(Permission.objects.values_list("code", flat=True))
    missing = [entry for entry in PERMISSIONS if entry[0] not in present]
    for code, name, category, roles in missing:
        permission, is_new = Permission.objects.get_or_create(code=code, defaults={"name": name, "category": category})
        if is_new:
            RolePermission.objects.bulk_create(RolePermission(role=role, permission=permission) for role in roles)
    return len(missing)


@transaction.atomic
def change_role_permissions(
    *, role: Role, permissions: Collection[str], actor: str, ip_address: str | None
) -> selectors.RoleGrant:
    """Give a role exactly these permissions and write who did it, with the codes before and after.

    :raises ValidationFailed: for the superadmin's role, for a code that does not exist, and for the one that only
        superadmins have
    """
    if role == Role.SUPERADMIN:
        raise errors.ValidationFailed.field("role", "A superadministrator may do everything; this cannot be changed.")
    # Locking every permission lets one change at a time read what was before.
    known = {row.code: row for row in Permission.objects.select_for_update(no_key=True).order_by("pk")}
    wanted = sorted(set(permissions))
    refused = [code for code in wanted if code not in known or code == SUPERADMIN_ONLY]
    if refused:
        raise errors.ValidationFailed.field("permissions", f"No role can be given: {', '.join(refused)}.")
    granted = RolePermission.objects.filter(role=role)
    before = sorted(granted.values_list("permission__code", flat=True))
    granted.exclude(permission__code__in=wanted).delete()
    RolePermission.objects.bulk_create(
        RolePermission(role=role, permission=known[code]) for code in wanted if code not in before
    )
    core_services.recall_kept()
    core_services.record_activity(
        actor=actor,
        action="permissions.change",
        details={"role": role, "before": before, "after": wanted},
        ip_address=ip_address,
    )
    return selectors.RoleGrant(role=role, permissions=wanted)
