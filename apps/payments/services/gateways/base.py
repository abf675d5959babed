"""What every gateway can do. What does not belong here: one gateway, what follows from its answers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from apps.payments.enums import GatewayName
from apps.payments.errors import WebhookSignatureInvalid
from apps.payments.models import Checkout, Subscription
from apps.payments.services.facts import Fact


@dataclass(frozen=True, slots=True)
class Page:
    """Where a checkout goes on: the gateway's id of it, and the page to send the user to, empty for none."""

    gateway_checkout_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a gateway said, as it said it: ``body`` is JSON text, ``event_id`` is unique at that gateway."""

    event_id: str
    event_type: str
    body: str


def readable(raw: bytes, *, signature: str) -> str:
    """The body of a webhook as text, where it and its signature can be compared: the libraries compare text.

    :raises WebhookSignatureInvalid: if they cannot
    """
    try:
        signature.encode("ascii")
        return raw.decode()
    except UnicodeError as error:
        raise WebhookSignatureInvalid from error


def checked_id(*, at: datetime) -> str:
    """An id for an answer that we asked for, in the order of time, also for two answers of one second."""
    return f"checked:{int(at.timestamp() * 1_000_000):020d}:{secrets.token_hex(8)}"


class Gateway(Protocol):
    """One way to pay.

    Calls that reach the network raise PaymentGatewayFailed, PaymentGatewayMisconfigured or PaymentGatewayRefused.
    """

    name: GatewayName

    def open_checkout(self, checkout: Checkout, *, email: str, renews: Subscription | None) -> Page:
        """Tell the gateway what is to be paid; ``renews`` is what it continues, where users pay for that by hand."""
        ...

    def prove_payment(self, checkout: Checkout, *, payment_id: str, signature: str) -> None:
        """Ask that the gateway signed a payment of this checkout.

        :raises PaymentSignatureInvalid: if it did not, or signs none
        """
        ...

    def check_checkout(self, checkout: Checkout) -> Told:
        """Ask what became of a checkout."""
        ...

    def cancel(self, subscription: Subscription) -> Told:
        """Let the subscription end with its period."""
        ...

    def open_portal(self, subscription: Subscription) -> str:
        """The address of the gateway's page on which a user sees invoices and changes how they pay.

        :raises PaymentGatewayUnavailable: if it has no such page
        """
        ...

    def check_subscription(self, subscription: Subscription) -> Told | None:
        """Ask how a subscription and its payments stand; None where there is nothing to tell."""
        ...

    def read_webhook(self, raw: bytes, *, signature: str) -> Told:
        """The event in a request, once its signature is proved.

        :raises WebhookSignatureInvalid: if it is not the gateway's, or not of now
        :raises WebhookBodyInvalid: if it is no event
        """
        ...

    def facts(self, event_type: str, *, body: Mapping[str, Any]) -> tuple[Fact, ...]:
        """What a stored event says, without asking anybody; nothing where we have no use for it."""
        ...
