"""Stripe's Checkout and Billing through its own SDK, and the proof of its webhooks.

What does not belong here: what its objects mean (stripe_words), what follows from them (ledger).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import stripe
import structlog
from django.conf import settings

from apps.core import clock, money
from apps.payments.constants import GATEWAY_RETRY_SECONDS, GATEWAY_TIMEOUT_SECONDS, SIGNATURE_TOLERANCE_SECONDS
from apps.payments.enums import GatewayName, PlanCode
from apps.payments.errors import (
    PaymentGatewayFailed,
    PaymentGatewayMisconfigured,
    PaymentGatewayRefused,
    PaymentGatewayUnavailable,
    PaymentSignatureInvalid,
    WebhookBodyInvalid,
    WebhookSignatureInvalid,
)
from apps.payments.models import Checkout, Subscription
from apps.payments.services.facts import Fact
from apps.payments.services.gateways import stripe_words
from apps.payments.services.gateways.base import Page, Told, checked_id, readable

INTERVAL_OF_PLAN = {PlanCode.MONTHLY: "month", PlanCode.YEARLY: "year"}
TIMESTAMP = re.compile(r"(?:^|,)t=([0-9]{1,12})(?:,|$)", re.ASCII)
MAX_ID_CHARS, MAX_TYPE_CHARS = 200, 100

log = structlog.get_logger(__name__)


class StripeGateway:
    """Payments by Stripe, renewed by Stripe."""

    name = GatewayName.STRIPE

    def open_checkout(
        self,
        checkout: Checkout,
        *,
        email: str,
        renews: Subscription | None,  # noqa: ARG002 - the gateways' one signature
    ) -> Page:
        """A page of Stripe's that asks for the price decided here, each period again."""
        public_id, plan = str(checkout.public_id), PlanCode(checkout.plan)
        metadata = {"checkout_id": public_id}
        price: Any = {
            "currency": checkout.currency.lower(),
            "unit_amount": money.paise(checkout.amount),
            "recurring": {"interval": INTERVAL_OF_PLAN[plan]},
            "product_data": {"name": f"PaperTrade, {plan.label.lower()}"},
        }
        with _stripe() as client:
            session = client.v1.checkout.sessions.create(
                params={
                    "mode": "subscription",
                    "line_items": [{"price_data": price, "quantity": 1}],
                    "client_reference_id": public_id,
                    "customer_email": email,
                    "metadata": metadata,
                    "subscription_data": {"metadata": metadata},
                    "success_url": f"{settings.PAYMENTS_RETURN_URL}?checkout={public_id}",
                    "cancel_url": f"{settings.PAYMENTS_RETURN_URL}?cancelled={public_id}",
                },
                options={"idempotency_key": f"checkout-{public_id}"},
            )
        return Page(gateway_checkout_id=session.id, url=session.url or "")

    def prove_payment(self, checkout: Checkout, *, payment_id: str, signature: str) -> None:  # noqa: ARG002
        """Stripe signs events, and nothing that a page brings back.

        :raises PaymentSignatureInvalid: always
        """
        raise PaymentSignatureInvalid

    def check_checkout(self, checkout: Checkout) -> Told:
        """The session with its subscription and its invoice."""
        with _stripe() as client:
            session = client.v1.checkout.sessions.retrieve(
                checkout.gateway_checkout_id, params={"expand": ["subscription", "invoice"]}
            )
        return _told(stripe_words.CHECKED_CHECKOUT, session=_plain(session))

    def cancel(self, subscription: Subscription) -> Told:
        """Ask Stripe not to renew it."""
        name = subscription.gateway_subscription_id
        with _stripe() as client:
            changed = client.v1.subscriptions.update(
                name,
                params={"cancel_at_period_end": True},
                options={"idempotency_key": f"cancel-{name}-{subscription.period_end}"},
            )
        return _told(stripe_words.CHECKED_SUBSCRIPTION, subscription=_plain(changed), invoices=[])

    def open_portal(self, subscription: Subscription) -> str:
        """Stripe's own page of the customer; it works for a few minutes."""
        with _stripe() as client:
            session = client.v1.billing_portal.sessions.create(
                params={"customer": subscription.gateway_customer_id, "return_url": settings.PAYMENTS_RETURN_URL}
            )
        return session.url

    def check_subscription(self, subscription: Subscription) -> Told:
        """The subscription with its newest paid invoices."""
        name = subscription.gateway_subscription_id
        with _stripe() as client:
            found = client.v1.subscriptions.retrieve(name)
            invoices = client.v1.invoices.list(params={"subscription": name, "status": "paid", "limit": 24})
        return _told(
            stripe_words.CHECKED_SUBSCRIPTION,
            subscription=_plain(found),
            invoices=[_plain(each) for each in invoices.data],
        )

    def read_webhook(self, raw: bytes, *, signature: str) -> Told:
        """The event in a request, once its signature over the raw body is proved to be Stripe's and of now.

        :raises WebhookSignatureInvalid: if it is not Stripe's, too old or of the future
        :raises WebhookBodyInvalid: if it is no event
        """
        text = _prove(raw, signature=signature)
        try:
            event = json.loads(text)
            told = Told(event_id=event["id"], event_type=event["type"], body=text)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise WebhookBodyInvalid from error
        for word, limit in ((told.event_id, MAX_ID_CHARS), (told.event_type, MAX_TYPE_CHARS)):
            if not isinstance(word, str) or not 0 < len(word) <= limit or not (word.isascii() and word.isprintable()):
                raise WebhookBodyInvalid
        return told

    def facts(self, event_type: str, *, body: Mapping[str, Any]) -> tuple[Fact, ...]:
        """What a stored event of Stripe's says."""
        return stripe_words.facts(event_type, body=body)


def _prove(raw: bytes, *, signature: str) -> str:
    """The body as text. The library lets stamps of the future pass: they are refused here."""
    text = readable(raw, signature=signature)
    try:
        stripe.WebhookSignature.verify_header(
            text, signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=SIGNATURE_TOLERANCE_SECONDS
        )
    except stripe.SignatureVerificationError as error:
        raise WebhookSignatureInvalid from error
    stamp = TIMESTAMP.search(signature)
    if stamp is None or int(stamp[1]) > clock.now().timestamp() + SIGNATURE_TOLERANCE_SECONDS:
        raise WebhookSignatureInvalid
    return text


def _plain(answer: stripe.StripeObject) -> dict[str, Any]:
    """An object of the SDK as the JSON it came from."""
    plain: dict[str, Any] = json.loads(str(answer))
    return plain


def _told(event_type: str, **objects: Any) -> Told:
    """An answer in the shape of an event."""
    now = clock.now()
    event_id = checked_id(at=now)
    event = {"id": event_id, "type": event_type, "created": int(now.timestamp()), "data": {"object": objects}}
    return Told(event_id=event_id, event_type=event_type, body=json.dumps(event))


@cache
def _client(key: str, *, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        http_client=stripe.RequestsClient(timeout=GATEWAY_TIMEOUT_SECONDS),
        max_network_retries=1,
    )


@contextmanager
def _stripe() -> Iterator[stripe.StripeClient]:
    """The client, with what it raises in our words; what Stripe said goes to the log by code and request only.

    :raises PaymentGatewayUnavailable: if there are no keys
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentGatewayUnavailable
    try:
        yield _client(settings.STRIPE_SECRET_KEY, base=settings.STRIPE_API_BASE)
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        _note(error)
        raise PaymentGatewayMisconfigured from None
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        _note(error)
        raise PaymentGatewayRefused from None
    except stripe.StripeError as error:
        _note(error)
        raise PaymentGatewayFailed(retry_after=GATEWAY_RETRY_SECONDS) from None


def _note(error: stripe.StripeError) -> None:
    log.error(
        "stripe_failed",
        error=type(error).__name__,
        status=error.http_status,
        code=error.code,
        request=error.request_id,
    )
