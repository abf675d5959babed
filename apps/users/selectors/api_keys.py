"""The API keys of a user. What does not belong here: who a key speaks for (services), writes."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.users.models import ApiKey, User


def list_api_keys(*, user: User) -> QuerySet[ApiKey]:
    """The keys of the user that are in force, the newest first."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    return ApiKey.objects.for_user(user).filter(unexpired, revoked_at=None).order_by("-pk")
