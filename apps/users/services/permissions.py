"""Seeding of permissions. What does not belong here: checking them (selectors)."""

from __future__ import annotations

from django.db import transaction

from apps.users.constants import PERMISSIONS
from apps.users.models import Permission, RolePermission


@transaction.atomic
def seed_permissions() -> int:
    """Write the permissions that are missing, with the roles that have them from the start; count them.

    A permission that exists keeps the roles an administrator gave it.
    """
    present = set(Permission.objects.values_list("code", flat=True))
    missing = [entry for entry in PERMISSIONS if entry[0] not in present]
    created = Permission.objects.bulk_create(
        [Permission(code=code, name=name, category=category) for code, name, category, _ in missing]
    )
    RolePermission.objects.bulk_create(
        RolePermission(role=role, permission=permission)
        for permission, (_, _, _, roles) in zip(created, missing, strict=True)
        for role in roles
    )
    return len(created)
