"""What came of a backtest, as series. What does not belong here: rules, queries, files."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.backtests import selectors
from apps.backtests.serializers import (
    CompareIn,
    ComparisonOut,
    DrawdownsIn,
    DrawdownsOut,
    EquityColumnsOut,
    EquityIn,
    EquityOut,
    HeatmapOut,
    examples,
)
from apps.core.api.views import View
from apps.core.enums import SeriesFormat


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
        """Show equity and drawdown by bar or by day, sampled so that every peak and trough of a chart is exact."""
        params = self.query(EquityIn)
        out = self.drawn_as[params.pop("format")]
        return Response(out(selectors.equity_series(user=self.user, run_id=str(run_id), **params)).data)


class RunDrawdownListView(View):
    """The falls of a backtest's equity."""

    @extend_schema(
        operation_id="backtestRunsDrawdownsRetrieve",
        parameters=[DrawdownsIn],
        responses=DrawdownsOut,
        examples=[examples.DRAWDOWNS_FOUND],
    )
    def get(self, _request: Request, run_id: UUID) -> Response:
        """List the deepest falls of the daily equity, each with its dates and how long it lasted."""
        params = self.query(DrawdownsIn)
        found = selectors.list_drawdowns(user=self.user, run_id=str(run_id), **params)
        return Response(DrawdownsOut({"drawdowns": found}).data)


class RunHeatmapView(View):
    """The months of a backtest."""

    @extend_schema(operation_id="backtestRunsHeatmapRetrieve", responses=HeatmapOut, examples=[examples.HEATMAP_FOUND])
    def get(self, _request: Request, run_id: UUID) -> Response:
        """Show the return of each month and year in percent."""
        return Response(HeatmapOut(selectors.monthly_returns(user=self.user, run_id=str(run_id))).data)


class RunCompareView(View):
    """Backtests side by side."""

    @extend_schema(operation_id="backtestRunsCompare", parameters=[CompareIn], responses=ComparisonOut)
    def get(self, _request: Request, run_id: UUID) -> Response:
        """Show the statistics of completed backtests side by side, with what each differs from this one."""
        params = self.query(CompareIn)
        return Response(ComparisonOut(selectors.compare_runs(user=self.user, run_id=str(run_id), **params)).data)
