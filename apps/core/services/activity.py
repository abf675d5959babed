"""The activity log's one door. What does not belong here: reading the log."""

from __future__ import annotations

from collections.abc import Mapping

from apps.core.models import ActivityLog


def record_change(
    *,
    actor: str,
    action: str,
    subject: Mapping[str, object],
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    ip_address: str | None,
) -> None:
    """Append what a thing was and has become, unless it stayed as it was; ``before`` None is a new thing."""
    if before != after:
        details = {**subject, "before": before, "after": after}
        record_activity(actor=actor, action=action, details=details, ip_address=ip_address)


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
