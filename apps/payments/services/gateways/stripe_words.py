"""What Stripe's objects mean, in our words. What does not belong here: the network, the database, what follows.

Objects come in the shape of the webhook endpoint's API version: both the places of 2020 and of 2025 on are read.
What is not there, or not of its type, is passed over: a signed event may still be another product's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from apps.payments.enums import MovementKind, SubscriptionState
from apps.payments.services.facts import Expired, Fact, Failed, Linked, Opened, Owner, Paid, Returned, Standing, stamp
from apps.payments.services.gateways.parts import Part

CHECKED_CHECKOUT, CHECKED_SUBSCRIPTION = "checked.checkout", "checked.subscription"

STATES = {
    "active": SubscriptionState.ACTIVE,
    "trialing": SubscriptionState.ACTIVE,
    "past_due": SubscriptionState.PAST_DUE,
    "incomplete": SubscriptionState.UNPAID,
    # Retries are over, or payment is paused: no grace, but it may come back.
    "unpaid": SubscriptionState.ENDED,
    "paused": SubscriptionState.ENDED,
    "canceled": SubscriptionState.ENDED,
    "incomplete_expired": SubscriptionState.ENDED,
}
FINAL = frozenset({"canceled", "incomplete_expired"})
# The bank holds or has the money; inquiries (warning_…) have not taken any.
DISPUTED = frozenset({"needs_response", "under_review", "lost", "won"})
RANKS = {"customer.subscription.created": 0, CHECKED_SUBSCRIPTION: 2, CHECKED_CHECKOUT: 2}


class Reader(Protocol):
    """What reads one kind of event: its object, and the event around it."""

    def __call__(self, found: Part, *, event: Part) -> Iterator[Fact]:
        """The facts in it."""
        ...


def facts(event_type: str, *, body: Mapping[str, Any]) -> tuple[Fact, ...]:
    """What an event says; nothing where it is of no use to us."""
    reader, event = READERS.get(event_type), Part(body)
    return tuple(reader(event.part("data.object"), event=event)) if reader else ()


def _session(found: Part, *, event: Part) -> Iterator[Fact]:  # noqa: ARG001 - the readers' one signature
    owner = Owner(
        subscription_id=found.text("subscription"),
        checkout_id=found.text("client_reference_id"),
        customer_id=found.text("customer"),
    )
    if found.text("status") == "expired" and owner.checkout_id:
        yield Expired(checkout_id=owner.checkout_id)
    elif owner.subscription_id and owner.checkout_id:
        yield Opened(owner=owner)


def _subscription(found: Part, *, event: Part) -> Iterator[Fact]:
    status, name, kind = found.text("status"), found.text("id"), event.text("type")
    created = event.whole("created")
    if status not in STATES or not name or created is None:
        return
    is_final = status in FINAL or kind == "customer.subscription.deleted"
    yield Standing(
        owner=Owner(
            subscription_id=name,
            checkout_id=found.text("metadata.checkout_id"),
            customer_id=found.text("customer"),
        ),
        state=SubscriptionState.ENDED if is_final else STATES[status],
        period_end=found.day("current_period_end") or found.day("items.data.0.current_period_end"),
        cancel_at_period_end=bool(found.get("cancel_at_period_end") or found.get("cancel_at")),
        stamp=stamp(is_final=is_final, moment=created, rank=RANKS.get(kind, 1), event_id=event.text("id")),
    )


def _owner(invoice: Part) -> Owner:
    details = invoice.part("parent.subscription_details") or invoice.part("subscription_details")
    return Owner(
        subscription_id=invoice.text("subscription") or details.text("subscription"),
        checkout_id=details.text("metadata.checkout_id") or invoice.text("lines.data.0.metadata.checkout_id"),
        customer_id=invoice.text("customer"),
    )


def _paid(found: Part, *, event: Part) -> Iterator[Fact]:  # noqa: ARG001
    owner, order_id = _owner(found), found.text("id")
    amount, days = found.rupees("amount_paid"), _days(found)
    if not (owner.subscription_id and order_id and found.text("status") == "paid") or amount is None or not days:
        return
    intents = [each.text("payment.payment_intent") for each in found.parts("payments.data")]
    yield Paid(
        owner=owner,
        order_id=order_id,
        amount=amount,
        currency=found.text("currency").upper(),
        period_start=days[0],
        period_end=days[1],
        is_first=found.text("billing_reason") == "subscription_create",
        references=(*found.texts(paths=("payment_intent", "charge")), *filter(None, intents)),
    )


def _days(invoice: Part) -> tuple[date, date] | None:
    """The period that an invoice pays for: that of its line that reaches furthest; credits aside."""
    found = [
        (start, end)
        for line in invoice.parts("lines.data")
        if (line.whole("amount") or 0) >= 0
        and (start := line.day("period.start")) is not None
        and (end := line.day("period.end")) is not None
        and start < end
    ]
    return max(found, key=lambda each: each[1], default=None)


def _failed(found: Part, *, event: Part) -> Iterator[Fact]:  # noqa: ARG001
    owner, order_id, amount = _owner(found), found.text("id"), found.rupees("amount_due")
    if owner.subscription_id and order_id and amount is not None:
        yield Failed(
            owner=owner,
            order_id=order_id,
            attempt=found.whole("attempt_count") or 0,
            amount=amount,
            currency=found.text("currency").upper(),
        )


def _invoice_payment(found: Part, *, event: Part) -> Iterator[Fact]:  # noqa: ARG001
    order_id, references = found.text("invoice"), found.texts(paths=("payment.payment_intent", "payment.charge"))
    if order_id and references:
        yield Linked(order_id=order_id, references=references)


def _charge(found: Part, *, event: Part) -> Iterator[Fact]:
    order_id, references = found.text("invoice"), found.texts(paths=("id", "payment_intent"))
    if order_id and references:
        yield Linked(order_id=order_id, references=references)
    for refund in found.parts("refunds.data"):
        yield from _refund(refund, event=event)


def _refund(found: Part, *, event: Part) -> Iterator[Fact]:  # noqa: ARG001
    if found.text("status") == "succeeded":
        yield from _returned(found, kind=MovementKind.REFUND)


def _dispute(found: Part, *, event: Part) -> Iterator[Fact]:  # noqa: ARG001
    if found.text("status") in DISPUTED:
        yield from _returned(found, kind=MovementKind.CHARGEBACK)
    if found.text("status") == "won":
        yield from _returned(found, kind=MovementKind.CHARGEBACK_WON)


def _returned(found: Part, *, kind: MovementKind) -> Iterator[Fact]:
    name, amount = found.text("id"), found.rupees("amount")
    references = found.texts(paths=("payment_intent", "charge"))
    if name and amount is not None and references:
        yield Returned(
            kind=kind,
            payment_id=f"{name}:won" if kind == MovementKind.CHARGEBACK_WON else name,
            references=references,
            amount=amount,
            currency=found.text("currency").upper(),
        )


def _checked_checkout(found: Part, *, event: Part) -> Iterator[Fact]:
    session = found.part("session")
    yield from _session(session, event=event)
    yield from _subscription(session.part("subscription"), event=event)
    yield from _paid(session.part("invoice"), event=event)


def _checked_subscription(found: Part, *, event: Part) -> Iterator[Fact]:
    yield from _subscription(found.part("subscription"), event=event)
    for invoice in found.parts("invoices"):
        yield from _paid(invoice, event=event)


READERS: dict[str, Reader] = {
    "checkout.session.completed": _session,
    "checkout.session.expired": _session,
    "customer.subscription.created": _subscription,
    "customer.subscription.updated": _subscription,
    "customer.subscription.deleted": _subscription,
    "customer.subscription.paused": _subscription,
    "customer.subscription.resumed": _subscription,
    "invoice.paid": _paid,
    "invoice.payment_succeeded": _paid,
    "invoice.payment_failed": _failed,
    "invoice_payment.paid": _invoice_payment,
    "charge.succeeded": _charge,
    "charge.refunded": _charge,
    "charge.refund.updated": _refund,
    "refund.created": _refund,
    "refund.updated": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
    CHECKED_CHECKOUT: _checked_checkout,
    CHECKED_SUBSCRIPTION: _checked_subscription,
}
