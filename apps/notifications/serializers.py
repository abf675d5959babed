"""The shapes of notifications. What does not belong here: queries, writes."""

from rest_framework import serializers

from apps.core.api.serializers import FlagField, PageIn, StrictSerializer
from apps.core.enums import TimeOrdering
from apps.notifications.enums import Channel, DeliveryState, NotificationKind, NotificationType
from apps.notifications.models import Delivery, Notification


class NotificationsIn(PageIn):
    """Which notifications are listed."""

    is_read = FlagField(required=False)
    notification_type = serializers.ChoiceField(choices=NotificationType.choices, required=False)
    ordering = serializers.ChoiceField(choices=TimeOrdering.choices, default=TimeOrdering.CREATED_DESC)


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


class PreferenceOut(serializers.Serializer):
    """By which channels the user is told of a kind."""

    kind = serializers.ChoiceField(choices=NotificationKind.choices)
    in_app = serializers.BooleanField()
    email = serializers.BooleanField()
    telegram = serializers.BooleanField()


class PreferencesOut(serializers.Serializer):
    """What the user wants to be told; channels are those of this server."""

    channels = serializers.ListField(child=serializers.ChoiceField(choices=Channel.choices))
    telegram_chat_id = serializers.CharField()
    preferences = PreferenceOut(many=True)


class PreferenceIn(StrictSerializer):
    """A kind, and the channels that change."""

    kind = serializers.ChoiceField(choices=NotificationKind.choices)
    in_app = FlagField(required=False)
    email = FlagField(required=False)
    telegram = FlagField(required=False)


class PreferencesIn(StrictSerializer):
    """What changes; an empty chat id forgets the chat."""

    preferences = serializers.ListField(child=PreferenceIn(), required=False, max_length=len(NotificationKind))
    telegram_chat_id = serializers.RegexField(r"\A(-?[0-9]{1,20})?\Z", required=False, allow_blank=True, max_length=21)


class DeliveriesIn(PageIn):
    """Which messages are listed."""

    state = serializers.ChoiceField(choices=DeliveryState.choices, required=False)


class DeliveryOut(serializers.ModelSerializer):
    """A message that leaves the server, and what became of it."""

    class Meta:
        model = Delivery
        fields = ("id", "channel", "title", "state", "attempts", "sent_at", "created_at")
