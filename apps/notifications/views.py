"""The endpoints of notifications. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.schema import page_of
from apps.core.api.serializers import NothingIn
from apps.core.api.views import View, filters
from apps.notifications import selectors, services
from apps.notifications.serializers import MarkedOut, NotificationOut, NotificationsIn, UnreadCountOut

UNREAD = {
    "id": 12,
    "title": "Backtest completed",
    "message": "SMA crossover on RELIANCE made 12.40 % in 31 trades.",
    "notification_type": "success",
    "is_read": False,
    "read_at": None,
    "extra": {"run_id": "0b6c0d5f-4a9e-4d0f-8a3a-4c5d6e7f8a9b"},
    "created_at": "2026-01-05T10:15:00+05:30",
}
LIST = OpenApiExample(
    "A page", value={"count": 1, "next": None, "previous": None, "results": [UNREAD]}, response_only=True
)
READ = OpenApiExample(
    "A notification, read",
    value={**UNREAD, "is_read": True, "read_at": "2026-01-05T10:16:00+05:30"},
    response_only=True,
)


class NotificationListView(View):
    """What the user was told."""

    @extend_schema(
        operation_id="notificationsList",
        parameters=[NotificationsIn],
        responses=page_of(NotificationOut),
        examples=[LIST],
    )
    def get(self, _request: Request) -> Response:
        """List the user's notifications, newest first."""
        params = self.query(NotificationsIn)
        rows = selectors.list_notifications(user=self.user, **filters(params))
        return self.page(rows, NotificationOut, params=params)


class NotificationMarkReadView(View):
    """One notification."""

    @extend_schema(operation_id="notificationsMarkRead", request=NothingIn, responses=NotificationOut, examples=[READ])
    def patch(self, _request: Request, pk: int) -> Response:
        """Note that the user has read it; doing so again changes nothing."""
        self.body(NothingIn)
        row = services.mark_read(user=self.user, notification_id=pk)
        return Response(NotificationOut(row).data)


class NotificationMarkAllReadView(View):
    """All notifications."""

    @extend_schema(operation_id="notificationsMarkAllRead", request=NothingIn, responses=MarkedOut)
    def post(self, _request: Request) -> Response:
        """Note that the user has read all there are."""
        self.body(NothingIn)
        return Response(MarkedOut({"marked": services.mark_all_read(user=self.user)}).data)


class NotificationUnreadCountView(View):
    """The unread ones."""

    @extend_schema(operation_id="notificationsUnreadCount", responses=UnreadCountOut)
    def get(self, _request: Request) -> Response:
        """Count what the user has not read."""
        return Response(UnreadCountOut({"unread_count": selectors.count_unread(user=self.user)}).data)
