"""The API keys of a user. What does not belong here: who a key speaks for (services), writes."""

from __future__ import annotations

from collections.abc import Set

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.users.models import ApiKey, User


def list_api_keys(*, user: User) -> QuerySet[ApiKey]:
    """The keys of the user that are in force, the newest first."""
    return ApiKey.objects.for_user(user).filter(_unexpired(), revoked_at=None).order_by("-pk")


def list_keys_in_force_unscoped() -> QuerySet[ApiKey]:
    """The keys of all active users that are in force."""
    return ApiKey.objects.unscoped().filter(_unexpired(), revoked_at=None, user__is_active=True)


def live_keys_unscoped(*, ids: Set[int]) -> set[tuple[int, int]]:
    """Of these keys, those that are in force, each with its user."""
    return set(list_keys_in_force_unscoped().filter(pk__in=ids).values_list("pk", "user_id"))


def _unexpired() -> Q:
    return Q(expires_at=None) | Q(expires_at__gt=clock.now())
