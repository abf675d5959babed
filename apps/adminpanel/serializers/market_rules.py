"""The shapes of the rulebook's rows. What does not belong here: queries, rules."""

from __future__ import annotations

from rest_framework import serializers

from apps.core.api.serializers import DayField, FlagField, PageIn, StrictSerializer

MAX_RULE_CHARS = 200


class MarketRulesIn(PageIn):
    """Which added rows are listed."""

    table = serializers.CharField(max_length=50, required=False, default="", allow_blank=True)
    is_active = FlagField(required=False, default=None, allow_null=True)


class MarketRuleIn(StrictSerializer):
    """A row for a table of the rulebook; ``columns`` are all that the table has, as text."""

    table = serializers.CharField(max_length=50)
    valid_from = DayField(help_text="The first trade date that it holds for; in tables of days, the day itself.")
    columns = serializers.DictField(
        child=serializers.CharField(max_length=MAX_RULE_CHARS, allow_blank=True, trim_whitespace=False)
    )
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=MAX_RULE_CHARS, help_text="Where the rule stands written."
    )
    note = serializers.CharField(max_length=2_000, required=False, default="", allow_blank=True)


class MarketRuleChangeIn(StrictSerializer):
    """Whether the row is in force."""

    is_active = FlagField()


class MarketRuleOut(serializers.Serializer):
    """A row that an administrator added."""

    id = serializers.IntegerField()
    table = serializers.CharField(source="rule_table")
    valid_from = serializers.DateField()
    columns = serializers.DictField(child=serializers.CharField())
    source = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField()
    is_active = serializers.BooleanField()
    created_by = serializers.EmailField(source="created_by.email", allow_null=True, default=None)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class MarketRuleTableOut(serializers.Serializer):
    """A table of the rulebook: the columns that a row is found by, and those that it leads to."""

    table = serializers.CharField()
    key = serializers.ListField(child=serializers.CharField())
    values = serializers.ListField(child=serializers.CharField())
    rows = serializers.IntegerField()


class MarketRuleRowOut(serializers.Serializer):
    """A row in force; override_id is null for a row of the data files."""

    valid_from = serializers.DateField()
    columns = serializers.DictField(child=serializers.CharField())
    source = serializers.CharField()  # type: ignore[assignment]
    override_id = serializers.IntegerField(allow_null=True)
