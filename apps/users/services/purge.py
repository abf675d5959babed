"""Forgetting rows that nothing needs any more. What does not belong here: when (the beat schedule)."""

from __future__ import annotations

from django.db.models import Q
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from apps.core import clock
from apps.users import constants
from apps.users.models import LoginGuard, Mail, Session


def purge_stale() -> dict[str, int]:
    """Delete guards whose window and lock are over, old mails, sessions long over, expired refresh tokens; count them.

    Sessions are kept a month beyond their end, so that a device that comes back is known.
    """
    now = clock.now()
    unlocked = Q(locked_until=None) | Q(locked_until__lte=now)
    # Not those that a sign-in holds just now.
    guards = LoginGuard.objects.select_for_update(skip_locked=True).filter(
        unlocked, window_start__lt=now - constants.STALE_GUARDS_KEPT
    )
    stale = {
        "guards": LoginGuard.objects.filter(pk__in=guards.values("pk")),
        "mails": Mail.objects.filter(created_at__lt=now - constants.STALE_MAILS_KEPT),
        "sessions": Session.objects.unscoped().filter(expires_at__lt=now - constants.STALE_SESSIONS_KEPT),
        "tokens": OutstandingToken.objects.filter(expires_at__lt=now),
    }
    return {name: sum(rows.delete()[1].values()) for name, rows in stale.items()}
