"""The ways to pay, and which of them this server has. What does not belong here: what one of them does."""

from __future__ import annotations

from apps.payments import selectors
from apps.payments.enums import GatewayName
from apps.payments.errors import PaymentGatewayUnavailable
from apps.payments.services.gateways.base import Gateway
from apps.payments.services.gateways.dummy import DummyGateway
from apps.payments.services.gateways.razorpay_api import RazorpayGateway
from apps.payments.services.gateways.stripe_api import StripeGateway

GATEWAYS: dict[GatewayName, Gateway] = {
    GatewayName.STRIPE: StripeGateway(),
    GatewayName.RAZORPAY: RazorpayGateway(),
    GatewayName.DUMMY: DummyGateway(),
}


def find(name: GatewayName | None) -> Gateway:
    """A gateway that a new checkout may use; None is the default.

    :raises PaymentGatewayUnavailable: if this server is not set up for it
    """
    usable = selectors.available_gateways()
    chosen = name or next(iter(usable), None)
    if chosen not in usable:
        raise PaymentGatewayUnavailable(details={"gateway": chosen, "available": usable})
    return GATEWAYS[chosen]
