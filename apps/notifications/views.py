"""The endpoints of notifications. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.schema import page_of
from apps.core.api.serializers import NothingIn
from apps.core.api.views import View, filters
from apps.notifications import selectors, services
from apps.notifications.serializers import (
    DeliveriesIn,
    DeliveryOut,
    MarkedOut,
    NotificationOut,
    NotificationsIn,
    PreferencesIn,
    PreferencesOut,
    UnreadCountOut,
)

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
WISHES = {
    "channels": ["in_app", "email"],
    "telegram_chat_id": "",
    "preferences": [{"kind": "order", "in_app": True, "email": True, "telegram": False}],
}
PREFERENCES = OpenApiExample("Orders by e-mail, too", value=WISHES, response_only=True)
CHANGED = OpenApiExample(
    "Orders by e-mail, too", value={"preferences": [{"kind": "order", "email": True}]}, request_only=True
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
        """List the user's notifications, newest first unless ordered otherwise."""
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


class PreferencesView(View):
    """What the user wants to be told, and where."""

    @extend_schema(operation_id="notificationsPreferencesRetrieve", responses=PreferencesOut, examples=[PREFERENCES])
    def get(self, _request: Request) -> Response:
        """Show every kind with its channels, and the channels of this server."""
        return Response(PreferencesOut(selectors.get_wishes(user=self.user)).data)

    @extend_schema(
        operation_id="notificationsPreferencesUpdate",
        request=PreferencesIn,
        responses=PreferencesOut,
        examples=[CHANGED, PREFERENCES],
    )
    def patch(self, _request: Request) -> Response:
        """Change the kinds and channels that are named; the others stay."""
        wishes = services.change_preferences(user=self.user, **self.body(PreferencesIn))
        return Response(PreferencesOut(wishes).data)


class ChannelTestView(View):
    """Trying a channel out."""

    @extend_schema(operation_id="notificationsChannelsTest", request=NothingIn, responses={202: DeliveryOut})
    def post(self, _request: Request, channel: str) -> Response:
        """Send the user a message by a channel; what became of it is among the deliveries."""
        self.body(NothingIn)
        return Response(DeliveryOut(services.send_test(user=self.user, channel=channel)).data, status=202)


class DeliveryListView(View):
    """Messages that left the server, or were to."""

    @extend_schema(
        operation_id="notificationsDeliveriesList", parameters=[DeliveriesIn], responses=page_of(DeliveryOut)
    )
    def get(self, _request: Request) -> Response:
        """List what was to be sent to the user by e-mail and Telegram, newest first."""
        params = self.query(DeliveriesIn)
        return self.page(selectors.list_deliveries(user=self.user, **filters(params)), DeliveryOut, params=params)
