"""What happens to an account and its owner should hear of. What does not belong here: how the owner is told."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from apps.core import services as core_services
from apps.users.enums import SecurityEvent
from apps.users.models import User


def announce(*, user: User, event: SecurityEvent, ip_address: str | None, details: Mapping[str, object]) -> None:
    """Write the event to the activity log and tell who listens, in the caller's transaction.

    ``settings.SECURITY_EVENT_LISTENERS`` names services of the floors above, each called with ``user_id``, ``event``
    and ``details``. Details are JSON and hold nothing that is secret.
    """
    told = {**details, "ip_address": ip_address}
    core_services.record_activity(
        actor=user.email, action=f"account.{event}", details={"user_id": user.pk, **details}, ip_address=ip_address
    )
    for path in settings.SECURITY_EVENT_LISTENERS:
        import_string(path)(user_id=user.pk, event=event, details=told)
