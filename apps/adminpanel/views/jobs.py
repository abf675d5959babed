"""A user's work in all apps. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.adminpanel import selectors
from apps.adminpanel.serializers.jobs import JobOut, JobsIn
from apps.core.api.schema import page_of
from apps.core.api.views import View

JOB = OpenApiExample(
    "A backtest that waits",
    value={
        "kind": "backtest",
        "id": "6f1c9d0e-6a43-4b58-9f57-0d2f6a4f5b11",
        "status": "pending",
        "stage": "queued",
        "progress": 0.0,
        "title": "Golden cross on RELIANCE",
        "queue_position": 2,
        "eta_seconds": 3,
        "created_at": "2026-01-05T18:00:00+05:30",
        "started_at": None,
        "link": "/api/v1/backtest/runs/6f1c9d0e-6a43-4b58-9f57-0d2f6a4f5b11/",
    },
    response_only=True,
)


class JobListView(View):
    """What of a user's work has not ended."""

    @extend_schema(operation_id="jobsList", parameters=[JobsIn], responses=page_of(JobOut), examples=[JOB])
    def get(self, _request: Request) -> Response:
        """List the own backtests, sweeps and syncs that wait or run, newest first: what a page shows after a reload."""
        params = self.query(JobsIn)
        return self.page(selectors.list_active_jobs(user=self.user), JobOut, params=params)
