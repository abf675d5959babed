"""A backtest as a file. What does not belong here: rules, queries, what stands in a file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from apps.backtests import services
from apps.backtests.services.files import XLSX, ResultFile
from apps.core.api.rendering import FileNegotiation
from apps.core.api.views import View, answer, download

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class RunExportCsvView(View):
    """The trades of a backtest as a file."""

    content_negotiation_class = FileNegotiation

    @extend_schema(operation_id="backtestRunsExportCsv", responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, _request: Request, run_id: UUID) -> StreamingHttpResponse:
        """Download the trades as CSV."""
        return download(services.export_trades(user=self.user, run_id=str(run_id)))


class RunExportXlsxView(View):
    """A backtest as a spreadsheet."""

    content_negotiation_class = FileNegotiation

    @extend_schema(operation_id="backtestRunsExportXlsx", responses={(200, XLSX): OpenApiTypes.BINARY})
    def get(self, _request: Request, run_id: UUID) -> HttpResponse | StreamingHttpResponse:
        """Download summary, trades, equity and monthly returns as a workbook."""
        return _answer(services.export_workbook(user=self.user, run_id=str(run_id)))


class RunExportJsonView(View):
    """A backtest as JSON."""

    @extend_schema(operation_id="backtestRunsExportJson", responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def get(self, _request: Request, run_id: UUID) -> HttpResponse | StreamingHttpResponse:
        """Download everything of the backtest: strategy, settings, statistics, manifest, trades, daily equity."""
        return _answer(services.export_document(user=self.user, run_id=str(run_id)))


class RunReportView(View):
    """A backtest as a page."""

    content_negotiation_class = FileNegotiation

    @extend_schema(operation_id="backtestRunsReport", responses={(200, "text/html"): OpenApiTypes.STR})
    def get(self, _request: Request, run_id: UUID) -> HttpResponse | StreamingHttpResponse:
        """Show the backtest as one HTML page that needs nothing else: charts, months, statistics, trades, manifest."""
        return _answer(services.export_report(user=self.user, run_id=str(run_id)))


def _answer(file: ResultFile) -> HttpResponse | StreamingHttpResponse:
    """A file as the answer; a page in it may run nothing and load nothing."""
    headers = {
        "Content-Type": file.content_type,
        "Content-Disposition": f'{file.disposition}; filename="{file.filename}"',
        "Content-Security-Policy": POLICY,
    }
    return answer(file.content, headers=headers)
