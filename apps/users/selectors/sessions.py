"""The sign-ins of a user. What does not belong here: tokens, writes."""

from __future__ import annotations

from collections.abc import Set

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from apps.core import clock
from apps.users.models import Session, User


def list_sessions(*, user: User, current: int | None) -> QuerySet[Session]:
    """The sessions of the user whose tokens are still taken, the latest used first; ``is_current`` marks one."""
    is_current = ExpressionWrapper(Q(pk=current), output_field=BooleanField())
    live = Session.objects.for_user(user).filter(
        token_version=user.token_version, revoked_at=None, expires_at__gt=clock.now()
    )
    return live.annotate(is_current=is_current).order_by("-last_used_at", "-pk")


def live_sessions_unscoped(*, ids: Set[int]) -> set[tuple[int, int, int]]:
    """Of these sessions, those of active users that have not ended: key, user, version of the user's tokens."""
    live = Session.objects.unscoped().filter(pk__in=ids, revoked_at=None, user__is_active=True)
    return set(live.values_list("pk", "user_id", "user__token_version"))
