"""The sign-ins of a user. What does not belong here: tokens, writes."""

from __future__ import annotations

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
