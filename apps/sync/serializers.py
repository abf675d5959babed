"""The shapes of the syncs' endpoints. What does not belong here: queries, writes."""

from __future__ import annotations

import json
from datetime import time
from itertools import pairwise
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers

from apps.core import clock
from apps.core.api.serializers import DayField, FlagField, IdentifierField, PageIn, StrictSerializer
from apps.core.api.uploads import MAX_UPLOAD_BYTES
from apps.core.enums import TimeOrdering
from apps.market.enums import ImportKind
from apps.market.services import IMPORT_COLUMNS
from apps.sync import constants
from apps.sync.enums import SyncMode, SyncStage, SyncStatus, SyncType
from apps.sync.models import SyncLog
from marketdata import sessions

MAX_SESSIONS = 5


class SyncNormalIn(StrictSerializer):
    """What to bring up to date: a type, and of it these instruments or every active one."""

    sync_type = serializers.ChoiceField(choices=SyncType.choices)
    instruments = serializers.ListField(
        child=IdentifierField(), required=False, default=list, max_length=constants.MAX_INSTRUMENTS
    )


class SyncHardIn(SyncNormalIn):
    """What to fetch again, from when to when, both days included."""

    start_date = DayField()
    end_date = DayField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The request with a range of dates.

        :raises ValidationError: naming the field
        """
        if attrs["start_date"] > attrs["end_date"]:
            raise serializers.ValidationError({"end_date": "The end is before the start."}, code="range")
        if attrs["end_date"] < sessions.FIRST_DAY:
            message = f"There is no market before {sessions.FIRST_DAY}."
            raise serializers.ValidationError({"end_date": message}, code="range")
        if attrs["start_date"] > clock.today():
            raise serializers.ValidationError({"start_date": "This day is in the future."}, code="range")
        return attrs


class SyncLogsIn(PageIn):
    """The query of the list of syncs."""

    sync_type = serializers.ChoiceField(choices=SyncType.choices, required=False)
    mode = serializers.ChoiceField(choices=SyncMode.choices, required=False)
    status = serializers.ChoiceField(choices=SyncStatus.choices, required=False)
    ordering = serializers.ChoiceField(choices=TimeOrdering.choices, default=TimeOrdering.CREATED_DESC)


class SyncNoteOut(serializers.Serializer[Any]):
    """What is to be said of one instrument."""

    instrument = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class SyncLogOut(serializers.ModelSerializer[SyncLog]):
    """A sync: how far it is and what came of it. The counts are of instruments; at its end they add up."""

    triggered_by = serializers.EmailField(source="triggered_by_user.email", default=None, allow_null=True)
    stage = serializers.ChoiceField(choices=SyncStage.choices)
    progress = serializers.FloatField(help_text="From 0 to 1.")
    processed = serializers.IntegerField()
    eta_seconds = serializers.IntegerField(allow_null=True, help_text="Seconds until its end, where they can be told.")
    error_details = SyncNoteOut(many=True, source="failures")
    extra = serializers.JSONField(
        help_text=(
            "Rows by what became of them, skipped instruments and why. closed_days: holidays that fell on weekdays and "
            "days closed by hand, added up over the instruments."
        )
    )

    class Meta:
        model = SyncLog
        fields = [
            "id",
            "sync_type",
            "mode",
            "status",
            "stage",
            "progress",
            "eta_seconds",
            "is_auto_sync",
            "triggered_by",
            "start_date",
            "end_date",
            "created_at",
            "start_time",
            "end_time",
            "total_items",
            "processed",
            "success_count",
            "failed_count",
            "skipped_count",
            "error_details",
            "extra",
        ]


class HoursIn(StrictSerializer):
    """A stretch of trading, India time; the close is excluded."""

    open = serializers.TimeField(input_formats=["%H:%M"])
    close = serializers.TimeField(input_formats=["%H:%M"])


class MarketStatusIn(StrictSerializer):
    """Whether a day is open, why, and its sessions where they are not the usual ones."""

    date = DayField()
    is_market_open = FlagField()
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True, allow_null=True)
    sessions = serializers.ListField(child=HoursIn(), required=False, default=list, max_length=MAX_SESSIONS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The day, its sessions as text and in order.

        :raises ValidationError: if a closed day has sessions, one ends before it begins, or two overlap
        """
        ends: list[time] = [each[name] for each in attrs["sessions"] for name in ("open", "close")]
        if ends and not attrs["is_market_open"]:
            raise serializers.ValidationError({"sessions": "A closed day has no sessions."}, code="closed")
        if any(first >= second for first, second in pairwise(ends)):
            message = "Sessions end after they begin, and begin after the one before."
            raise serializers.ValidationError({"sessions": message}, code="order")
        sessions = [{name: f"{each[name]:%H:%M}" for name in ("open", "close")} for each in attrs["sessions"]]
        return {**attrs, "sessions": sessions}


class MarketStatusesIn(PageIn):
    """The query of the days opened and closed by hand; ``from`` and ``to`` are both included."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields, and the two whose names Python keeps for itself."""
        return {
            **super().get_fields(),
            "from": DayField(required=False, source="start"),
            "to": DayField(required=False, source="end"),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The query.

        :raises ValidationError: if the range ends before it starts
        """
        if "start" in attrs and "end" in attrs and attrs["start"] > attrs["end"]:
            raise serializers.ValidationError({"to": "The end is before the start."}, code="range")
        return attrs


class HoursOut(serializers.Serializer[Any]):
    """A stretch of trading, India time."""

    open = serializers.CharField()
    close = serializers.CharField()


class MarketStatusOut(serializers.Serializer[Any]):
    """What an administrator says of a day; without sessions an open day has the usual ones."""

    date = serializers.DateField()
    is_market_open = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
    sessions = HoursOut(many=True, source="own_sessions")
    updated_at = serializers.DateTimeField()


class MappingField(serializers.CharField):
    """Our columns to the names in a file's header, as JSON in a field of a form."""

    default_error_messages = {
        "invalid": 'Write it as JSON, like {{"close": "Last Price"}}.',
        "unknown": "The columns are {columns}.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2_000, **options)

    def to_internal_value(self, data: Any) -> Any:
        """The names by column.

        :raises ValidationError: if it is no such object
        """
        try:
            names = json.loads(super().to_internal_value(data))
        except (ValueError, RecursionError):
            self.fail("invalid")
        if not isinstance(names, dict) or not all(isinstance(name, str) and name for name in names.values()):
            self.fail("invalid")
        if not set(names) <= set(IMPORT_COLUMNS):
            self.fail("unknown", columns=", ".join(IMPORT_COLUMNS))
        return names

    def to_representation(self, value: Any) -> Any:
        """As it was sent."""
        return json.dumps(value)


class SyncImportIn(StrictSerializer):
    """A form with a file of real prices or corporate actions, plain, gzip or zip."""

    file = serializers.FileField(max_length=255)
    kind = serializers.ChoiceField(
        choices=ImportKind.choices, required=False, help_text="Without it the header decides."
    )
    instrument = serializers.CharField(
        max_length=50, required=False, default="", allow_blank=True, help_text="Whose prices a CSV without names holds."
    )
    mapping = MappingField(required=False, default=dict, help_text="Our columns to the names in the header, as JSON.")
    dry_run = FlagField(default=False, help_text="Report everything and keep nothing.")
    skip_bad = FlagField(default=False, help_text="Leave wrong rows out instead of refusing the file.")
    only_known = FlagField(default=False, help_text="Leave out instruments that have no row, instead of making them.")

    def validate_file(self, file: UploadedFile) -> UploadedFile:
        """The file.

        :raises RequestDataTooBig: if it is longer than files may be
        """
        if file.size is None or file.size > MAX_UPLOAD_BYTES:
            raise RequestDataTooBig
        return file


class ImportProblemOut(serializers.Serializer[Any]):
    """What is wrong on a line; line 0 is the file as a whole."""

    line = serializers.IntegerField()
    message = serializers.CharField()


class ImportStoredOut(serializers.Serializer[Any]):
    """What became of the rows in the tables."""

    inserted = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    removed_synthetic = serializers.IntegerField()


class ImportReportOut(serializers.Serializer[Any]):
    """What an import found and did; a failed one kept nothing."""

    file = serializers.CharField()
    file_kind = serializers.CharField()
    identifier = serializers.CharField(help_text="The instrument, where there is just one.")
    is_failed = serializers.BooleanField()
    rows = serializers.IntegerField(help_text="Rows of the file.")
    bars = serializers.IntegerField(help_text="Rows that were right and wanted.")
    instruments = serializers.IntegerField()
    first_date = serializers.DateField(allow_null=True)
    last_date = serializers.DateField(allow_null=True)
    problem_count = serializers.IntegerField()
    problems = ImportProblemOut(many=True, help_text="The first hundred.")
    skipped = serializers.DictField(child=serializers.IntegerField(), help_text="Rows left out, by reason.")
    stored = ImportStoredOut()
