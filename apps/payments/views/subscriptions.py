"""The endpoints of plans, checkouts, subscriptions and payments. What does not belong here: rules, queries."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import services as core_services
from apps.core.api.schema import IDEMPOTENCY_KEY, page_of
from apps.core.api.serializers import NothingIn
from apps.core.api.views import View, filters
from apps.core.services import idempotency
from apps.payments import selectors, services
from apps.payments.serializers.subscriptions import (
    CheckoutIn,
    CheckoutOut,
    CompleteIn,
    MembershipOut,
    PlansOut,
    PortalOut,
    RecordOut,
    RecordsIn,
)

CHECKOUT_ROUTE = "payments.checkout"
CHECKOUT_ID = "0b6c0d5f-4a9e-5d0f-8a3a-4c5d6e7f8a9b"
ASKED = OpenApiExample("A year", value={"plan": "yearly"}, request_only=True)
OPENED = OpenApiExample(
    "At Stripe",
    value={
        "id": CHECKOUT_ID,
        "plan": "yearly",
        "gateway": "stripe",
        "amount": "4999.00",
        "currency": "INR",
        "state": "open",
        "url": "https://checkout.stripe.com/c/pay/cs_test_a1",
        "gateway_checkout_id": "cs_test_a1",
        "gateway_key": "",
        "created_at": "2026-01-05T10:15:00+05:30",
    },
    response_only=True,
)
PLANS = OpenApiExample(
    "Plans",
    value={
        "is_required": True,
        "trial_days": 7,
        "gateways": ["dummy"],
        "plans": [
            {
                "code": "monthly",
                "name": "Monthly",
                "price": "499.00",
                "currency": "INR",
                "months": 1,
                "entitlements": {"backtests": True, "sweeps": True, "trading": True, "concurrent_backtests": 5},
            }
        ],
    },
    response_only=True,
)
MEMBERSHIP = OpenApiExample(
    "Subscribed",
    value={
        "is_required": True,
        "is_entitled": True,
        "entitled_until": "2026-02-28",
        "trial_start_date": "2026-01-25",
        "trial_end_date": "2026-02-01",
        "subscription_start_date": "2026-01-31",
        "subscription_end_date": "2026-02-28",
        "subscription": {
            "id": 7,
            "plan": "monthly",
            "gateway": "dummy",
            "state": "active",
            "amount": "499.00",
            "currency": "INR",
            "start_date": "2026-01-31",
            "period_start": "2026-01-31",
            "period_end": "2026-02-28",
            "access_end": "2026-02-28",
            "cancel_at_period_end": False,
        },
    },
    response_only=True,
)
PORTAL = OpenApiExample("At Stripe", value={"url": "https://billing.stripe.com/p/session/a1"}, response_only=True)


def _opened(*, user: Any, key: str | None, values: dict[str, Any]) -> idempotency.Answer:
    checkout = services.open_checkout(user=user, key=key, **values)
    return idempotency.Answer(status=201, body=CheckoutOut(checkout).data)


class PlanListView(View):
    """What can be bought."""

    @extend_schema(operation_id="paymentsPlansList", responses=PlansOut, examples=[PLANS])
    def get(self, _request: Request) -> Response:
        """Show the plans with their prices, and how they can be paid."""
        return Response(PlansOut(selectors.get_catalogue()).data)


class CheckoutOpenView(View):
    """Beginning to pay."""

    @extend_schema(
        operation_id="paymentsCheckoutCreate",
        parameters=[IDEMPOTENCY_KEY],
        request=CheckoutIn,
        responses={201: CheckoutOut},
        examples=[ASKED, OPENED],
    )
    def post(self, request: Request) -> Response:
        """Begin to pay for a plan; go on at the url of the answer, if it has one."""
        key = request.headers.get("Idempotency-Key")
        answer = core_services.answer_once(
            user_id=self.user.pk,
            route=CHECKOUT_ROUTE,
            key=key,
            request=request.data,
            work=partial(_opened, user=self.user, key=key, values=self.body(CheckoutIn)),
        )
        headers = {"Idempotent-Replayed": str(answer.replayed).lower()}
        return Response(answer.body, status=answer.status, headers=headers)


class CheckoutCompleteView(View):
    """Asking the gateway what became of a checkout."""

    @extend_schema(
        operation_id="paymentsCheckoutComplete", request=CompleteIn, responses=CheckoutOut, examples=[OPENED]
    )
    def post(self, _request: Request, checkout_id: uuid.UUID) -> Response:
        """Ask the gateway whether a checkout is paid, and go by its answer; safe to repeat.

        Where the payment page signs what it gives back (Razorpay), payment_id and signature may be sent along.
        """
        proof = self.body(CompleteIn)
        return Response(CheckoutOut(services.complete_checkout(user=self.user, public_id=checkout_id, **proof)).data)


class SubscriptionView(View):
    """How the user's trial and subscription stand."""

    @extend_schema(operation_id="paymentsSubscriptionRetrieve", responses=MembershipOut, examples=[MEMBERSHIP])
    def get(self, _request: Request) -> Response:
        """Show trial and subscription, and until when they entitle."""
        return Response(MembershipOut(selectors.get_membership(user=self.user)).data)


class SubscriptionCancelView(View):
    """Ending a subscription."""

    @extend_schema(
        operation_id="paymentsSubscriptionCancel", request=NothingIn, responses=MembershipOut, examples=[MEMBERSHIP]
    )
    def post(self, _request: Request) -> Response:
        """Let the subscription end with the period that is paid; safe to repeat."""
        self.body(NothingIn)
        return Response(MembershipOut(services.cancel_subscription(user=self.user)).data)


class PortalView(View):
    """The user's page at the gateway."""

    @extend_schema(operation_id="paymentsPortalCreate", request=NothingIn, responses=PortalOut, examples=[PORTAL])
    def post(self, _request: Request) -> Response:
        """Open the gateway's page on which the user sees invoices and changes how they pay."""
        self.body(NothingIn)
        return Response(PortalOut({"url": services.open_portal(user=self.user)}).data)


class RecordListView(View):
    """What the user paid and got back."""

    @extend_schema(operation_id="paymentsRecordsList", parameters=[RecordsIn], responses=page_of(RecordOut))
    def get(self, _request: Request) -> Response:
        """List the movements of real money, newest first unless ordered otherwise."""
        params = self.query(RecordsIn)
        return self.page(selectors.list_records(user=self.user, **filters(params)), RecordOut, params=params)
