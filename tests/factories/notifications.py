"""Notifications for tests. What does not belong here: assertions."""

from __future__ import annotations

from typing import Any

from apps.notifications import services
from apps.notifications.enums import NotificationKind
from apps.notifications.models import Notification
from apps.users.models import User


def make_notification(user: User, **values: Any) -> Notification:
    """The newest notification of the user, told through the service."""
    services.notify(user_id=user.pk, **{"title": "Backtest completed", "message": "It made 12.40 %.", **values})
    return Notification.objects.for_user(user).latest("id")


def make_delivery(user: User) -> None:
    """A message by e-mail to the user, sent."""
    services.change_preferences(user=user, preferences=[{"kind": NotificationKind.ORDER, "email": True}])
    services.notify(user_id=user.pk, title="Order filled", message="BUY 10.", kind=NotificationKind.ORDER)
