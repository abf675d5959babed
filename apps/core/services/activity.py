"""The activity log's one door. What does not belong here: reading the log."""

from __future__ import annotations

from collections.abc import Mapping

from apps.core.models import ActivityLog


def record_activity(*, actor: str, action: str, details: Mapping[str, object], ip_address: str | None) -> None:
    """Append one row, in the caller's transaction, so that a rolled-back change leaves none.

    ``actor`` is an e-mail or id; ``action`` reads like ``configuration.change``; control characters are dropped.
    """
    ActivityLog.objects.create(
        admin_user="".join(char for char in actor if char.isprintable())[:255],
        action=action,
        details=dict(details),
        ip_address=ip_address,
    )
