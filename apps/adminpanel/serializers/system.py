"""The shapes of configuration, permissions and the activity log. What does not belong here: queries, rules."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.serializers import DayField, PageIn, StrictSerializer
from apps.core.configuration.registry import GROUPS
from apps.core.enums import TimeOrdering
from apps.core.selectors import SettingState
from apps.users.enums import Role

SETTING_KINDS = ("integer", "decimal", "boolean", "date", "words", "cron", "choice")
MAX_VALUE_CHARS = 10_000


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "boolean"}, {"type": "number"}]})
class SettingValueField(serializers.CharField):
    """The value of a setting: text, or a boolean or a number of JSON, which read as the text of the same spelling."""

    def to_internal_value(self, data: object) -> str:
        """The text.

        :raises ValidationError: if it is none of these
        """
        spelled: Any = str(data).lower() if isinstance(data, bool) else data
        text: str = super().to_internal_value(spelled)
        return text


class SettingIn(StrictSerializer):
    """The new value of a setting."""

    value = SettingValueField(max_length=MAX_VALUE_CHARS, allow_blank=True, trim_whitespace=False)


class SettingsIn(PageIn):
    """Which settings are listed."""

    group = serializers.ChoiceField(choices=list(GROUPS.items()), required=False)


class SettingOut(serializers.Serializer):
    """A setting: what it is, which values it takes, and the one in force."""

    key = serializers.CharField(source="setting.key")
    group = serializers.ChoiceField(source="setting.group", choices=list(GROUPS.items()))
    group_label = serializers.SerializerMethodField()
    label = serializers.CharField(source="setting.label")  # type: ignore[assignment]
    value = serializers.CharField()
    is_changed = serializers.BooleanField(help_text="Whether the value differs from the default.")
    default = serializers.CharField(source="setting.default")
    kind = serializers.ChoiceField(source="setting.kind", choices=SETTING_KINDS)
    minimum = serializers.IntegerField(source="setting.minimum", allow_null=True)
    maximum = serializers.IntegerField(source="setting.maximum", allow_null=True)
    first_day = serializers.DateField(source="setting.first_day", allow_null=True)
    choices = serializers.ListField(source="setting.choices", child=serializers.CharField())
    description = serializers.CharField(source="setting.description")
    is_public = serializers.BooleanField(source="setting.is_public")

    def get_group_label(self, state: SettingState) -> str:
        """What the group is called."""
        return GROUPS[state.setting.group]


class SettingChangeOut(serializers.Serializer):
    """One change of a setting; both values as text."""

    id = serializers.IntegerField()
    before = serializers.CharField(source="details.before")
    after = serializers.CharField(source="details.after")
    admin_user = serializers.CharField()
    ip_address = serializers.IPAddressField(allow_null=True)
    created_at = serializers.DateTimeField()


class ActivityFilterIn(StrictSerializer):
    """Which part of the activity log: of one action, of one actor, of days in India, both included."""

    action = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    actor = serializers.CharField(max_length=255, required=False, default="", allow_blank=True)
    start_date = DayField(source="start", required=False)
    end_date = DayField(source="end", required=False)


class ActivityIn(PageIn, ActivityFilterIn):
    """A page of that part."""

    ordering = serializers.ChoiceField(choices=TimeOrdering.choices, default=TimeOrdering.CREATED_DESC)


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
