"""Razorpay's orders through its own SDK, and the proof of its payments and webhooks.

What does not belong here: what its objects mean (razorpay_words), what follows from them (ledger).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import razorpay
import structlog
from django.conf import settings

from apps.core import clock, configuration, money
from apps.payments.constants import GATEWAY_RETRY_SECONDS, GATEWAY_TIMEOUT_SECONDS, MONTHS_OF_PLAN
from apps.payments.enums import GatewayName, PlanCode, SubscriptionState
from apps.payments.errors import (
    PaymentGatewayFailed,
    PaymentGatewayMisconfigured,
    PaymentGatewayRefused,
    PaymentGatewayUnavailable,
    PaymentSignatureInvalid,
    WebhookBodyInvalid,
    WebhookSignatureInvalid,
)
from apps.payments.models import Checkout, PaymentRecord, Subscription
from apps.payments.selectors import subscriptions as subscription_selectors
from apps.payments.services import periods
from apps.payments.services.facts import Fact
from apps.payments.services.gateways import razorpay_words
from apps.payments.services.gateways.base import Page, Told, checked_id, readable
from apps.payments.services.gateways.parts import Part

MAX_TYPE_CHARS = 100
FIRST_ERROR = 300
MISCONFIGURED, REFUSED = frozenset({401, 403}), frozenset({400, 402, 404, 422})

log = structlog.get_logger(__name__)


class RazorpayGateway:
    """Payments by Razorpay, one order for each period; users pay for the next one themselves."""

    name = GatewayName.RAZORPAY

    def open_checkout(
        self,
        checkout: Checkout,
        *,
        email: str,  # noqa: ARG002 - the gateways' one signature
        renews: Subscription | None,
    ) -> Page:
        """An order over the price decided here, for the window that the web application opens."""
        order = {
            "amount": money.paise(checkout.amount),
            "currency": checkout.currency,
            "receipt": str(checkout.public_id),
            "notes": {"checkout_id": str(checkout.public_id), **_period(checkout, renews=renews)},
        }
        with _razorpay() as client:
            made = Part(client.order.create(order, timeout=GATEWAY_TIMEOUT_SECONDS))
        if not made.text("id"):
            raise PaymentGatewayFailed(retry_after=GATEWAY_RETRY_SECONDS)
        return Page(gateway_checkout_id=made.text("id"), url="")

    def prove_payment(self, checkout: Checkout, *, payment_id: str, signature: str) -> None:
        """Ask that Razorpay signed a payment of this order.

        :raises PaymentSignatureInvalid: if it did not
        """
        if not signature.isascii():  # the library compares text, and cannot compare such
            raise PaymentSignatureInvalid
        proof = {
            "razorpay_order_id": checkout.gateway_checkout_id,
            "razorpay_payment_id": payment_id,
            "razorpay_signature": signature,
        }
        try:
            with _razorpay() as client:
                client.utility.verify_payment_signature(proof)
        except razorpay.errors.SignatureVerificationError as error:
            raise PaymentSignatureInvalid from error

    def check_checkout(self, checkout: Checkout) -> Told:
        """The order with its payments."""
        return _told(razorpay_words.CHECKED_ORDER, **_ask(checkout.gateway_checkout_id))

    def cancel(self, subscription: Subscription) -> Told:
        """Nothing is due at its end; one whose end has passed is over."""
        is_over = subscription.state == SubscriptionState.PAST_DUE
        word = razorpay_words.ENDED if is_over else razorpay_words.CANCELLED
        return _told(razorpay_words.RENEWAL, renewal=_renewal(subscription, word=word, end=subscription.period_end))

    def open_portal(self, subscription: Subscription) -> str:  # noqa: ARG002 - the gateways' one signature
        """Razorpay keeps no way to pay, so there is no such page.

        :raises PaymentGatewayUnavailable: always
        """
        raise PaymentGatewayUnavailable

    def check_subscription(self, subscription: Subscription) -> Told | None:
        """Its newest order with payments and refunds, and whether its renewal is due or its time over."""
        last = subscription_selectors.find_last_charge_unscoped(subscription=subscription)
        if last is None:
            return None
        word = _word(subscription, last=last)
        renewal = {"renewal": _renewal(subscription, word=word, end=last.period_end)} if word else {}
        return _told(razorpay_words.CHECKED_ORDER, **_ask(last.order_id), **renewal)

    def read_webhook(self, raw: bytes, *, signature: str) -> Told:
        """The event in a request, once its signature over the raw body is proved to be Razorpay's.

        The signature has no time in it, and the event's id is a header that it does not cover: the event is named by
        what is signed, so that a copy under another id is a copy.

        :raises WebhookSignatureInvalid: if it is not Razorpay's
        :raises WebhookBodyInvalid: if it is no event
        """
        text = _prove(raw, signature=signature)
        try:
            event_type = json.loads(text)["event"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise WebhookBodyInvalid from error
        if not isinstance(event_type, str) or not 0 < len(event_type) <= MAX_TYPE_CHARS or not event_type.isascii():
            raise WebhookBodyInvalid
        return Told(event_id=f"body:{hashlib.sha256(raw).hexdigest()}", event_type=event_type, body=text)

    def facts(self, event_type: str, *, body: Mapping[str, Any]) -> tuple[Fact, ...]:
        """What a stored event of Razorpay's says."""
        return razorpay_words.facts(event_type, body=body)


def _period(checkout: Checkout, *, renews: Subscription | None) -> dict[str, str]:
    """What an order's notes say of its period: a renewal begins where the last one ended."""
    months = MONTHS_OF_PLAN[PlanCode(checkout.plan)]
    if renews is None or renews.period_end is None:
        return {"months": str(months)}
    end = periods.next_end(start=renews.start_date or renews.period_end, end=renews.period_end, months=months)
    return {
        "subscription_id": renews.gateway_subscription_id,
        "period_start": renews.period_end.isoformat(),
        "period_end": end.isoformat(),
    }


def _word(subscription: Subscription, *, last: PaymentRecord) -> str:
    """What is to be said of the period that was paid last: nothing while it runs."""
    today, end = clock.today(), last.period_end
    if end is None or subscription.period_end is None or subscription.period_end < end:
        return razorpay_words.ENDED  # given back
    overdue = (today - end).days
    allowed = 0 if subscription.cancel_at_period_end else configuration.get_int("subscription.grace_days")
    if overdue > allowed:
        return razorpay_words.ENDED
    return razorpay_words.DUE if overdue >= 0 and not subscription.cancel_at_period_end else ""


def _renewal(subscription: Subscription, *, word: str, end: object) -> dict[str, str]:
    return {"word": word, "subscription_id": subscription.gateway_subscription_id, "end": str(end)}


def _ask(order_id: str) -> dict[str, Any]:
    """An order as Razorpay has it, with its payments and their refunds."""
    with _razorpay() as client:
        order = client.order.fetch(order_id, timeout=GATEWAY_TIMEOUT_SECONDS)
        payments = client.order.payments(order_id, timeout=GATEWAY_TIMEOUT_SECONDS).get("items", [])
        refunds = [
            refund
            for payment in map(Part, payments)
            if payment.whole("amount_refunded")
            for refund in client.payment.fetch_multiple_refund(payment.text("id"), timeout=GATEWAY_TIMEOUT_SECONDS).get(
                "items", []
            )
        ]
    return {"order": order, "payments": payments, "refunds": refunds}


def _prove(raw: bytes, *, signature: str) -> str:
    """The body as text."""
    text = readable(raw, signature=signature)
    try:
        razorpay.Utility().verify_webhook_signature(text, signature, settings.RAZORPAY_WEBHOOK_SECRET)
    except razorpay.errors.SignatureVerificationError as error:
        raise WebhookSignatureInvalid from error
    return text


def _told(event_type: str, **objects: Any) -> Told:
    """An answer in the shape of an event."""
    now = clock.now()
    event_id = checked_id(at=now)
    event = {"event": event_type, "created_at": int(now.timestamp()), "payload": objects}
    return Told(event_id=event_id, event_type=event_type, body=json.dumps(event))


@cache
def _client(key: str, *, secret: str, base: str) -> razorpay.Client:
    client = razorpay.Client(auth=(key, secret), base_url=base)
    client.session.hooks["response"].append(_refuse)
    return client


def _refuse(response: Any, **_: object) -> None:
    """Put an answer that is none in our words: the SDK tells keys that are refused like any bad request.

    What Razorpay said goes to the log by its status only.
    """
    status = int(response.status_code)
    if status < FIRST_ERROR:
        return
    log.error("razorpay_failed", status=status)
    if status in MISCONFIGURED:
        raise PaymentGatewayMisconfigured
    if status in REFUSED:
        raise PaymentGatewayRefused
    raise PaymentGatewayFailed(retry_after=GATEWAY_RETRY_SECONDS)


@contextmanager
def _razorpay() -> Iterator[razorpay.Client]:
    """The client, with what it raises in our words.

    :raises PaymentGatewayUnavailable: if there are no keys
    """
    key, secret = settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET
    if not (key and secret):
        raise PaymentGatewayUnavailable
    try:
        yield _client(key, secret=secret, base=settings.RAZORPAY_API_BASE)
    except OSError as error:  # the SDK lets errors of the connection, and of an answer that is no JSON, through
        log.error("razorpay_failed", error=type(error).__name__)
        raise PaymentGatewayFailed(retry_after=GATEWAY_RETRY_SECONDS) from None
