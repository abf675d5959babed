"""Sweeps, walk-forwards, and what a run is worth. What does not belong here: rules, queries."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.backtests import constants, services
from apps.backtests.selectors import sweeps as selectors
from apps.backtests.serializers import examples_sweeps as examples
from apps.backtests.serializers.sweeps import (
    RedrawIn,
    RedrawnOut,
    SensitivityOut,
    SweepDetailIn,
    SweepDetailOut,
    SweepHeatmapIn,
    SweepHeatmapOut,
    SweepIn,
    SweepListIn,
    SweepOut,
    SweepRowOut,
    SweepRowsIn,
    WalkForwardIn,
)
from apps.core import services as core_services
from apps.core.api.schema import IDEMPOTENCY_KEY, page_of
from apps.core.api.serializers import NothingIn
from apps.core.api.views import View, filters
from apps.core.enums import RateScope
from apps.core.services import idempotency


def _accepted(*, user: Any, payload: dict[str, Any]) -> idempotency.Answer:
    return idempotency.Answer(status=202, body=SweepDetailOut(services.request_sweep(user=user, request=payload)).data)


class _JobView(View):
    """The door to the queue of sweeps."""

    required_permissions = {"POST": "backtest.run"}
    entitled_methods = frozenset({"POST"})
    rate_scopes = {"POST": RateScope.HEAVY}

    def accept(self, payload: dict[str, Any], *, route: str) -> Response:
        """Queue what was asked, once for each key."""
        answer = core_services.answer_once(
            user_id=self.user.pk,
            route=route,
            key=self.request.headers.get("Idempotency-Key"),
            request=self.request.data,
            work=partial(_accepted, user=self.user, payload=payload),
        )
        headers = {"Idempotent-Replayed": str(answer.replayed).lower()}
        return Response(answer.body, status=answer.status, headers=headers)


class SweepCreateView(_JobView):
    """Starting a sweep."""

    @extend_schema(
        operation_id="backtestSweepsCreate",
        parameters=[IDEMPOTENCY_KEY],
        request=SweepIn,
        responses={202: SweepDetailOut},
        examples=[examples.SWEEP_POSTED],
    )
    def post(self, _request: Request) -> Response:
        """Queue a run of every combination of the grid; what can be known to be wrong is refused here."""
        return self.accept(self.body(SweepIn), route=constants.SWEEP_ROUTE)


class WalkForwardCreateView(_JobView):
    """Starting a walk-forward."""

    @extend_schema(
        operation_id="backtestWalkForwardsCreate",
        parameters=[IDEMPOTENCY_KEY],
        request=WalkForwardIn,
        responses={202: SweepDetailOut},
        examples=[examples.WALK_POSTED],
    )
    def post(self, _request: Request) -> Response:
        """Queue a walk-forward: in each window the best of the grid is chosen, and traded through the time after."""
        return self.accept(self.body(WalkForwardIn), route=constants.WALK_ROUTE)


class SweepListView(View):
    """A user's sweeps and walk-forwards."""

    @extend_schema(operation_id="backtestSweepsList", parameters=[SweepListIn], responses=page_of(SweepOut))
    def get(self, _request: Request) -> Response:
        """List the own sweeps and walk-forwards, newest first unless ordered otherwise."""
        params = self.query(SweepListIn)
        return self.page(selectors.list_sweeps(user=self.user, **filters(params)), SweepOut, params=params)


class SweepDetailView(View):
    """One sweep."""

    @extend_schema(operation_id="backtestSweepsRetrieve", parameters=[SweepDetailIn], responses=SweepDetailOut)
    def get(self, _request: Request, sweep_id: UUID) -> Response:
        """Show how far a sweep is, its best combinations so far, and when it is done what they are worth."""
        params = self.query(SweepDetailIn)
        return Response(SweepDetailOut(services.show_sweep(user=self.user, sweep_id=str(sweep_id), **params)).data)


class SweepRowListView(View):
    """The combinations of a sweep."""

    @extend_schema(operation_id="backtestSweepsRowsList", parameters=[SweepRowsIn], responses=page_of(SweepRowOut))
    def get(self, _request: Request, sweep_id: UUID) -> Response:
        """List the combinations tried so far, from the best by the metric to the worst."""
        params = self.query(SweepRowsIn)
        rows = services.list_sweep_rows(user=self.user, sweep_id=str(sweep_id), metric=params["metric"])
        return self.page(rows, SweepRowOut, params=params)


class SweepHeatmapView(View):
    """Two inputs of a sweep."""

    @extend_schema(operation_id="backtestSweepsHeatmap", parameters=[SweepHeatmapIn], responses=SweepHeatmapOut)
    def get(self, _request: Request, sweep_id: UUID) -> Response:
        """Show a metric over two inputs of a sweep."""
        params = self.query(SweepHeatmapIn)
        return Response(SweepHeatmapOut(services.show_heatmap(user=self.user, sweep_id=str(sweep_id), **params)).data)


class SweepCancelView(View):
    """Ending a sweep early."""

    required_permissions = {"POST": "backtest.run"}

    @extend_schema(operation_id="backtestSweepsCancel", request=NothingIn, responses=SweepDetailOut)
    def post(self, _request: Request, sweep_id: UUID) -> Response:
        """Cancel a sweep or a walk-forward; what was tried so far can still be read."""
        self.body(NothingIn)
        return Response(SweepDetailOut(services.cancel_sweep(user=self.user, sweep_id=str(sweep_id))).data)


class RunSensitivityView(View):
    """A backtest under other assumptions."""

    required_permissions = {"POST": "backtest.run"}
    entitled_methods = frozenset({"POST"})
    rate_scopes = {"POST": RateScope.HEAVY}

    @extend_schema(operation_id="backtestRunsSensitivity", request=NothingIn, responses=SensitivityOut)
    def post(self, _request: Request, run_id: UUID) -> Response:
        """Run a completed backtest again under each assumption about fills, side by side."""
        self.body(NothingIn)
        variants = services.vary_fills(user=self.user, run_id=str(run_id))
        return Response(SensitivityOut({"variants": variants}).data)


class RunMonteCarloView(View):
    """The trades of a backtest in other orders."""

    required_permissions = {"POST": "backtest.run"}
    entitled_methods = frozenset({"POST"})
    rate_scopes = {"POST": RateScope.HEAVY}

    @extend_schema(operation_id="backtestRunsMonteCarlo", request=RedrawIn, responses=RedrawnOut)
    def post(self, _request: Request, run_id: UUID) -> Response:
        """Redraw the closed trades of a completed backtest many times: how much was their order, or a few of them."""
        request = self.body(RedrawIn)
        return Response(RedrawnOut(services.redraw_trades(user=self.user, run_id=str(run_id), request=request)).data)
