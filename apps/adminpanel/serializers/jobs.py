"""The shapes of a user's work in all apps. What does not belong here: queries, rules."""

from __future__ import annotations

from rest_framework import serializers

from apps.adminpanel.enums import JobKind, JobStatus
from apps.core.api.serializers import PageIn


class JobsIn(PageIn):
    """The query of the list of jobs."""

    active = serializers.ChoiceField(
        choices=["1"],
        default="1",
        help_text="Jobs that wait or run; those that have ended are in the list of their kind.",
    )


class JobOut(serializers.Serializer):
    """A piece of work that waits or runs: how far it is, and where to read all of it."""

    kind = serializers.ChoiceField(choices=JobKind.choices)
    id = serializers.CharField(help_text="The id in the list of its kind.")
    status = serializers.ChoiceField(choices=JobStatus.choices)
    stage = serializers.CharField(help_text="What it is busy with, in a word of its kind.")
    progress = serializers.FloatField(help_text="From 0 to 1.")
    title = serializers.CharField()
    queue_position = serializers.IntegerField(allow_null=True, help_text="1 is next; null where none can be told.")
    eta_seconds = serializers.IntegerField(allow_null=True, help_text="Seconds until its end, where they can be told.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    link = serializers.CharField(help_text="The path that shows it.")
