"""Backtests and their trades. What does not belong here: rules, queries."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.backtests import selectors, services
from apps.backtests.serializers import RoundTripOut, RunDetailOut, RunListIn, RunOut, examples
from apps.core.api.drawing import drawn
from apps.core.api.schema import page_of
from apps.core.api.serializers import PageIn
from apps.core.api.sharing import versioned
from apps.core.api.views import View, filters


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
    @versioned(selectors.find_version)
    def get(self, _request: Request, run_id: UUID) -> Response:
        """Show where a backtest stands, and when it has completed, what came of it and what that rests on."""
        return Response(drawn(RunDetailOut, services.show_run(user=self.user, run_id=str(run_id))))


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
