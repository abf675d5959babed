"""Where gateways tell what happened. What does not belong here: proof of who tells, what follows (services)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.views import PublicView, client_ip
from apps.payments import services
from apps.payments.enums import GatewayName
from apps.payments.serializers.subscriptions import ReceivedOut

SIGNATURE = OpenApiParameter(
    "Stripe-Signature", OpenApiTypes.STR, OpenApiParameter.HEADER, description="Stripe's proof over the raw body."
)
RAZORPAY_SIGNATURE = OpenApiParameter(
    "X-Razorpay-Signature",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Razorpay's proof over the raw body.",
)


class StripeWebhookView(PublicView):
    """Stripe's events."""

    def check_throttles(self, request: Request) -> None:
        """Not here: real events come in bursts; what is not proved is counted by the service."""

    @extend_schema(
        operation_id="paymentsWebhookStripe",
        parameters=[SIGNATURE],
        request=OpenApiTypes.OBJECT,
        responses=ReceivedOut,
    )
    def post(self, request: Request) -> Response:
        """Take an event of Stripe's; it is stored before anything is done about it, and done once."""
        services.receive_webhook(
            gateway=GatewayName.STRIPE,
            raw=request.body,
            signature=request.headers.get("Stripe-Signature", ""),
            sender=client_ip(request),
        )
        answer: dict[str, Any] = {"received": True}
        return Response(ReceivedOut(answer).data)


class RazorpayWebhookView(PublicView):
    """Razorpay's events."""

    def check_throttles(self, request: Request) -> None:
        """Not here: real events come in bursts; what is not proved is counted by the service."""

    @extend_schema(
        operation_id="paymentsWebhookRazorpay",
        parameters=[RAZORPAY_SIGNATURE],
        request=OpenApiTypes.OBJECT,
        responses=ReceivedOut,
    )
    def post(self, request: Request) -> Response:
        """Take an event of Razorpay's; it is stored before anything is done about it, and done once."""
        services.receive_webhook(
            gateway=GatewayName.RAZORPAY,
            raw=request.body,
            signature=request.headers.get("X-Razorpay-Signature", ""),
            sender=client_ip(request),
        )
        answer: dict[str, Any] = {"received": True}
        return Response(ReceivedOut(answer).data)
