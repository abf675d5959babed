"""What payments refuse. What does not belong here: HTTP, what a gateway said (it goes to the log)."""

from apps.core.enums import Kind
from apps.core.errors import DomainError


class PaymentGatewayUnavailable(DomainError):
    """The gateway is not set up on this server."""

    code = "PAYMENT_GATEWAY_UNAVAILABLE"
    kind = Kind.REJECTED
    message = "This way to pay is not available here."


class PaymentGatewayFailed(DomainError):
    """The gateway did not answer, or had trouble of its own; trying again helps."""

    code = "PAYMENT_GATEWAY_FAILED"
    kind = Kind.UNAVAILABLE
    message = "The payment service does not answer right now. Please try again shortly; nothing was charged."


class PaymentGatewayMisconfigured(DomainError):
    """The gateway refuses our keys."""

    code = "PAYMENT_GATEWAY_MISCONFIGURED"
    kind = Kind.UNAVAILABLE
    message = "Payments are not set up correctly on this server. The operator has been told in the log."


class PaymentGatewayRefused(DomainError):
    """The gateway will not do it."""

    code = "PAYMENT_GATEWAY_REFUSED"
    kind = Kind.REJECTED
    message = "The payment service refused this."


class PaymentSignatureInvalid(DomainError):
    """What a page brought back is not signed by the gateway for this checkout."""

    code = "PAYMENT_SIGNATURE_INVALID"
    kind = Kind.INVALID
    message = "The signature of this payment is not valid."


class WebhookSignatureInvalid(DomainError):
    """The signature is missing, wrong, too old or of the future."""

    code = "WEBHOOK_SIGNATURE_INVALID"
    kind = Kind.INVALID
    message = "The signature of this event is not valid."


class WebhookBodyInvalid(DomainError):
    """The signature is good, and the body is no event."""

    code = "WEBHOOK_BODY_INVALID"
    kind = Kind.INVALID
    message = "The body is not an event."


class AlreadySubscribed(DomainError):
    """A subscription is in force."""

    code = "ALREADY_SUBSCRIBED"
    kind = Kind.CONFLICT
    message = "You have a subscription in force. After it has ended you can subscribe again."


class NotSubscribed(DomainError):
    """There is no subscription to cancel."""

    code = "NOT_SUBSCRIBED"
    kind = Kind.CONFLICT
    message = "You have no subscription in force."


class CheckoutExpired(DomainError):
    """The checkout was left open too long."""

    code = "CHECKOUT_EXPIRED"
    kind = Kind.CONFLICT
    message = "This checkout has expired. Begin a new one."


class CheckoutUnpaid(DomainError):
    """The gateway has no payment for the checkout yet."""

    code = "CHECKOUT_UNPAID"
    kind = Kind.CONFLICT
    message = "No payment has arrived for this checkout yet."
