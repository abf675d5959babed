"""Runs over several instruments. What does not belong here: rules, queries."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.backtests import constants, services
from apps.backtests.serializers import RunDetailOut
from apps.backtests.serializers.portfolio import PortfolioRunIn
from apps.core import services as core_services
from apps.core.api.schema import IDEMPOTENCY_KEY
from apps.core.api.views import View
from apps.core.enums import RateScope
from apps.core.services import idempotency

MOMENTUM = OpenApiExample(
    "The strongest five of a list",
    request_only=True,
    value={
        "instruments": ["RELIANCE", "TCS", "INFY", "HDFCBANK", "ITC", "SBIN"],
        "start_date": "2025-01-01",
        "end_date": "2025-12-31",
        "rules": {
            "enter_long": {"left": "EMA(9)", "op": "CROSS_ABOVE", "right": "EMA(21)"},
            "exit_long": {"left": "EMA(9)", "op": "CROSS_BELOW", "right": "EMA(21)"},
        },
        "allocation": {"kind": "equal", "max_positions": 5, "rank_by": "ROC(20)"},
    },
)


def _accepted(*, work: Callable[[], object]) -> idempotency.Answer:
    return idempotency.Answer(status=202, body=RunDetailOut(work()).data)


class PortfolioRunCreateView(View):
    """The door to the queue for lists of instruments."""

    required_permissions = {"POST": "backtest.run"}
    entitled_methods = frozenset({"POST"})
    rate_scopes = {"POST": RateScope.HEAVY}

    @extend_schema(
        operation_id="backtestPortfolioRunsCreate",
        parameters=[IDEMPOTENCY_KEY],
        request=PortfolioRunIn,
        responses={202: RunDetailOut},
        examples=[MOMENTUM],
    )
    def post(self, request: Request) -> Response:
        """Queue a run of one strategy over instruments that share the wallet; it is a backtest like any other."""
        payload = self.body(PortfolioRunIn)
        answer = core_services.answer_once(
            user_id=self.user.pk,
            route=constants.PORTFOLIO_ROUTE,
            key=request.headers.get("Idempotency-Key"),
            request=request.data,
            work=partial(_accepted, work=partial(services.request_portfolio_run, user=self.user, request=payload)),
        )
        headers = {"Idempotent-Replayed": str(answer.replayed).lower()}
        return Response(answer.body, status=answer.status, headers=headers)
