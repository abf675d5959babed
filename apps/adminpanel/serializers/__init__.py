"""The shapes of the administration, a module a subject. What does not belong here: queries, rules."""

from apps.adminpanel.serializers.system import SETTING_KINDS

__all__ = ["SETTING_KINDS"]
