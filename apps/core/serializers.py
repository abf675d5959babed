"""The shapes of core's endpoints. What does not belong here: queries, writes."""

from rest_framework import serializers


class HealthOut(serializers.Serializer):
    """Whether the service is able to work, and each part of it."""

    status = serializers.ChoiceField(choices=["ok", "degraded"])
    parts = serializers.DictField(child=serializers.BooleanField())


class LiveOut(serializers.Serializer):
    """That the process answers."""

    status = serializers.ChoiceField(choices=["ok"])


class PublicSettingOut(serializers.Serializer):
    """A public setting with the value in force, as text."""

    key = serializers.CharField(source="setting.key")
    value = serializers.CharField()
    description = serializers.CharField(source="setting.description")


class EventTicketOut(serializers.Serializer):
    """A ticket to the stream of events."""

    ticket = serializers.CharField(help_text="Good once: GET {url}?ticket={ticket}.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    url = serializers.CharField(help_text="Where the stream is; a path is one of this service.")
