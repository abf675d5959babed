"""Posting a backtest, once more, and ending it. What does not belong here: rules, queries."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.backtests import constants, services
from apps.backtests.serializers import RunDetailOut, RunIn, examples
from apps.core import services as core_services
from apps.core.api.schema import IDEMPOTENCY_KEY
from apps.core.api.serializers import NothingIn
from apps.core.api.views import View
from apps.core.enums import RateScope
from apps.core.services import idempotency


def _accepted(*, work: Callable[[], object]) -> idempotency.Answer:
    return idempotency.Answer(status=202, body=RunDetailOut(work()).data)


def _answered(answer: idempotency.Answer) -> Response:
    headers = {"Idempotent-Replayed": str(answer.replayed).lower()}
    return Response(answer.body, status=answer.status, headers=headers)


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
        examples=[*examples.RUNS_POSTED, examples.RUN_WAITING],
    )
    def post(self, request: Request) -> Response:
        """Queue a backtest. What can be known to be wrong is refused here; the answer shows the run waiting."""
        payload = self.body(RunIn)
        answer = core_services.answer_once(
            user_id=self.user.pk,
            route=constants.POST_ROUTE,
            key=request.headers.get("Idempotency-Key"),
            request=request.data,
            work=partial(_accepted, work=partial(services.request_run, user=self.user, request=payload)),
        )
        return _answered(answer)


class RunRerunView(View):
    """The same backtest once more."""

    required_permissions = {"POST": "backtest.run"}
    entitled_methods = frozenset({"POST"})
    rate_scopes = {"POST": RateScope.HEAVY}

    @extend_schema(
        operation_id="backtestRunsRerun",
        parameters=[IDEMPOTENCY_KEY],
        request=NothingIn,
        responses={202: RunDetailOut},
        examples=[examples.RUN_WAITING],
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        """Queue a completed backtest as it was; ``reproduction`` will say if it gave the same result."""
        self.body(NothingIn)
        answer = core_services.answer_once(
            user_id=self.user.pk,
            route=constants.RERUN_ROUTE,
            key=request.headers.get("Idempotency-Key"),
            request={"run_id": str(run_id)},
            work=partial(_accepted, work=partial(services.rerun, user=self.user, run_id=str(run_id))),
        )
        return _answered(answer)


class RunCancelView(View):
    """Ending a backtest early."""

    required_permissions = {"POST": "backtest.run"}

    @extend_schema(operation_id="backtestRunsCancel", request=NothingIn, responses=RunDetailOut)
    def post(self, _request: Request, run_id: UUID) -> Response:
        """Cancel a backtest: a waiting one ends at once, a running one before it writes a result."""
        self.body(NothingIn)
        return Response(RunDetailOut(services.cancel_run(user=self.user, run_id=str(run_id))).data)
