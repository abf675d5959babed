"""Where gateways tell what happened. What does not belong here: proof of who tells, what follows (services)."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.views import PublicView, client_ip
from apps.payments import services
from apps.payments.enums import GatewayName
from apps.payments.serializers.subscriptions import ReceivedOut


def _schema(gateway: GatewayName, *, header: str) -> Any:
    name = gateway.label
    proof = OpenApiParameter(
        header, OpenApiTypes.STR, OpenApiParameter.HEADER, description=f"{name}'s proof over the raw body."
    )
    return extend_schema(
        operation_id=f"paymentsWebhook{name}",
        description=f"Take an event of {name}'s; it is stored before anything is done about it, and done once.",
        parameters=[proof],
        request=OpenApiTypes.OBJECT,
        responses=ReceivedOut,
    )


class WebhookView(PublicView):
    """The events of one gateway."""

    gateway: ClassVar[GatewayName]
    header: ClassVar[str]

    def check_throttles(self, request: Request) -> None:
        """Not here: real events come in bursts; what is not proved is counted by the service."""

    def post(self, request: Request) -> Response:
        """Take an event; it is stored before anything is done about it, and done once."""
        services.receive_webhook(
            gateway=self.gateway,
            raw=request.body,
            signature=request.headers.get(self.header, ""),
            sender=client_ip(request),
        )
        answer: dict[str, Any] = {"received": True}
        return Response(ReceivedOut(answer).data)


@extend_schema_view(post=_schema(GatewayName.STRIPE, header="Stripe-Signature"))
class StripeWebhookView(WebhookView):
    """Stripe's events."""

    gateway = GatewayName.STRIPE
    header = "Stripe-Signature"


@extend_schema_view(post=_schema(GatewayName.RAZORPAY, header="X-Razorpay-Signature"))
class RazorpayWebhookView(WebhookView):
    """Razorpay's events."""

    gateway = GatewayName.RAZORPAY
    header = "X-Razorpay-Signature"
