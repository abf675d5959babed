"""Telling users, by the channels they chose. What does not belong here: why they are told."""

from apps.notifications.services.deliveries import deliver, ring_deliveries
from apps.notifications.services.preferences import change_preferences
from apps.notifications.services.security import tell_security_event
from apps.notifications.services.telling import mark_all_read, mark_read, notify
from apps.notifications.services.trying import send_test

__all__ = [
    "change_preferences",
    "deliver",
    "mark_all_read",
    "mark_read",
    "notify",
    "ring_deliveries",
    "send_test",
    "tell_security_event",
]
