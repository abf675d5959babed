"""The endpoint of the figures. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.adminpanel import selectors
from apps.adminpanel.serializers.dashboard import DashboardIn, DashboardOut
from apps.core.api.views import View

FIGURES = {
    "signups": 12,
    "trials": 12,
    "conversions": 3,
    "payments": 5,
    "revenue": "2495.00",
    "refunds": "499.00",
    "runs_completed": 240,
    "runs_failed": 4,
    "run_seconds_mean": 0.081,
    "paper_trades": 310,
    "paper_pnl": "-1520.50",
}
STANDINGS = {"on_trial": 70, "subscribed": 210, "expired": 920}
EXAMPLE = OpenApiExample(
    "A day",
    value={
        "from": "2026-01-05",
        "to": "2026-01-05",
        "as_of": "2026-01-05T10:15:00+05:30",
        "users": STANDINGS,
        "total": FIGURES,
        "days": [{**FIGURES, "day": "2026-01-05", "run_seconds_p95": 0.19, **STANDINGS}],
        "queue": {"pending": 2, "running": 1, "oldest_pending_seconds": 0.4, "sweeps": 0, "sync_items": 0},
        "syncs": [
            {
                "sync_type": "stock",
                "status": "completed",
                "started_at": "2026-01-05T03:00:01+05:30",
                "ended_at": "2026-01-05T03:00:06+05:30",
                "total_items": 50,
                "failed_count": 0,
                "last_completed_at": "2026-01-05T03:00:06+05:30",
            }
        ],
    },
    response_only=True,
)


class DashboardView(View):
    """The installation in figures."""

    required_permissions = {"GET": "dashboard.view"}

    @extend_schema(
        operation_id="adminpanelDashboardAnalytics",
        parameters=[DashboardIn],
        responses=DashboardOut,
        examples=[EXAMPLE],
    )
    def get(self, _request: Request) -> Response:
        """Show users, trials, revenue, backtests and paper trades by day, and queues and syncs as they are."""
        return Response(DashboardOut(selectors.get_dashboard(**self.query(DashboardIn))).data)
