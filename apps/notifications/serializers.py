"""The shapes of notifications. What does not belong here: queries, writes."""

from rest_framework import serializers

from apps.core.api.serializers import PageIn
from apps.notifications.enums import NotificationType
from apps.notifications.models import Notification


class NotificationsIn(PageIn):
    """Which notifications are listed."""

    is_read = serializers.BooleanField(required=False)
    notification_type = serializers.ChoiceField(choices=NotificationType.choices, required=False)


class NotificationOut(serializers.ModelSerializer):
    """One notification; extra says what it is about."""

    extra = serializers.DictField()

    class Meta:
        model = Notification
        fields = ("id", "title", "message", "notification_type", "is_read", "read_at", "extra", "created_at")


class MarkedOut(serializers.Serializer):
    """How many notifications became read."""

    marked = serializers.IntegerField()


class UnreadCountOut(serializers.Serializer):
    """How many notifications are unread."""

    unread_count = serializers.IntegerField()
