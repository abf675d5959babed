"""The backtests' endpoints. What does not belong here: rules, queries."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.backtests import constants, selectors, services
from apps.backtests.serializers import (
    CompareIn,
    ComparisonOut,
    EquityColumnsOut,
    EquityIn,
    EquityOut,
    RoundTripOut,
    RunDetailOut,
    RunIn,
    RunListIn,
    RunOut,
    examples,
)
from apps.core import services as core_services
from apps.core.api.rendering import FileNegotiation
from apps.core.api.schema import IDEMPOTENCY_KEY, page_of
from apps.core.api.serializers import NothingIn, PageIn
from apps.core.api.views import View, download, filters
from apps.core.enums import RateScope, SeriesFormat
from apps.core.services import idempotency


def _accepted(*, user: Any, payload: dict[str, Any]) -> idempotency.Answer:
    return idempotency.Answer(status=202, body=RunDetailOut(services.request_run(user=user, request=payload)).data)


class RunCreateView(View):
    """The door to the queue."""

    required_permissions = {"POST": "backtest.run"}
    entitled_methods = frozenset({"POST"})
    rate_scopes = {"POST": RateScope.HEAVY}

    @extend_schema(
        operation_id="backtestRunsCreate",
        parameters=[IDEMPOTENCY_KEY],
        request=RunIn,
        responses={202: RunDetailOut},
        examples=[examples.RUN_POSTED, examples.RUN_WAITING],
    )
    def post(self, request: Request) -> Response:
        """Queue a backtest. What can be known to be wrong is refused here; the answer shows the run waiting."""
        payload = self.body(RunIn)
        answer = core_services.answer_once(
            user_id=self.user.pk,
            route=constants.POST_ROUTE,
            key=request.headers.get("Idempotency-Key"),
            request=request.data,
            work=partial(_accepted, user=self.user, payload=payload),
        )
        headers = {"Idempotent-Replayed": str(answer.replayed).lower()}
        return Response(answer.body, status=answer.status, headers=headers)


class RunListView(View):
    """A user's backtests."""

    @extend_schema(operation_id="backtestRunsList", parameters=[RunListIn], responses=page_of(RunOut))
    def get(self, _request: Request) -> Response:
        """List the own backtests, newest first."""
        params = self.query(RunListIn)
        return self.page(selectors.list_runs(user=self.user, **filters(params)), RunOut, params=params)


class RunDetailView(View):
    """One backtest."""

    @extend_schema(
        operation_id="backtestRunsRetrieve",
        responses=RunDetailOut,
        examples=[examples.RUN_WAITING, examples.RUN_FAILED],
    )
    def get(self, _request: Request, run_id: UUID) -> Response:
        """Show where a backtest stands, and when it has completed, what came of it and what that rests on."""
        return Response(RunDetailOut(services.show_run(user=self.user, run_id=str(run_id))).data)


class RunCancelView(View):
    """Ending a backtest early."""

    required_permissions = {"POST": "backtest.run"}

    @extend_schema(operation_id="backtestRunsCancel", request=NothingIn, responses=RunDetailOut)
    def post(self, _request: Request, run_id: UUID) -> Response:
        """Cancel a backtest: a waiting one ends at once, a running one before it writes a result."""
        self.body(NothingIn)
        return Response(RunDetailOut(services.cancel_run(user=self.user, run_id=str(run_id))).data)


class RunTradeListView(View):
    """The trades of a backtest."""

    @extend_schema(
        operation_id="backtestRunsTradesList",
        parameters=[PageIn],
        responses=page_of(RoundTripOut),
        examples=[examples.TRADE_PAGE],
    )
    def get(self, _request: Request, run_id: UUID) -> Response:
        """List the closed trades of a backtest in their order; empty until it has completed."""
        params = self.query(PageIn)
        rows = selectors.list_round_trips(user=self.user, run_id=str(run_id))
        return self.page(rows, RoundTripOut, params=params)


class RunEquityView(View):
    """The equity of a backtest."""

    drawn_as = {SeriesFormat.LIST: EquityOut, SeriesFormat.COLUMNS: EquityColumnsOut}

    @extend_schema(
        operation_id="backtestRunsEquityRetrieve",
        parameters=[EquityIn],
        responses=PolymorphicProxySerializer(
            component_name="EquitySeries", serializers=[EquityOut, EquityColumnsOut], resource_type_field_name=None
        ),
        examples=[examples.EQUITY_AS_LIST, examples.EQUITY_AS_COLUMNS],
    )
    def get(self, _request: Request, run_id: UUID) -> Response:
        """Show equity and drawdown by day, sampled so that every peak and trough of a chart is exact."""
        params = self.query(EquityIn)
        out = self.drawn_as[params.pop("format")]
        return Response(out(selectors.equity_series(user=self.user, run_id=str(run_id), **params)).data)


class RunExportCsvView(View):
    """The trades of a backtest as a file."""

    content_negotiation_class = FileNegotiation

    @extend_schema(operation_id="backtestRunsExportCsv", responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, _request: Request, run_id: UUID) -> StreamingHttpResponse:
        """Download the trades as CSV."""
        return download(services.export_trades(user=self.user, run_id=str(run_id)))


class RunCompareView(View):
    """Backtests side by side."""

    @extend_schema(operation_id="backtestRunsCompare", parameters=[CompareIn], responses=ComparisonOut)
    def get(self, _request: Request, run_id: UUID) -> Response:
        """Show the statistics of completed backtests side by side, with what each differs from this one."""
        params = self.query(CompareIn)
        return Response(ComparisonOut(selectors.compare_runs(user=self.user, run_id=str(run_id), **params)).data)
