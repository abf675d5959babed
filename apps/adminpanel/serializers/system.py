"""The shapes of configuration, permissions and the activity log. What does not belong here: queries, rules."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import PageIn, StrictSerializer
from apps.users.enums import Role

SETTING_KINDS = ("integer", "decimal", "boolean", "date", "words", "cron", "choice")
MAX_VALUE_CHARS = 10_000


class SettingIn(StrictSerializer):
    """The new value of a setting, as text."""

    value = serializers.CharField(max_length=MAX_VALUE_CHARS, allow_blank=True, trim_whitespace=False)


class SettingOut(serializers.Serializer):
    """A setting: what it is, which values it takes, and the one in force."""

    key = serializers.CharField(source="setting.key")
    value = serializers.CharField()
    is_changed = serializers.BooleanField(help_text="Whether the value differs from the default.")
    default = serializers.CharField(source="setting.default")
    kind = serializers.ChoiceField(source="setting.kind", choices=SETTING_KINDS)
    minimum = serializers.IntegerField(source="setting.minimum", allow_null=True)
    maximum = serializers.IntegerField(source="setting.maximum", allow_null=True)
    choices = serializers.ListField(source="setting.choices", child=serializers.CharField())
    description = serializers.CharField(source="setting.description")
    is_public = serializers.BooleanField(source="setting.is_public")


class ActivityIn(PageIn):
    """Which part of the activity log is listed."""

    action = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class ActivityOut(serializers.Serializer):
    """Who did what, when and from where."""

    id = serializers.IntegerField()
    admin_user = serializers.CharField()
    action = serializers.CharField()
    details = serializers.DictField()
    ip_address = serializers.IPAddressField(allow_null=True)
    created_at = serializers.DateTimeField()


class PermissionOut(serializers.Serializer):
    """A thing that a role may be allowed to do."""

    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField()


class RolePermissionsIn(StrictSerializer):
    """All that a role shall be allowed."""

    role = serializers.ChoiceField(choices=Role.choices)
    permissions = serializers.ListField(child=serializers.CharField(max_length=100), max_length=200)


class RolePermissionsOut(serializers.Serializer):
    """A role and the codes of what it may do."""

    role = serializers.ChoiceField(choices=Role.choices)
    permissions = serializers.ListField(child=serializers.CharField())
