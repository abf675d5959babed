"""The endpoints of syncs and of the days of the market. What does not belong here: rules, queries."""

from __future__ import annotations

from functools import partial
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import services as core_services
from apps.core.api.schema import page_of
from apps.core.api.uploads import UploadParser
from apps.core.api.views import View, client_ip, filters
from apps.core.enums import RateScope
from apps.core.services import idempotency
from apps.market import selectors as market_selectors
from apps.market import services as market_services
from apps.sync import constants, selectors, services
from apps.sync.enums import SyncMode
from apps.sync.serializers import (
    ImportReportOut,
    MarketStatusesIn,
    MarketStatusIn,
    MarketStatusOut,
    SyncHardIn,
    SyncImportIn,
    SyncLogOut,
    SyncLogsIn,
    SyncNormalIn,
)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key with the same body gives the first answer again; with another body, 409.",
)
NORMAL = OpenApiExample("All stocks", value={"sync_type": "stock"}, request_only=True)
HARD = OpenApiExample(
    "Two stocks",
    value={
        "sync_type": "stock",
        "instruments": ["INFY", "TCS"],
        "start_date": "2025-01-01",
        "end_date": "2025-03-31",
    },
    request_only=True,
)
RUNNING = OpenApiExample(
    "Half way",
    value={
        "id": 12,
        "sync_type": "stock",
        "mode": "normal",
        "status": "running",
        "stage": "fetching",
        "progress": 0.5,
        "eta_seconds": 2,
        "is_auto_sync": False,
        "triggered_by": "admin@papertrade.example",
        "start_date": None,
        "end_date": None,
        "created_at": "2026-01-05T03:00:00+05:30",
        "start_time": "2026-01-05T03:00:00+05:30",
        "end_time": None,
        "total_items": 50,
        "processed": 25,
        "success_count": 23,
        "failed_count": 1,
        "skipped_count": 1,
        "error_details": [
            {"instrument": "NEWSTOCK", "code": "SYMBOL_NOT_FOUND", "message": "Unknown symbol: NEWSTOCK"},
        ],
        "extra": {"skipped": 1, "daily_inserted": 23, "daily_unchanged": 23, "intraday_inserted": 23},
    },
    response_only=True,
)
IMPORTED = OpenApiExample(
    "A year of a stock",
    value={
        "file": "RELIANCE.csv.gz",
        "file_kind": "csv",
        "identifier": "RELIANCE",
        "is_failed": False,
        "rows": 248,
        "bars": 248,
        "instruments": 1,
        "first_date": "2025-01-01",
        "last_date": "2025-12-31",
        "problem_count": 0,
        "problems": [],
        "skipped": {},
        "stored": {"inserted": 248, "updated": 0, "unchanged": 0, "removed_synthetic": 2726},
    },
    response_only=True,
)
CLOSE_DAY = OpenApiExample(
    "Close a day", value={"date": "2026-01-15", "is_market_open": False, "reason": "Elections"}, request_only=True
)
OPEN_DAY = OpenApiExample(
    "Open an evening",
    value={
        "date": "2026-11-08",
        "is_market_open": True,
        "reason": "Muhurat trading",
        "sessions": [{"open": "18:00", "close": "19:00"}],
    },
    request_only=True,
)


def _accepted(*, user: Any, mode: SyncMode, values: dict[str, Any], ip_address: str | None) -> idempotency.Answer:
    log = services.request_sync(user=user, mode=mode, values=values, ip_address=ip_address)
    return idempotency.Answer(status=202, body=SyncLogOut(log).data)


def _once(request: Request, *, user: Any, mode: SyncMode, values: dict[str, Any]) -> Response:
    answer = core_services.answer_once(
        user_id=user.pk,
        route=constants.ROUTES[mode],
        key=request.headers.get("Idempotency-Key"),
        request=request.data,
        work=partial(_accepted, user=user, mode=mode, values=values, ip_address=client_ip(request)),
    )
    headers = {"Idempotent-Replayed": str(answer.replayed).lower()}
    return Response(answer.body, status=answer.status, headers=headers)


class SyncNormalView(View):
    """Bringing prices up to date."""

    required_permissions = {"POST": "sync.run"}
    rate_scopes = {"POST": RateScope.HEAVY}

    @extend_schema(
        operation_id="syncNormalCreate",
        parameters=[IDEMPOTENCY_KEY],
        request=SyncNormalIn,
        responses={202: SyncLogOut},
        examples=[NORMAL, RUNNING],
    )
    def post(self, request: Request) -> Response:
        """Start fetching what is missing up to the last final day; the answer shows the sync waiting."""
        return _once(request, user=self.user, mode=SyncMode.NORMAL, values=self.body(SyncNormalIn))


class SyncHardView(View):
    """Fetching prices again."""

    required_permissions = {"POST": "sync.run"}
    rate_scopes = {"POST": RateScope.HEAVY}

    @extend_schema(
        operation_id="syncHardCreate",
        parameters=[IDEMPOTENCY_KEY],
        request=SyncHardIn,
        responses={202: SyncLogOut},
        examples=[HARD, RUNNING],
    )
    def post(self, request: Request) -> Response:
        """Start fetching a range of days over what is there; the answer shows the sync waiting."""
        return _once(request, user=self.user, mode=SyncMode.HARD, values=self.body(SyncHardIn))


class SyncLogListView(View):
    """Syncs."""

    required_permissions = {"GET": "sync.view"}

    @extend_schema(operation_id="syncLogsList", parameters=[SyncLogsIn], responses=page_of(SyncLogOut))
    def get(self, _request: Request) -> Response:
        """List syncs, newest first unless ordered otherwise."""
        params = self.query(SyncLogsIn)
        return self.page(selectors.list_logs(**filters(params)), SyncLogOut, params=params)


class SyncLogDetailView(View):
    """One sync."""

    required_permissions = {"GET": "sync.view"}

    @extend_schema(operation_id="syncLogsRetrieve", responses=SyncLogOut, examples=[RUNNING])
    def get(self, _request: Request, log_id: int) -> Response:
        """Show how far a sync is, and what came of it."""
        return Response(SyncLogOut(selectors.get_log(log_id=log_id)).data)


class SyncImportView(View):
    """Real prices from a file."""

    required_permissions = {"POST": "sync.run"}
    rate_scopes = {"POST": RateScope.HEAVY}
    parser_classes = (UploadParser,)

    @extend_schema(
        operation_id="syncImportCreate",
        request={"multipart/form-data": SyncImportIn},
        responses=ImportReportOut,
        examples=[IMPORTED],
    )
    def post(self, request: Request) -> Response:
        """Import a file of at most 50 MB, whole or not at all; importing it again changes no row."""
        report = services.import_file(user=self.user, values=self.body(SyncImportIn), ip_address=client_ip(request))
        return Response(ImportReportOut(report).data)


class MarketStatusView(View):
    """Days of the market opened and closed by hand."""

    required_permissions = {"PUT": "calendar.manage"}

    @extend_schema(
        operation_id="syncMarketStatusList", parameters=[MarketStatusesIn], responses=page_of(MarketStatusOut)
    )
    def get(self, _request: Request) -> Response:
        """List the days that were opened or closed by hand, the latest first; the calendar has all days."""
        params = self.query(MarketStatusesIn)
        return self.page(market_selectors.list_market_status(**filters(params)), MarketStatusOut, params=params)

    @extend_schema(
        operation_id="syncMarketStatusUpdate",
        request=MarketStatusIn,
        responses=MarketStatusOut,
        examples=[CLOSE_DAY, OPEN_DAY],
    )
    def put(self, request: Request) -> Response:
        """Open or close a day; calendar and sync go by it at once, and it is written to the activity log."""
        row = market_services.set_market_status(
            user=self.user, values=self.body(MarketStatusIn), ip_address=client_ip(request)
        )
        return Response(MarketStatusOut(row).data)
