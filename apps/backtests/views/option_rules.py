"""Runs of option rules: posting one, its result by day and leg. What does not belong here: rules, queries."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.backtests import constants, selectors, services
from apps.backtests.serializers import RunDetailOut
from apps.backtests.serializers.legs import OptionResultOut, OptionRunIn
from apps.core import services as core_services
from apps.core.api.schema import IDEMPOTENCY_KEY
from apps.core.api.views import View
from apps.core.enums import RateScope
from apps.core.services import idempotency

STRADDLE = OpenApiExample(
    "A short straddle with stops, every day",
    request_only=True,
    value={
        "instrument_identifier": "NIFTY50",
        "start_date": "2026-01-01",
        "end_date": "2026-03-31",
        "entry_time": "09:20",
        "exit_time": "15:15",
        "preset": {
            "kind": "straddle",
            "stop": {"value": 30, "unit": "percent"},
            "re_entry": {"count": 1, "at": "cost"},
        },
        "stop": {"value": 5000, "unit": "rupees"},
        "settings": {"costs": {"kind": "india"}},
    },
)


def _accepted(*, work: Callable[[], object]) -> idempotency.Answer:
    return idempotency.Answer(status=202, body=RunDetailOut(work()).data)


class OptionRunCreateView(View):
    """The door to the queue for option rules."""

    required_permissions = {"POST": "backtest.run"}
    entitled_methods = frozenset({"POST"})
    rate_scopes = {"POST": RateScope.HEAVY}

    @extend_schema(
        operation_id="backtestOptionRunsCreate",
        parameters=[IDEMPOTENCY_KEY],
        request=OptionRunIn,
        responses={202: RunDetailOut},
        examples=[STRADDLE],
    )
    def post(self, request: Request) -> Response:
        """Queue a run of an option rule; it is a backtest like any other, with a result by day and leg beside."""
        payload = self.body(OptionRunIn)
        answer = core_services.answer_once(
            user_id=self.user.pk,
            route=constants.OPTIONS_ROUTE,
            key=request.headers.get("Idempotency-Key"),
            request=request.data,
            work=partial(_accepted, work=partial(services.request_option_run, user=self.user, request=payload)),
        )
        headers = {"Idempotent-Replayed": str(answer.replayed).lower()}
        return Response(answer.body, status=answer.status, headers=headers)


class RunOptionsView(View):
    """The result of an option rule."""

    @extend_schema(operation_id="backtestRunsOptionsRetrieve", responses=OptionResultOut)
    def get(self, _request: Request, run_id: UUID) -> Response:
        """Show each day, skipped ones with their reason, and each leg."""
        return Response(OptionResultOut(selectors.get_option_result(user=self.user, run_id=str(run_id))).data)
